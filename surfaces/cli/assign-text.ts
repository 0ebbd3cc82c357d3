// Assignments of records to territories, for people and for programs: the sums, the first of each sort with its reason, and what waits.
import type { Assigned, AssignPreview } from '../../controller/assign.ts';
import type { Change, Waiting } from '../../controller/assign/look.ts';
import { counted, cut, safe, thousands } from '../../plans/show.ts';
import type { Colors } from './terminal.ts';

type Report = Extract<Assigned, { kind: 'report' }>;

/** Told one by one in JSON; the file of `--out` has them all. */
const MOST_IN_JSON = 1_000;
const MOST_SHOWN = 10;

export function assignedJson({ outcome, preview, holds, written, calls }: Report): Readonly<Record<string, unknown>> {
  const { plan, looked, resumes } = preview;
  const { counts, changes, waiting, missing } = looked;
  return {
    plan: plan.id,
    outcome,
    org: plan.org,
    summary: counts,
    account_moves: plan.impact['account_moves'],
    changes: changes.slice(0, MOST_IN_JSON).map(publicChange),
    changes_cut: Math.max(0, changes.length - MOST_IN_JSON),
    waiting: waiting.slice(0, MOST_IN_JSON),
    waiting_cut: Math.max(0, waiting.length - MOST_IN_JSON),
    missing_territories: missing,
    holds,
    ...(resumes !== undefined && { resumes: { job: resumes.id, behind: resumes.cursor ?? null, since: resumes.at } }),
    ...(written !== undefined && { written: { done: written.done, failed: written.failed, stopped: written.stopped ?? null } }),
    calls,
  };
}

/** Everything, as one JSON document with a line a change: a million of them are no text that can be made in one piece. */
export function* fileOf({ plan, looked }: AssignPreview, object: string, where: string | null): Generator<string> {
  const head = {
    kind: 'assignment',
    formatVersion: 1,
    plan: plan.id,
    object,
    where,
    environment: plan.environment,
    org: plan.org,
    summary: looked.counts,
  };
  yield `${JSON.stringify(head).slice(0, -1)},\n"changes": [`;
  yield* lines(looked.changes.map(publicChange));
  yield '],\n"waiting": [';
  yield* lines(looked.waiting);
  yield ']}\n';
}

function* lines(rows: readonly object[]): Generator<string> {
  for (const [at, row] of rows.entries()) yield `${at === 0 ? '' : ','}\n${JSON.stringify(row)}`;
}

function publicChange({ record, name, action, from, to, fields, why }: Change) {
  return { record, name, action, from, to: to ?? null, fields, why };
}

export function assignmentText({ outcome, preview, holds, written, calls }: Report, colors: Colors, wasShown: boolean): string {
  const { plan, looked, resumes } = preview;
  const lines = wasShown ? [] : previewLines(preview, colors);
  if (resumes !== undefined && !wasShown)
    lines.push(
      '',
      `It goes on with the run of ${resumes.at}, behind ${resumes.cursor ?? 'the start'}: ${counted(resumes.counts.changed, 'record')} done then.`,
    );
  switch (outcome) {
    case 'planned':
    case 'held':
      if (holds.length > 0) lines.push('', ...holds.map(({ message }) => `${colors.yellow('held')}: ${message}`));
      if (holds.some(({ approvable }) => approvable === true)) lines.push(`To let it through: loopctl approve ${plan.id} --reason "…"`);
      break;
    case 'nothing':
      lines.push('', colors.green('Nothing to do: every record is where the rows say, or where people put it.'));
      break;
    case 'stale':
      lines.push(
        '',
        `${colors.red('Stale')}: something else would be done now than what was saved. Look at it anew: loopctl assign --out FILE`,
      );
      break;
    default:
      lines.push('', writtenText(written, calls, looked.changes.length, colors));
      for (const { record, code, message } of (written?.failed ?? []).slice(0, MOST_SHOWN))
        lines.push(`  ${record}: ${code}: ${safe(message)}`);
      if (written?.stopped !== undefined) lines.push(`${safe(written.stopped.message)} The next run goes on from here: loopctl assign`);
      else if ((written?.failed.length ?? 0) > 0) lines.push('The next run tries them again.');
  }
  return lines.join('\n').replace(/^\n/, '');
}

function writtenText(written: Report['written'], calls: Report['calls'], of: number, colors: Colors): string {
  const { done = 0, failed = [] } = written ?? {};
  const sum = `${thousands(done)} of ${counted(of, 'record')} done${failed.length === 0 ? '' : `, ${thousands(failed.length)} failed`}; ${counted(calls.read, 'call')} to read, ${thousands(calls.write)} to write.`;
  return done === of ? colors.green(sum) : sum;
}

function previewLines({ plan, looked }: AssignPreview, colors: Colors): string[] {
  const { counts, changes, waiting, missing } = looked;
  const { org } = plan;
  const rows: readonly (readonly [string, number])[] = [
    ['to be assigned', counts.assign],
    ['to be moved', counts.move],
    ['to be taken out', counts.remove],
    ['to be marked', counts.mark],
    ['as they are', counts.unchanged],
    ['as people put them', counts.kept],
    ['no row takes them', counts.no_match],
    ['nothing tells apart', counts.ambiguous],
  ];
  return [
    `${counted(counts.seen, 'record')} of "${safe(org.name)}" (${org.sandbox ? 'sandbox' : 'PRODUCTION'}), as ${org.user}. Plan ${plan.id}.`,
    ...rows.filter(([, count]) => count > 0).map(([name, count]) => `  ${name.padEnd(20)} ${thousands(count)}`),
    ...(missing.length === 0 ? [] : [`  Not in the active model, so nothing can be put there: ${missing.join(', ')}.`]),
    ...(['assign', 'move', 'remove'] as const).flatMap((action) =>
      shownChanges(
        changes.filter((one) => one.action === action),
        action,
        colors,
      ),
    ),
    ...shownWaiting(waiting),
  ];
}

const TITLES = { assign: 'Assigned', move: 'Moved', remove: 'Taken out' } as const;

function shownChanges(some: readonly Change[], action: keyof typeof TITLES, colors: Colors): readonly string[] {
  if (some.length === 0) return [];
  const lines = some.slice(0, MOST_SHOWN).map((one) => {
    const path = action === 'assign' ? one.to : action === 'move' ? `${one.from.join(', ')} → ${one.to}` : `out of ${one.from.join(', ')}`;
    return `  ${nameText(one)}: ${path} ${colors.dim(`because ${cut(safe(one.why), 160)}`)}`;
  });
  return ['', `${TITLES[action]}:`, ...lines, ...more(some.length)];
}

function shownWaiting(waiting: readonly Waiting[]): readonly string[] {
  if (waiting.length === 0) return [];
  const lines = waiting
    .slice(0, MOST_SHOWN)
    .map((one) => `  ${nameText(one)}: ${one.status === 'no_match' ? 'no row takes it' : one.candidates.join(' or ')}`);
  return ['', 'Waiting for somebody to say where they belong:', ...lines, ...more(waiting.length)];
}

function more(count: number): readonly string[] {
  return count <= MOST_SHOWN ? [] : [`  … and ${thousands(count - MOST_SHOWN)} more (--out FILE has all)`];
}

function nameText({ name, record }: { readonly name: string | null; readonly record: string }): string {
  return name === null ? record : `${safe(name)} (${record})`;
}
