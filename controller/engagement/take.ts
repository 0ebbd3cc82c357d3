// Events that somebody posts are kept first, then told to Qualify: an org that is away, or a process that dies between, delays and loses none.
import { fold } from '../../resources/conditions/text.ts';
import type { NewEngagement } from '../../ports/engagements.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { type EngagedModel, recordKey } from './models.ts';

export interface PostedEvent {
  /** The sender's. */
  readonly id: string;
  readonly type: string;
  /** A day, or a moment with its offset. */
  readonly at: string;
  readonly email?: string;
  readonly object?: string;
  readonly record?: string;
}

export interface EngagementTaken {
  readonly received: number;
  /** How many were not known before. */
  readonly new: number;
  /** Types for which no model has points: kept, in case one gets them. */
  readonly unknown_types: readonly string[];
}

export interface Taking {
  readonly store: Pick<Store, 'engagements'>;
  readonly scope: Scope;
  readonly models: readonly EngagedModel[];
  readonly now: Date;
  /** Who posts. */
  readonly source: string;
  /** Whether Qualify acts on the org: else nobody is to be told. */
  readonly acting: boolean;
}

export async function takeEngagements(
  { store, scope, models, now, source, acting }: Taking,
  posted: readonly PostedEvent[],
): Promise<EngagementTaken> {
  const events = posted.map((event) => engagementOfPosted(event, source));
  const added = await store.engagements.add(scope, events, now.toISOString());
  if (!acting && added.length > 0) await store.engagements.tell(scope, added, [], now.toISOString());
  const known = new Set(models.flatMap(({ types }) => [...types]));
  const unknown = new Set(posted.map(({ type }) => type).filter((type) => !known.has(fold(type))));
  return { received: posted.length, new: added.length, unknown_types: [...unknown].sort() };
}

function engagementOfPosted({ id, type, at, email, object, record }: PostedEvent, source: string): NewEngagement {
  const mail = email === undefined ? undefined : fold(email);
  const person = object === undefined || record === undefined ? (mail ?? '') : recordKey(object, record);
  // Two senders may call two things the same.
  return {
    id: `${source} ${id}`,
    person,
    ...(mail !== undefined && mail !== person && { email: mail }),
    type,
    at: new Date(at).toISOString(),
    source,
  };
}

export interface Telling {
  readonly store: Pick<Store, 'engagements'>;
  readonly records: Pick<CrmRecords, 'childrenOf'>;
  readonly scope: Scope;
  readonly models: readonly EngagedModel[];
  readonly now: Date;
}

const AT_ONCE = 500;

/**
 * Tells Qualify of what was posted and not told yet; gives how many records are to be scored. Who has no record now is found when there is
 * one: Qualify asks for what its person did before. Throws where the org does not answer.
 */
export async function tellEngagements(telling: Telling): Promise<number> {
  const { store, scope, now } = telling;
  let told = 0;
  for (;;) {
    const waiting = await store.engagements.untold(scope, AT_ONCE);
    if (waiting.length === 0) return told;
    const events = await eventsFor(telling, waiting);
    const ids = waiting.map(({ id }) => id);
    told += await store.engagements.tell(scope, ids, events, now.toISOString());
  }
}

/** One for each record, whatever its person did. */
async function eventsFor({ records, models, now }: Telling, waiting: readonly NewEngagement[]): Promise<readonly NewEvent[]> {
  const last = new Map(
    waiting.flatMap((event) => [event.person, ...(event.email === undefined ? [] : [event.email])].map((key) => [key, event.id])),
  );
  const keys = [...last.keys()];
  const found = new Map<string, NewEvent>();
  for (const { object, email } of models) {
    const add = (record: string, key: string) => {
      const cause = last.get(key);
      if (cause === undefined) return;
      const id = `engagement ${object}/${record} ${cause}`;
      found.set(`${object}/${record}`, { id, loop: 'qualify', object, record, at: now.toISOString(), source: 'engagement' });
    };
    // A converted lead is nobody's to be scored any more.
    const ids = keys.flatMap((key) => (key.startsWith(`${object}/`) ? [key.slice(object.length + 1)] : []));
    for (const row of await records.childrenOf(object, 'Id', ids, [], { open: true }))
      add(String(row['Id']), recordKey(object, String(row['Id'])));
    if (email === undefined) continue;
    const addresses = keys.filter((key) => key.includes('@'));
    for (const row of await records.childrenOf(object, email, addresses, [], { open: true }))
      add(String(row['Id']), fold(String(row[email])));
  }
  return [...found.values()];
}
