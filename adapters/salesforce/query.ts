// Queries, page by page by hand: the client's own fetch of all pages stops silently at 10,000 rows.
import { shaped, unreadable } from './answers.ts';
import type { Row } from './columns.ts';
import type { Session } from './session.ts';

interface Page {
  readonly done: boolean;
  readonly totalSize: number;
  readonly records: readonly Row[];
  readonly nextRecordsUrl?: string;
}

/** All rows of a query whose answer is small enough to keep. */
export async function query(session: Session, soql: string, resource: 'query' | 'tooling/query' = 'query'): Promise<readonly Row[]> {
  const rows: Row[] = [];
  await eachPage(session, soql, (page) => rows.push(...page), resource);
  return rows;
}

/** Hands the rows over page by page, so that nobody has to hold them all. Fails where the pages do not add up to what the org counted. */
export async function eachPage(
  session: Session,
  soql: string,
  take: (rows: readonly Row[]) => void,
  resource: 'query' | 'queryAll' | 'tooling/query' = 'query',
): Promise<void> {
  const seen = new Set<string>();
  let taken = 0;
  let path: string | undefined = `/${resource}?q=${encodeURIComponent(soql)}`;
  while (path !== undefined) {
    const page: Page = shaped(await session.read<Page>({ method: 'GET', path }), isPage, 'page of a query', session.instanceUrl);
    take(page.records);
    taken += page.records.length;
    const about = `a query (${soql.slice(0, 200)})`;
    if (page.done) {
      // Rows that came or went between two pages: a short answer must never pass for the whole.
      if (taken !== page.totalSize)
        throw unreadable(session.instanceUrl, `${taken} of the ${page.totalSize} rows that it counted of ${about}`, 200);
      return;
    }
    path = page.nextRecordsUrl;
    if (path === undefined || seen.has(path))
      throw unreadable(session.instanceUrl, `the word that there are more rows of ${about}, but not where`, 200);
    seen.add(path);
  }
}

function isPage({ done, totalSize, records, nextRecordsUrl }: Page): boolean {
  return (
    typeof done === 'boolean' &&
    typeof totalSize === 'number' &&
    Array.isArray(records) &&
    (nextRecordsUrl === undefined || (typeof nextRecordsUrl === 'string' && nextRecordsUrl.startsWith('/')))
  );
}
