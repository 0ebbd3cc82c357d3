// What a plan's switch does to records that were decided on: the newest of the ledger through what is active and what becomes active. Nothing
// where nothing was decided yet, or nothing that loops read changes: then it costs no more than a look.
import type { Plan } from '../../plans/plan.ts';
import { contentAfter } from '../../plans/snapshot.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { simulate } from '../simulate.ts';
import { ledgerRecords } from './past.ts';
import type { Sums } from './tally.ts';
import { versionsFrom } from './version.ts';

/** Bounds the work of a plan, some hundred milliseconds; `simulate` looks at as many as are wanted. */
const MOST_RECORDS = 500;

/** `load` and `grades` name what differs alone. */
export interface RecordImpact
  extends Pick<
    Sums,
    | 'records'
    | 'owner_changes'
    | 'turn_changes'
    | 'grade_changes'
    | 'score_changes'
    | 'territory_changes'
    | 'undetermined'
    | 'grades'
    | 'load'
  > {
  /** ISO: when the newest of the records was decided on. */
  readonly as_of: string;
}

export async function impactOnRecords(
  store: Pick<Store, 'activeSnapshot' | 'decisions'>,
  scope: Scope,
  { steps, commit }: Pick<Plan, 'steps' | 'commit'>,
  now: number,
): Promise<RecordImpact | undefined> {
  const step = steps.find(({ action }) => action === 'switch');
  if (step === undefined) return undefined;
  const records = await ledgerRecords(store.decisions, { scope, limit: MOST_RECORDS });
  const newest = records.at(-1)?.at;
  const active = newest === undefined ? undefined : await store.activeSnapshot(scope);
  if (newest === undefined || active === undefined) return undefined;
  const content = contentAfter(step, active.content);
  const versions = versionsFrom(active, 'active', { label: 'planned', commit, content });
  const sums = await simulate({ ...versions, records, now, examples: 0 });
  return {
    records: sums.records,
    owner_changes: sums.owner_changes,
    turn_changes: sums.turn_changes,
    grade_changes: sums.grade_changes,
    score_changes: sums.score_changes,
    territory_changes: sums.territory_changes,
    undetermined: sums.undetermined,
    grades: sums.grades.filter(({ before, after }) => before !== after),
    load: sums.load.filter(({ before, after }) => before !== after),
    as_of: new Date(newest).toISOString(),
  };
}
