// Records of the org for which a condition holds, read a page at a time with all that a loop reads of them.
import { fieldNames } from '../../loops/facts.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, Snapshot } from '../../loops/loop.ts';
import { problemOf } from '../../controller/problems.ts';
import type { CrmRecords } from '../../ports/records.ts';
import { Refusal, refusedBy } from './ending.ts';

export interface Asked {
  readonly event: LoopEvent;
  /** As it was read. */
  readonly record?: FactValue;
}

export interface Queried {
  readonly snapshot: Snapshot;
  readonly object: string;
  readonly where: string;
  readonly limit: number;
  readonly now: () => Date;
}

const PAGE = 200;

export async function* queried(records: CrmRecords, { snapshot, object, where, limit, now }: Queried): AsyncGenerator<Asked> {
  const names = fieldNames(snapshot, object);
  if (names === undefined) throw new Refusal('unknown-object', `No FieldMap is of ${object}: nothing of it is known.`);
  let after: string | undefined;
  for (let read = 0; read < limit; ) {
    const of = { limit: Math.min(PAGE, limit - read), where, ...(after !== undefined && { after }) };
    const page = await records.page(object, names.fields, of).catch((error: unknown) => {
      const problem = problemOf(error);
      throw problem === undefined ? error : refusedBy([problem]);
    });
    for (const row of page)
      yield { event: { object, id: String(row['Id']) }, record: { value: row, source: 'org', at: now().toISOString() } };
    read += page.length;
    after = page.at(-1)?.['Id'] as string | undefined;
    if (page.length < of.limit) return;
  }
}
