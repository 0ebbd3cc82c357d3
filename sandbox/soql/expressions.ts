// Columns and functions of a query as SQL, with the type of what they give.
import { type Field, type FieldType, field, integer, isNumeric, isTextual } from '../schema/field.ts';
import type { Call, Expression } from './ast.ts';
import { type Column, type Scope, malformed, resolve } from './scope.ts';

/** What an expression gives, and how it compares. */
export interface Term {
  readonly sql: string;
  readonly type: FieldType;
  /** As messages name it. */
  readonly name: string;
  readonly aggregate: boolean;
  readonly column?: Column;
}

const AGGREGATES = ['COUNT', 'COUNT_DISTINCT', 'SUM', 'AVG', 'MIN', 'MAX'];

/** SQL for the parts of a date, in UTC as SOQL has them unless the time zone is converted. */
const DATE_PARTS: Readonly<Record<string, { readonly sql: (at: string) => string; readonly type: FieldType }>> = {
  CALENDAR_YEAR: { sql: (at) => strftime('%Y', at), type: 'int' },
  CALENDAR_QUARTER: { sql: (at) => `((${strftime('%m', at)} + 2) / 3)`, type: 'int' },
  CALENDAR_MONTH: { sql: (at) => strftime('%m', at), type: 'int' },
  FISCAL_YEAR: { sql: (at) => strftime('%Y', at), type: 'int' },
  FISCAL_QUARTER: { sql: (at) => `((${strftime('%m', at)} + 2) / 3)`, type: 'int' },
  FISCAL_MONTH: { sql: (at) => strftime('%m', at), type: 'int' },
  DAY_IN_MONTH: { sql: (at) => strftime('%d', at), type: 'int' },
  DAY_IN_WEEK: { sql: (at) => `(${strftime('%w', at)} + 1)`, type: 'int' },
  DAY_IN_YEAR: { sql: (at) => strftime('%j', at), type: 'int' },
  HOUR_IN_DAY: { sql: (at) => strftime('%H', at), type: 'int' },
  WEEK_IN_YEAR: { sql: (at) => `((${strftime('%j', at)} - 1) / 7 + 1)`, type: 'int' },
  WEEK_IN_MONTH: { sql: (at) => `((${strftime('%d', at)} - 1) / 7 + 1)`, type: 'int' },
  DAY_ONLY: { sql: (at) => `date(${at})`, type: 'date' },
};

function strftime(format: string, at: string): string {
  return `CAST(strftime('${format}', ${at}) AS INTEGER)`;
}

export function isAggregate(expression: Expression): boolean {
  return expression.kind === 'call' && AGGREGATES.includes(expression.name.toUpperCase());
}

export function termOf(scope: Scope, expression: Expression): Term {
  if (expression.kind === 'call') return callTerm(scope, expression);
  const column = resolve(scope, expression);
  return { sql: column.expression, type: column.field.type, name: column.field.name, aggregate: false, column };
}

function callTerm(scope: Scope, call: Call): Term {
  const name = call.name.toUpperCase();
  if (isAggregate(call)) return aggregateTerm(scope, call, name);
  const part = DATE_PARTS[name];
  if (!part && name !== 'TOLABEL') malformed(scope, call.at, `Invalid or unsupported function: ${call.name}`);
  if (!call.argument) malformed(scope, call.at, `${call.name} takes a field`);
  const argument = termOf(scope, call.argument);
  if (!part) return { ...argument, name: call.name };
  if (argument.type !== 'date' && argument.type !== 'datetime')
    malformed(scope, call.at, `${call.name} takes a date field, not '${argument.name}'`);
  const at = argument.type === 'datetime' ? `${argument.sql} / 1000, 'unixepoch'` : argument.sql;
  return { sql: part.sql(at), type: part.type, name: call.name, aggregate: false };
}

function aggregateTerm(scope: Scope, call: Call, name: string): Term {
  if (!call.argument) return { sql: 'COUNT(*)', type: 'int', name: call.name, aggregate: true };
  const argument = termOf(scope, call.argument);
  if (argument.aggregate) malformed(scope, call.at, 'aggregate functions can not be nested');
  if (argument.column && !argument.column.field.filterable) {
    malformed(scope, call.at, `field ${argument.name} does not support aggregate operator ${name}`);
  }
  if ((name === 'SUM' || name === 'AVG') && !isNumeric(argument.type)) {
    malformed(scope, call.at, `field ${argument.name} does not support aggregate operator ${name}`);
  }
  const base = { name: call.name, aggregate: true };
  if (name === 'COUNT') return { ...base, sql: `COUNT(${argument.sql})`, type: 'int' };
  if (name === 'COUNT_DISTINCT') return { ...base, sql: `COUNT(DISTINCT ${collated(argument)})`, type: 'int' };
  return { ...base, sql: `${name}(${collated(argument)})`, type: name === 'AVG' ? 'double' : argument.type };
}

/** An expression over several columns has lost their collation: text compares without regard to case all the same. */
export function collated(term: Term): string {
  const declared = term.column?.place.polymorphic === false;
  return isTextual(term.type) && !declared ? `${term.sql} COLLATE NOCASE` : term.sql;
}

/** A made-up field for answers that describe their columns. */
export function fieldOfTerm(term: Term): Field {
  return term.column?.field ?? (term.type === 'int' ? integer(term.name) : field(term.name, term.type));
}
