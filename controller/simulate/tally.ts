// Differences, record by record, as sums: how many change and from what to what, who has how many before and after, the first examples, and
// what could not be told. Pure but for what it counts.
import { compareOutcomes, type Difference, isDifferent, NOT_ROUTED } from './compare.ts';
import type { PastRecord, Replayed } from './replay.ts';

export interface Sums {
  readonly records: number;
  /** Records in which anything is different. */
  readonly changed: number;
  readonly score_changes: number;
  readonly grade_changes: number;
  /** By a rule, a seat, a territory: whoever's turn it is aside. */
  readonly owner_changes: number;
  /** The same people take turns, and it was somebody else's. */
  readonly turn_changes: number;
  readonly territory_changes: number;
  readonly undetermined: number;
  /** Why, most records first. */
  readonly causes: readonly { readonly because: string; readonly records: number; readonly names: readonly string[] }[];
  /** Every pair of grades that occurs, also of one that stayed; `null`: not graded. */
  readonly grades: readonly { readonly before: string | null; readonly after: string | null; readonly records: number }[];
  /** Records by owner, where both sides could be told; the greatest difference first. */
  readonly load: readonly { readonly owner: string; readonly before: number; readonly after: number }[];
  readonly examples: readonly Example[];
}

export interface Example extends Omit<Difference, 'ownerBy' | 'unknown'> {
  readonly name: string;
  readonly object: string;
  readonly id?: string;
  readonly owner_by?: 'rule' | 'turn';
}

export interface Tally {
  add(past: PastRecord, before: Replayed, after: Replayed): void;
  sums(): Sums;
}

/** Of each cause, so many records are named. */
const MOST_NAMED = 5;

/** `examples`: how many records are told one by one. */
export function tally(examples: number): Tally {
  const count = { records: 0, changed: 0, score: 0, grade: 0, owner: 0, turn: 0, territory: 0, undetermined: 0 };
  const causes = new Map<string, { records: number; names: string[] }>();
  const grades = new Map<string, { readonly before: string | null; readonly after: string | null; records: number }>();
  const load = new Map<string, { before: number; after: number }>();
  const shown: readonly Example[][] = [[], [], [], []];

  const carry = (owner: string, side: 'before' | 'after') => {
    const row = load.get(owner) ?? { before: 0, after: 0 };
    row[side] += 1;
    load.set(owner, row);
  };
  const graded = (before: string | null, after: string | null) => {
    const key = JSON.stringify([before, after]);
    const row = grades.get(key) ?? { before, after, records: 0 };
    row.records += 1;
    grades.set(key, row);
  };
  const undetermined = (because: string, name: string) => {
    count.undetermined += 1;
    const row = causes.get(because) ?? { records: 0, names: [] };
    row.records += 1;
    if (row.names.length < MOST_NAMED) row.names.push(name);
    causes.set(because, row);
  };

  return {
    add(past, before, after) {
      const found = compareOutcomes(before, after);
      count.records += 1;
      const { unknown } = found;
      const because = unknown.score ?? unknown.route;
      if (because !== undefined) undetermined(because, past.name);
      if (unknown.score === undefined && (before.score ?? after.score) !== undefined)
        graded(before.score?.grade ?? null, after.score?.grade ?? null);
      if (unknown.route === undefined && (before.route ?? after.route) !== undefined) {
        carry(before.route?.owner ?? NOT_ROUTED, 'before');
        carry(after.route?.owner ?? NOT_ROUTED, 'after');
        for (const owner of before.route?.released ?? []) carry(owner, 'before');
        for (const owner of after.route?.released ?? []) carry(owner, 'after');
      }
      if (!isDifferent(found)) return;
      count.changed += 1;
      if (found.score !== undefined) count.score += 1;
      if (found.grade !== undefined) count.grade += 1;
      if (found.territory !== undefined) count.territory += 1;
      if (found.ownerBy === 'rule') count.owner += 1;
      if (found.ownerBy === 'turn') count.turn += 1;
      const into = shown[rankOf(found)];
      if (into !== undefined && into.length < examples) into.push(exampleOf(past, found));
    },
    sums: () => ({
      records: count.records,
      changed: count.changed,
      score_changes: count.score,
      grade_changes: count.grade,
      owner_changes: count.owner,
      turn_changes: count.turn,
      territory_changes: count.territory,
      undetermined: count.undetermined,
      causes: [...causes].map(([because, row]) => ({ because, ...row })).sort((a, b) => b.records - a.records),
      grades: [...grades.values()].sort((a, b) => order(a.before, b.before) || order(a.after, b.after)),
      load: [...load].map(([owner, row]) => ({ owner, ...row })).sort((a, b) => apart(b) - apart(a) || order(a.owner, b.owner)),
      examples: shown.flat().slice(0, examples),
    }),
  };
}

/** What people ask for first: another owner, another grade or territory, another score; a turn alone comes last. */
function rankOf({ ownerBy, grade, territory, score }: Difference): number {
  if (ownerBy === 'rule') return 0;
  if ((grade ?? territory) !== undefined) return 1;
  return score === undefined ? 3 : 2;
}

function exampleOf({ name, event }: PastRecord, difference: Difference): Example {
  const { ownerBy, unknown: _, ...found } = difference;
  const { object, id } = event;
  return { name, object, ...(id !== undefined && { id }), ...found, ...(ownerBy !== undefined && { owner_by: ownerBy }) };
}

function apart({ before, after }: { readonly before: number; readonly after: number }): number {
  return Math.abs(after - before);
}

/** What is not there comes last. */
function order(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return a < b ? -1 : 1;
}
