// The loops as people read them.
import type { Anatomy } from '../../controller/metrics/anatomy.ts';
import type { ModelDrift } from '../../controller/metrics/drift.ts';
import type { LifecycleMetrics } from '../../controller/metrics/lifecycle.ts';
import type { SlaMetrics } from '../../controller/metrics/sla.ts';
import type { SpeedMetrics } from '../../controller/metrics/speed.ts';
import { spanText } from '../../loops/sla/words.ts';
import type { LoopMetrics, Measured } from '../../controller/metrics/loops.ts';
import { gradesLine, percent } from '../../controller/metrics/words.ts';
import { counted, safe, thousands } from '../../plans/show.ts';
import type { DeadLetter } from '../../ports/live.ts';
import { type Heading, inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

const DOES: Readonly<Record<Anatomy['does'], string>> = {
  acts: 'acts on the org',
  answers: 'answers when asked',
  reconciles: 'is the reconciler',
};

export function anatomyText(loops: readonly Anatomy[], environment: string | undefined, { bold, dim }: Colors): string {
  const where = environment === undefined ? '' : ` in ${environment}`;
  return loops
    .map(({ name, chain, summary, archetypes, parts, next, does }) =>
      [
        `${bold(name)} ${dim(`${chain}; ${archetypes.join(', ')}`)}: ${DOES[does]}${does === 'acts' ? where : ''}`,
        `  ${summary}`,
        `  config    ${parts.config.join(', ')}`,
        `  logic     ${parts.logic}`,
        `  inputs    ${parts.inputs.join('; ')}`,
        `  outputs   ${parts.outputs.join('; ')}`,
        `  metrics   ${parts.metrics.join('; ')}`,
        `  feedback  ${parts.feedback.join('; ')}`,
        ...(next.length === 0 ? [] : [`  next      ${next.join(', ')}`]),
      ].join('\n'),
    )
    .join('\n\n');
}

export function measuredText({ loops, drift, lifecycle, sla, speed, since, at }: Measured, colors: Colors): string {
  return [
    colors.dim(`${since.slice(0, 16)} to ${at.slice(0, 16)} UTC`),
    ...loops.map((loop) => loopText(loop, colors)),
    ...drift.map((one) => driftText(one, colors)),
    ...lifecycle.filter(({ records }) => records > 0).map((one) => lifecycleText(one, colors)),
    ...(speed.length === 0 ? [] : [speedText(speed, colors)]),
    ...(sla.length === 0 ? [] : [slaText(sla, colors)]),
  ].join('\n\n');
}

function loopText(one: LoopMetrics, { bold, red, yellow }: Colors): string {
  const { loop, runs, decided, failing, dead, success, last, shares, quality, overrides, reviews, waiting, parked, effects, seconds } = one;
  const line = (name: string, value: string) => `  ${name.padEnd(10)}${value}`;
  const { converted, won, lost, rejected } = quality.outcomes;
  const open = [
    ...(waiting > 0 ? [`${thousands(waiting)} waiting`] : []),
    ...(parked > 0 ? [`${thousands(parked)} parked for a lookup`] : []),
    ...(effects.waiting > 0 ? [`${thousands(effects.waiting)} to be written`] : []),
    ...(effects.refused > 0 ? [red(`${thousands(effects.refused)} refused by the org`)] : []),
    ...(reviews > 0 ? [yellow(`${thousands(reviews)} reviews: loopctl review list`)] : []),
    ...(dead > 0 ? [red(`${thousands(dead)} given up: loopctl loop dead`)] : []),
  ];
  return [
    bold(loop),
    line(
      'runs',
      `${thousands(runs)}: ${thousands(decided)} decided, ${thousands(failing)} failing, ${thousands(dead)} given up${success === null ? '' : `; success ${percent(success)}`}`,
    ),
    ...(last === undefined ? [] : [line('last', last)]),
    ...(shares.length === 0 ? [] : [line('decided', shares.map(({ label, share }) => `${safe(label)} ${percent(share)}`).join(', '))]),
    ...(quality.confidence === null
      ? []
      : [
          line(
            'quality',
            `confidence ${quality.confidence.toFixed(2)}${quality.coverage === null ? '' : `, coverage ${quality.coverage.toFixed(2)}`}`,
          ),
        ]),
    ...(converted + won + lost + rejected === 0
      ? []
      : [line('outcomes', `${converted} converted, ${won} won, ${lost} lost, ${rejected} rejected`)]),
    ...(overrides.rate === null ? [] : [line('overruled', `${thousands(overrides.n)} by people (${percent(overrides.rate)})`)]),
    ...(seconds === undefined
      ? []
      : [line('took', `${(seconds.median * 1000).toFixed(1)} ms median, ${(seconds.p95 * 1000).toFixed(1)} ms p95, of ${seconds.n}`)]),
    line('open', open.length === 0 ? 'nothing' : open.join(', ')),
  ].join('\n');
}

const GRADES: readonly Heading[] = [
  ['Grade', '<'],
  ['before', '>'],
  ['lately', '>'],
  ['converted before', '>'],
  ['lately', '>'],
];
const MOST_FACTORS = 5;

function driftText(drift: ModelDrift, { bold, red, yellow, green }: Colors): string {
  const { verdict, grades, factors, reference, window, limits } = drift;
  const paint = verdict === 'act' ? red : verdict === 'stable' ? green : yellow;
  const rate = (value: number | null) => (value === null ? '–' : percent(value));
  const rows = grades.map((row) => [
    row.grade,
    percent(row.reference.share),
    percent(row.window.share),
    rate(row.reference.rate),
    rate(row.window.rate),
  ]);
  const day = (iso: string) => iso.slice(0, 10);
  return [
    `${bold('drift of grades')} ${paint(gradesLine(drift))}`,
    `  ${day(window.from)} to ${day(window.to)} against ${day(reference.from)} to ${day(reference.to)}; watched from ${limits.watch}, told above ${limits.act}`,
    ...inColumns(GRADES, rows),
    ...(factors.length === 0
      ? []
      : [
          `  factors: ${factors
            .slice(0, MOST_FACTORS)
            .map(({ id, psi }) => `${id} ${psi.toFixed(3)}`)
            .join(', ')}`,
        ]),
    '  Conversions of the last days are not all known yet.',
  ].join('\n');
}

const STAGES: readonly Heading[] = [
  ['Stage', '<'],
  ['records', '>'],
  ['share', '>'],
  ['over SLA', '>'],
  ['went on', '>'],
  ['days (median)', '>'],
  ['(p90)', '>'],
];

function lifecycleText({ model, object, records, stages, setbacks, bottleneck }: LifecycleMetrics, { bold, yellow }: Colors): string {
  const days = (value: number | null) => (value === null ? '–' : value.toFixed(1));
  const rows = stages.map(({ stage, n, share, overdue, forward_rate, stayed }) => [
    stage,
    thousands(n),
    percent(share),
    overdue === null ? '–' : thousands(overdue),
    forward_rate === null ? '–' : percent(forward_rate),
    days(stayed.median),
    days(stayed.p90),
  ]);
  return [
    bold(`stages of ${object} (${model}): ${counted(records, 'record')}`),
    ...inColumns(STAGES, rows),
    ...(bottleneck === null ? [] : [yellow(`  bottleneck: ${bottleneck}`)]),
    ...setbacks.map(({ from, to, reason, n }) => `  ${thousands(n)} went back from ${from} to ${to}: ${safe(reason)}`),
  ].join('\n');
}

const HANDOFFS: readonly Heading[] = [
  ['Policy', '<'],
  ['hand-off', '<'],
  ['target', '>'],
  ['begun', '>'],
  ['in time', '>'],
  ['late', '>'],
  ['open', '>'],
  ['overdue', '>'],
  ['lost', '>'],
  ['leak', '>'],
  ['first act (median)', '>'],
  ['(p90)', '>'],
];

/** `lost`: taken from somebody when the time was up. */
function slaText(all: readonly SlaMetrics[], { bold }: Colors): string {
  const rows = all.map(({ policy, object, handoff, target, started, met, late, open, overdue, lost, leak, touch }) => [
    policy,
    `${object} ${handoff}`,
    target,
    ...[started, met, late, open, overdue, lost].map(thousands),
    leak === null ? '–' : percent(leak),
    span(touch.median),
    span(touch.p90),
  ]);
  return [bold('hand-offs'), ...inColumns(HANDOFFS, rows)].join('\n');
}

const SPEEDS: readonly Heading[] = [
  ['Object', '<'],
  ['records', '>'],
  ['decided (median)', '>'],
  ['(p90)', '>'],
  ['assigned (median)', '>'],
  ['(p90)', '>'],
];

function speedText(all: readonly SpeedMetrics[], { bold }: Colors): string {
  const rows = all.map(({ object, decided, assigned }) => [
    object,
    thousands(decided.n),
    span(decided.median),
    span(decided.p90),
    span(assigned.median),
    span(assigned.p90),
  ]);
  return [bold('from capture to the owner'), ...inColumns(SPEEDS, rows)].join('\n');
}

function span(seconds: number | null): string {
  return seconds === null ? '–' : spanText(seconds * 1000);
}

export function deadText(dead: readonly DeadLetter[], { bold, dim }: Colors): string {
  if (dead.length === 0) return 'No event was given up.';
  const rows = dead.map(
    ({ id, loop, object, record, attempts, error, at, source }) =>
      `${bold(loop)} ${safe(object)} ${safe(record)} ${dim(`since ${at}, by ${safe(source)}, tried ${counted(attempts, 'time')}`)}\n  ${safe(error)}\n  ${dim(`loopctl loop dead --revive "${safe(id)}"`)}`,
  );
  return rows.join('\n');
}
