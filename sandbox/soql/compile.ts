// A parsed query becomes SQL and a plan for shaping its rows. Parents are joins; children are queries of their own, run once for a page.
import { type Caller, visibleField, visibleFields } from '../access/caller.ts';
import { visibleRows } from '../access/sharing.ts';
import type { Org } from '../org.ts';
import type { Field, FieldType } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Sql, allOf, joined, sql } from '../storage/sql.ts';
import type { Expression, Query, Selection } from './ast.ts';
import { type ConditionSetting, conditionSql } from './conditions.ts';
import { type Term, collated, fieldOfTerm, isAggregate, termOf } from './expressions.ts';
import { type Place, type Scope, malformed, openScope, resolve, spelling } from './scope.ts';
import { complain } from './tokens.ts';

/** How one place of an answer is filled. */
export type Entry =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly column: number;
      readonly type: FieldType;
      readonly field: Field;
      readonly aggregate: boolean;
    }
  | { readonly kind: 'parent'; readonly name: string; readonly shape: Shape }
  | { readonly kind: 'children'; readonly name: string; readonly index: number };

export interface Shape {
  /** Of what is there: the object, or `Name` where a row may refer to several. */
  readonly type: string;
  /** Column of the id; -1 in rows of aggregates. */
  readonly id: number;
  readonly entries: Entry[];
  /** Where a row may refer to several objects: which, by key prefix. */
  readonly targets?: ReadonlyMap<string, string>;
}

export interface Compiled {
  readonly object: ObjectType;
  readonly kind: 'rows' | 'count' | 'groups';
  readonly columns: readonly string[];
  /** `"Account" t0`, then its joins. */
  readonly table: string;
  readonly joins: string;
  readonly alias: string;
  readonly where: Sql;
  readonly tail: Sql;
  readonly order: string;
  readonly limit: number | null;
  readonly offset: number | null;
  readonly shape: Shape;
  readonly children: readonly ChildQuery[];
}

export interface ChildQuery {
  readonly query: Compiled;
  /** Column of the child row that holds the parent's id. */
  readonly parentColumn: number;
  /** As SQL, for the choice of the children of a page. */
  readonly reference: string;
}

export interface Setting {
  readonly org: Org;
  readonly caller: Caller;
  /** Deleted rows too: queryAll. */
  readonly all: boolean;
  readonly tooling: boolean;
}

const MOST_SUBQUERIES = 20;
const FIELDS_LIMIT = 200;
const HIGHEST_OFFSET = 2000;

export function compile(setting: Setting, query: Query): Compiled {
  const object = objectNamed(setting, query);
  return compileOn(setting, query, object, openScope(setting.org, setting.caller, query.source, object, query.alias));
}

function objectNamed(setting: Setting, query: Query): ObjectType {
  const object = setting.org.schema.object(query.from);
  if (object && (object.api === 'both' || (object.api === 'tooling') === setting.tooling)) return object;
  return complain(
    query.source,
    query.fromAt,
    'INVALID_TYPE',
    `sObject type '${query.from}' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

interface Draft {
  readonly setting: Setting;
  readonly scope: Scope;
  readonly query: Query;
  readonly columns: string[];
  readonly children: ChildQuery[];
  readonly root: Shape;
}

function compileOn(setting: Setting, query: Query, object: ObjectType, scope: Scope): Compiled {
  const selections = query.selections.flatMap((selection) =>
    selection.kind === 'fields' ? expanded(scope, query, selection) : [selection],
  );
  const kind = kindOf(query, selections);
  const draft: Draft = {
    setting,
    scope,
    query,
    columns: [],
    children: [],
    root: { type: kind === 'rows' ? object.name : 'AggregateResult', id: kind === 'rows' ? 0 : -1, entries: [] },
  };
  if (kind === 'rows') column(draft, `${scope.root.alias}."Id"`);
  checkWhole(scope, query, kind);
  if (kind === 'rows') selectRows(draft, selections);
  if (kind === 'groups') selectGroups(draft, selections);
  const where = whereSql(draft);
  const order = orderSql(draft, kind);
  const tail = kind === 'groups' ? groupSql(draft) : sql('');
  return {
    object,
    kind,
    columns: draft.columns,
    table: `"${object.name}" ${scope.root.alias}`,
    joins: scope.joins.join(' '),
    alias: scope.root.alias,
    where,
    tail,
    order,
    limit: query.limit,
    offset: query.offset,
    shape: draft.root,
    children: draft.children,
  };
}

type Chosen = Exclude<Selection, { kind: 'fields' }>;

function kindOf(query: Query, selections: readonly Chosen[]): Compiled['kind'] {
  const [first] = selections;
  const counts =
    first?.kind === 'field' &&
    first.expression.kind === 'call' &&
    first.expression.name.toUpperCase() === 'COUNT' &&
    !first.expression.argument;
  if (counts && selections.length === 1 && query.groupBy.length === 0) return 'count';
  const aggregates = selections.some((selection) => selection.kind === 'field' && isAggregate(selection.expression));
  return aggregates || query.groupBy.length > 0 ? 'groups' : 'rows';
}

function checkWhole(scope: Scope, query: Query, kind: Compiled['kind']): void {
  if (query.offset !== null && query.offset > HIGHEST_OFFSET) {
    complain(scope.source, query.fromAt, 'NUMBER_OUTSIDE_VALID_RANGE', `Maximum SOQL offset allowed is ${HIGHEST_OFFSET}`);
  }
  if (kind === 'groups' && query.groupBy.length === 0 && query.limit !== null) {
    malformed(scope, query.fromAt, 'Non-grouped query that uses overall aggregate functions cannot also use LIMIT');
  }
  if (kind !== 'groups' && query.having) malformed(scope, query.fromAt, "unexpected token: 'HAVING'");
  if (query.selections.filter((selection) => selection.kind === 'children').length > MOST_SUBQUERIES) {
    malformed(scope, query.fromAt, `at most ${MOST_SUBQUERIES} sub-queries are allowed`);
  }
}

function expanded(scope: Scope, query: Query, selection: Selection & { kind: 'fields' }): Chosen[] {
  const { at, which } = selection;
  if (which !== 'STANDARD' && (query.limit === null || query.limit > FIELDS_LIMIT)) {
    malformed(scope, at, `The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`);
  }
  const fields = visibleFields(scope.caller, scope.root.object).filter((field) => which === 'ALL' || field.custom === (which === 'CUSTOM'));
  return fields.map((field) => ({ kind: 'field', expression: { kind: 'path', parts: [field.name], at }, alias: null, at }));
}

function column(draft: Draft, expression: string): number {
  const known = draft.columns.indexOf(expression);
  return known >= 0 ? known : draft.columns.push(expression) - 1;
}

// ---- rows ----

function selectRows(draft: Draft, selections: readonly Chosen[]): void {
  const seen = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === 'children') {
      addChildren(draft, selection);
      continue;
    }
    const { expression } = selection;
    const term = termOf(draft.scope, expression);
    const name = expression.kind === 'path' ? expression.parts.join('.').toLowerCase() : (selection.alias ?? term.name);
    if (expression.kind === 'path' && selection.alias !== null) {
      malformed(draft.scope, selection.at, 'only aggregate expressions use field aliasing');
    }
    if (seen.has(name)) complain(draft.scope.source, selection.at, 'INVALID_FIELD', `duplicate field selected: ${name}`);
    seen.add(name);
    const [shape, label] = expression.kind === 'path' ? shapeFor(draft, expression.parts, term) : [draft.root, name];
    shape.entries.push(value(draft, label, term));
  }
}

function value(draft: Draft, name: string, term: Term): Entry {
  return { kind: 'value', name, column: column(draft, term.sql), type: term.type, field: fieldOfTerm(term), aggregate: term.aggregate };
}

/** The part of the answer that a path leads to, made on the way. */
function shapeFor(draft: Draft, parts: readonly string[], term: Term): [Shape, string] {
  let shape = draft.root;
  const names = spelling(draft.scope, parts);
  names.forEach((name, depth) => {
    const known = shape.entries.find((entry) => entry.kind === 'parent' && entry.name === name);
    if (known?.kind === 'parent') {
      shape = known.shape;
      return;
    }
    const place = draft.scope.places.get(
      names
        .slice(0, depth + 1)
        .join('.')
        .toLowerCase(),
    ) as Place;
    const next: Shape = {
      type: place.polymorphic ? 'Name' : (place.nodes[0]?.object.name ?? ''),
      id: column(draft, place.id),
      entries: [],
      ...(place.polymorphic && { targets: new Map(place.nodes.map(({ object }) => [object.prefix ?? '', object.name])) }),
    };
    shape.entries.push({ kind: 'parent', name, shape: next });
    shape = next;
  });
  return [shape, term.name];
}

function addChildren(draft: Draft, selection: Selection & { kind: 'children' }): void {
  const { scope, setting } = draft;
  const { query } = selection;
  const link = setting.org.schema.childLinks(scope.root.object).find(({ name }) => name?.toLowerCase() === query.from.toLowerCase());
  if (!link || !visibleField(setting.caller, link.child, link.field.name)) {
    complain(
      scope.source,
      query.fromAt,
      'INVALID_TYPE',
      `Didn't understand relationship '${query.from}' in FROM part of query call. If you are attempting to use a custom relationship, be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.`,
    );
  }
  const childScope = openScope(setting.org, setting.caller, scope.source, link.child, query.alias, scope.nextAlias);
  const compiled = compileOn(setting, query, link.child, childScope);
  if (compiled.kind !== 'rows') malformed(scope, selection.at, 'Aggregate functions are not allowed in a sub-query');
  const reference = `${childScope.root.alias}."${link.field.name}"`;
  const known = compiled.columns.indexOf(reference);
  const parentColumn = known >= 0 ? known : compiled.columns.length;
  const columns = known >= 0 ? compiled.columns : [...compiled.columns, reference];
  draft.root.entries.push({ kind: 'children', name: link.name ?? query.from, index: draft.children.length });
  draft.children.push({ query: { ...compiled, columns }, parentColumn, reference });
}

// ---- groups ----

function selectGroups(draft: Draft, selections: readonly Chosen[]): void {
  const { scope, query } = draft;
  const grouped = new Set(query.groupBy.map((expression) => termOf(scope, expression).sql));
  let unnamed = 0;
  const names = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === 'children') malformed(scope, selection.at, 'Sub-queries are not allowed in a query with aggregates');
    const { expression } = selection;
    const term = termOf(scope, expression);
    if (!term.aggregate && !grouped.has(term.sql)) malformed(scope, selection.at, `Field must be grouped or aggregated: ${term.name}`);
    const name = selection.alias ?? (expression.kind === 'path' ? term.name : `expr${unnamed++}`);
    if (names.has(name.toLowerCase())) malformed(scope, selection.at, `duplicate alias: ${name}`);
    names.add(name.toLowerCase());
    draft.root.entries.push(value(draft, name, term));
  }
}

function groupSql(draft: Draft): Sql {
  const { scope, query } = draft;
  const groups = query.groupBy.map((expression) => groupable(scope, expression));
  const having = query.having ? conditionSql(conditionSetting(draft, true), query.having) : undefined;
  const parts = [];
  if (groups.length > 0) parts.push(sql(`GROUP BY ${groups.join(', ')}`));
  if (having) parts.push(joined([sql('HAVING'), having], ' '));
  return joined(parts, ' ');
}

function groupable(scope: Scope, expression: Expression): string {
  const term = termOf(scope, expression);
  const isWhole = expression.kind === 'path';
  if (isWhole && ['datetime', 'double', 'currency', 'percent', 'textarea', 'multipicklist'].includes(term.type)) {
    malformed(scope, expression.at, `field '${term.name}' can not be grouped in a query call`);
  }
  return collated(term);
}

// ---- conditions and order ----

function conditionSetting(draft: Draft, having: boolean): ConditionSetting {
  return { scope: draft.scope, having, subselect: (inner) => subselect(draft, inner) };
}

function whereSql(draft: Draft): Sql {
  const { setting, scope, query } = draft;
  const { object, alias } = scope.root;
  const parts: Sql[] = [];
  if (object.recycled && !setting.all) parts.push(sql(`${alias}."IsDeleted" = 0`));
  const visible = visibleRows(setting.org, setting.caller, object, alias);
  if (visible) parts.push(visible);
  if (query.where) parts.push(conditionSql(conditionSetting(draft, false), query.where));
  return allOf(parts);
}

/** The single column of a semi-join; empty references never count. */
function subselect(draft: Draft, query: Query): Sql {
  const { scope, setting } = draft;
  const object = objectNamed(setting, query);
  if (object === scope.root.object) malformed(scope, query.fromAt, 'The inner and outer selects should not be on the same object type');
  const inner = openScope(setting.org, setting.caller, scope.source, object, query.alias, scope.nextAlias);
  const [only, ...more] = query.selections;
  if (only?.kind !== 'field' || only.expression.kind !== 'path' || more.length > 0) {
    return malformed(scope, query.fromAt, 'A semi join sub-select selects exactly one field');
  }
  const selected = resolve(inner, only.expression);
  if (selected.field.type !== 'id' && selected.field.type !== 'reference')
    malformed(scope, only.at, `The inner select field '${selected.field.name}' is no id`);
  const where = whereSql({ ...draft, scope: inner, query });
  const from = [`"${object.name}" ${inner.root.alias}`, ...inner.joins].join(' ');
  const limit = query.limit === null ? '' : ` LIMIT ${query.limit}`;
  return joined([sql(`SELECT ${selected.expression} FROM ${from} WHERE ${selected.expression} IS NOT NULL AND`), where, sql(limit)], ' ');
}

/** Rows that compare equal, and rows without an order, come in the order in which they were made. */
function orderSql(draft: Draft, kind: Compiled['kind']): string {
  const { scope, query } = draft;
  const parts = query.orderBy.map(({ expression, descending, nullsLast }) => {
    const term = termOf(scope, expression);
    if (term.column && !term.column.field.filterable) {
      complain(scope.source, expression.at, 'INVALID_FIELD', `field '${term.name}' can not be sorted in a query call`);
    }
    if (term.aggregate && kind !== 'groups') malformed(scope, expression.at, `ORDER BY ${term.name} takes a query with aggregates`);
    return `${collated(term)} ${descending ? 'DESC' : 'ASC'} NULLS ${nullsLast ? 'LAST' : 'FIRST'}`;
  });
  if (kind === 'rows') parts.push(`${scope.root.alias}.rowid`);
  return parts.length === 0 ? '' : `ORDER BY ${parts.join(', ')}`;
}
