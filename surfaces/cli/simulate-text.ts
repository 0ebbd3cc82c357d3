// A simulation as people read it, in a terminal or in the comment of a pull request: what changes as numbers, who has how much, the first
// records with their reasons, and what could not be told.
import { code, words } from '../../plans/render/inline.ts';
import { counted, safe, thousands } from '../../plans/show.ts';
import type { Simulation } from '../../controller/simulate.ts';
import type { Change } from '../../controller/simulate/compare.ts';
import type { Example } from '../../controller/simulate/tally.ts';
import { inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

/** Rows of a list; all of them are in the JSON. */
const MOST_ROWS = 12;

export function simulationText(simulation: Simulation, source: string, colors: Colors): string {
  const { bold, dim, yellow } = colors;
  const { changed, undetermined } = simulation;
  return [
    bold(titleOf(simulation, source)),
    changed === 0 ? verdict(simulation) : yellow(verdict(simulation)),
    ...section(bold('What changes'), changed === 0 ? [] : inColumns(COUNTS, countRows(simulation)).slice(1)),
    ...section(
      bold('Grades'),
      changedGrades(simulation).length === 0 ? [] : inColumns(GRADES, cutOff(changedGrades(simulation).map(gradeRow))),
    ),
    ...section(
      bold('Records by owner'),
      changedLoad(simulation).length === 0 ? [] : inColumns(LOAD, cutOff(changedLoad(simulation).map(loadRow))),
    ),
    ...section(
      bold('Examples'),
      simulation.examples.flatMap((example) => [
        `  ${safe(example.name)}: ${safe(changesOf(example).join(', '))}`,
        dim(`    ${safe(example.why.join('; '))}`),
      ]),
    ),
    ...section(bold(`Not told: ${counted(undetermined, 'record')}`), undetermined === 0 ? [] : simulation.causes.map(causeLine)),
    ...section(bold('Between the two'), changed === 0 ? [] : listed(simulation.content).map((path) => `  ${safe(path)}`)),
  ].join('\n');
}

export function simulationMarkdown(simulation: Simulation, source: string): string {
  const { changed, undetermined } = simulation;
  return [
    `### loopctl: ${words(titleOf(simulation, source))}`,
    '',
    `**${words(verdict(simulation))}**`,
    ...(changed === 0 ? [] : ['', ...table(['what changes', '>records'], countRows(simulation))]),
    ...(changedGrades(simulation).length === 0
      ? []
      : ['', ...table(['grade before', 'after', '>records'], cutOff(changedGrades(simulation).map(gradeRow)))]),
    ...(changedLoad(simulation).length === 0
      ? []
      : ['', ...table(['owner', '>before', '>after', '>difference'], cutOff(changedLoad(simulation).map(loadRow)))]),
    ...fold(
      `The first ${counted(simulation.examples.length, 'record')}`,
      simulation.examples.map(
        (example) => `- ${code(example.name)}: ${words(changesOf(example).join(', '))} (${words(example.why.join('; '))})`,
      ),
    ),
    ...(undetermined === 0
      ? []
      : [
          '',
          `**Not told: ${counted(undetermined, 'record')}**`,
          '',
          ...simulation.causes.map((cause) => `- ${words(causeLine(cause).trim())}`),
        ]),
    ...fold('Between the two', changed === 0 ? [] : listed(simulation.content).map((path) => `- ${code(path)}`)),
    '',
  ].join('\n');
}

function titleOf({ records, before, after }: Simulation, source: string): string {
  return safe(`${counted(records, 'record')} ${source} through ${before.label} and ${after.label}`);
}

function verdict({ changed, records, undetermined }: Simulation): string {
  const untold = undetermined === 0 ? '' : ` ${counted(undetermined, 'record')} could not be told.`;
  if (records === 0) return 'There is no record to go through: nothing is known.';
  return changed === 0 ? `Nothing changes.${untold}` : `${thousands(changed)} of ${counted(records, 'record')} change.${untold}`;
}

const COUNTS = [
  ['', '<'],
  ['', '>'],
] as const;
const GRADES = [
  ['before', '<'],
  ['after', '<'],
  ['records', '>'],
] as const;
const LOAD = [
  ['owner', '<'],
  ['before', '>'],
  ['after', '>'],
  ['difference', '>'],
] as const;

function countRows({
  score_changes,
  grade_changes,
  territory_changes,
  owner_changes,
  turn_changes,
}: Simulation): readonly (readonly string[])[] {
  const rows: readonly (readonly [string, number])[] = [
    ['score', score_changes],
    ['grade', grade_changes],
    ['territory', territory_changes],
    ['owner, by rule', owner_changes],
    ['owner, by turn alone', turn_changes],
  ];
  return rows.filter(([, records]) => records > 0).map(([what, records]) => [what, thousands(records)]);
}

function changedGrades({ grades }: Simulation): Simulation['grades'] {
  return grades.filter(({ before, after }) => before !== after);
}

function gradeRow({ before, after, records }: Simulation['grades'][number]): readonly string[] {
  return [before ?? 'none', after ?? 'none', thousands(records)].map(safe);
}

function changedLoad({ load }: Simulation): Simulation['load'] {
  return load.filter(({ before, after }) => before !== after);
}

function loadRow({ owner, before, after }: Simulation['load'][number]): readonly string[] {
  return [safe(owner), thousands(before), thousands(after), `${after > before ? '+' : '−'}${thousands(Math.abs(after - before))}`];
}

function changesOf({ score, grade, territory, owner, owner_by }: Example): readonly string[] {
  const told = (name: string, change: Change<string | number | null> | undefined) =>
    change === undefined ? [] : [`${name} ${change[0] ?? 'none'} → ${change[1] ?? 'none'}`];
  return [
    ...told('score', score),
    ...told('grade', grade),
    ...told('territory', territory),
    ...told(owner_by === 'turn' ? 'turn' : 'owner', owner),
  ];
}

function causeLine({ because, records, names }: Simulation['causes'][number]): string {
  const more = records - names.length;
  return `  ${thousands(records)}: ${safe(because)} (${safe(names.join(', '))}${more > 0 ? ` and ${thousands(more)} more` : ''})`;
}

function listed(paths: readonly string[]): readonly string[] {
  const rest = paths.length - MOST_ROWS;
  return rest <= 0 ? paths : [...paths.slice(0, MOST_ROWS), `and ${thousands(rest)} more`];
}

function cutOff(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const rest = rows.length - MOST_ROWS;
  return rest <= 0 ? rows : [...rows.slice(0, MOST_ROWS), [`and ${thousands(rest)} more`]];
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines];
}

/** `>`: a column of numbers. */
function table(headings: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${headings.map((_, at) => words(cells[at] ?? '')).join(' | ')} |`;
  const names = headings.map((heading) => heading.replace(/^>/, ''));
  return [line(names), `| ${headings.map((heading) => (heading.startsWith('>') ? '---:' : '---')).join(' | ')} |`, ...rows.map(line)];
}

function fold(summary: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', '<details>', `<summary>${words(summary)}</summary>`, '', ...lines, '', '</details>'];
}
