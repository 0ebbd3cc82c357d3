// Experiments as people read them.
import type { ArmReport, ExperimentReport } from '../../controller/experiments/report.ts';
import { percent } from '../../controller/metrics/words.ts';
import { thousands } from '../../plans/show.ts';
import { type Heading, inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

const LIST: readonly Heading[] = [
  ['Experiment', '<'],
  ['candidate', '<'],
  ['control', '<'],
  ['mode', '<'],
  ['records', '>'],
  ['State', '<'],
];

export function experimentsText(reports: readonly ExperimentReport[], { dim }: Colors): string {
  if (reports.length === 0) return 'No experiment was reconciled: loopctl schema Experiment says what one looks like.';
  const rows = reports.map(({ name, candidate, control, mode, share, arms, state }) => [
    name,
    candidate,
    control,
    mode === 'share' ? `share ${percent(share)}` : mode,
    thousands(mode === 'share' ? arms.control.n + arms.candidate.n : arms.control.n),
    state,
  ]);
  return [...inColumns(LIST, rows), dim('More of one: loopctl experiment show NAME')].join('\n');
}

const ARMS: readonly Heading[] = [
  ['', '<'],
  ['records', '>'],
  ['converted', '>'],
  ['rate', '>'],
  ['mean score', '>'],
  ['Decided', '<'],
];
const MOST_SHARES = 5;

export function experimentText(report: ExperimentReport, { bold, green, red, yellow }: Colors): string {
  const { name, run, kind, object, control, candidate, mode, share, state, because, since, at, arms, difference, agreement } = report;
  const paint = state === 'stopped' ? red : state === 'enough' ? green : yellow;
  const how = mode === 'share' ? `acts on ${percent(share)} of the records` : 'decides in shadow';
  return [
    `${bold(name)} (${run}): ${kind}/${candidate} ${how} of ${object}, against ${control}`,
    `  ${paint(state)}: ${because}`,
    `  ${since === undefined ? 'no decision yet' : `since ${since}`}, counted at ${at}`,
    ...inColumns(ARMS, [armRow(`control: ${control}`, arms.control), armRow(`candidate: ${candidate}`, arms.candidate)]),
    ...(difference === undefined ? [] : [`  the candidate ${differenceText(difference)}`]),
    ...(agreement === undefined
      ? []
      : [
          `  alike: ${agreement.rate === null ? 'nothing to tell yet' : `${percent(agreement.rate)} of ${thousands(agreement.n)}`}${agreement.undetermined === 0 ? '' : `; of ${thousands(agreement.undetermined)} nobody can tell`}`,
        ]),
  ].join('\n');
}

function armRow(label: string, { n, converted, rate, mean_score: mean, shares }: ArmReport): readonly string[] {
  const few = shares.slice(0, MOST_SHARES).map((one) => `${one.label} ${percent(one.share)}`);
  return [
    label,
    thousands(n),
    thousands(converted),
    rate === null ? '–' : percent(rate),
    mean === null ? '–' : mean.toFixed(1),
    `${few.join(', ')}${shares.length > MOST_SHARES ? ', …' : ''}`,
  ];
}

function differenceText({ drop, z }: NonNullable<ExperimentReport['difference']>): string {
  if (drop === null) return 'can not be compared yet';
  const far = `${(Math.abs(drop) * 100).toFixed(1)} points ${drop > 0 ? 'less' : 'more'}`;
  return `converts ${drop === 0 ? 'as much' : far}${z === null ? '' : `, z ${Math.abs(z).toFixed(2)} (chance alone rarely passes 1.96)`}`;
}
