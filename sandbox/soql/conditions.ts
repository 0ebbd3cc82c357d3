// WHERE and HAVING as SQL. SOQL knows true and false only: a comparison with an empty field is false, and its negation true,
// `!=` and NOT IN take empty fields in, a boolean is never empty.
import { normalizeId } from '../ids.ts';
import { dayIn, startOfDay } from '../calendar.ts';
import { isNumeric, isTextual } from '../schema/field.ts';
import { type Sql, allOf, anyOf, around, sql } from '../storage/sql.ts';
import type { Bound } from '../storage/store.ts';
import type { Comparison, Condition, Literal, Operator, Query } from './ast.ts';
import { type Term, collated, termOf } from './expressions.ts';
import { periodOf } from './periods.ts';
import { type Scope, malformed } from './scope.ts';
import { complain } from './tokens.ts';

export interface ConditionSetting {
  readonly scope: Scope;
  /** Aggregates belong into HAVING alone. */
  readonly having: boolean;
  /** The one column of a semi-join, with its rows chosen. */
  readonly subselect: (query: Query) => Sql;
}

/** `definite`: never NULL, because a NOT stands somewhere around it. */
export function conditionSql(setting: ConditionSetting, condition: Condition, top = true, definite = false): Sql {
  if (condition.kind === 'compare') return compare(setting, condition, top, definite);
  if (condition.kind === 'not') return around('NOT ({})', conditionSql(setting, condition.term, false, true));
  const terms = condition.terms.map((term) => conditionSql(setting, term, top && condition.kind === 'and', definite));
  return condition.kind === 'and' ? allOf(terms) : anyOf(terms);
}

function compare(setting: ConditionSetting, comparison: Comparison, top: boolean, definite: boolean): Sql {
  const { scope } = setting;
  const term = termOf(scope, comparison.left);
  if (term.aggregate && !setting.having) malformed(scope, comparison.left.at, 'Grouped field should not be aggregated: use HAVING');
  if (term.column && !term.column.field.filterable) {
    complain(scope.source, comparison.left.at, 'INVALID_FIELD', `field '${term.name}' can not be filtered in a query call`);
  }
  const made =
    'selections' in comparison.right ? semiJoin(setting, term, comparison, comparison.right, top) : withValues(scope, term, comparison);
  return definite ? around('ifnull({}, 0)', made) : made;
}

// ---- semi-joins ----

function semiJoin(setting: ConditionSetting, term: Term, comparison: Comparison, query: Query, top: boolean): Sql {
  const { scope } = setting;
  if (!top) {
    const message = 'Semi join sub-selects are only allowed at the top level WHERE expressions and not as nested WHERE expressions';
    malformed(scope, comparison.at, message);
  }
  if (term.type !== 'id' && term.type !== 'reference')
    malformed(scope, comparison.left.at, `The left operand '${term.name}' of a semi join is no id`);
  const inner = setting.subselect(query);
  return comparison.operator === 'IN'
    ? around(`${term.sql} IN ({})`, inner)
    : around(`(${term.sql} IS NULL OR ${term.sql} NOT IN ({}))`, inner);
}

// ---- values ----

function withValues(scope: Scope, term: Term, comparison: Comparison): Sql {
  const { operator } = comparison;
  const literals = (Array.isArray(comparison.right) ? comparison.right : [comparison.right]) as readonly Literal[];
  checkOperator(scope, term, operator, comparison.at);
  if (operator === 'INCLUDES' || operator === 'EXCLUDES') return multiple(scope, term, operator, literals);
  if (operator === 'IN' || operator === 'NOT IN') return listed(scope, term, operator, literals);
  const [literal] = literals as [Literal];
  if (literal.kind === 'period') return inPeriod(scope, term, operator, literal);
  if (operator === 'LIKE') return like(scope, term, literal);
  return single(term, operator, valueOf(scope, term, literal));
}

function checkOperator(scope: Scope, term: Term, operator: Operator, at: number): void {
  const problem = (message: string) => complain(scope.source, at, 'INVALID_QUERY_FILTER_OPERATOR', message);
  if (operator === 'LIKE' && !isTextual(term.type))
    problem(term.type === 'id' || term.type === 'reference' ? 'invalid operator on id field' : `invalid operator on ${term.type} field`);
  if ((operator === 'INCLUDES' || operator === 'EXCLUDES') && term.type !== 'multipicklist')
    problem(`invalid operator on ${term.type} field`);
  if (term.type === 'boolean' && !['=', '!='].includes(operator)) problem('invalid operator on boolean field');
}

function single(term: Term, operator: Operator, value: Bound): Sql {
  if (term.type === 'boolean') return sql(`ifnull(${term.sql}, 0) ${operator === '=' ? '=' : '<>'} ?`, value);
  const left = operand(term, [value]);
  const right = folded(term, value);
  if (operator === '=') return value === null ? sql(`${term.sql} IS NULL`) : sql(`${left} = ?`, right);
  if (operator === '!=') return value === null ? sql(`${term.sql} IS NOT NULL`) : sql(`${left} IS NOT ?`, right);
  return sql(`${left} ${operator} ?`, right);
}

function listed(scope: Scope, term: Term, operator: 'IN' | 'NOT IN', literals: readonly Literal[]): Sql {
  if (literals.some((literal) => literal.kind === 'period')) {
    const parts = literals.map((literal) =>
      literal.kind === 'period' ? inPeriod(scope, term, '=', literal) : single(term, '=', valueOf(scope, term, literal)),
    );
    return operator === 'IN' ? anyOf(parts) : around('NOT ifnull({}, 0)', anyOf(parts));
  }
  const values = literals.map((literal) => valueOf(scope, term, literal));
  const known = values.filter((value) => value !== null);
  const left = operand(term, known);
  const inList = sql(`${left} IN (SELECT value FROM json_each(?))`, JSON.stringify(known.map((value) => folded(term, value))));
  const withNull = values.length > known.length;
  if (operator === 'IN') return withNull ? anyOf([inList, sql(`${term.sql} IS NULL`)]) : inList;
  const outside = around('NOT ifnull({}, 0)', inList);
  return withNull ? allOf([outside, sql(`${term.sql} IS NOT NULL`)]) : outside;
}

function like(scope: Scope, term: Term, literal: Literal): Sql {
  if (literal.kind === 'null') return sql(`${term.sql} IS NULL`);
  if (literal.kind !== 'string') return wrongType(scope, term, literal, 'string and should be enclosed in quotes');
  const foreign = hasForeign(literal.pattern);
  return sql(`${foreign ? `fold(${term.sql})` : term.sql} LIKE ? ESCAPE '\\'`, foreign ? literal.pattern.toLowerCase() : literal.pattern);
}

/** A value such as `'A;B'` means both. Values are stored between semicolons. */
function multiple(scope: Scope, term: Term, operator: 'INCLUDES' | 'EXCLUDES', literals: readonly Literal[]): Sql {
  const has = (value: string) => sql(`instr(';' || fold(${term.sql}) || ';', ?) > 0`, `;${value.trim().toLowerCase()};`);
  const any = anyOf(
    literals.map((literal) =>
      allOf(
        String(valueOf(scope, term, literal) ?? '')
          .split(';')
          .map(has),
      ),
    ),
  );
  return operator === 'INCLUDES' ? any : around('NOT ifnull({}, 0)', any);
}

// ---- text beyond ASCII: the database folds the case of A to Z alone ----

function hasForeign(value: Bound): boolean {
  // eslint-disable-next-line no-control-regex
  return typeof value === 'string' && /[^\u0000-\u007f]/.test(value);
}

function operand(term: Term, values: readonly Bound[]): string {
  if (!isTextual(term.type) || term.column?.field.caseSensitive) return term.sql;
  return values.some(hasForeign) ? `fold(${term.sql}) COLLATE NOCASE` : collated(term);
}

function folded(term: Term, value: Bound): Bound {
  return isTextual(term.type) && !term.column?.field.caseSensitive && hasForeign(value) ? String(value).toLowerCase() : value;
}

// ---- literals ----

function valueOf(scope: Scope, term: Term, literal: Literal): Bound {
  if (literal.kind === 'null') return term.type === 'boolean' ? 0 : null;
  if (isTextual(term.type)) {
    return literal.kind === 'string'
      ? emptyAsNull(literal.value)
      : wrongType(scope, term, literal, 'string and should be enclosed in quotes');
  }
  if (term.type === 'id' || term.type === 'reference') return idOf(scope, term, literal);
  const wanted = term.type === 'datetime' ? 'dateTime' : term.type;
  if (literal.kind === 'boolean' && term.type === 'boolean') return literal.value ? 1 : 0;
  if (literal.kind === 'number' && isNumeric(term.type)) return literal.value;
  if (literal.kind === 'date' && term.type === 'date') return literal.value;
  if (literal.kind === 'datetime' && term.type === 'datetime') return momentOf(scope, literal.value, literal.at);
  return wrongType(scope, term, literal, `${wanted} and should not be enclosed in quotes`);
}

function emptyAsNull(value: string): string | null {
  return value === '' ? null : value;
}

function idOf(scope: Scope, term: Term, literal: Literal): Bound {
  if (literal.kind !== 'string') return wrongType(scope, term, literal, 'string and should be enclosed in quotes');
  if (literal.value === '') return null;
  const object = term.column?.field.type === 'id' ? term.column.place.nodes[0]?.object.name : undefined;
  // Definitions are identified by their names.
  const durable = object?.endsWith('Definition') || term.column?.field.refersTo.includes('EntityDefinition');
  return (
    (durable ? literal.value : normalizeId(literal.value)) ??
    complain(scope.source, literal.at, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${literal.value}`)
  );
}

function momentOf(scope: Scope, text: string, at: number): number {
  const moment = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
  return Number.isNaN(moment) ? complain(scope.source, at, 'MALFORMED_QUERY', `invalid dateTime: ${text}`) : moment;
}

function wrongType(scope: Scope, term: Term, literal: Literal, wanted: string): never {
  return complain(
    scope.source,
    literal.at,
    'INVALID_FIELD',
    `value of filter criterion for field '${term.name}' must be of type ${wanted}`,
  );
}

// ---- periods ----

function inPeriod(scope: Scope, term: Term, operator: Operator, literal: Literal & { kind: 'period' }): Sql {
  if (term.type !== 'date' && term.type !== 'datetime') {
    return isTextual(term.type)
      ? wrongType(scope, term, literal, 'string and should be enclosed in quotes')
      : wrongType(scope, term, literal, `${term.type} and should not be enclosed in quotes`);
  }
  const zone = scope.caller.timeZone;
  const days = periodOf(literal.name, literal.count ?? 0, dayIn(zone, scope.org.clock.now()));
  const [from, to] = term.type === 'date' ? [days.from, days.to] : [startOfDay(zone, days.from), startOfDay(zone, days.to)];
  const within = sql(`(${term.sql} >= ? AND ${term.sql} < ?)`, from, to);
  switch (operator) {
    case '=':
      return within;
    case '!=':
      return around('NOT ifnull({}, 0)', within);
    case '<':
      return sql(`${term.sql} < ?`, from);
    case '>=':
      return sql(`${term.sql} >= ?`, from);
    case '<=':
      return sql(`${term.sql} < ?`, to);
    case '>':
      return sql(`${term.sql} >= ?`, to);
    default:
      return malformed(scope, literal.at, `unexpected token: '${literal.name}'`);
  }
}
