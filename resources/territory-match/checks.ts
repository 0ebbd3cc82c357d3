// Rows that change nothing: another one of the same specificity takes all that they take.
import { originText } from '../core.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { MatchRow, TerritoryMatchSpec } from './schema.ts';

export function checkMatches(matches: readonly Resource<TerritoryMatchSpec>[], _: Organisation, report: Report): void {
  const objects = new Map<string, Resource<TerritoryMatchSpec>>();
  for (const match of matches) {
    const { object, pending } = match.spec;
    const other = objects.get(object);
    if (other === undefined) objects.set(object, match);
    else
      report.error(match, {
        path: ['spec', 'object'],
        code: 'same-object',
        message: `object: ${other.ref.name} matches ${object} too (${originText(other.origin)})`,
        hint: 'Put the rows into one.',
      });
    for (const key of ['field', 'reason'] as const) {
      const field = pending?.[key];
      if (field === undefined || field.startsWith(`${object}.`)) continue;
      report.error(match, {
        path: ['spec', 'pending', key],
        code: 'wrong-object',
        message: `pending.${key}: ${field} is no field of ${object}`,
        hint: `Write ${object}.${key === 'field' ? 'Territory_Status__c' : 'Territory_Reason__c'}, say.`,
      });
    }
    checkCovered(match, report);
  }
}

type Criterion = 'country' | 'state' | 'city' | 'postal' | 'accounts';
/** From the strongest. The strongest criterion of a row is its level. */
const LEVELS: readonly Criterion[] = ['accounts', 'postal', 'city', 'state', 'country'];

/** Only rows of one level with a value in common can cover one another: the others are never compared. */
function checkCovered(match: Resource<TerritoryMatchSpec>, report: Report): void {
  const rows = match.spec.rows.map(
    (row, index): RowOfLevel => ({ row, index, level: LEVELS.find((criterion) => row[criterion] !== undefined) ?? 'employees' }),
  );
  const byValue = new Map<string, RowOfLevel[]>();
  for (const entry of rows) {
    for (const key of keysOf(entry)) {
      const before = byValue.get(key);
      if (before === undefined) byValue.set(key, [entry]);
      else before.push(entry);
    }
  }
  for (const entry of rows) {
    const [key] = keysOf(entry);
    const by = (byValue.get(key ?? '') ?? []).find(
      (other) => other !== entry && other.level === entry.level && isCovered(entry.row, other.row) && winsOver(other, entry),
    );
    if (by === undefined) continue;
    report.warning(match, {
      path: ['spec', 'rows', entry.index],
      code: 'covered-row',
      message: `rows[${entry.index}]: whatever ${entry.row.territory} would get here, rows[${by.index}] (${by.row.territory}) matches as well`,
      hint: by.row.territory === entry.row.territory ? 'Take it away.' : 'Take it away, or make it more specific.',
    });
  }
}

interface RowOfLevel {
  readonly row: MatchRow;
  readonly index: number;
  readonly level: Criterion | 'employees';
}

function keysOf({ row, level }: RowOfLevel): readonly string[] {
  return level === 'employees' ? [level] : valuesOf(row, level).map((value) => `${level} ${value}`);
}

/** A child stands for its parent, so the wider row of the parent is meant. Of two equal rows of one territory the later is too much. */
function winsOver(other: RowOfLevel, entry: RowOfLevel): boolean {
  if (entry.row.territory.startsWith(`${other.row.territory}/`)) return false;
  if (other.row.territory === entry.row.territory && isCovered(other.row, entry.row)) return other.index < entry.index;
  return true;
}

/** Every record that `narrow` takes, `wide` takes too. */
function isCovered(narrow: MatchRow, wide: MatchRow): boolean {
  // A band makes a row more specific than one without.
  if ((narrow.employees === undefined) !== (wide.employees === undefined)) return false;
  if (!bandCovers(wide.employees, narrow.employees)) return false;
  return LEVELS.every((criterion) => {
    if (wide[criterion] === undefined) return true;
    if (narrow[criterion] === undefined) return false;
    // Of two ranges the narrower wins: only equal ones tie.
    const allowed = new Set(valuesOf(wide, criterion));
    return valuesOf(narrow, criterion).every((value) => allowed.has(value));
  });
}

function bandCovers(wide: MatchRow['employees'], narrow: MatchRow['employees']): boolean {
  return (wide?.min ?? 0) <= (narrow?.min ?? 0) && (wide?.max ?? Infinity) >= (narrow?.max ?? Infinity);
}

function valuesOf(row: MatchRow, criterion: Criterion): readonly string[] {
  const value = row[criterion];
  return (typeof value === 'string' ? [value] : (value ?? [])).map((text) => text.toLowerCase());
}
