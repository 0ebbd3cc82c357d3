// What comes after an owner was found: a task for them with the reasons, and word to people, where the rule set says so.
import type { Decide, Wanted } from '../decide.ts';
import type { FactValue, StepInput } from '../loop.ts';
import { taskOf } from '../tasks.ts';
import type { TaskWord } from '../../resources/tasks.ts';
import type { RouteObject } from './loop.ts';
import { RECORD } from '../facts.ts';
import type { Owner } from './owner.ts';

/** Of a record that goes to another person than it was with; a queue takes no task. */
export function afterAssigned(
  here: Pick<RouteObject, 'routing' | 'calendars'>,
  { event, now, turn }: Pick<StepInput<unknown>, 'event' | 'now' | 'turn'>,
  made: Pick<Decide, 'outcome' | 'reasoning' | 'name'>,
  before: Owner | undefined,
  qualified: unknown,
): readonly Wanted[] {
  const { on_assign: wanted } = here.routing.rules.spec;
  const { ownerId, owner } = made.outcome as {
    readonly ownerId?: string;
    readonly owner?: { readonly name: string; readonly seat?: string };
  };
  if (wanted === undefined || ownerId === undefined || owner === undefined || event.id === undefined || ownerId === before?.id) return [];
  const words = wordsOf(made, { object: event.object, owner: owner.name, decision: turn }, qualified);
  const seat = here.routing.coverage.roster.seats.get(owner.seat ?? '');
  const calendar = here.calendars.named(seat?.calendar) ?? here.calendars.workingDays;
  return [
    ...(wanted.task === undefined
      ? []
      : [taskOf(wanted.task, { object: event.object, record: event.id, owner: ownerId, words, calendar, now })]),
    ...(wanted.notify ? [{ kind: 'notify' as const, topic: 'assigned' as const, text: toldText(words, event.id) }] : []),
  ];
}

function wordsOf(
  { outcome, reasoning, name }: Pick<Decide, 'outcome' | 'reasoning' | 'name'>,
  known: Readonly<Partial<Record<TaskWord, string>>>,
  qualified: unknown,
): Readonly<Partial<Record<TaskWord, string>>> {
  const { score, grade } = (qualified ?? {}) as { readonly score?: number; readonly grade?: string | null };
  const { rule_matched: rule, territory } = outcome as { readonly rule_matched: string; readonly territory?: string };
  return {
    ...known,
    ...(name !== undefined && { name }),
    rule,
    reason: reasoning,
    ...(territory !== undefined && { territory }),
    ...(typeof score === 'number' && { score: String(score) }),
    ...(typeof grade === 'string' && { grade }),
  };
}

const MOST_NAME = 120;
const MOST_REASON = 600;

/** `Lead Quill (00Q…) is with Ana Ruiz: …` */
function toldText(
  { object = '', name = '', owner = '', reason = '' }: Readonly<Partial<Record<TaskWord, string>>>,
  record: string,
): string {
  return `${object} ${short(name, MOST_NAME)} (${record}) is with ${owner}: ${short(reason, MOST_REASON)} More: loopctl explain ${record}`;
}

/** In one line. */
function short(text: string, most: number): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

/** When the org got the record: speed to lead is counted from there. */
export function capturedAt(facts: ReadonlyMap<string, FactValue>): { readonly captured_at?: string } {
  const { CreatedDate: at } = (facts.get(RECORD)?.value ?? {}) as { readonly CreatedDate?: unknown };
  const moment = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return Number.isNaN(moment) ? {} : { captured_at: new Date(moment).toISOString() };
}
