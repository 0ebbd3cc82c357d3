// How the loops do as numbers for Prometheus. Labels are loops, models, grades and factors: what configuration names, never what a record holds.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { ControllerEvent } from '../../controller/follow/events.ts';
import type { ModelDrift } from '../../controller/metrics/drift.ts';
import type { LoopMetrics } from '../../controller/metrics/loops.ts';
import type { SlaMetrics } from '../../controller/metrics/sla.ts';
import type { SpeedMetrics } from '../../controller/metrics/speed.ts';

const VERDICTS: Readonly<Record<ModelDrift['verdict'], number>> = { 'too-few': -1, stable: 0, watch: 1, act: 2 };

export type LoopEvent = Extract<ControllerEvent, { type: 'outcomes' | 'grades' | 'measured' }>;

export function loopGauges(registry: Registry): (event: LoopEvent) => void {
  const registers = [registry];
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `loopctl_${name}`, help, labelNames: [...labelNames], registers });
  const outcomes = new Counter({
    name: 'loopctl_outcomes_total',
    help: 'What became of records that were decided on',
    labelNames: ['outcome'],
    registers,
  });
  const decided = gauge('loop_decisions', 'Decisions of the last 30 days', ['loop']);
  const events = gauge('loop_events', 'Events that are not done: waiting, retrying, parked for a lookup, dead', ['loop', 'state']);
  const effects = gauge('loop_effects', 'What decisions want written in the org and is not: waiting, refused', ['loop', 'state']);
  const reviews = gauge('loop_reviews_open', 'Questions that wait for people', ['loop']);
  const success = gauge('loop_success_ratio', 'Decided of all events that ended, over 30 days', ['loop']);
  const overrides = gauge('loop_override_ratio', 'Decisions by people of all decisions, over 30 days', ['loop']);
  const psi = gauge('grades_psi', 'Population stability index of the grades', ['model']);
  const verdict = gauge('grades_drift', 'What it says: -1 too few, 0 stable, 1 watch, 2 act', ['model']);
  const share = gauge('grade_share', 'Share of the graded records', ['model', 'grade', 'period']);
  const conversion = gauge('grade_conversion_ratio', 'Converted records of a grade', ['model', 'grade', 'period']);
  const handoffs = gauge('sla_handoffs', 'Hand-offs of the last 30 days: met, late, open, overdue, lost', ['policy', 'state']);
  const leak = gauge('sla_leak_ratio', 'Hand-offs that nobody acted on in time, of those whose time is up, over 30 days', ['policy']);
  const speed = gauge('speed_to_lead_seconds', 'From capture to the owner, over 30 days', ['object', 'quantile']);
  const factor = gauge('factor_psi', "Population stability index of a factor's points", ['model', 'factor']);

  const ofLoop = (one: LoopMetrics) => {
    const { loop } = one;
    decided.set({ loop }, one.decided);
    events.set({ loop, state: 'waiting' }, one.waiting - one.failing);
    events.set({ loop, state: 'retrying' }, one.failing);
    events.set({ loop, state: 'parked' }, one.parked);
    events.set({ loop, state: 'dead' }, one.dead);
    effects.set({ loop, state: 'waiting' }, one.effects.waiting);
    effects.set({ loop, state: 'refused' }, one.effects.refused);
    reviews.set({ loop }, one.reviews);
    if (one.success !== null) success.set({ loop }, one.success);
    if (one.overrides.rate !== null) overrides.set({ loop }, one.overrides.rate);
  };
  const ofModel = (drift: ModelDrift) => {
    const { model } = drift;
    verdict.set({ model }, VERDICTS[drift.verdict]);
    if (drift.psi !== undefined) psi.set({ model }, drift.psi);
    for (const row of drift.grades)
      for (const period of ['reference', 'window'] as const) {
        share.set({ model, grade: row.grade, period }, row[period].share);
        if (row[period].rate !== null) conversion.set({ model, grade: row.grade, period }, row[period].rate);
      }
    for (const { id, psi: moved } of drift.factors) factor.set({ model, factor: id }, moved);
  };

  const ofSpeed = ({ object, assigned: { median, p90 } }: SpeedMetrics) => {
    if (median !== null) speed.set({ object, quantile: '0.5' }, median);
    if (p90 !== null) speed.set({ object, quantile: '0.9' }, p90);
  };
  const ofPolicy = ({ policy, leak: share, ...counts }: SlaMetrics) => {
    for (const state of ['met', 'late', 'open', 'overdue', 'lost'] as const) handoffs.set({ policy, state }, counts[state]);
    if (share !== null) leak.set({ policy }, share);
  };

  return (event) => {
    switch (event.type) {
      case 'outcomes':
        for (const { outcome } of event.outcomes) outcomes.inc({ outcome });
        return;
      case 'measured':
        // What a new configuration no longer has is told no more.
        for (const one of [psi, verdict, share, conversion, factor, success, overrides, handoffs, leak, speed]) one.reset();
        event.measured.loops.forEach(ofLoop);
        event.measured.drift.forEach(ofModel);
        event.measured.sla.forEach(ofPolicy);
        event.measured.speed.forEach(ofSpeed);
        return;
      case 'grades':
        return;
      default:
        event satisfies never;
    }
  };
}
