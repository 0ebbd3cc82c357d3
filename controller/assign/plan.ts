// What an assignment of records would do, as a plan that stands under the same gate as every other: limits, windows, approvals, suspension.
import type { Resolved } from '../../resources/resolved.ts';
import { TerritoryMatch } from '../../resources/territory-match/schema.ts';
import { gate } from '../../plans/gate.ts';
import type { Action, Hold, OrgIdentity, Plan, Step } from '../../plans/plan.ts';
import { hashOf } from '../../plans/value.ts';
import { BATCH_SIZE, type Crm } from '../../ports/crm.ts';
import type { SnapshotRow, Verdict } from '../../ports/store.ts';
import { budgetOf } from '../gate.ts';
import { BULK_AT_ONCE, BULK_FROM } from '../jobs/writer.ts';
import { gatePolicyOf } from '../policy.ts';
import type { Change, Looked } from './look.ts';
import { ASSOCIATION } from './org.ts';

export interface Planned {
  readonly object: string;
  readonly where: string | null;
  readonly model: string;
  readonly snapshot: Pick<SnapshotRow, 'id' | 'commit'>;
  readonly org: OrgIdentity;
  readonly environment: string;
  readonly asOf: string;
  readonly looked: Looked;
  readonly read: number;
}

export interface GateOfAssignment {
  readonly now: Date;
  readonly verdicts: readonly Verdict[];
  /** Records that were put into a territory from here. */
  readonly managed: number;
  readonly suspended: readonly { readonly by: string; readonly reason: string }[];
}

/** A plan that is kept is read by people: of so many changes none reads all. */
const MOST_KEPT = 500;
const ID_LENGTH = 20;
/** A job of the Bulk API: opened, filled, closed, looked at, its two results. */
const CALLS_A_JOB = 10;

const ACTIONS: Readonly<Record<Change['action'], Action>> = { assign: 'create', move: 'replace', remove: 'delete', mark: 'update' };

/** Records that leave a territory. */
function accountMoves({ counts }: Pick<Looked, 'counts'>): number {
  return counts.move + counts.remove;
}

/** Of what would be done: the same world gives the same id. */
export function assignmentId({ environment, org, object, where, looked }: Planned): string {
  const what = looked.changes.map(({ record, action, to, removes, fields }) => [
    record,
    action,
    to ?? null,
    removes.map(({ id }) => id),
    fields,
  ]);
  return hashOf([environment, org.id, object, where, what], ID_LENGTH);
}

export function assignmentPlan(planned: Planned, crm: Pick<Crm, 'calls'>, resolved: Resolved, world: GateOfAssignment): Plan {
  const { looked, org, environment, snapshot } = planned;
  const { counts, changes } = looked;
  const whole: Plan = {
    formatVersion: 1,
    id: assignmentId(planned),
    digest: '',
    commit: snapshot.commit,
    dirty: false,
    environment,
    asOf: planned.asOf,
    org,
    summary: {
      create: counts.assign,
      adopt: 0,
      update: counts.mark,
      replace: counts.move,
      delete: counts.remove,
      forget: 0,
      unchanged: counts.unchanged + counts.kept,
    },
    steps: changes.map((change) => stepOf(change, planned, resolved)),
    drift: [],
    holds: [],
    // Whose a record is, is Route's to decide when it comes to it.
    impact: { account_moves: accountMoves(looked), owner_changes: 0 },
    settled: [],
    calls: { read: planned.read, estimatedWrite: estimated(changes) },
  };
  const holds = holdsOf(whole, crm, resolved, world);
  return { ...whole, holds, steps: whole.steps.slice(0, MOST_KEPT) };
}

function holdsOf(plan: Plan, crm: Pick<Crm, 'calls'>, resolved: Resolved, world: GateOfAssignment): readonly Hold[] {
  const budget = budgetOf(crm, resolved);
  // The word on a record that it waits is neither a change of its territory nor one that a limit is for.
  const steps = plan.steps.filter(({ action }) => action !== 'update');
  return gate({ ...plan, steps: steps.length === 0 ? plan.steps : steps }, gatePolicyOf(resolved), {
    ...world,
    actor: 'person',
    ownAccess: [],
    owned: new Map(),
    assigned: new Map(),
    claims: [],
    ...(budget !== undefined && { budget }),
  });
}

function stepOf({ record, action, from, to, fields, why }: Change, { model, object }: Planned, resolved: Resolved): Step {
  const [match] = resolved.organisation.all(TerritoryMatch);
  const territory = to ?? from[0];
  const address =
    territory === undefined || action === 'mark'
      ? { type: object, key: record }
      : { type: ASSOCIATION, key: `${model}/${resolved.crmName('Territory', territory)}/${record}` };
  const moved = action === 'mark' ? [] : [{ path: 'Territory2Id', before: from.length === 0 ? null : from.join(', '), after: to ?? null }];
  return {
    id: `${address.type}/${address.key}`,
    ref: match?.ref ?? { kind: TerritoryMatch.name, name: 'rows' },
    address,
    action: ACTIONS[action],
    phase: action === 'remove' ? 'contract' : 'expand',
    level: 0,
    dependsOn: [],
    fields: [...moved, ...Object.entries(fields).map(([path, after]) => ({ path: `${object}.${path}`, before: null, after }))],
    patch: [],
    expect: null,
    why,
    recordId: record,
  };
}

function estimated(changes: readonly Change[]): number {
  const rows = [
    changes.filter(({ to }) => to !== undefined).length,
    changes.reduce((sum, { removes }) => sum + removes.length, 0),
    changes.filter(({ fields }) => Object.keys(fields).length > 0).length,
  ];
  return rows.reduce(
    (sum, count) => sum + (count < BULK_FROM ? Math.ceil(count / BATCH_SIZE) : Math.ceil(count / BULK_AT_ONCE) * CALLS_A_JOB),
    0,
  );
}
