// What a look at a record shows: who is to act, what was done, and whether the policy's conditions hold. And the questions for it.
import type { Condition } from '../../resources/conditions/condition.ts';
import { markIn } from '../creation-key.ts';
import { type RecordFacts, RECORD } from '../facts.ts';
import type { FactValue, StepInput } from '../loop.ts';
import type { Request } from '../requests.ts';
import { memoryOf, isQuestion } from '../memory.ts';
import { personOrThing } from '../tasks.ts';
import { type Policy, usernameOf, type Watched } from './world.ts';

export const SCORE = 'qualify';
export const PEOPLE = 'people by id';

export interface Seen {
  /** Who is to act: an id of the org, or a username where the field holds one. */
  readonly owner: string | null;
  readonly username: string | undefined;
  /** A queue has no clock. */
  readonly isPerson: boolean;
  readonly won: boolean;
  /** Of the field that tells of an act. */
  readonly value: unknown;
  readonly acts: readonly Act[];
  readonly holds: boolean;
  readonly pauses: boolean;
  /** It is new, or was won just now, and somebody else gave it to its owner. */
  readonly isFresh: boolean;
  /** Route gave it to whoever has it. */
  readonly byRoute: boolean;
}

/** A task or an event of people. */
export interface Act {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly owner: string;
  readonly isClosed: boolean;
  /** loopctl made it, and somebody closed it. */
  readonly isOurs: boolean;
}

type Row = Readonly<Record<string, unknown>>;

/** Of what hangs on the record; nothing where no clock runs that they would stop. */
export function actQuestions({ object, policies }: Watched, record: Row, id: string): readonly Request[] {
  const asked = new Map<string, Request>();
  for (const policy of policies) {
    const place = placeOf(policy, object, record, id);
    const of = (name: string, fields: readonly string[]) => {
      const question = `${name} by ${place.by}`;
      asked.set(question, { id: question, kind: 'children', object: name, by: place.by, record: place.record, fields, newest: true });
    };
    if (policy.spec.touch.tasks) of('Task', ['OwnerId', 'CreatedDate', 'IsClosed', 'Description']);
    if (policy.spec.touch.events) of('Event', ['OwnerId', 'CreatedDate', 'Description']);
  }
  return [...asked.values()];
}

/** A deal that is won is worked at its company. */
function placeOf({ spec: { start } }: Policy, object: string, record: Row, id: string): { readonly by: string; readonly record: string } {
  const account = record['AccountId'];
  return start === 'won' && typeof account === 'string' ? { by: 'AccountId', record: account } : { by: personOrThing(object), record: id };
}

export function recordOf({ event, facts }: Pick<StepInput<unknown>, 'event' | 'facts'>): Row {
  return (event.record ?? facts.get(RECORD)?.value ?? {}) as Row;
}

export function seenOf(policy: Policy, here: Watched, input: StepInput<unknown>, known: RecordFacts): Seen {
  const { facts, now, event } = input;
  const record = recordOf(input);
  const owner = text(record[policy.owner]) ?? null;
  const [path] = usernameOf(policy.owner);
  const named = path === undefined ? undefined : text(record[path]);
  const scored = scoredOf(facts.get(SCORE));
  const all = { ...known.facts, ...scored };
  const test = (condition: Condition | undefined, otherwise: boolean) => (condition === undefined ? otherwise : condition.holds(all, now));
  return {
    owner,
    username: named ?? (owner?.includes('@') === true ? owner : userOf(facts.get(PEOPLE), owner)),
    isPerson: owner !== null && !owner.startsWith('00G'),
    won: record['IsWon'] === true,
    value: policy.field === undefined ? null : (record[policy.field] ?? null),
    acts: event.id === undefined ? [] : actsOf(policy, here.object, record, event.id, facts),
    holds: test(policy.when, true),
    pauses: test(policy.pause, false),
    isFresh: isFresh(policy, record, owner, now),
    byRoute: wroteRoute(input, owner),
  };
}

function scoredOf(answer: FactValue | undefined): Row {
  if (answer === undefined || answer.missing !== undefined) return {};
  const { score, grade, mql, excluded } = (answer.value ?? {}) as Row;
  return { score: score ?? null, grade: grade ?? null, mql: mql ?? null, excluded: excluded !== undefined && excluded !== null };
}

/** By the ids that the snapshot knows. */
function userOf(answer: FactValue | undefined, id: string | null): string | undefined {
  const found = Object.entries((answer?.value ?? {}) as Readonly<Record<string, string>>).find(([, one]) => one === id);
  return found?.[0].startsWith('User/') === true ? found[0].slice('User/'.length) : undefined;
}

function actsOf(policy: Policy, object: string, record: Row, id: string, facts: StepInput<unknown>['facts']): readonly Act[] {
  const { by } = placeOf(policy, object, record, id);
  const rows = (name: string) => (facts.get(`${name} by ${by}`)?.value ?? []) as readonly Row[];
  const act = (row: Row): Act => ({
    id: String(row['Id']),
    at: Date.parse(String(row['CreatedDate'])),
    owner: String(row['OwnerId']),
    isClosed: row['IsClosed'] === true,
    isOurs: markIn(row['Description']) !== undefined,
  });
  // What loopctl made is nobody's act until somebody closes it.
  const { tasks, events } = policy.spec.touch;
  const acts = [...(tasks ? rows('Task') : []), ...(events ? rows('Event') : [])].map(act);
  return acts.filter(({ isClosed, isOurs }) => isClosed || !isOurs);
}

function isFresh({ spec: { start }, fresh }: Policy, record: Row, owner: string | null, now: number): boolean {
  if (start === 'won') return now - Date.parse(`${String(record['CloseDate'])}T23:59:59Z`) <= fresh;
  const isGiven = owner !== null && record['CreatedById'] !== owner;
  return isGiven && now - Date.parse(String(record['CreatedDate'])) <= fresh;
}

function wroteRoute(input: StepInput<unknown>, owner: string | null): boolean {
  const memory = memoryOf('route', input);
  return !isQuestion(memory) && owner !== null && memory.last?.owner === owner;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
