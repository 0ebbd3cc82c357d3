// A plan for a terminal: what happens in the order in which it happens, what is held, what has drifted, the sums last.
import picocolors from 'picocolors';
import { refText } from '../../resources/core.ts';
import type { Action, Plan, Step } from '../plan.ts';
import { counted, safe, thousands } from '../show.ts';
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

export interface TextOptions {
  readonly color: boolean;
  /** How many steps of a phase, and how many entries of any other list, are shown; 200 where absent. */
  readonly most?: number;
}

type Colors = ReturnType<typeof picocolors.createColors>;
const MOST = 200;
const MOST_FIELDS = 40;

export function renderText(plan: Plan, { color, most = MOST }: TextOptions): string {
  const colors = picocolors.createColors(color);
  const head = [
    `${colors.bold(`Plan ${plan.id}`)} for ${colors.bold(safe(plan.environment))}`,
    `Org: ${orgLine(plan)}`,
    `At: ${commitLine(plan)}`,
    ...targetNotes(plan),
  ];
  const sections = [
    head,
    ...phases(plan, colors, most),
    section('Under way in the org (nothing to do but wait)', underWayLines(plan), colors, most),
    driftText(plan, colors, most),
    holdText(plan, colors, most),
    section('Warnings', warningLines(plan), colors, most),
    impactText(plan, colors),
    [colors.bold(lastLine(plan))],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function phases(plan: Plan, colors: Colors, most: number): readonly (readonly string[])[] {
  const said = notes(plan);
  return PHASES.map(({ phase, heading }) => {
    const steps = plan.steps.filter((step) => step.phase === phase);
    if (steps.length === 0) return [];
    const shown = steps.slice(0, most).flatMap((step) => stepText(step, said.get(step.id), colors));
    const rest = steps.slice(most);
    return [colors.bold(heading), ...shown, ...(rest.length === 0 ? [] : [`  ${leftOut(rest)}`])];
  });
}

function stepText(step: Step, said: string | undefined, colors: Colors): readonly string[] {
  const paint = painter(step.action, colors);
  const note = said === undefined ? '' : colors.yellow(`  ${safe(said)}`);
  const title = `  ${paint(SIGNS[step.action])} ${paint(step.action.padEnd(7))} ${colors.bold(stepTitle(step))}${note}`;
  const fields = shownFields(step);
  const shown = fields.slice(0, MOST_FIELDS).map((field) => fieldText(step, field, colors));
  const rest = fields.length - shown.length;
  const more = rest > 0 ? [`      and ${counted(rest, 'more field')}`] : [];
  return [title, ...shown, ...more, colors.dim(`      ${safe(step.why)}`)];
}

function fieldText(step: Step, field: Step['fields'][number], colors: Colors): string {
  const { before, after } = values(field);
  const path = `      ${safe(field.path)}: `;
  if (step.action === 'create') return `${path}${after}`;
  if (step.action === 'delete') return `${path}${before}`;
  return `${path}${before} ${colors.dim('→')} ${after}`;
}

function painter(action: Action, colors: Colors): (text: string) => string {
  switch (action) {
    case 'create':
      return colors.green;
    case 'delete':
    case 'replace':
      return colors.red;
    case 'switch':
    case 'run':
      return colors.magenta;
    case 'adopt':
    case 'forget':
      return colors.cyan;
    case 'update':
      return colors.yellow;
    default:
      return action satisfies never;
  }
}

function driftText({ drift }: Plan, colors: Colors, most: number): readonly string[] {
  return section(
    'Drift: the org was changed behind git’s back (not part of this plan unless it says so above)',
    drift.map(driftLine),
    colors,
    most,
  );
}

function holdText({ holds }: Plan, colors: Colors, most: number): readonly string[] {
  const lines = holds.map((hold) => {
    const whose = hold.ref === undefined ? '' : ` ${refText(hold.ref)}`;
    return `${colors.yellow(holdTitle(hold))}${safe(whose)}: ${safe(hold.message)}`;
  });
  return section('Held', lines, colors, most);
}

function impactText(plan: Plan, colors: Colors): readonly string[] {
  const lines = impactRows(plan).map(({ name, value }) => `${name}: ${value}`);
  return section('Impact', lines, colors, MOST);
}

function section(heading: string, lines: readonly string[], colors: Colors, most: number): readonly string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - most;
  return [
    colors.bold(heading),
    ...lines.slice(0, most).map((line) => `  ${line}`),
    ...(rest > 0 ? [`  and ${thousands(rest)} more; all of them are in the JSON`] : []),
  ];
}
