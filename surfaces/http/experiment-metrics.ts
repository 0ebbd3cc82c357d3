// How experiments do as numbers for Prometheus. Labels are experiments and their sides: what configuration names, never a record.
import { Gauge, type Registry } from 'prom-client';
import type { ExperimentReport } from '../../controller/experiments/report.ts';

const STATES: Readonly<Record<ExperimentReport['state'], number>> = { waiting: -1, running: 0, enough: 1, stopped: 2, over: 3 };

export function experimentGauges(registry: Registry): (reports: readonly ExperimentReport[]) => void {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `loopctl_experiment_${name}`, help, labelNames: [...labelNames], registers: [registry] });
  const state = gauge('state', 'How an experiment stands: -1 waiting, 0 running, 1 enough, 2 stopped, 3 over', ['experiment']);
  const records = gauge('records', 'Records of a side', ['experiment', 'arm']);
  const conversion = gauge('conversion_ratio', 'Converted records of a side', ['experiment', 'arm']);
  const agreement = gauge('agreement_ratio', 'Decisions on which both sides agree, in shadow', ['experiment']);
  return (reports) => {
    // What a new configuration no longer has is told no more.
    for (const one of [state, records, conversion, agreement]) one.reset();
    for (const { name: experiment, state: now, arms, agreement: alike } of reports) {
      state.set({ experiment }, STATES[now]);
      for (const arm of ['control', 'candidate'] as const) {
        const { n, rate } = arms[arm];
        records.set({ experiment, arm }, n);
        if (rate !== null) conversion.set({ experiment, arm }, rate);
      }
      if (alike !== undefined && alike.rate !== null) agreement.set({ experiment }, alike.rate);
    }
  };
}
