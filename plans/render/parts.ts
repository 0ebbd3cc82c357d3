// What all renderings of a plan say, whatever they look like: verbs, headings, sums, the last line.
import { addressText, refText } from '../../resources/core.ts';
import type { Action, Drift, FieldChange, Hold, Phase, Plan, Step, StepId } from '../plan.ts';
import { notRun } from '../blocked.ts';
import { HIDDEN, counted, safe, show, thousands } from '../show.ts';

export const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  adopt: '*',
  update: '~',
  replace: '±',
  delete: '-',
  forget: 'x',
  switch: '=',
  run: '>',
};

export const PHASES: readonly { readonly phase: Phase; readonly heading: string }[] = [
  { phase: 'expand', heading: 'First, what is added and changed' },
  { phase: 'switch', heading: 'Then, what the loops read' },
  { phase: 'contract', heading: 'Last, what is taken away' },
];

/** Where the plan would go and who would do it. */
export function orgLine({ org }: Pick<Plan, 'org'>): string {
  return safe(`${org.name} (${org.id}, ${org.url}, ${org.sandbox ? 'sandbox' : 'PRODUCTION'}) as ${org.user}`);
}

export function commitLine({ commit, dirty, asOf }: Plan): string {
  const at = commit === null ? 'no commit' : `commit ${commit.slice(0, 7)}${dirty ? ' and uncommitted changes' : ''}`;
  return `${at}, seats as of ${asOf}`;
}

export function stepTitle(step: Step): string {
  const target = addressText(step.address);
  const late = step.id === target ? '' : step.id.slice(target.length);
  return safe(`${target}${late}${step.was === undefined ? '' : ` (was ${step.was.key})`}`);
}

/** The fields that a person wants to see: those that change. */
export function shownFields({ action, fields }: Step): readonly FieldChange[] {
  if (action === 'create') return fields.filter(({ after }) => after !== null);
  if (action === 'switch') return folded(fields);
  return fields.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
}

/** What the loops read for the first time, or not any more, is told by name: its content stands in git. */
function folded(fields: readonly FieldChange[]): readonly FieldChange[] {
  const isWhole = ({ path }: FieldChange) => !path.includes(' ');
  const names = (some: readonly FieldChange[]) => some.map(({ path }) => path);
  const added = names(fields.filter((field) => isWhole(field) && field.before === null));
  const gone = names(fields.filter((field) => isWhole(field) && field.after === null));
  return [
    ...(added.length === 0 ? [] : [{ path: counted(added.length, 'new resource'), before: null, after: added }]),
    ...(gone.length === 0 ? [] : [{ path: counted(gone.length, 'resource'), before: gone, after: null }]),
    ...fields.filter((field) => !isWhole(field)),
  ];
}

export function values({ before, after, sensitive }: FieldChange, length = 200): { readonly before: string; readonly after: string } {
  if (sensitive === true) return { before: HIDDEN, after: HIDDEN };
  return { before: show(before, length), after: show(after, length) };
}

/** What is said of each step that an apply would leave: its hold, or what it waits for in vain. */
export function notes({ steps, holds }: Plan): ReadonlyMap<StepId, string> {
  const left = [...notRun(steps, holds)];
  return new Map(left.map(([id, why]) => [id, 'hold' in why ? `held: ${why.hold}` : `not run: waits for ${waitedFor(why.blockedBy)}`]));
}

function waitedFor([first = '', ...more]: readonly StepId[]): string {
  return more.length === 0 ? first : `${first} and ${counted(more.length, 'other')}`;
}

export function holdTitle({ code, scope, approvable }: Hold): string {
  return `${scope === 'plan' ? 'the whole plan' : 'a step'}, ${code}${approvable === true ? ' (an approval lifts it)' : ''}`;
}

export function warningLines({ warnings = [] }: Plan): readonly string[] {
  return warnings.map(({ code, message }) => safe(`${message} [${code}]`));
}

export function driftLine(drift: Drift): string {
  const { kind, ref, address, path, declared, live, by, at, policy } = drift;
  const who = by === undefined ? '' : `, changed by ${by}${at === undefined ? '' : ` at ${at}`}`;
  const what = kind === 'vanished' ? 'is gone from the org' : `${path}: declared ${show(declared)}, in the org ${show(live)}`;
  const note = { alert: '', revert: ', put back by policy', ignore: ', ignored by policy' }[policy];
  return safe(
    `${kind === 'conflict' ? 'conflict: ' : ''}${refText(ref)} (${addressText(address)}) ${what}${who}${kind === 'conflict' ? '' : note}`,
  );
}

/** `Plan: 3 to create, 1 to update, 0 to delete. Held: max-delete.` */
export function lastLine(plan: Plan): string {
  const { summary, steps, holds, drift, warnings = [], underWay = [], targeted } = plan;
  const always = `${thousands(summary.create)} to create, ${thousands(summary.update)} to update, ${thousands(summary.delete)} to delete`;
  const others = (['adopt', 'replace', 'forget'] as const).filter((action) => summary[action] > 0);
  const more = others.map((action) => `, ${thousands(summary[action])} to ${action}`).join('');
  const content = steps.some(({ action }) => action === 'switch') ? ', and what the loops read' : '';
  const runs = steps.filter(({ action }) => action === 'run').length;
  const after = runs === 0 ? '' : `, then ${counted(runs, 'run')} of a loop`;
  const sentence = steps.length === 0 ? 'Nothing to do' : `Plan: ${always}${more}${content}${after}`;
  const notes = [
    holds.length === 0 ? '' : ` Held: ${[...new Set(holds.map(({ code }) => code))].sort().join(', ')}.`,
    drift.length === 0 ? '' : ` Drift: ${thousands(drift.length)}.`,
    warnings.length === 0 ? '' : ` Warnings: ${thousands(warnings.length)}.`,
    underWay.length === 0 ? '' : ` Under way in the org: ${thousands(underWay.length)}.`,
    targeted === undefined || targeted.left === 0 ? '' : ` Left out: ${counted(targeted.left, 'step')}.`,
  ];
  return `${sentence}.${notes.join('')}`;
}

/** What is said of steps that a long list leaves out: `and 9,800 more steps (9,000 create, 800 delete)`. */
export function leftOut(steps: readonly Step[]): string {
  const actions = new Map<Action, number>();
  for (const { action } of steps) actions.set(action, (actions.get(action) ?? 0) + 1);
  const told = [...actions].map(([action, n]) => `${thousands(n)} ${action}`).join(', ');
  return `and ${counted(steps.length, 'more step')} (${told}); all of them are in the JSON`;
}

export function targetNotes({ targeted }: Plan): readonly string[] {
  if (targeted === undefined) return [];
  const refs = targeted.refs.map(refText).join(', ');
  const idle = targeted.idle.length === 0 ? [] : [`Nothing is to be done for ${targeted.idle.map(refText).join(', ')}.`];
  return [safe(`Only ${refs} and what that needs; ${counted(targeted.left, 'step')} left out.`), ...idle.map(safe)];
}

export function underWayLines({ underWay = [] }: Plan): readonly string[] {
  return underWay.map(({ address, path, declared, live }) =>
    safe(`${addressText(address)} ${path}: ${show(live)}, to become ${show(declared)}`),
  );
}

/** The numbers of the impact, by the names that people read; then which grades change, and who gets more or fewer records. */
export function impactRows({ impact }: Plan): readonly { readonly name: string; readonly value: string }[] {
  const numbers = Object.entries(impact).flatMap(([name, value]) => {
    const scalar = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
    return scalar
      ? [{ name: safe(name.replaceAll('_', ' ')), value: typeof value === 'number' ? thousands(value) : safe(String(value)) }]
      : [];
  });
  const grades = rowsOf(impact['grades']).map(({ before, after, records }) => ({
    name: safe(`grade ${show(before)} → ${show(after)}`).replaceAll('"', ''),
    value: show(records),
  }));
  const load = rowsOf(impact['load']).map(({ owner, before, after }) => ({
    name: safe(`records of ${String(owner)}`),
    value: `${show(before)} → ${show(after)}`,
  }));
  return [...numbers, ...cutOff(grades, 'grade'), ...cutOff(load, 'owner')];
}

const MOST_ROWS = 10;

function cutOff<Row extends { readonly name: string; readonly value: string }>(rows: readonly Row[], what: string) {
  const rest = rows.length - MOST_ROWS;
  return rest <= 0 ? rows : [...rows.slice(0, MOST_ROWS), { name: `and ${counted(rest, `more ${what}`)}`, value: '' }];
}

function rowsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value)
    ? value.filter((row): row is Readonly<Record<string, unknown>> => typeof row === 'object' && row !== null)
    : [];
}
