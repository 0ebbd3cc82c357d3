// One round of the loops that act: what is to be looked at is looked at when its time has come, all that is due is worked off, and what
// follows is written.
import type { Environment } from '../../resources/project/schema.ts';
import type { Crm } from '../../ports/crm.ts';
import { pagesOf } from '../jobs/page.ts';
import { workJob } from '../jobs/work.ts';
import type { BatchWriter } from '../jobs/writer.ts';
import type { LookupWorker } from '../lookups/worker.ts';
import { problemOf } from '../problems.ts';
import { type Acting, actingOn } from './acting.ts';
import { writeEffects } from './effects.ts';
import { type Look, pollEvery } from './look.ts';
import { changesLook } from './looks.ts';
import type { LiveOptions } from './process.ts';
import { workOff } from './work.ts';

export interface Rounds {
  /** Gives how long there is nothing to do, in milliseconds. */
  next(): Promise<number>;
  /** The next round looks at everything, whenever it was looked at last. */
  lookNow(): void;
}

const IDLE_MS = 1_000;
const SUSPENDED_MS = 5_000;
const OVER_BUDGET_MS = 60_000;
/** While a lookup is under way, and where something is due at once. */
const SOON_MS = 250;

export function startRounds(options: LiveOptions, lookups: LookupWorker, batches: BatchWriter, stopping: AbortSignal): Rounds {
  const { store, host, deps, listener } = options;
  const looks: readonly Look[] = [changesLook(options), ...(options.looks ?? [])];
  const lookedAt = new Map<string, number>();
  const now = () => deps.clock.now().getTime();

  /** Gives when the next look is due. */
  async function look(acting: Acting, crm: Crm): Promise<number> {
    let next = Number.POSITIVE_INFINITY;
    for (const one of looks) {
      const every = one.every(acting);
      if (every === undefined || stopping.aborted) continue;
      if (now() >= (lookedAt.get(one.name) ?? 0) + every) {
        lookedAt.set(one.name, now());
        try {
          await one.run(acting, crm);
        } catch (error) {
          // The org is away: what there is to see is seen when it is back.
          if (problemOf(error) === undefined) throw error;
        }
      }
      next = Math.min(next, (lookedAt.get(one.name) ?? 0) + every);
    }
    return next;
  }

  async function next(): Promise<number> {
    const acting = await actingOn(options);
    if (acting === undefined) return IDLE_MS;
    const { environment, active, ground } = acting;
    const { scope } = ground;
    // What happens meanwhile waits: the look goes on from where it was.
    if ((await store.standing(scope.project, scope.environment)).suspended !== undefined) return SUSPENDED_MS;
    const connected = await options.connect(environment);
    if (!connected.ok) return SUSPENDED_MS;
    const crm = connected.value;
    if (overBudget(crm, environment)) return Math.max(pollEvery(environment), OVER_BUDGET_MS);
    const lookAgain = await look(acting, crm);
    const pages = pagesOf(crm.records, () => deps.clock.now());
    const onTaken = (records: readonly string[]) => pages.decided(records);
    const working = { store, records: crm.records, deciding: host.deciding, listener, active, pages, onTaken };
    const writing = { store, crm, clock: deps.clock, listener, ...(options.tell !== undefined && { tell: options.tell }) };
    while (!stopping.aborted) {
      // A snapshot that was switched meanwhile decides from the next group on.
      const current = await host.current();
      const worked = current === undefined ? 0 : await workOff(current, working);
      const asked = await lookups.work(scope);
      const wrote = stopping.aborted ? 0 : await writeEffects(scope, writing, batches.busy);
      if (worked + wrote + asked > 0) continue;
      // Nobody waits for anything: a page of what nobody waits for.
      if (current === undefined || stopping.aborted || overBudget(crm, environment)) break;
      const seen = await workJob(current, working);
      const sent = await batches.write(scope, writing, seen > 0);
      if (seen + sent === 0) break;
      // What happened meanwhile comes first.
      if (now() >= lookAgain) return 0;
    }
    const due = [await store.inbox.nextDue(scope), await store.lookups.nextDue(scope, deps.clock.now().toISOString())];
    const wake = Math.min(lookAgain, ...due.flatMap((at) => (at === undefined ? [] : [Date.parse(at)])));
    return Math.max(SOON_MS, Math.min(wake - now(), pollEvery(environment)));
  }

  return { next, lookNow: () => lookedAt.clear() };
}

/** The day's calls that are left to others are left to them. */
export function overBudget(crm: Pick<Crm, 'calls'>, { api }: Environment): boolean {
  const { used, limit } = crm.calls();
  return used !== undefined && limit !== undefined && used > limit - Math.ceil((limit * api.reserve_pct) / 100);
}
