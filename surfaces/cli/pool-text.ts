// Pools as people read them.
import type { PoolCheck } from '../../controller/pools/check.ts';
import type { PoolReport, PoolReports } from '../../controller/pools/report.ts';
import type { PoolView } from '../../controller/pools/show.ts';
import { counted, safe, thousands } from '../../plans/show.ts';
import type { Pause } from '../../ports/pauses.ts';
import { percent } from '../../controller/metrics/words.ts';
import { type Heading, inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

const MEMBERS: readonly Heading[] = [
  ['Seat', '<'],
  ['weight', '>'],
  ['stands at', '>'],
  ['open', '>'],
  ['today', '>'],
  ['week', '>'],
  ['ever', '>'],
  ['Now', '<'],
];

export function poolText(view: PoolView, { bold, dim, green, yellow }: Colors): string {
  const { pool, strategy, members, held, next, turn, day, opens, last, unknown, all_unavailable } = view;
  const rows = members.map((one) => [
    one.seat,
    String(one.weight),
    one.standing,
    thousands(one.open),
    thousands(one.today),
    thousands(one.this_week),
    thousands(one.total),
    one.seat === next ? 'is next' : one.because,
  ]);
  const nobody = `nobody is there: ${all_unavailable}${opens === undefined ? '' : `; somebody is back at ${opens}`}`;
  return [
    `${bold(`pool/${pool}`)} ${strategy}, ${counted(turn, 'assignment')}${day === null ? '' : `, counted on ${day}`}`,
    `  ${next === null ? yellow(nobody) : green(`next: ${next}`)}`,
    ...inColumns(MEMBERS, rows),
    ...(held.length === 0 ? [] : [yellow(`  ${counted(held.length, 'record')} waiting: ${listOf(held.map(({ id }) => id))}`)]),
    ...(unknown === undefined ? [] : [yellow(`  not known: ${safe(unknown)}`)]),
    ...(last === undefined || last.length === 0 ? [] : ['  last:']),
    ...(last ?? []).map(({ at, seat, name, record, decision }) =>
      `    ${at.slice(0, 19)}  ${seat}  ${safe(name ?? record ?? '')} ${dim(decision)}`.trimEnd(),
    ),
  ].join('\n');
}

const MOST_NAMED = 5;

function listOf(names: readonly string[]): string {
  return `${names.slice(0, MOST_NAMED).join(', ')}${names.length > MOST_NAMED ? ', …' : ''}`;
}

const SHARES: readonly Heading[] = [
  ['Seat', '<'],
  ['n', '>'],
  ['share', '>'],
  ['weight', '>'],
  ['expected', '>'],
  ['skew', '>'],
  ['Grades', '<'],
];

export function reportText({ pools, since, at }: PoolReports, colors: Colors): string {
  return [colors.dim(`${since.slice(0, 16)} to ${at.slice(0, 16)} UTC`), ...pools.map((one) => oneReport(one, colors))].join('\n\n');
}

function oneReport(report: PoolReport, { bold, yellow }: Colors): string {
  const { pool, strategy, assignments, unserved, seats, maxDeviation, chiSquare, degrees, p, grades } = report;
  const head = `${bold(`pool/${pool}`)} ${strategy}: ${counted(assignments, 'assignment')}, ${thousands(unserved)} to nobody of it`;
  if (assignments === 0) return head;
  const rows = seats.map((one) => [
    one.seat,
    thousands(one.n),
    percent(one.share ?? 0),
    percent(one.weight),
    one.expected.toFixed(1),
    one.skew === null ? '–' : `${one.skew > 0 ? '+' : ''}${percent(one.skew)}`,
    Object.entries(one.grades)
      .filter(([, n]) => n > 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([grade, n]) => `${grade} ${n}`)
      .join(', '),
  ]);
  const uneven = grades.filter((grade) => grade.p !== null && grade.p < UNLIKELY);
  const likely = p === null ? 'too few to tell' : `by chance in ${percent(p)} of cases`;
  return [
    head,
    ...inColumns(SHARES, rows),
    `  furthest off ${percent(maxDeviation ?? 0)}; chi-square ${(chiSquare ?? 0).toFixed(2)} of ${degrees} (${likely})`,
    ...uneven.map(({ grade, n, maxDeviation: off }) =>
      yellow(`  grade ${grade}: ${thousands(n)}, furthest off ${percent(off)}: hardly by chance`),
    ),
  ].join('\n');
}

/** Less often than this by chance, it is worth a look. */
const UNLIKELY = 0.01;

export function checkText(checks: readonly PoolCheck[], { green, red }: Colors): string {
  return checks
    .map(({ pool, same, turns, differences }) =>
      same
        ? `${green('same')}    pool/${pool}: ${counted(turns, 'turn')} made anew from the ledger`
        : [`${red('differs')} pool/${pool}`, ...differences.map((line) => `  ${safe(line)}`)].join('\n'),
    )
    .join('\n');
}

export function pausesText(pauses: readonly Pause[]): string {
  if (pauses.length === 0) return 'Nobody is paused.';
  return pauses
    .map(
      ({ seat, at, by, until, reason }) =>
        `${seat}  since ${at.slice(0, 16)} by ${safe(by)}, ${until === undefined ? 'until somebody says so' : `until ${until}`}${reason === undefined ? '' : `: ${safe(reason)}`}`,
    )
    .join('\n');
}
