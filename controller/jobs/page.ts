// Pages of a job. More rows are read in one query than are decided on at once; what is read ahead is read again where one of its records
// was decided on in between, as it has changed since.
import type { CrmRecords } from '../../ports/records.ts';
import type { JobRow } from '../../ports/jobs.ts';

export type Row = Readonly<Record<string, unknown>>;

export interface Page {
  readonly rows: readonly Row[];
  /** ISO: when they were read. */
  readonly at: string;
}

export interface Pages {
  /** The records behind the job's cursor, by id; none: it is through. Throws where the org does not answer. */
  next(job: JobRow, fields: readonly string[]): Promise<Page>;
  /** These were decided on by what they are now. */
  decided(records: readonly string[]): void;
}

/** Rows of one query's answer: the org gives no more in one call. */
const READ_AT_ONCE = 2_000;
/** Decided on at once, and kept in one transaction. */
const PAGE = 200;

export function pagesOf(records: Pick<CrmRecords, 'page'>, now: () => Date): Pages {
  let ahead: (Page & { readonly key: string; readonly isLast: boolean }) | undefined;

  async function read({ object, query, cursor }: JobRow, fields: readonly string[], key: string) {
    const of = { open: true, ...('where' in query && { where: query.where }) };
    const at = now().toISOString();
    const rows = await records.page(object, fields, { ...of, limit: READ_AT_ONCE, ...(cursor !== undefined && { after: cursor }) });
    return { key, rows, at, isLast: rows.length < READ_AT_ONCE };
  }

  return {
    async next(job, fields) {
      const key = `${job.id} ${fields.join()}`;
      const from = ahead?.key === key ? ahead.rows.findIndex(({ Id: id }) => id === job.cursor) + 1 : 0;
      const isHere = ahead !== undefined && from > 0 && (from < ahead.rows.length || ahead.isLast);
      ahead = isHere && ahead !== undefined ? { ...ahead, rows: ahead.rows.slice(from) } : await read(job, fields, key);
      const rows = ahead.rows.slice(0, PAGE);
      return { rows, at: ahead.at };
    },
    decided(ids) {
      const known = new Set(ids);
      if (ahead?.rows.slice(PAGE).some(({ Id: id }) => known.has(String(id))) === true) ahead = undefined;
    },
  };
}
