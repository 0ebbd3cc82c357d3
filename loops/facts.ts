// A record as facts: by the product's names, whichever names it came with; what was read stays beside what matchers see.
import type { FieldMapSpec } from '../resources/field-map/schema.ts';
import { fold, isMissing } from '../resources/conditions/text.ts';
import { emailFacts } from '../engines/matching/email-facts.ts';
import { compilePolicy, type Policy } from '../engines/matching/policy.ts';
import { withPlaceCodes } from '../engines/places/facts.ts';
import type { Refuse } from './decide.ts';
import type { LoopEvent } from './event.ts';
import type { Snapshot, StepInput } from './loop.ts';
import type { Request } from './requests.ts';
import { idFault } from './subject.ts';
import { type Unread, unreadOf } from './unread.ts';

export interface FieldNames {
  readonly object: string;
  /** The org's names of fields, each once. */
  readonly fields: readonly string[];
  readonly policy: Policy;
  /** By the product's name. */
  readonly map: FieldMapSpec['fields'];
}

export interface RecordFacts {
  /** As they were read, by the product's names. */
  readonly read: Readonly<Record<string, unknown>>;
  /** With codes of places, and what follows from the mail address. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly source: { readonly source: string; readonly at: string };
  /** Fields that somebody else than the record gave. */
  readonly filled?: Filled;
  /** Of a record that was given. */
  readonly unread: readonly Unread[];
}

/** Values by field, with who gave them and when. */
export type Filled = Readonly<Record<string, { readonly value: unknown; readonly source: string; readonly at: string }>>;

export function withFilled(record: RecordFacts, filled: Filled): RecordFacts {
  const values = Object.fromEntries(Object.entries(filled).map(([name, { value }]) => [name, value]));
  return { ...record, facts: withPlaceCodes({ ...record.facts, ...values }), filled };
}

/** Who gave a field. */
export function sourceOf({ filled, source }: RecordFacts, name: string): { readonly source: string; readonly at: string } {
  const given = filled?.[name];
  return given === undefined ? source : { source: given.source, at: given.at };
}

export function fieldNames({ resources }: Snapshot, object: string): FieldNames | undefined {
  const maps = Object.entries(resources).filter(([key]) => key.startsWith('FieldMap/'));
  const found = maps.map(([, spec]) => spec as FieldMapSpec).find((spec) => spec.object === object);
  if (found === undefined) return undefined;
  const policy = Object.entries(resources).find(([key]) => key.startsWith('MatchPolicy/'))?.[1];
  const fields = [...new Set(Object.values(found.fields).map((field) => (typeof field === 'string' ? field : field.field)))];
  return { object, fields, map: found.fields, policy: compilePolicy((policy as Readonly<Record<string, unknown>> | undefined) ?? {}) };
}

export const RECORD = 'record';

/** The record's facts, a question for its fields, or why it can not be read. `more`: fields of the org beside those of the map. */
export function recordFacts(
  names: FieldNames,
  { event, facts, now }: StepInput<unknown>,
  more: readonly string[] = [],
): RecordFacts | Request | Refuse {
  if (event.record !== undefined) {
    const problems = problemsOf(names, event.record);
    if (problems.length > 0) return { kind: 'refuse', problems };
    const unread = unreadOf(names.object, names.map, event.record);
    return made(names, event.record, { source: 'request', at: new Date(now).toISOString() }, unread);
  }
  const { id, object } = event;
  if (id === undefined) return refuse('record', 'neither an id nor a record is given');
  // The org would call it a malformed query, which looks like an org that is away.
  const fault = idFault(id);
  if (fault !== undefined) return refuse('id', fault);
  const answer = facts.get(RECORD);
  if (answer === undefined) return { id: RECORD, kind: 'crm', object, record: id, fields: [...names.fields, ...more] };
  if (answer.missing !== undefined) return refuse('id', answer.missing);
  return made(names, answer.value as Readonly<Record<string, unknown>>, { source: answer.source, at: answer.at });
}

function refuse(path: string, message: string): Refuse {
  return { kind: 'refuse', problems: [{ path, message }] };
}

function made(
  names: FieldNames,
  given: Readonly<Record<string, unknown>>,
  source: RecordFacts['source'],
  unread: RecordFacts['unread'] = [],
): RecordFacts {
  const read: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(names.map)) {
    const value = valueOf(given, name, field);
    if (value !== undefined) read[name] = value;
  }
  const coded = withPlaceCodes(read);
  return { read, facts: { ...coded, ...emailFacts(read['email'], names.policy) }, source, unread };
}

type Field = FieldMapSpec['fields'][string];

/** By the product's name, else by the org's. */
function valueOf(given: Readonly<Record<string, unknown>>, name: string, field: Field): unknown {
  if (Object.hasOwn(given, name)) return given[name];
  const orgs = typeof field === 'string' ? field : field.field;
  if (!Object.hasOwn(given, orgs)) return undefined;
  const value = given[orgs];
  if (typeof field === 'string' || isMissing(value)) return value;
  return field.in.some((one) => fold(one) === fold(String(value)));
}

/** Every field that holds what no field of a record holds. Fields that no FieldMap names are left alone: nothing reads them. */
function problemsOf({ map }: FieldNames, record: Readonly<Record<string, unknown>>): Refuse['problems'] {
  const known = new Set(Object.entries(map).flatMap(([name, field]) => [name, typeof field === 'string' ? field : field.field]));
  return Object.entries(record)
    .filter(([name, value]) => known.has(name) && !isValue(value))
    .map(([name]) => ({ path: `record.${name}`, message: 'must be a text, a number, true, false, null, or a list of these' }));
}

function isValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length <= 1_000 && value.every((one) => !Array.isArray(one) && isValue(one));
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** As long as a name is in the org. */
const MOST_NAME = 255;

/** What people call the record. */
export function nameOf(event: LoopEvent, { read }: RecordFacts): string | undefined {
  for (const value of [event.record?.['Name'], event.record?.['name'], read['name'], read['company'], read['email']])
    if (typeof value === 'string' && value.trim() !== '') return value.slice(0, MOST_NAME);
  return undefined;
}
