// What a row of the past says of its end, and of when it was. What is not plain is a fault of the row: a guess would judge a model wrongly.
import type { Checked, Problem } from '../../resources/core.ts';
import { instantOf } from '../../resources/conditions/dates.ts';
import { exactNumber, fold, isMissing } from '../../resources/conditions/text.ts';
import { suggestion } from '../../resources/suggest.ts';
import type { Cells, Table } from '../table.ts';

/** One day for all records, or the date of each. */
export type TimeOf = { readonly kind: 'moment'; readonly at: number } | { readonly kind: 'order'; readonly column: string };

export interface Past {
  readonly outcome: boolean;
  readonly order: number;
  readonly asOf: number;
}

export interface PastReader {
  read(row: Cells): Past | { readonly fault: string };
  /** Known when a row was read. */
  timeOf(): TimeOf;
}

interface Columns {
  readonly table: Table;
  readonly outcome: string;
  readonly order?: string;
  readonly asOf?: number;
  readonly now: number;
}

/** Problems: columns that the table does not have. */
export function pastReader({ table, outcome, order, asOf, now }: Columns): Checked<PastReader> {
  const problems = [outcome, ...(order === undefined ? [] : [order])]
    .filter((column) => !table.columns.includes(column))
    .map((column) => unknownColumn(table, column));
  if (problems.length > 0) return { ok: false, problems };
  const orderOf = order === undefined ? undefined : orderReader(order);
  let count = 0;
  const dated = () => asOf === undefined && orderOf?.holds() === 'date';
  return {
    ok: true,
    value: {
      read(row) {
        count += 1;
        const converted = outcomeOf(row[outcome]);
        if (converted === undefined) return { fault: outcomeFault(outcome, row[outcome]) };
        const at = orderOf === undefined ? count : orderOf.read(row);
        if (typeof at === 'object') return at;
        return { outcome: converted, order: at, asOf: dated() ? at : (asOf ?? now) };
      },
      timeOf: () => (order !== undefined && dated() ? { kind: 'order', column: order } : { kind: 'moment', at: asOf ?? now }),
    },
  };
}

/** The forms in which exports write a boolean. */
const YES = new Set(['1', 'true', 'yes', 'y', 't']);
const NO = new Set(['0', 'false', 'no', 'n', 'f']);

function outcomeOf(value: string | null | undefined): boolean | undefined {
  const text = fold(value ?? '');
  return YES.has(text) ? true : NO.has(text) ? false : undefined;
}

function outcomeFault(column: string, value: string | null | undefined): string {
  if (isMissing(value)) return `${column} is empty: leave records out whose end is not known yet`;
  return `${column} is ${JSON.stringify(value)}: it must say whether the record converted, as 1 or 0, true or false, yes or no`;
}

/** Numbers or dates, whichever the first row has: both in one column are in no order. */
function orderReader(column: string) {
  let kind: 'number' | 'date' | undefined;
  return {
    holds: () => kind,
    read(row: Cells): number | { readonly fault: string } {
      const value = row[column];
      const number = kind === 'date' ? undefined : exactNumber(value)?.value;
      if (number !== undefined) {
        kind = 'number';
        return number;
      }
      const instant = kind === 'number' ? undefined : instantOf(value);
      if (instant !== undefined) {
        kind = 'date';
        return instant;
      }
      const wanted =
        kind === undefined ? 'a number or a date like 2027-02-01' : kind === 'date' ? 'a date, as above it' : 'a number, as above it';
      return { fault: `${column} is ${isMissing(value) ? 'empty' : JSON.stringify(value)}: it must be ${wanted}` };
    },
  };
}

function unknownColumn({ name, columns }: Table, column: string): Problem {
  return {
    severity: 'error',
    code: 'unknown-column',
    message: `There is no column "${column}".`,
    at: { path: name, line: 1, column: 1 },
    ...suggestion(column, columns),
  };
}
