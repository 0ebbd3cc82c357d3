// A plan for a pull request: the sums, what is held, and the details folded away. Forges cut a comment at 65,536 characters, so this ends
// before that and says what it leaves out. Values stand in code spans: nothing in them becomes markup or calls a person.
import { refText } from '../../resources/core.ts';
import type { Plan, Step } from '../plan.ts';
import { counted, cut, thousands } from '../show.ts';
import { code, words } from './inline.ts';
import {
  PHASES,
  SIGNS,
  commitLine,
  driftLine,
  holdTitle,
  impactRows,
  lastLine,
  leftOut,
  notes,
  orgLine,
  shownFields,
  stepTitle,
  targetNotes,
  underWayLines,
  values,
  warningLines,
} from './parts.ts';

const MOST_CHARACTERS = 60_000;
/** Of the whole: what one list of holds, or of drift, may take. */
const MOST_ENTRIES = 50;
const LONGEST_ENTRY = 400;
const MOST_FIELDS = 20;

export function renderMarkdown(plan: Plan): string {
  const head = [
    `### loopctl: plan for ${code(plan.environment)}`,
    '',
    `**${words(lastLine(plan))}**`,
    '',
    `${words(orgLine(plan))} · ${words(commitLine(plan))} · plan ${code(plan.id)}`,
    ...targetNotes(plan).map((line) => `\n${words(line)}`),
    '',
    ...summaryTable(plan),
    ...impactTable(plan),
    ...list(
      'Held',
      plan.holds.map(
        ({ message, ref, ...hold }) =>
          `**${words(holdTitle({ message, ...hold }))}**${ref === undefined ? '' : ` ${code(refText(ref))}`}: ${words(cut(message, LONGEST_ENTRY))}`,
      ),
    ),
    ...list(
      'Drift',
      plan.drift.map((drift) => words(cut(driftLine(drift), LONGEST_ENTRY))),
    ),
    ...list(
      'Warnings',
      warningLines(plan).map((line) => words(cut(line, LONGEST_ENTRY))),
    ),
    ...list('Under way in the org', underWayLines(plan).map(words)),
  ].join('\n');
  return `${head}\n${details(plan, MOST_CHARACTERS - head.length)}`.trimEnd().concat('\n');
}

function summaryTable({ summary }: Plan): readonly string[] {
  const names = ['create', 'adopt', 'update', 'replace', 'delete', 'forget', 'unchanged'] as const;
  return [
    `| ${names.join(' | ')} |`,
    `|${' ---: |'.repeat(names.length)}`,
    `| ${names.map((name) => thousands(summary[name])).join(' | ')} |`,
    '',
  ];
}

function impactTable(plan: Plan): readonly string[] {
  const rows = impactRows(plan).map(({ name, value }) => `| ${words(name)} | ${words(value)} |`);
  return rows.length === 0 ? [] : ['| impact | |', '| --- | ---: |', ...rows, ''];
}

function list(heading: string, entries: readonly string[]): readonly string[] {
  if (entries.length === 0) return [];
  const rest = entries.length - MOST_ENTRIES;
  return [
    `#### ${heading}`,
    '',
    ...entries.slice(0, MOST_ENTRIES).map((entry) => `- ${entry}`),
    ...(rest > 0 ? [`- and ${thousands(rest)} more`] : []),
    '',
  ];
}

/** A fold a phase; as many steps as there is room for. */
function details(plan: Plan, room: number): string {
  const said = notes(plan);
  let left = room;
  const folds = PHASES.flatMap(({ phase, heading }) => {
    const steps = plan.steps.filter((step) => step.phase === phase);
    if (steps.length === 0) return [];
    const shown: string[] = [];
    for (const step of steps) {
      const text = stepItem(step, said.get(step.id));
      if (text.length > left) break;
      left -= text.length + 1;
      shown.push(text);
    }
    const rest = steps.slice(shown.length);
    const more = rest.length === 0 ? [] : [`- ${leftOut(rest)}`];
    return ['<details>', `<summary>${heading} (${counted(steps.length, 'step')})</summary>`, '', ...shown, ...more, '', '</details>', ''];
  });
  return folds.join('\n');
}

function stepItem(step: Step, said: string | undefined): string {
  const note = said === undefined ? '' : ` **${words(said)}**`;
  const fields = shownFields(step);
  const lines = fields.slice(0, MOST_FIELDS).map((field) => {
    const { before, after } = values(field, 120);
    if (step.action === 'create') return `  - ${code(field.path)}: ${code(after)}`;
    if (step.action === 'delete') return `  - ${code(field.path)}: ${code(before)}`;
    return `  - ${code(field.path)}: ${code(before)} → ${code(after)}`;
  });
  const rest = fields.length - lines.length;
  const more = rest > 0 ? [`  - and ${counted(rest, 'more field')}`] : [];
  return [
    `- ${code(`${SIGNS[step.action]} ${step.action}`)} ${code(stepTitle(step))}${note}  `,
    `  ${words(step.why)}`,
    ...lines,
    ...more,
  ].join('\n');
}
