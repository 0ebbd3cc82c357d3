// Answers to what loops ask: from the snapshot, from the state, from the org. What the org does not answer is a fact too: it is missing.
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, Stepped } from '../../loops/loop.ts';
import type { Lookup, MatchRequest, PagesRequest, People, Request } from '../../loops/requests.ts';
import type { Checked } from '../../resources/core.ts';
import type { CrmRecords } from '../../ports/records.ts';
import { accountAnswers } from '../matching/known.ts';
import { problemOf } from '../problems.ts';
import type { Ledger } from './ledger.ts';
import { LOOPS } from './registry.ts';
import { type Answer, runLoop } from './run.ts';
import type { Compiled } from './world.ts';

export interface Sources {
  readonly now: () => Date;
  readonly people: People;
  /** Adds who is away. */
  readonly away?: ((people: People) => People | Promise<People>) | undefined;
  /** What was reconciled. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Ids in the org, by address as text. */
  readonly bindings: Readonly<Record<string, string>>;
  readonly ledger: Pick<Ledger, 'state'>;
  readonly org: OrgAnswers;
  /** Another loop's answer, dry. */
  other(loop: string, event: LoopEvent): Promise<FactValue> | FactValue;
  readonly knowledge?: Knowledge | undefined;
}

/** What is known beside the org. */
export interface Knowledge {
  /** What was looked up before; `open` where a lookup would tell more. */
  lookup(request: Lookup): Promise<FactValue>;
  /** `EngagementEvent`s of a person. */
  events(request: Extract<Request, { readonly kind: 'events' }>): Promise<FactValue>;
  /** What stands on pages of the web. */
  pages?(request: PagesRequest): Promise<FactValue>;
}

export interface OrgAnswers {
  record(object: string, id: string, fields: readonly string[]): Promise<FactValue>;
  load(object: string, owners: readonly string[]): Promise<FactValue> | FactValue;
  /** Which account a record belongs to, by what was reconciled. */
  match(request: MatchRequest, resources: Sources['resources']): Promise<FactValue> | FactValue;
  /** Fields of the records that hang on one. */
  children(request: Extract<Request, { readonly kind: 'children' }>): Promise<FactValue>;
}

export function answersFrom({ now, people, away, resources, bindings, ledger, org, other, knowledge }: Sources): Answer {
  const known = (value: unknown, source: string): FactValue => ({ value, source, at: now().toISOString() });
  const nobody = (source: string): FactValue => ({ value: null, missing: 'nobody is there to ask', source, at: now().toISOString() });
  return (request: Request) => {
    switch (request.kind) {
      case 'people': {
        const found = away?.(people) ?? people;
        return found instanceof Promise ? found.then((all) => known(all, 'snapshot')) : known(found, 'snapshot');
      }
      case 'ids':
        return known(
          Object.fromEntries(request.addresses.flatMap((one) => (bindings[one] === undefined ? [] : [[one, bindings[one]]]))),
          'snapshot',
        );
      case 'state': {
        const found = ledger.state(request.keys);
        return found instanceof Promise ? found.then((states) => known(states, 'ledger')) : known(found, 'ledger');
      }
      case 'crm':
        return org.record(request.object, request.record, request.fields);
      case 'load':
        return org.load(request.object, request.owners);
      case 'match':
        return org.match(request, resources);
      case 'children':
        return org.children(request);
      case 'events':
        return knowledge?.events(request) ?? nobody('events');
      case 'pages':
        return knowledge?.pages?.(request) ?? nobody('pages');
      case 'enrich':
      case 'agent':
        return knowledge?.lookup(request) ?? nobody(request.kind);
      case 'loop':
        return other(request.loop, request.event);
      default:
        return request satisfies never;
    }
  };
}

/** A count of open records is good for this long; assignments since then are added from the ledger. */
const COUNTED_FOR_MS = 60_000;

/** `owed`: how many records of an object are on their way to each of these users, by username: no count of the org holds them yet. */
export function orgAnswers(
  connect: () => Promise<Checked<CrmRecords>>,
  now: () => Date,
  owed: (object: string, owners: readonly string[]) => Promise<ReadonlyMap<string, number>> = async () => new Map(),
): OrgAnswers {
  const counts = new Map<string, { readonly at: number; readonly answer: FactValue }>();
  const asking = new Map<string, Promise<FactValue>>();
  const fact = (value: unknown): FactValue => ({ value, source: 'org', at: now().toISOString() });
  const missing = (message: string): FactValue => ({ value: null, missing: message, source: 'org', at: now().toISOString() });
  const ask = async (body: (org: CrmRecords) => Promise<FactValue>): Promise<FactValue> => {
    const org = await connect();
    if (!org.ok) return missing(org.problems[0]?.message ?? 'no org is set');
    try {
      return await body(org.value);
    } catch (error) {
      const problem = problemOf(error);
      if (problem === undefined) throw error;
      return missing(problem.message);
    }
  };
  return {
    match: accountAnswers(connect, now),
    record: (object, id, fields) =>
      ask(async (org) => {
        const found = await org.record(object, id, fields);
        return found === undefined ? missing(`there is no ${object} ${id} in the org, or it is not to be seen`) : fact(found);
      }),
    children: ({ object, by, record, fields, newest }) =>
      ask(async (org) => fact(await org.children(object, by, record, fields, { newest: newest === true }))),
    load(object, owners) {
      const key = `${object} ${owners.join(' ')}`;
      const before = counts.get(key);
      if (before !== undefined && now().getTime() - before.at < COUNTED_FOR_MS) return before.answer;
      const already = asking.get(key);
      if (already !== undefined) return already;
      const at = now().getTime();
      const asked = ask(async (org) => {
        // Asked first: what is written between the two looks is counted twice rather than never, and no cap is broken.
        const coming = await owed(object, owners);
        const read = await org.openRecords(object, owners);
        const count = (owner: string) => (read.get(owner) ?? 0) + (coming.get(owner) ?? 0);
        return fact(Object.fromEntries(owners.map((owner) => [owner, { count: count(owner), at }])));
      }).then((answer) => {
        asking.delete(key);
        counts.set(key, { at, answer });
        return answer;
      });
      asking.set(key, asked);
      return asked;
    },
  };
}

/** What one loop says of a subject to another one: its answer on the same snapshot, dry. `answer`: to what it asks in its turn. */
export function otherLoop(
  compiled: Pick<Compiled, 'worldOf'>,
  { name, event, now }: { readonly name: string; readonly event: LoopEvent; readonly now: number },
  answer: Answer,
): Promise<FactValue> | FactValue {
  const at = new Date(now).toISOString();
  const source = `loop/${name}`;
  const none: FactValue = { value: null, missing: `${name} gives no answer for ${event.object}`, source, at };
  const loop = LOOPS.get(name);
  if (loop?.step === undefined) return none;
  const factOf = (end: Stepped): FactValue => {
    if (end.kind !== 'decide') return none;
    const { factors: _, ...outcome } = end.outcome;
    return { value: outcome, source, at };
  };
  const run = { loop, world: compiled.worldOf(loop), event, turn: '', now };
  const first = loop.step({ ...run, facts: new Map() });
  return first.kind === 'ask' ? runLoop<FactValue>(run, answer, ({ end }) => ({ kind: 'taken', value: factOf(end) })) : factOf(first);
}
