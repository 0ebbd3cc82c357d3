// Every row of a table as the facts that a model reads, with its end and its moment. Nothing is judged on a part of a table: a row that can not be
// read is a problem.
import type { Checked } from '../../resources/core.ts';
import type { Organisation } from '../../resources/resource.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { Facts } from '../../engines/field.ts';
import type { Table } from '../table.ts';
import { factsReader } from './facts.ts';
import { faultsOf } from './faults.ts';
import { type Past, pastReader, type TimeOf } from './outcome.ts';
import { type UnseenField, unseenFields } from './unseen.ts';

export interface PastTable {
  readonly table: Table;
  /** The column that says whether a record converted. */
  readonly outcome: string;
  /** The column with a number or a date that orders records in time; absent: as they stand in the table. */
  readonly order?: string;
  /** The moment of every decision, in milliseconds since 1970; absent: the dates of `order`, else `now`. */
  readonly asOf?: number;
  readonly now: number;
}

export interface PastRead {
  /** Which moment each record is scored at. */
  readonly asOf: TimeOf;
  /** What the model reads and no record had. */
  readonly unseen: readonly UnseenField[];
}

export async function readPast(
  organisation: Organisation,
  spec: ScoringModelSpec,
  request: PastTable,
  take: (facts: Facts, past: Past) => void,
): Promise<Checked<PastRead>> {
  const { table } = request;
  const past = pastReader(request);
  if (!past.ok) return past;
  const factsOf = factsReader(organisation, spec.object, request.now);
  const unseen = unseenFields(spec);
  const faults = faultsOf(table.name);
  for await (const row of table.rows) {
    if ('fault' in row) {
      faults.add(row.line, row.fault);
      continue;
    }
    const read = past.value.read(row.values);
    if ('fault' in read) {
      faults.add(row.line, read.fault);
      continue;
    }
    const facts = factsOf(row.values);
    unseen.look(facts);
    take(facts, read);
  }
  const problems = faults.problems();
  if (problems.length > 0) return { ok: false, problems };
  return { ok: true, value: { asOf: past.value.timeOf(), unseen: unseen.left(table.columns) } };
}
