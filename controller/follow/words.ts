// What people are told, in the log and in their chat: what, where, by whom, and what can be done.
import { addressText, type Problem, refText } from '../../resources/core.ts';
import type { Drift, Hold, Plan } from '../../plans/plan.ts';
import { show } from '../../plans/show.ts';

const MOST_LINES = 20;

export function driftWords(environment: string, found: readonly Drift[]): string {
  const first = found.length === 1 ? `Drift in ${environment}:` : `Drift in ${environment}, ${found.length} differences:`;
  return lines(first, found.map(driftLine), 'Take it over: loopctl drift --adopt REF. Put it back: loopctl drift --revert REF.');
}

export function goneWords(environment: string, gone: readonly Drift[]): string {
  return lines(
    `No longer drifting in ${environment}:`,
    gone.map(({ ref, path }) => `${refText(ref)} ${path === '' ? 'is there again' : path}`),
  );
}

export function revertedWords(environment: string, reverted: readonly Drift[]): string {
  return lines(`Put back in ${environment}, as the policy of the kind says:`, reverted.map(driftLine));
}

export function heldWords(environment: string, plan: Plan, holds: readonly Hold[]): string {
  const approvable = holds.some((hold) => hold.approvable === true);
  return lines(
    `Held in ${environment}: plan ${plan.id.slice(0, 12)} of commit ${plan.commit?.slice(0, 10) ?? 'none'}`,
    holds.map(({ message }) => message),
    ...(approvable ? [`Look at it, then: loopctl approve ${plan.id.slice(0, 12)} --reason "…"`] : []),
  );
}

export function failedWords(environment: string, commit: string | null, problems: readonly Problem[]): string {
  const where = commit === null ? environment : `${environment}, commit ${commit.slice(0, 10)}`;
  return lines(
    `Failed in ${where}. What was applied before stays.`,
    problems.filter(({ severity }) => severity === 'error').map(problemLine),
  );
}

export function recoveredWords(environment: string, since: string): string {
  return `${environment} is well again; it failed since ${since}.`;
}

export function problemLine({ at, ref, message, hint }: Problem): string {
  const place = at === undefined ? '' : `${at.path}:${at.line}:${at.column} `;
  const whose = ref === undefined ? '' : `${refText(ref)}: `;
  return `${place}${whose}${message}${hint === undefined ? '' : ` ${hint}`}`;
}

export function driftLine({ ref, address, path, declared, live, kind, by, at }: Drift): string {
  const who = [by, at].filter((part) => part !== undefined).join(', ');
  const where = `${refText(ref)} (${addressText(address)})`;
  const told = who === '' ? '' : ` [${who}]`;
  if (path === '') return `${where} was deleted in the org${told}`;
  const both = kind === 'conflict' ? ', and git changed it too' : '';
  return `${where} ${path}: declared ${show(declared)}, live ${show(live)}${both}${told}`;
}

function lines(first: string, some: readonly string[], ...last: readonly string[]): string {
  const shown = some.slice(0, MOST_LINES);
  const more = some.length > shown.length ? [`… and ${some.length - shown.length} more`] : [];
  return [first, ...[...shown, ...more].map((line) => `• ${line}`), ...last].join('\n');
}
