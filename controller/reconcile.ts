// One look at git and the org, and what follows from it: head → load → observe → plan → gate → apply. Whatever is not as it has to be ends
// the run there; what was applied before stays, and goes on answering.
import type { Problem } from '../resources/core.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { Drift, Plan } from '../plans/plan.ts';
import { type Crm, fromHere } from '../ports/crm.ts';
import type { Scope, Store } from '../ports/store.ts';
import type { Head, Upstream } from '../ports/upstream.ts';
import { type ApplyReport, carryOut, idsOf } from './carry-out.ts';
import type { Deps } from './deps.ts';
import { type Budget, budgetOf, underGate } from './gate.ts';
import { type Loaded, loadTree, type Scene, sceneOf } from './load.ts';
import { type Observation, observe } from './observe.ts';
import { type Declared, declaredBy, planOf, type Planned } from './plan.ts';
import { policyReverts } from './policy.ts';
import { problemOf } from './problems.ts';
import { inTurn } from './turn.ts';

/** What is kept in step: one environment of one configuration. */
export interface Site {
  readonly deps: Deps;
  readonly upstream: Upstream;
  readonly store: Store;
  /** Of `Project.environments`; the first one where it is not said. */
  readonly environment?: string;
  /** How long an apply waits for what the org works off by itself. The next run goes on where it is not done. */
  readonly waitMs: number;
  /** The process was asked to end. */
  stopping(): boolean;
}

/** What the run must know of earlier ones. */
export interface Memory {
  /** A divergence that lasts long enough to be acted upon. */
  settled(scope: Scope, drift: Drift): boolean;
}

export type Reconciled =
  /** The branch, or the folder, does not give a commit. */
  | { readonly kind: 'no-head'; readonly problems: readonly Problem[] }
  /** The commit cannot be read without errors. */
  | { readonly kind: 'broken'; readonly commit: string | null; readonly loaded: Loaded; readonly problems: readonly Problem[] }
  /** The org is not the one, may not be written, does not answer, or another apply is at work. */
  | { readonly kind: 'refused'; readonly commit: string | null; readonly loaded: Loaded; readonly problems: readonly Problem[] }
  | {
      readonly kind: 'ended';
      readonly scope: Scope;
      readonly scene: Scene;
      readonly report: ApplyReport;
      /** What diverged, also what the plan puts back. */
      readonly drift: readonly Drift[];
      /** What diverged and the plan puts back. */
      readonly reverted: readonly Drift[];
      readonly notices: readonly Problem[];
      readonly budget?: Budget;
    };

export async function reconcile(site: Site, memory: Memory): Promise<Reconciled> {
  const head = await headOf(site);
  if (head.kind !== 'head') return head;
  const scene = await sceneAt(site, head);
  if (scene.kind !== 'scene') return scene;
  return inItsTurn(site, scene, async (turn) => {
    const world = await observed(turn);
    if (world.kind !== 'world') return world;
    const plan = await planned(turn, world, memory);
    const gated = await underGate(site.deps, turn.crm, site.store, turn.resolved, { ...plan, ...world.observation, actor: 'controller' });
    return carried(turn, world, plan.reverted, gated);
  });
}

interface AtHead {
  readonly kind: 'head';
  readonly head: Head;
}

async function headOf({ upstream }: Site): Promise<AtHead | Reconciled> {
  const head = await upstream.head();
  return head.ok ? { kind: 'head', head: head.value } : { kind: 'no-head', problems: head.problems };
}

interface AtScene {
  readonly kind: 'scene';
  readonly scene: Scene;
  readonly notices: readonly Problem[];
}

async function sceneAt({ deps, upstream, environment }: Site, { head }: AtHead): Promise<AtScene | Reconciled> {
  const loaded = loadTree(await upstream.read(head), deps.cache);
  const scene = sceneOf(loaded, deps, { ...(environment !== undefined && { environment }) });
  if (!scene.ok) return { kind: 'broken', commit: head.commit, loaded, problems: scene.problems };
  return { kind: 'scene', scene: scene.value, notices: head.notices };
}

interface Turn {
  readonly site: Site;
  readonly scene: Scene;
  readonly notices: readonly Problem[];
  readonly resolved: Resolved;
  readonly declared: Declared;
  readonly crm: Crm;
  readonly scope: Scope;
}

/** With the org of the environment, and nobody else writing to it. */
async function inItsTurn(site: Site, { scene, notices }: AtScene, body: (turn: Turn) => Promise<Reconciled>): Promise<Reconciled> {
  const { deps, store } = site;
  const { resolved, loaded } = scene;
  const refused = (problems: readonly Problem[]): Reconciled => ({ kind: 'refused', commit: loaded.commit, loaded, problems });
  const connected = await deps.connect(resolved.environment);
  if (!connected.ok) return refused(connected.problems);
  const crm = fromHere(connected.value);
  try {
    const scope: Scope = { project: resolved.project.ref.name, environment: resolved.environment.name, orgId: (await crm.identify()).id };
    const turn: Turn = { site, scene, notices, resolved, declared: declaredBy(scene), crm, scope };
    const ended = await inTurn(deps, store, scope, 0, () => body(turn));
    return ended.kind === 'refused' ? refused(ended.problems) : ended;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return refused([problem]);
  }
}

interface World {
  readonly kind: 'world';
  readonly observation: Observation;
}

async function observed({ site, resolved, scene, declared, crm }: Turn): Promise<World | Reconciled> {
  const seen = await observe(site.deps, crm, site.store, { resolved, ...declared, leased: true });
  if (seen.ok) return { kind: 'world', observation: seen.value };
  const { loaded } = scene;
  return { kind: 'refused', commit: loaded.commit, loaded, problems: seen.problems };
}

async function planned(
  { site, scene, declared, crm, scope }: Turn,
  { observation }: World,
  memory: Memory,
): Promise<Planned & { readonly reverted: readonly Drift[] }> {
  const reverted: Drift[] = [];
  const reverts = (drift: Drift) => {
    const reverts = policyReverts(drift) && memory.settled(scope, drift);
    if (reverts) reverted.push(drift);
    return reverts;
  };
  return { ...(await planOf(crm, site.store, scene, declared, observation, { reverts })), reverted };
}

async function carried(
  { site, scene, notices, crm, scope }: Turn,
  { observation }: World,
  reverted: readonly Drift[],
  plan: Plan,
): Promise<Reconciled> {
  const answer = await carryOut(site.deps, crm, site.store, scene, {
    scope,
    plan,
    ids: idsOf(observation.live),
    actor: 'controller',
    leased: true,
    waitMs: site.waitMs,
    confirm: async () => true,
    stopping: () => site.stopping(),
  });
  if (answer.kind !== 'report') throw new Error(`a plan of the controller that nobody was asked about was ${answer.kind}`);
  const budget = budgetOf(crm, scene.resolved);
  const { report } = answer;
  return { kind: 'ended', scope, scene, report, drift: plan.drift, reverted, notices, ...(budget !== undefined && { budget }) };
}
