// What a query selects: columns of the SQL, and the places in the answer that they fill.
import { visibleFields } from '../access/caller.ts';
import type { Expression, Query, Selection } from './ast.ts';
import { type Term, fieldOfTerm, isAggregate, termOf } from './expressions.ts';
import type { ChildQuery, Compiled, Entry, Setting, Shape } from './plan.ts';
import { type Place, type Scope, malformed, spelling } from './scope.ts';
import { complain } from './tokens.ts';

const FIELDS_LIMIT = 200;

/** A query that is being compiled. */
export interface Draft {
  readonly setting: Setting;
  readonly scope: Scope;
  readonly query: Query;
  readonly columns: string[];
  readonly children: ChildQuery[];
  readonly root: Shape;
}

export type Chosen = Exclude<Selection, { kind: 'fields' }>;

export function kindOf(query: Query, selections: readonly Chosen[]): Compiled['kind'] {
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

/** `FIELDS(ALL)` and its like, written out. */
export function expanded(scope: Scope, query: Query, selection: Selection & { kind: 'fields' }): Chosen[] {
  const { at, which } = selection;
  if (which !== 'STANDARD' && (query.limit === null || query.limit > FIELDS_LIMIT)) {
    malformed(scope, at, `The SOQL FIELDS function must have a LIMIT of at most ${FIELDS_LIMIT}`);
  }
  const fields = visibleFields(scope.caller, scope.root.object).filter((field) => which === 'ALL' || field.custom === (which === 'CUSTOM'));
  return fields.map((field) => ({ kind: 'field', expression: { kind: 'path', parts: [field.name], at }, alias: null, at }));
}

/** The column of an expression; the same expression has one column. */
export function column(draft: Draft, expression: string): number {
  const known = draft.columns.indexOf(expression);
  return known >= 0 ? known : draft.columns.push(expression) - 1;
}

// ---- rows ----

export function selectRows(
  draft: Draft,
  selections: readonly Chosen[],
  addChildren: (selection: Chosen & { kind: 'children' }) => void,
): void {
  const seen = new Set<string>();
  for (const selection of selections) {
    if (selection.kind === 'children') {
      addChildren(selection);
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
    shape.entries.push(value(draft, label, term, expression));
  }
}

function value(draft: Draft, name: string, term: Term, expression: Expression): Entry {
  const asked = expression.kind === 'path' ? name : askedFor(expression);
  return {
    kind: 'value',
    name,
    column: column(draft, term.sql),
    type: term.type,
    field: fieldOfTerm(term),
    aggregate: term.aggregate,
    asked,
  };
}

function askedFor(expression: Expression): string {
  if (expression.kind === 'path') return expression.parts.join('.');
  return `${expression.name.toLowerCase()}(${expression.argument ? askedFor(expression.argument) : ''})`;
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

// ---- groups ----

export function selectGroups(draft: Draft, selections: readonly Chosen[]): void {
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
    draft.root.entries.push(value(draft, name, term, expression));
  }
}
