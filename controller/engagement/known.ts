// What people did lately, from everywhere: what was posted, and what the org has. Many are asked for in few calls.
import { fold } from '../../resources/conditions/text.ts';
import type { Checked } from '../../resources/core.ts';
import type { EngagementEvent } from '../../engines/scoring/engagement.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Knowledge } from '../loops/answers.ts';
import type { Ground } from '../loops/decide.ts';
import { together } from '../lookups/together.ts';
import { problemOf } from '../problems.ts';
import { type EngagedModel, engagedModels, recordKey } from './models.ts';
import { eventsInOrg, orgSources } from './org.ts';

export interface Person {
  readonly object: string;
  /** Its id in the org. */
  readonly record: string;
  readonly email?: string;
}

export interface EngagementPlaces {
  readonly store: Pick<Store, 'engagements'>;
  readonly records: Pick<CrmRecords, 'childrenOf'>;
  readonly scope: Scope;
  readonly models: readonly EngagedModel[];
  readonly now: Date;
}

type Found = ReadonlyMap<string, readonly EngagementEvent[]>;

/**
 * Events of each person, by `recordKey`, oldest first: those whose type the person's model knows and that are not too old to count.
 * For 200 people one query of the store, and one of the org for each object that the model's `sources` name.
 */
export async function engagementOf(places: EngagementPlaces, persons: readonly Person[]): Promise<Found> {
  return merged(persons, [await posted(places, persons), await inOrg(places, persons)]);
}

async function posted({ store, scope, models, now }: Omit<EngagementPlaces, 'records'>, persons: readonly Person[]): Promise<Found> {
  const byObject = new Map(models.map((model) => [model.object, model]));
  const asked = persons.filter(({ object }) => byObject.has(object));
  const oldest = Math.max(0, ...asked.map(({ object }) => byObject.get(object)?.horizon ?? 0));
  const keys = asked.flatMap((person) => keysOf(person));
  const rows = await store.engagements.ofPersons(scope, keys, new Date(now.getTime() - oldest).toISOString());
  const found = new Map<string, readonly EngagementEvent[]>();
  for (const person of asked) {
    const { types, horizon } = byObject.get(person.object) as EngagedModel;
    // Somebody who was named by record and by address did it once.
    const own = new Map(keysOf(person).flatMap((key) => (rows.get(key) ?? []).map((row) => [row.id, row] as const)));
    const counted = [...own.values()].filter(({ type, at }) => types.has(fold(type)) && now.getTime() - Date.parse(at) <= horizon);
    found.set(
      recordKey(person.object, person.record),
      counted.map(({ type, at }) => ({ type, at })),
    );
  }
  return found;
}

function keysOf({ object, record, email }: Person): readonly string[] {
  return [recordKey(object, record), ...(email === undefined ? [] : [fold(email)])];
}

async function inOrg({ records, models, now }: Pick<EngagementPlaces, 'records' | 'models' | 'now'>, persons: readonly Person[]) {
  const found = new Map<string, EngagementEvent[]>();
  for (const { object, sources, types, horizon } of models) {
    const ids = [...new Set(persons.filter((person) => person.object === object).map(({ record }) => record))];
    if (ids.length === 0) continue;
    const begin = now.getTime() - horizon;
    const of = { person: object, ids, since: new Date(begin).toISOString(), asOf: now.getTime() };
    for (const { id, event } of await eventsInOrg(records, sources, of)) {
      if (!types.has(fold(event.type)) || Date.parse(event.at) < begin) continue;
      const key = recordKey(object, id);
      const before = found.get(key);
      if (before === undefined) found.set(key, [event]);
      else before.push(event);
    }
  }
  return found;
}

function merged(persons: readonly Person[], parts: readonly Found[]): Found {
  return new Map(
    persons.map(({ object, record }) => {
      const key = recordKey(object, record);
      const events = parts.flatMap((part) => part.get(key) ?? []);
      return [key, events.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.type < b.type ? -1 : a.type > b.type ? 1 : 0))];
    }),
  );
}

export interface EventsKnowledge {
  readonly store: Pick<Store, 'engagements'>;
  connect(): Promise<Checked<CrmRecords>>;
  now(): Date;
}

/** Answers to `events`: what is asked at about the same time is looked up together. */
export function eventsKnowledge(places: EventsKnowledge): (ground: Pick<Ground, 'scope' | 'compiled'>) => Knowledge['events'] {
  const asking = new WeakMap<Ground['compiled'], (person: Person) => Promise<FactValue>>();
  return (ground) =>
    ({ object, record, email }) => {
      let ask = asking.get(ground.compiled);
      if (ask === undefined) {
        ask = together((persons) => lookUp(places, ground, persons));
        asking.set(ground.compiled, ask);
      }
      return ask({ object, record, ...(email !== undefined && { email }) });
    };
}

/** Where the org does not answer, what was posted is known all the same, and it is said what is missing. */
async function lookUp(
  { store, connect, now }: EventsKnowledge,
  { scope, compiled }: Pick<Ground, 'scope' | 'compiled'>,
  persons: readonly Person[],
): Promise<(person: Person) => FactValue> {
  const models = engagedModels(compiled.row.content.resources);
  const at = now();
  const places = { store, scope, models, now: at };
  let found: Found | undefined;
  let missing: string | undefined;
  if (models.some(({ object, sources }) => orgSources(sources).length > 0 && persons.some((one) => one.object === object))) {
    const org = await connect();
    if (!org.ok) missing = org.problems[0]?.message ?? 'no org is set';
    else {
      try {
        found = await engagementOf({ ...places, records: org.value }, persons);
      } catch (error) {
        missing = problemOf(error)?.message;
        if (missing === undefined) throw error;
      }
    }
  }
  const known = found ?? merged(persons, [await posted(places, persons)]);
  return ({ object, record }) => ({
    value: known.get(recordKey(object, record)) ?? [],
    ...(missing !== undefined && { missing: `events of the org: ${missing}` }),
    source: 'engagement',
    at: at.toISOString(),
  });
}
