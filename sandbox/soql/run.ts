// Queries answered: rows shaped as nested objects, a page at a time. A long answer is a list of ids that pages are read from, so that
// every page costs the same and a page that is asked for twice is the same.
import type { Caller } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { Bound } from '../storage/store.ts';
import { compile } from './compile.ts';
import type { ChildQuery, Compiled } from './plan.ts';
import { openCursor, readCursor } from './cursors.ts';
import { parseQuery } from './parse.ts';
import { type Answer, shapeRows } from './shape.ts';

export interface QueryOptions {
  readonly all: boolean;
  readonly tooling: boolean;
  /** Rows a page, 200 to 2,000. */
  readonly batchSize: number;
  /** `/services/data/v64.0`, for the URLs in the answer. */
  readonly base: string;
}

const LARGEST_PAGE = 2000;
const SMALLEST_PAGE = 200;

/** Rows a page as the header `Sforce-Query-Options` asks for them. */
export function batchSizeOf(header: string | undefined): number {
  const asked = Number(/batchSize\s*=\s*(\d+)/i.exec(header ?? '')?.[1] ?? LARGEST_PAGE);
  return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, asked));
}

export function compileQuery(org: Org, caller: Caller, soql: string, options: Pick<QueryOptions, 'all' | 'tooling'>): Compiled {
  return compile({ org, caller, all: options.all, tooling: options.tooling }, parseQuery(soql));
}

export function runQuery(org: Org, caller: Caller, query: Compiled, options: QueryOptions): Answer {
  if (query.kind === 'count') return { totalSize: count(org, query), done: true, records: [] };
  if (query.kind === 'groups') return groups(org, query, options);
  const first = rows(org, query, options.batchSize + 1);
  if (first.length <= options.batchSize) {
    checkDefinitions(query, first.length);
    return { totalSize: first.length, done: true, records: shaped(org, caller, query, first, options) };
  }
  const ids = allIds(org, query);
  checkDefinitions(query, ids.length);
  const records = shaped(org, caller, query, first.slice(0, options.batchSize), options);
  const locator = openCursor(org, { caller: caller.userId, query, ids });
  return { totalSize: ids.length, done: false, nextRecordsUrl: nextUrl(options, locator, options.batchSize), records };
}

/** `locator` is `01g…-2000`: which answer, and from which row. */
export function nextPage(org: Org, caller: Caller, locator: string, options: QueryOptions): Answer {
  const [id = '', at = ''] = locator.split('-');
  const cursor = /^\d+$/.test(at) ? readCursor(org, id) : undefined;
  if (!cursor || cursor.caller !== caller.userId) refuse('INVALID_QUERY_LOCATOR', 'invalid query locator');
  const from = Number(at);
  const page = cursor.ids.slice(from, from + options.batchSize);
  const next = from + page.length;
  const done = next >= cursor.ids.length;
  const records = shaped(org, caller, cursor.query, rowsOf(org, cursor.query, page), options);
  return { totalSize: cursor.ids.length, done, ...(done ? {} : { nextRecordsUrl: nextUrl(options, id, next) }), records };
}

function nextUrl(options: QueryOptions, locator: string, at: number): string {
  return `${options.base}/${options.tooling ? 'tooling/' : ''}query/${locator}-${at}`;
}

// ---- SQL ----

function limits(query: Compiled, most?: number): string {
  const limit = query.limit === null ? most : Math.min(query.limit, most ?? query.limit);
  if (limit === undefined && query.offset === null) return '';
  return ` LIMIT ${limit ?? -1}${query.offset === null ? '' : ` OFFSET ${query.offset}`}`;
}

function rows(org: Org, query: Compiled, most?: number): Bound[][] {
  const { text, params } = query.where;
  return org.store.arrays(
    `SELECT ${query.columns.join(', ')} FROM ${query.table} ${query.joins} WHERE ${text} ${query.order}${limits(query, most)}`,
    ...params,
  );
}

/** Ids of all rows, in order: what a long answer is read by. */
export function allIds(org: Org, query: Compiled): string[] {
  const { text, params } = query.where;
  const found = org.store.arrays(
    `SELECT ${query.alias}."Id" FROM ${query.table} ${query.joins} WHERE ${text} ${query.order}${limits(query)}`,
    ...params,
  );
  return found.map(([id]) => String(id));
}

export function rowsOf(org: Org, query: Compiled, ids: readonly string[]): Bound[][] {
  const from = `json_each(?) k CROSS JOIN ${query.table} ON ${query.alias}."Id" = k.value ${query.joins}`;
  return org.store.arrays(`SELECT ${query.columns.join(', ')} FROM ${from} ORDER BY k.key`, JSON.stringify(ids));
}

function count(org: Org, query: Compiled): number {
  const { text, params } = query.where;
  const limited = limits(query);
  const inner = `SELECT 1 FROM ${query.table} ${query.joins} WHERE ${text}${limited}`;
  const statement = limited === '' ? `SELECT COUNT(*) FROM ${query.table} ${query.joins} WHERE ${text}` : `SELECT COUNT(*) FROM (${inner})`;
  return Number(org.store.arrays(statement, ...params)[0]?.[0] ?? 0);
}

function groups(org: Org, query: Compiled, options: QueryOptions): Answer {
  const { where, tail } = query;
  const statement = `SELECT ${query.columns.join(', ')} FROM ${query.table} ${query.joins} WHERE ${where.text} ${tail.text} ${query.order}${limits(query, LARGEST_PAGE + 1)}`;
  const found = org.store.arrays(statement, ...where.params, ...tail.params);
  if (found.length > LARGEST_PAGE) {
    refuse('EXCEEDED_ID_LIMIT', 'Aggregate query does not support queryMore(), use LIMIT to restrict the results to a single batch');
  }
  return { totalSize: found.length, done: true, records: shapeRows(query.shape, found, options.base, []) };
}

// ---- shaping ----

function shaped(org: Org, caller: Caller, query: Compiled, found: readonly Bound[][], options: QueryOptions): Answer['records'] {
  const parents = found.map((row) => String(row[query.shape.id]));
  const children = query.children.map((child) => childAnswers(org, caller, child, parents, options));
  return shapeRows(query.shape, found, options.base, children);
}

/** The children of all parents of a page in one query, then given to each. */
function childAnswers(
  org: Org,
  caller: Caller,
  child: ChildQuery,
  parents: readonly string[],
  options: QueryOptions,
): ReadonlyMap<string, Answer> {
  const { query, reference, parentColumn } = child;
  const { text, params } = query.where;
  const statement = `SELECT ${query.columns.join(', ')} FROM ${query.table} ${query.joins} WHERE ${reference} IN (SELECT value FROM json_each(?)) AND ${text} ${query.order}`;
  const byParent = new Map<string, Bound[][]>();
  for (const row of org.store.arrays(statement, JSON.stringify(parents), ...params)) {
    const parent = String(row[parentColumn]);
    const siblings = byParent.get(parent);
    if (siblings) siblings.push(row);
    else byParent.set(parent, [row]);
  }
  const from = query.offset ?? 0;
  const limited = [...byParent].map(
    ([parent, all]) => [parent, all.slice(from, query.limit === null ? undefined : from + query.limit)] as const,
  );
  const kept = limited.filter(([, all]) => all.length > 0);
  return new Map(kept.map(([parent, all]) => [parent, childAnswer(org, caller, query, all, options)]));
}

function childAnswer(org: Org, caller: Caller, query: Compiled, all: Bound[][], options: QueryOptions): Answer {
  const page = all.slice(0, options.batchSize);
  const records = shaped(org, caller, query, page, options);
  if (page.length === all.length) return { totalSize: all.length, done: true, records };
  const ids = all.map((row) => String(row[query.shape.id]));
  const locator = openCursor(org, { caller: caller.userId, query, ids });
  return { totalSize: all.length, done: false, nextRecordsUrl: nextUrl(options, locator, page.length), records };
}

/** Definitions are put together one at a time; a query for several has to do without them. */
function checkDefinitions(query: Compiled, size: number): void {
  const names = query.shape.entries.map((entry) => entry.name);
  if (query.object.name !== 'CustomField' || size <= 1 || !(names.includes('Metadata') || names.includes('FullName'))) return;
  throw new Refusal([
    {
      code: 'MALFORMED_QUERY',
      message: `When retrieving results with Metadata or FullName fields, the query qualifications must specify no more than one row for retrieval. Result size: ${size}`,
    },
  ]);
}
