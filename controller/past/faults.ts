// What is wrong with rows of a table: the first of them by their line, the rest as a number.
import type { Problem } from '../../resources/core.ts';
import { counted } from '../../plans/show.ts';

export interface Faults {
  add(line: number, message: string): void;
  problems(): readonly Problem[];
}

/** So many rows are named; a file with the wrong column has thousands. */
const MOST_NAMED = 20;

export function faultsOf(table: string): Faults {
  const named: Problem[] = [];
  let more = 0;
  return {
    add(line, message) {
      if (named.length === MOST_NAMED) more += 1;
      else named.push({ severity: 'error', code: 'bad-row', message, at: { path: table, line, column: 1 } });
    },
    problems: () =>
      more === 0
        ? named
        : [...named, { severity: 'error', code: 'bad-rows', message: `${counted(more, 'more row')} of ${table} can not be read either.` }],
  };
}
