// Queries, page by page by hand: the client's own fetch of all pages stops silently at 10,000 rows.
import type { Row } from './columns.ts';
import type { Session } from './session.ts';

interface Page {
  readonly done: boolean;
  readonly totalSize: number;
  readonly records: readonly Row[];
  readonly nextRecordsUrl?: string;
}

export async function query(session: Session, soql: string, resource: 'query' | 'tooling/query' = 'query'): Promise<readonly Row[]> {
  let page = await session.read<Page>({ method: 'GET', path: `/${resource}?q=${encodeURIComponent(soql)}` });
  if (page.done) return page.records;
  const rows = [...page.records];
  const seen = new Set<string>();
  while (!page.done) {
    const next = page.nextRecordsUrl;
    if (next === undefined || seen.has(next))
      throw new Error(`The org said that there are more rows of a query but not where: ${soql.slice(0, 200)}`);
    seen.add(next);
    page = await session.read<Page>({ method: 'GET', path: next });
    for (const row of page.records) rows.push(row);
  }
  if (rows.length !== page.totalSize) {
    // Rows that came or went between two pages: a short answer must never pass for the whole.
    throw new Error(`The org counted ${page.totalSize} rows of a query and gave ${rows.length}: read it again. ${soql.slice(0, 200)}`);
  }
  return rows;
}
