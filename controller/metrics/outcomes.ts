// What became of leads, asked of the org: converted, won, lost, rejected. Two calls where nothing has changed.
import { fieldNames } from '../../loops/facts.ts';
import type { NewOutcome } from '../../ports/outcomes.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { LifecycleModelSpec } from '../../resources/lifecycle-model/schema.ts';
import type { Look } from '../live/look.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { Listener } from '../follow/events.ts';

/** How people say in the org that they reject a record. By the org's names. */
export interface Rejected {
  readonly field: string;
  /** Which of its values reject; absent: any. */
  readonly values?: readonly string[];
  /** The field with the reason, where it is another one. */
  readonly reason_field?: string;
}

export interface OutcomeLook {
  readonly store: Pick<Store, 'outcomes' | 'tally' | 'inbox'>;
  readonly scope: Scope;
  readonly records: CrmRecords;
  readonly rejected?: Rejected;
}

const CURSOR = 'outcomes Lead';
/** What is committed late has an older moment than others that were seen already. */
const OVERLAP_MS = 2 * 60_000;
const PAGE = 200;
const FIELDS = ['SystemModstamp', 'IsConverted', 'ConvertedDate'];
const OPPORTUNITY = ['ConvertedOpportunity.IsClosed', 'ConvertedOpportunity.IsWon', 'ConvertedOpportunity.SystemModstamp'];
const NAME = /^[A-Za-z][A-Za-z0-9_]*$/;

/** Gives those that were new. Where nothing was decided on yet, nothing is asked. */
export async function pollOutcomes({ store, scope, records, rejected }: OutcomeLook): Promise<readonly NewOutcome[]> {
  const since = (await store.inbox.cursor(scope, CURSOR)) ?? (await store.tally.first(scope));
  if (since === undefined) return [];
  const from = new Date(Date.parse(since) - OVERLAP_MS).toISOString();
  let latest = since;
  const added: NewOutcome[] = [];
  const take = async (fields: readonly string[], where: string, outcomesOf: (row: Row) => readonly NewOutcome[], moment: string) => {
    for (let after: string | undefined; ; ) {
      const rows = await records.page('Lead', fields, { limit: PAGE, where, ...(after !== undefined && { after }) });
      added.push(...(await store.outcomes.add(scope, rows.flatMap(outcomesOf))));
      for (const row of rows) latest = later(latest, momentOf(row[moment]));
      after = rows.length < PAGE ? undefined : String(rows.at(-1)?.['Id']);
      if (after === undefined) return;
    }
  };
  const condition = rejected === undefined ? undefined : conditionOf(rejected);
  const ended = condition === undefined ? 'IsConverted = true' : `(IsConverted = true OR ${condition})`;
  const names = rejected === undefined ? [] : [rejected.field, ...(rejected.reason_field === undefined ? [] : [rejected.reason_field])];
  await take([...FIELDS, ...names], `SystemModstamp >= ${from} AND ${ended}`, (row) => endOf(row, rejected), 'SystemModstamp');
  const closed = `IsConverted = true AND ConvertedOpportunity.IsClosed = true AND ConvertedOpportunity.SystemModstamp >= ${from}`;
  await take([...FIELDS, ...OPPORTUNITY], closed, closeOf, 'ConvertedOpportunity.SystemModstamp');
  // Last of all: a process that dies before reads the same once more.
  if (latest !== since) await store.outcomes.add(scope, [], { name: CURSOR, value: latest });
  return added;
}

type Row = Readonly<Record<string, unknown>>;

function endOf(row: Row, rejected: Rejected | undefined): readonly NewOutcome[] {
  const modified = momentOf(row['SystemModstamp']);
  const common = { object: 'Lead', record: String(row['Id']), source: 'org' };
  if (row['IsConverted'] === true) return [{ ...common, outcome: 'converted', at: convertedAt(row['ConvertedDate'], modified) }];
  if (rejected === undefined) return [];
  const said = row[rejected.reason_field ?? rejected.field];
  const reason = typeof said === 'string' && said !== '' ? { reason: said } : {};
  return [{ ...common, outcome: 'rejected', at: modified, ...reason }];
}

function closeOf(row: Row): readonly NewOutcome[] {
  const outcome = row['ConvertedOpportunity.IsWon'] === true ? 'won' : 'lost';
  const at = momentOf(row['ConvertedOpportunity.SystemModstamp']);
  return [{ object: 'Lead', record: String(row['Id']), outcome, at, source: 'org' }];
}

/** The org knows the day alone: on it, when the record was changed last; else its end. */
function convertedAt(day: unknown, modified: string): string {
  const end = `${String(day)}T23:59:59.999Z`;
  return Number.isNaN(Date.parse(end)) || modified < end ? modified : end;
}

function momentOf(value: unknown): string {
  return new Date(String(value)).toISOString();
}

function later(a: string, b: string): string {
  return Date.parse(a) >= Date.parse(b) ? a : b;
}

/** Names and values come from configuration: nothing else than a name, or a text between quotes, gets into a statement. */
function conditionOf({ field, values, reason_field }: Rejected): string | undefined {
  if (!NAME.test(field) || (reason_field !== undefined && !NAME.test(reason_field)) || values?.length === 0) return undefined;
  const quoted = values?.map((value) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`);
  return quoted === undefined ? `${field} != null` : `${field} IN (${quoted.join(', ')})`;
}

/** What the LifecycleModel of leads says of it: the field in which people say why, and the reasons that are told there. */
export function rejectedIn(resources: Readonly<Record<string, unknown>>): Rejected | undefined {
  const models = Object.entries(resources).flatMap(([key, content]) =>
    key.startsWith('LifecycleModel/') ? [content as LifecycleModelSpec] : [],
  );
  const model = models.find(({ objects }) => objects.includes('Lead'));
  if (model?.reject_field === undefined) return undefined;
  const mapped = fieldNames({ id: '', resources }, 'Lead')?.map[model.reject_field];
  const field = typeof mapped === 'string' ? mapped : mapped?.field;
  const values = [
    ...new Set(model.stages.flatMap(({ reject }) => reject.filter(({ when }) => when === undefined).map(({ reason }) => reason))),
  ];
  return field === undefined || values.length === 0 ? undefined : { field, values };
}

/** As often as the org is compared with what was applied. */
export function outcomesLook({ store, listener }: { readonly store: Store; readonly listener: Listener }): Look {
  return {
    name: 'outcomes',
    every: ({ environment }) => millisecondsOf(environment.drift.check),
    async run({ ground: { scope, compiled } }, { records }) {
      const rejected = rejectedIn(compiled.row.content.resources);
      const added = await pollOutcomes({ store, scope, records, ...(rejected !== undefined && { rejected }) });
      if (added.length > 0) listener({ type: 'outcomes', outcomes: added });
    },
  };
}
