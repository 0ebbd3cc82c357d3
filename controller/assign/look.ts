// Every record looked at: what the one matcher says of it, what it takes to have it so, and what waits for people. Nothing is written.
import type { Assignment } from '../../engines/territories/assignment.ts';
import { assignmentOf } from '../../engines/territories/assignment.ts';
import { explainTerritory } from '../../engines/territories/explain.ts';
import { placeOf } from '../../engines/territories/place.ts';
import { type Territories, territoryOf } from '../../engines/territories/territories.ts';
import type { TerritoryAnswer } from '../../engines/territories/resolve.ts';
import type { FieldNames } from '../../loops/facts.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { TerritoryMatchSpec } from '../../resources/territory-match/schema.ts';
import { factsOf } from '../past/facts.ts';
import { type OrgTerritories, pages } from './org.ts';

/** What is written on one record. */
export interface Change {
  readonly record: string;
  readonly name: string | null;
  /** `mark`: nothing but what it waits for is said on it. */
  readonly action: 'assign' | 'move' | 'remove' | 'mark';
  readonly from: readonly string[];
  readonly to?: string;
  /** Associations that go, with their territory's id. */
  readonly removes: readonly { readonly id: string; readonly territory: string }[];
  /** Fields of the record: why it waits, or that it does not wait any more. */
  readonly fields: Readonly<Record<string, string | null>>;
  /** The rows that decided. */
  readonly why: string;
}

export interface Waiting {
  readonly record: string;
  readonly name: string | null;
  readonly status: 'no_match' | 'ambiguous';
  readonly candidates: readonly string[];
  readonly why: string;
}

export interface Counts {
  seen: number;
  /** As they should be. */
  unchanged: number;
  assign: number;
  move: number;
  remove: number;
  /** People put them where they are. */
  kept: number;
  no_match: number;
  ambiguous: number;
  /** Only the word of what they wait for is written. */
  mark: number;
}

export interface Looked {
  readonly counts: Counts;
  /** In the order of ids. */
  readonly changes: readonly Change[];
  readonly waiting: readonly Waiting[];
  /** Declared, and not in the active model of the org: nothing can be put there. */
  readonly missing: readonly string[];
  /** The record that was looked at last. */
  readonly last?: string;
}

export interface Look {
  readonly object: string;
  readonly names: FieldNames;
  readonly territories: Territories;
  readonly org: OrgTerritories;
  readonly pending: TerritoryMatchSpec['pending'];
  /** In the org's own language. */
  readonly where?: string | undefined;
  /** Only records behind this one. */
  readonly after?: string | undefined;
  readonly now: number;
  onProgress?(seen: number): void;
}

/** A sentence in a field of the org. */
const LONGEST = 255;

export async function lookAtAll(records: Pick<CrmRecords, 'page'>, look: Look): Promise<Looked> {
  const counts: Counts = { seen: 0, unchanged: 0, assign: 0, move: 0, remove: 0, kept: 0, no_match: 0, ambiguous: 0, mark: 0 };
  const changes: Change[] = [];
  const waiting: Waiting[] = [];
  const missing = new Set<string>();
  let last: string | undefined;
  const { object, names, where, after } = look;
  const own = pendingFields(look).map(({ field }) => field);
  const fields = [...new Set([...names.fields, 'Name', ...own])];
  for await (const page of pages(records, object, fields, { where, after })) {
    for (const row of page) {
      const record = String(row['Id']);
      last = record;
      counts.seen += 1;
      const seen = looked(look, record, row);
      if (seen.waiting !== undefined) {
        counts[seen.waiting.status] += 1;
        waiting.push(seen.waiting);
      }
      if (seen.lacks !== undefined) missing.add(seen.lacks);
      if (seen.kept) counts.kept += 1;
      if (seen.change === undefined) counts.unchanged += seen.kept ? 0 : 1;
      else {
        counts[seen.change.action] += 1;
        changes.push(seen.change);
      }
    }
    look.onProgress?.(counts.seen);
  }
  return { counts, changes, waiting, missing: [...missing].sort(), ...(last !== undefined && { last }) };
}

interface Seen {
  readonly change?: Change;
  readonly waiting?: Waiting;
  readonly kept: boolean;
  readonly lacks?: string;
}

function looked(look: Look, record: string, row: Readonly<Record<string, unknown>>): Seen {
  const { org, territories } = look;
  const place = placeOf(factsOf(look.names, row, look.now));
  const answer = territoryOf(territories, place);
  const name = typeof row['Name'] === 'string' ? row['Name'] : null;
  const found = assignmentOf(answer, org.placed.get(record) ?? [], org.excluded.get(record) ?? NOTHING);
  const lacks = 'to' in found && found.kind !== 'tidy' && !org.ids.has(found.to) ? found.to : undefined;
  const done: Assignment = lacks === undefined ? found : { kind: 'stays' };
  const status = waitsFor(answer, done);
  const isTold = done.kind !== 'stays' || status !== undefined || lacks !== undefined;
  const why = isTold ? whyText(look, place, answer, done) : '';
  const fields = fieldsToWrite(look, row, status, why);
  const waiting: Waiting | undefined = status === undefined ? undefined : { record, name, status, candidates: answer.candidates, why };
  const kept = done.kind === 'kept';
  const head = { ...(waiting !== undefined && { waiting }), kept, ...(lacks !== undefined && { lacks }) };
  const action = actionOf(done);
  if (action === 'mark' && Object.keys(fields).length === 0) return head;
  const from = 'from' in done ? done.from : [];
  return {
    ...head,
    change: {
      record,
      name,
      action,
      from: from.map(({ path, territory }) => path ?? territory),
      ...('to' in done && done.kind !== 'tidy' && { to: done.to }),
      removes: from.map(({ id, territory }) => ({ id, territory })),
      fields,
      why,
    },
  };
}

const NOTHING: ReadonlySet<string> = new Set();

function actionOf({ kind }: Assignment): Change['action'] {
  switch (kind) {
    case 'assign':
    case 'move':
    case 'remove':
      return kind;
    case 'tidy':
      return 'remove';
    case 'stays':
    case 'kept':
      return 'mark';
    default:
      return kind satisfies never;
  }
}

/** What people put somewhere does not wait. */
function waitsFor({ status }: TerritoryAnswer, { kind }: Assignment): Waiting['status'] | undefined {
  if (kind === 'kept' || status === 'matched') return undefined;
  return status === 'none' ? 'no_match' : 'ambiguous';
}

function whyText({ territories }: Look, place: ReturnType<typeof placeOf>, answer: TerritoryAnswer, done: Assignment): string {
  if (done.kind === 'kept') return done.because;
  if (answer.status === 'none') return 'no row takes it';
  const { trace } = explainTerritory(territories, place);
  return trace
    .filter(({ result }) => result === answer.status)
    .map(({ rule, because }) => `${because} (${rule})`)
    .join('; ');
}

function pendingFields({
  object,
  pending,
}: Pick<Look, 'object' | 'pending'>): readonly { readonly key: 'field' | 'reason'; readonly field: string }[] {
  if (pending === undefined) return [];
  return (['field', 'reason'] as const).flatMap((key) => {
    const named = (pending as Readonly<Record<string, string | undefined>>)[key];
    return named?.startsWith(`${object}.`) === true ? [{ key, field: named.slice(object.length + 1) }] : [];
  });
}

/**
 * What the record's fields are to say, where they say something else. A word that is not ours is left alone; and what an agent was not sure
 * of is more than that it is ambiguous.
 */
function fieldsToWrite(
  look: Look,
  row: Readonly<Record<string, unknown>>,
  status: Waiting['status'] | undefined,
  why: string,
): Change['fields'] {
  const { pending } = look;
  const fields = pendingFields(look);
  const field = fields.find(({ key }) => key === 'field')?.field;
  if (pending === undefined || field === undefined) return {};
  const before = typeof row[field] === 'string' ? row[field] : '';
  if (before !== '' && !before.startsWith(pending.prefix)) return {};
  if (status === 'ambiguous' && before === `${pending.prefix}low_confidence`) return {};
  const after = status === undefined ? '' : `${pending.prefix}${status}`;
  if (before === after) return {};
  const said = fields.map(
    ({ key, field: name }) => [name, status === undefined ? null : key === 'field' ? after : why.slice(0, LONGEST)] as const,
  );
  return Object.fromEntries(said);
}
