// Records of the past and what is known of them: from the ledger of decisions, from the org as it is now, from a file.
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue } from '../../loops/loop.ts';
import { fieldNames, RECORD } from '../../loops/facts.ts';
import { instantOf } from '../../resources/conditions/dates.ts';
import type { SnapshotContent } from '../../plans/content.ts';
import type { Decisions, StoredDecision } from '../../ports/decisions.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope } from '../../ports/store.ts';
import type { PastRecord } from './replay.ts';

const PAGE = 500;
/** A record is scored, routed, and that again: where a few were decided on over and over, the rest is not looked for without end. */
const MOST_DECISIONS_A_RECORD = 20;

export interface LedgerRequest {
  readonly scope: Scope;
  /** At most so many records, the newest. */
  readonly limit: number;
  /** Milliseconds since 1970: decisions since then. */
  readonly since?: number;
  readonly object?: string;
}

/** Every record that was decided on, once, as it was at its last decision; the oldest first. */
export async function ledgerRecords(
  decisions: Pick<Decisions, 'past'>,
  { scope, limit, since, object }: LedgerRequest,
): Promise<readonly PastRecord[]> {
  const found = new Map<string, PastRecord>();
  const inOrder = () => [...found.values()].reverse();
  const size = Math.min(PAGE, limit);
  let before: string | undefined;
  for (let read = 0; read < limit * MOST_DECISIONS_A_RECORD; read += size) {
    const page = await decisions.past(scope, { limit: size, ...(before !== undefined && { before }) });
    for (const stored of page) {
      if (since !== undefined && Date.parse(stored.decision.logged_at) < since) return inOrder();
      const { subject, id } = stored.decision;
      const key = subject.id === undefined ? id : `${subject.object} ${subject.id}`;
      const newer = found.get(key);
      if (newer !== undefined) found.set(key, { ...newer, facts: new Map([...worldFacts(stored), ...newer.facts]) });
      else if (object === undefined || subject.object === object) found.set(key, decidedOn(stored));
      if (found.size === limit) return inOrder();
    }
    before = page.at(-1)?.decision.id;
    if (page.length < size) break;
  }
  return inOrder();
}

function decidedOn(stored: StoredDecision): PastRecord {
  const { decision, recorded } = stored;
  const { live: _live, batch: _batch, answer: _answer, ...event } = recorded.event as LoopEvent;
  const at = Date.parse(recorded.now);
  const { id, name } = decision.subject;
  return {
    name: name ?? id ?? decision.id,
    turn: decision.id,
    event,
    facts: worldFacts(stored),
    at,
    scoredAt: at,
  };
}

/** What an earlier decision of another loop was told of the record counts as well: Route is not told what Qualify looked up. */
function worldFacts({ recorded }: StoredDecision): PastRecord['facts'] {
  return new Map(recorded.facts.flatMap(({ id, ...fact }) => (isOfTheWorld(fact) ? [[id, fact] as const] : [])));
}

/** What a version or the state answered, the next version answers for itself. */
function isOfTheWorld({ source }: FactValue): boolean {
  return source !== 'snapshot' && source !== 'ledger' && !source.startsWith('loop/');
}

export interface OrgRequest {
  readonly object: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** At most so many records, those that changed last. */
  readonly limit: number;
  readonly before: SnapshotContent;
  readonly after: SnapshotContent;
  readonly now: number;
}

export interface OrgRecords {
  readonly records: readonly PastRecord[];
  /** Fields that only come after and that the org does not have yet: they are empty in every record. */
  readonly absent: readonly string[];
}

type Org = Pick<CrmRecords, 'changedSince' | 'records'>;

const CREATED = 'CreatedDate';

/** Records that were created or changed since then, as they are now; the oldest first. A few calls, whatever their number. */
export async function orgRecords(org: Org, request: OrgRequest): Promise<OrgRecords> {
  const { object, limit, now } = request;
  const ids = (await changedIds(org, request)).slice(-limit);
  const { fields, absent } = await fieldsIn(org, request, ids.slice(0, 1));
  const read = await org.records(object, ids, fields);
  const at = new Date(now).toISOString();
  const empty = Object.fromEntries(absent.map((field) => [field, null]));
  const records = ids.flatMap((id): readonly PastRecord[] => {
    const value = read.get(id);
    if (value === undefined) return [];
    const created = instantOf(value[CREATED]);
    const facts = new Map([[RECORD, { value: { ...value, ...empty }, source: 'org', at }]]);
    return [{ name: nameIn(value) ?? id, turn: id, event: { object, id }, facts, ...(created !== undefined && { at: created }) }];
  });
  return { records: records.toSorted(byTime), absent };
}

/** What the versions read. A change may add a field that the org will only have when it is applied. */
async function fieldsIn(org: Org, { object, before, after }: OrgRequest, some: readonly string[]) {
  const [old, now] = [before, after].map(({ resources }) => fieldNames({ id: '', resources }, object)?.fields ?? []);
  const fields = new Set([...(old ?? []), CREATED]);
  const absent: string[] = [];
  for (const field of now ?? []) {
    if (fields.has(field)) continue;
    if (await isThere(org, object, field, some)) fields.add(field);
    else absent.push(field);
  }
  return { fields: [...fields], absent };
}

async function isThere(org: Org, object: string, field: string, some: readonly string[]): Promise<boolean> {
  try {
    await org.records(object, some, [field]);
    return true;
  } catch (error) {
    if (error instanceof CallFailed && error.code === 'INVALID_FIELD') return false;
    throw error;
  }
}

async function changedIds(org: Org, { object, since }: OrgRequest): Promise<readonly string[]> {
  const ids = new Set<string>();
  for (let from: string | undefined = new Date(since).toISOString(); from !== undefined; ) {
    const { changes, next } = await org.changedSince(object, from);
    for (const { id, kind } of changes) if (kind !== 'deleted') ids.add(id);
    from = next;
  }
  return [...ids];
}

/** Rows of a file. With a creation date in each they come in its order; else as they stand there. */
export function fileRecords(events: readonly LoopEvent[]): readonly PastRecord[] {
  const records = events.map((event, index): PastRecord => {
    const record = event.record ?? {};
    const id = textOf(record['Id']) ?? textOf(record['id']);
    const name = nameIn(record) ?? id ?? `record ${index + 1}`;
    const at = instantOf(record[CREATED] ?? record['created_date']);
    return { name, turn: id ?? String(index + 1), event, facts: new Map(), ...(at !== undefined && { at }) };
  });
  return records.every(({ at }) => at !== undefined) ? records.toSorted(byTime) : records.map(timeless);
}

/** Days of some are no days: limits of a day would count what was not of it. */
function timeless(record: PastRecord): PastRecord {
  const { at: _, ...rest } = record;
  return rest;
}

function byTime(a: PastRecord, b: PastRecord): number {
  return (a.at ?? 0) - (b.at ?? 0) || (a.turn < b.turn ? -1 : 1);
}

function nameIn(record: Readonly<Record<string, unknown>>): string | undefined {
  return ['Name', 'name', 'Company', 'company', 'Email', 'email'].map((field) => textOf(record[field])).find((text) => text !== undefined);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
