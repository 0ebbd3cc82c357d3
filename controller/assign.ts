// Records of an object put into the territories that the reconciled rows say, as one batch: looked at, gated, confirmed, written. What it does
// comes from the org as it is: a run that died is gone on with behind the record that it had come to, and what it did is seen to be done.
import type { Checked, Problem } from '../resources/core.ts';
import type { TerritoryMatchSpec } from '../resources/territory-match/schema.ts';
import { fieldNames } from '../loops/facts.ts';
import { territoriesOf } from '../loops/territories.ts';
import type { Hold, Plan } from '../plans/plan.ts';
import { CallFailed, type Crm } from '../ports/crm.ts';
import type { JobQuery, JobRow } from '../ports/jobs.ts';
import type { Outcome, Scope, Store } from '../ports/store.ts';
import { type Look, type Looked, lookAtAll } from './assign/look.ts';
import { territoriesOfOrg } from './assign/org.ts';
import { assignmentId, assignmentPlan } from './assign/plan.ts';
import { writeChanges, type Written } from './assign/write.ts';
import { ASSIGN } from './jobs/work.ts';
import type { Deps } from './deps.ts';
import type { Scene } from './load.ts';
import { overBudget } from './live/round.ts';
import { inTurn } from './turn.ts';

export interface AssignRequest {
  readonly object: string;
  /** A condition in the org's own language. */
  readonly where?: string;
  /** Only where it is this plan still. */
  readonly expected?: string;
  /** Nothing is written. */
  readonly previewOnly?: boolean;
  readonly leaseMs: number;
  onWait?(heldBy: string): void;
  onLook?(seen: number): void;
  onProgress?(done: number, of: number): void;
  /** Shown before anything is written; false: nothing is. */
  confirm(preview: AssignPreview): Promise<boolean>;
  readonly stopping: AbortSignal;
}

export interface AssignPreview {
  readonly plan: Plan;
  readonly looked: Looked;
  /** It goes on with a run that ended before it was through. */
  readonly resumes?: JobRow;
}

export type Assigned =
  | {
      readonly kind: 'report';
      readonly outcome: Outcome | 'planned';
      readonly preview: AssignPreview;
      readonly holds: readonly Hold[];
      readonly written?: Written;
      readonly calls: { readonly read: number; readonly write: number };
    }
  | { readonly kind: 'declined'; readonly preview: AssignPreview }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** What an association of a territory is made of. */
const OBJECTS = ['Account', 'Lead'];

export async function assign(deps: Deps, crm: Crm, store: Store, scene: Scene, request: AssignRequest): Promise<Assigned> {
  const { resolved } = scene;
  const org = await crm.identify();
  const scope: Scope = { project: resolved.project.ref.name, environment: resolved.environment.name, orgId: org.id };
  if (!OBJECTS.includes(request.object))
    return refused('no-territories', `${request.object} records are in no territory: the org knows them of ${OBJECTS.join(' and ')}.`);
  const run = () => assigned(deps, crm, store, scene, { ...request, scope });
  if (request.previewOnly === true) return run();
  return inTurn(deps, store, scope, request.leaseMs, run, request.onWait);
}

type Scoped = AssignRequest & { readonly scope: Scope };

async function assigned(deps: Deps, crm: Crm, store: Store, { resolved }: Scene, request: Scoped): Promise<Assigned> {
  const { scope, object, where, stopping } = request;
  const snapshot = await store.activeSnapshot(scope);
  if (snapshot === undefined) return refused('no-snapshot', 'Nothing was reconciled yet: there are no rows to assign by.', 'loopctl apply');
  const query: JobQuery = where === undefined ? { open: true } : { where };
  const same = (job: JobRow) => job.loop === ASSIGN && job.object === object && JSON.stringify(job.query) === JSON.stringify(query);
  const before = (await store.jobs.unfinished(scope)).find(same);
  // Other rows were reconciled meanwhile: what it had come to says nothing of them.
  const resumes = before?.snapshot === snapshot.id ? before : undefined;

  const ground = await groundOf(crm, store, snapshot.content, request);
  if (!ground.ok) return { kind: 'refused', problems: ground.problems };
  const now = deps.clock.now();
  const look: Look = {
    ...ground.value,
    where,
    after: resumes?.cursor,
    now: now.getTime(),
    ...(request.onLook !== undefined && { onProgress: request.onLook }),
  };
  const looked = await lookedAt(crm, look);
  if (!looked.ok) return { kind: 'refused', problems: looked.problems };
  const { org } = look;
  const planned = {
    object,
    where: where ?? null,
    model: org.model,
    snapshot,
    org: await crm.identify(),
    environment: scope.environment,
    asOf: resolved.asOf,
    looked: looked.value,
    read: crm.calls().read,
  };
  const standing = await store.standing(scope.project, scope.environment);
  const id = assignmentId(planned);
  const plan = assignmentPlan(planned, crm, resolved, {
    now,
    verdicts: [...(resumes?.plan === undefined ? [] : await store.verdicts(resumes.plan)), ...(await store.verdicts(id))],
    managed: [...org.placed.values()].filter((some) => some.some(({ by }) => by === 'ours')).length,
    suspended: standing.suspended === undefined ? [] : [standing.suspended],
  });
  const preview: AssignPreview = { plan, looked: looked.value, ...(resumes !== undefined && { resumes }) };
  const report = (outcome: Outcome | 'planned', written?: Written): Assigned => {
    const { read, write } = crm.calls();
    return { kind: 'report', outcome, preview, holds: plan.holds, ...(written !== undefined && { written }), calls: { read, write } };
  };
  await store.savePlan(scope, plan);
  if (request.previewOnly === true) return report('planned');
  if (request.expected !== undefined && request.expected !== plan.id) return report('stale');
  const { changes, counts } = looked.value;
  if (changes.length === 0) {
    // Whatever it was to do is done.
    if (before !== undefined) await store.jobs.finish(scope, before.id, { status: 'done', at: now.toISOString() });
    return report('nothing');
  }
  if (plan.holds.length > 0) return report('held');
  if (!(await request.confirm(preview))) return { kind: 'declined', preview };

  const job = await store.jobs.start(scope, {
    id: deps.nextId(),
    loop: ASSIGN,
    object,
    query,
    snapshot: snapshot.id,
    plan: plan.id,
    by: deps.identity,
    at: now.toISOString(),
  });
  const written = await writeChanges(
    {
      crm,
      store,
      clock: deps.clock,
      scope,
      object,
      ids: org.ids,
      job: { ...job, counts: { ...job.counts, unchanged: job.counts.unchanged + counts.unchanged } },
      isOverBudget: () => overBudget(crm, resolved.environment),
      stopping,
      ...(request.onProgress !== undefined && { onProgress: request.onProgress }),
    },
    changes,
  );
  // One that was stopped is gone on with.
  if (written.stopped === undefined) await store.jobs.finish(scope, job.id, { status: 'done', at: deps.clock.now().toISOString() });
  return report(written.stopped !== undefined || written.failed.length > 0 ? 'partial' : 'done', written);
}

async function groundOf(
  crm: Crm,
  store: Store,
  content: { readonly resources: Readonly<Record<string, unknown>> },
  { object, scope }: Scoped,
): Promise<Checked<Pick<Look, 'object' | 'names' | 'territories' | 'org' | 'pending'>>> {
  const names = fieldNames({ id: '', resources: content.resources }, object);
  if (names === undefined)
    return problem('no-field-map', `No FieldMap is of ${object}: nothing is known of where such a record is.`, 'Declare one, and apply.');
  const matches = Object.entries(content.resources).flatMap(([key, spec]) =>
    key.startsWith('TerritoryMatch/') ? [spec as TerritoryMatchSpec] : [],
  );
  if (matches.length === 0)
    return problem('no-rows', 'No TerritoryMatch was reconciled: there are no rows to assign by.', 'Declare one, and apply.');
  const org = await territoriesOfOrg(crm.records, content, object, await store.assigned.all(scope));
  if (!org.ok) return org;
  const pending = matches.find((match) => match.object === object)?.pending;
  return { ok: true, value: { object, names, territories: territoriesOf(content, names), org: org.value, pending } };
}

/** A condition that the org does not understand, a field that is not there. */
async function lookedAt(crm: Crm, look: Look): Promise<Checked<Looked>> {
  try {
    return { ok: true, value: await lookAtAll(crm.records, look) };
  } catch (error) {
    if (error instanceof CallFailed && /^(?:MALFORMED_QUERY|INVALID_FIELD)/.test(error.code))
      return problem('query-refused', `The org can not answer that: ${error.message}`, 'Mend --where, or apply what the FieldMap names.');
    throw error;
  }
}

function problem(code: string, message: string, hint: string): { readonly ok: false; readonly problems: readonly Problem[] } {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}

function refused(code: string, message: string, hint?: string): Assigned {
  return { kind: 'refused', problems: [{ severity: 'error', code, message, ...(hint !== undefined && { hint }) }] };
}
