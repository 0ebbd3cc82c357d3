// One run for an environment: reconcile, write down what came of it, tell people, say when to come back.
import { type Problem, refText } from '../../resources/core.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { type Environment, Project, type ProjectSpec } from '../../resources/project/schema.ts';
import { allButRuns } from '../../plans/runs.ts';
import { hashOf } from '../../plans/value.ts';
import { dayIn } from '../../ports/clock.ts';
import type { Topic } from '../../ports/divergences.ts';
import type { Scope, Standing, Store } from '../../ports/store.ts';
import type { ApplyReport } from '../carry-out.ts';
import type { Loaded } from '../load.ts';
import { recordFailure } from '../record.ts';
import { type Memory, reconcile, type Reconciled, type Site } from '../reconcile.ts';
import { hasLasted, keyOf, newsOf } from './drift.ts';
import type { Listener } from './events.ts';
import { addressed, type Channels, unaddressed } from './messages.ts';
import { driftWords, failedWords, goneWords, heldWords, recoveredWords, revertedWords } from './words.ts';
import type { Next } from './work-queue.ts';

/** Which project and environment it is: known from the first configuration that could be read. */
export interface Identity {
  readonly project: string;
  readonly environment: Environment;
  readonly spec: ProjectSpec;
}

export interface Followed {
  readonly site: Site;
  readonly listener: Listener;
  /** Ways to people that have an address: on others nothing is written down to be sent. */
  readonly channels: Channels;
  /** Those without one, as they were told last. */
  unaddressed?: string;
  /** The id of the run that is under way, or was last. */
  run?: string;
  identity: Identity | undefined;
  /** What the last run looked at. */
  seen: { readonly commit: string | null; readonly day: string; readonly reached: boolean } | undefined;
  /** Why there is no identity yet. */
  problems: readonly Problem[];
}

/** Where nothing could be read yet, it is looked at again after this long. */
const WITHOUT_CONFIGURATION = 10_000;

export async function runOnce(followed: Followed): Promise<{ readonly result: Reconciled; readonly next: Next }> {
  const { site } = followed;
  const { clock } = site.deps;
  const started = clock.now();
  followed.run = site.deps.nextId();
  const result = await reconcile(site, await memoryOf(followed, started));
  const isNew = identify(followed, result);
  const { identity } = followed;
  if (identity !== undefined) tellUnaddressed(followed, identity);
  if (identity !== undefined && isNew) await rememberIdentity(site.store, identity, started);
  const timezone = identity?.spec.timezone ?? 'UTC';
  followed.seen = { commit: commitOf(result), day: dayIn(timezone, started), reached: result.kind !== 'no-head' };
  followed.problems = result.kind === 'ended' ? [] : result.problems;
  if (identity !== undefined) await remember(followed, identity, result);
  report(followed, result, (clock.now().getTime() - started.getTime()) / 1000);
  return { result, next: nextAfter(result, identity, clock.random()) };
}

/** Which project it is, by what was read now. Says whether that is something new. */
function identify(followed: Followed, result: Reconciled): boolean {
  const loaded: Loaded | undefined = result.kind === 'ended' ? result.scene.loaded : result.kind === 'no-head' ? undefined : result.loaded;
  const [project] = loaded?.organisation.all(Project) ?? [];
  if (project === undefined) return false;
  const identity = identityIn(project.ref.name, project.spec, followed.site.environment);
  if (identity === undefined) return false;
  const before = followed.identity;
  followed.identity = identity;
  return before?.project !== identity.project || hashOf(before.spec) !== hashOf(identity.spec);
}

/** Once, not with every message. */
function tellUnaddressed(followed: Followed, { environment, spec }: Identity): void {
  const channels = unaddressed(spec, followed.channels);
  const text = channels.join();
  if (text === (followed.unaddressed ?? '')) return;
  followed.unaddressed = text;
  if (channels.length > 0) followed.listener({ type: 'unaddressed', environment: environment.name, channels });
}

function identityIn(project: string, spec: ProjectSpec, wanted: string | undefined): Identity | undefined {
  const environment = spec.environments.find(({ name }) => wanted === undefined || name === wanted);
  return environment === undefined ? undefined : { project, environment, spec };
}

async function rememberIdentity(store: Store, { project, environment, spec }: Identity, at: Date): Promise<void> {
  await store.updateStanding({ project, environment: environment.name }, { followed: { at: at.toISOString(), spec } });
}

/** What was followed from here last: a controller that starts while its remote is away goes on with it. */
export async function lastIdentity(store: Store, wanted: string | undefined): Promise<Identity | undefined> {
  const standings = (await store.standings()).filter(({ environment }) => wanted === undefined || environment === wanted);
  const [last] = standings
    .flatMap(({ project, environment, followed }) => (followed === undefined ? [] : [{ project, environment, ...followed }]))
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  const read = Project.schema.safeParse(last?.spec);
  return last === undefined || !read.success ? undefined : identityIn(last.project, read.data, last.environment);
}

/** Drift is put back by itself only where it has lasted as long as the grace. */
async function memoryOf({ site, identity }: Followed, now: Date): Promise<Memory> {
  const since = new Map<string, string>();
  let graceMs = 0;
  let suspended: ReadonlySet<string> = new Set();
  if (identity !== undefined) {
    const { project, environment } = identity;
    graceMs = millisecondsOf(environment.drift.grace);
    suspended = suspendedIn(await site.store.standing(project, environment.name));
    for (const scope of await site.store.scopes(project, environment.name))
      for (const one of await site.store.divergences.of(scope)) since.set(`${scope.orgId} ${one.key}`, one.since);
  }
  return {
    settled(scope, drift) {
      if (suspended.has(refText(drift.ref))) return false;
      // Before the project was read once its grace is not known: the next run decides.
      if (identity === undefined) return false;
      return hasLasted(drift, since.get(`${scope.orgId} ${keyOf(drift)}`) ?? now.toISOString(), { now, graceMs });
    },
  };
}

function suspendedIn({ suspendedResources = {} }: Standing): ReadonlySet<string> {
  return new Set(Object.keys(suspendedResources));
}

/** Standing, divergences and messages. */
async function remember(followed: Followed, identity: Identity, result: Reconciled): Promise<void> {
  const { store, deps } = followed.site;
  const where = { project: identity.project, environment: identity.environment.name };
  const before = await store.standing(where.project, where.environment);
  if (result.kind !== 'ended') {
    // Somebody else applies just now: that is no failure.
    if (result.kind === 'refused' && result.problems.some(({ code }) => code === 'lease-taken')) return;
    await recordFailure(deps, store, where, { commit: commitOf(result) ?? before.lastApplied?.commit ?? null, problems: result.problems });
    await tellFailure(followed, identity, before, commitOf(result), result.problems);
    return;
  }
  const { scope, drift, reverted, report: ended, notices } = result;
  if (notices.length > 0) await store.updateStanding(where, { problems: notices });
  const putBack = allButRuns(ended.steps, ended.results) ? reverted : [];
  const keys = new Set(putBack.map(keyOf));
  // What was put back is told as that, and is not there any more.
  await tellDrift(followed, identity, before, scope, { drift: drift.filter((one) => !keys.has(keyOf(one))), reverted: putBack });
  const failures = ended.results.flatMap(({ status, id, error }) =>
    status === 'failed' ? [problem('step-failed', `${id}: ${error?.message ?? 'it failed'}`)] : [],
  );
  if (failures.length > 0) await tellFailure(followed, identity, before, ended.plan.commit, failures);
  else if (before.failing !== undefined) await tellRecovery(followed, identity, before.failing.since);
  await tellHolds(followed, identity, ended);
}

async function tellDrift(
  followed: Followed,
  { project, environment, spec }: Identity,
  standing: Standing,
  scope: Scope,
  found: Pick<Extract<Reconciled, { kind: 'ended' }>, 'drift' | 'reverted'>,
): Promise<void> {
  const { store, deps } = followed.site;
  const now = deps.clock.now();
  const graceMs = standing.suspended === undefined ? millisecondsOf(environment.drift.grace) : Number.POSITIVE_INFINITY;
  const before = await store.divergences.of(scope);
  const news = newsOf(before, found.drift, { now, graceMs, suspended: suspendedIn(standing) });
  const reverted = found.reverted.map((drift) => ({ key: keyOf(drift), drift, since: now.toISOString() }));
  const putBack = new Set(reverted.map(({ key }) => key));
  const gone = news.gone.filter(({ key }) => !putBack.has(key));
  const at = now.toISOString();
  const message = (what: string, text: string) =>
    addressed(spec, followed.channels, {
      key: `drift ${project} ${scope.environment} ${what} ${at}`,
      topic: 'drift',
      environment: scope.environment,
      text,
      at,
    });
  const drifts = (some: readonly { readonly drift: (typeof found.drift)[number] }[]) => some.map((one) => one.drift);
  await store.divergences.replace(scope, news.now, [
    ...(news.news.length > 0 ? message('news', driftWords(scope.environment, drifts(news.news))) : []),
    ...(gone.length > 0 ? message('gone', goneWords(scope.environment, drifts(gone))) : []),
    ...(reverted.length > 0 ? message('reverted', revertedWords(scope.environment, drifts(reverted))) : []),
  ]);
  followed.listener({
    type: 'drift',
    environment: scope.environment,
    open: news.now.length - news.resting.length,
    news: news.news,
    gone,
    reverted,
  });
}

/** A plan that waits for people is told by its id, which an approval names; steps that wait are told once a commit. */
async function tellHolds(followed: Followed, identity: Identity, { plan, holds }: ApplyReport): Promise<void> {
  const told = holds.filter(({ code }) => code !== 'suspended');
  if (told.length === 0) return;
  const isWhole = told.some(({ scope }) => scope === 'plan');
  const what = isWhole ? plan.id : hashOf([plan.commit, told.map(({ message }) => message)]).slice(0, 16);
  await tell(followed, identity, 'held', `held ${what}`, heldWords(identity.environment.name, plan, told));
}

/** Once a failure: the same one is told again only after it was gone. */
async function tellFailure(
  followed: Followed,
  identity: Identity,
  before: Standing,
  commit: string | null,
  problems: readonly Problem[],
): Promise<void> {
  const { store, deps } = followed.site;
  const where = { project: identity.project, environment: identity.environment.name };
  const since = before.failing?.since ?? deps.clock.now().toISOString();
  await store.updateStanding(where, { failing: { since } });
  const what = hashOf([commit, problems.map(({ code, message, at }) => [code, message, at])]).slice(0, 16);
  await tell(followed, identity, 'failed', `failed ${since} ${what}`, failedWords(where.environment, commit, problems));
}

async function tellRecovery(followed: Followed, identity: Identity, since: string): Promise<void> {
  const where = { project: identity.project, environment: identity.environment.name };
  await followed.site.store.updateStanding(where, { failing: undefined });
  await tell(followed, identity, 'failed', `recovered ${since}`, recoveredWords(where.environment, since));
}

async function tell(followed: Followed, { project, environment, spec }: Identity, topic: Topic, what: string, text: string): Promise<void> {
  const { store, deps } = followed.site;
  const key = `${project} ${environment.name} ${what}`;
  await store.messages.add(
    addressed(spec, followed.channels, { key, topic, environment: environment.name, text, at: deps.clock.now().toISOString() }),
  );
}

function report({ listener, identity }: Followed, result: Reconciled, seconds: number): void {
  const environment = identity?.environment.name ?? 'unknown';
  if (result.kind !== 'ended') {
    const { kind, problems } = result;
    listener({ type: 'reconciled', environment, outcome: kind, commit: commitOf(result), seconds, done: 0, steps: 0, holds: [], problems });
    return;
  }
  const { plan, outcome, results, steps, holds } = result.report;
  const failed = results.flatMap(({ id, status, error }) =>
    status === 'failed' ? [problem('step-failed', `${id}: ${error?.message}`)] : [],
  );
  listener({
    type: 'reconciled',
    environment,
    outcome,
    commit: plan.commit,
    plan: plan.id,
    seconds,
    done: results.filter(({ status }) => status === 'done').length,
    steps: steps.length,
    holds,
    problems: [...failed, ...result.notices],
    ...(result.budget !== undefined && { budget: result.budget }),
  });
}

function nextAfter(result: Reconciled, identity: Identity | undefined, random: number): Next {
  if (identity === undefined) return { kind: 'rest', afterMs: WITHOUT_CONFIGURATION };
  const check = millisecondsOf(identity.environment.drift.check) * (0.9 + 0.2 * random);
  switch (result.kind) {
    case 'no-head':
    case 'refused':
      return { kind: 'again' };
    case 'broken':
      // Nothing but another commit mends it.
      return { kind: 'rest', afterMs: check };
    case 'ended':
      return mayHealItself(result.report) ? { kind: 'again' } : { kind: 'rest', afterMs: check };
    default:
      return result satisfies never;
  }
}

/** Steps that are held wait for people; those that failed, that the org works on or that nobody knows of may go better next time. */
function mayHealItself({ outcome, steps, results }: ApplyReport): boolean {
  // What runs in the background is no business of the next run.
  if (outcome === 'pending' && allButRuns(steps, results)) return false;
  return outcome === 'stale' || results.some(({ status }) => status === 'failed' || status === 'unknown' || status === 'pending');
}

function commitOf(result: Reconciled): string | null {
  if (result.kind === 'no-head') return null;
  return result.kind === 'ended' ? result.report.plan.commit : result.commit;
}

function problem(code: string, message: string): Problem {
  return { severity: 'error', code, message };
}
