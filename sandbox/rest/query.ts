// Queries over HTTP: a statement, the next page of one, and a description of its columns.
import { refuse } from '../refusal.ts';
import type { Compiled, Entry, Shape } from '../soql/plan.ts';
import { type QueryOptions, batchSizeOf, compileQuery, nextPage, runQuery } from '../soql/run.ts';
import { columnOut } from './describe.ts';
import { type Context, type RestRequest, type RestResponse, basePath } from './request.ts';

export function query(context: Context, request: RestRequest): RestResponse {
  const tooling = request.path[0] === 'tooling';
  const explained = request.query.get('explain');
  if (explained !== null) return explain(context, explained, tooling);
  const soql = request.query.get('q');
  if (soql === null || soql === '') return refuse('MALFORMED_QUERY', 'the parameter q is required');
  const options = optionsOf(context, request);
  const compiled = compileQuery(context.org, context.caller, soql, options);
  const answer = runQuery(context.org, context.caller, compiled, options);
  return { status: 200, body: request.query.get('columns') === 'true' ? { ...answer, ...columns(compiled) } : answer };
}

export function queryMore(context: Context, request: RestRequest, params: Readonly<Record<string, string>>): RestResponse {
  return { status: 200, body: nextPage(context.org, context.caller, params['locator'] ?? '', optionsOf(context, request)) };
}

function optionsOf(context: Context, request: RestRequest): QueryOptions {
  return {
    all: request.path.includes('queryAll'),
    tooling: request.path[0] === 'tooling',
    batchSize: batchSizeOf(request.headers['sforce-query-options']),
    base: basePath(context),
  };
}

function columns(query: Compiled) {
  return {
    columnMetadata: columnsOf(query.shape, query),
    entityName: query.object.name,
    groupBy: query.kind === 'groups' && query.tail.text.includes('GROUP BY'),
    idSelected: query.shape.entries.some((entry) => entry.name === 'Id'),
    keyPrefix: query.object.prefix,
  };
}

function columnsOf(shape: Shape, query: Compiled): object[] {
  return shape.entries.map((entry) => columnOf(entry, query));
}

function columnOf(entry: Entry, query: Compiled): object {
  if (entry.kind === 'value') return columnOut(entry.name, entry.field, entry.aggregate, [], entry.asked);
  const below = entry.kind === 'parent' ? entry.shape : query.children[entry.index]?.query.shape;
  const field = query.object.fields.get('id');
  const joined = below ? columnsOf(below, query) : [];
  return field
    ? {
        ...columnOut(entry.name, field, entry.kind === 'children', joined),
        apexType: null,
        foreignKeyName: null,
        textType: false,
        insertable: false,
      }
    : {};
}

/** How the statement would be run, roughly: whether a filter is there, and how many rows there are. */
function explain(context: Context, soql: string, tooling: boolean): RestResponse {
  const compiled = compileQuery(context.org, context.caller, soql, { all: false, tooling });
  const rows = Number(context.org.store.one(`SELECT COUNT(*) AS n FROM "${compiled.object.name}"`)?.['n'] ?? 0);
  const plan = {
    cardinality: compiled.limit ?? rows,
    fields: [],
    leadingOperationType: 'TableScan',
    notes: [],
    relativeCost: 1,
    sobjectCardinality: rows,
    sobjectType: compiled.object.name,
  };
  return { status: 200, body: { plans: [plan], sourceQuery: soql } };
}
