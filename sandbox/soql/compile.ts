// A parsed query becomes SQL and a plan for shaping its rows. Parents are joins; children are queries of their own, run once for a page.
import { visibleField } from '../access/caller.ts';
import { visibleRows } from '../access/sharing.ts';
import type { ObjectType } from '../schema/object.ts';
import { type Sql, allOf, joined, sql } from '../storage/sql.ts';
import type { Expression, Query, Selection } from './ast.ts';
import { type ConditionSetting, conditionSql } from './conditions.ts';
import { collated, termOf } from './expressions.ts';
import type { Compiled, Setting } from './plan.ts';
import { type Scope, malformed, openScope, resolve } from './scope.ts';
import { type Draft, column, expanded, kindOf, selectGroups, selectRows } from './select.ts';
import { complain } from './tokens.ts';

const MOST_SUBQUERIES = 20;
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
  if (kind === 'rows') selectRows(draft, selections, (selection) => addChildren(draft, selection));
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

// ---- children ----

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
