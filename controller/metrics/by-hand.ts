// A loop run by hand on a record: it acts where the environment lists it, as if the record had changed just now.
import type { Environment } from '../../resources/project/schema.ts';
import type { LoopDescriptor } from '../../loops/loop.ts';
import type { EffectRow, InboxRow } from '../../ports/live.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import { writeEffects } from '../live/effects.ts';
import { chainOf } from '../live/work.ts';
import type { Knowledge } from '../loops/answers.ts';
import { type Deciding, decideOn, type Ground } from '../loops/decide.ts';
import { loopHost } from '../loops/host.ts';

export interface ByHand {
  readonly deps: Pick<Deps, 'clock' | 'nextId' | 'identity'>;
  readonly store: Store;
  readonly crm: Crm;
  readonly project: string;
  readonly environment: Environment;
  readonly loop: LoopDescriptor;
  readonly object: string;
  readonly id: string;
  /** What is known beside the org; nobody is asked anew. */
  readonly knowledge?: (ground: Ground) => Knowledge;
  /** The version of loopctl. */
  readonly engine: string;
  /** How long a controller that runs is waited for, in milliseconds. */
  readonly waitMs: number;
}

export type RanByHand =
  /** The decision; `by`: who made it. */
  | { readonly kind: 'decided'; readonly decision: DecisionRecord; readonly by: 'here' | 'controller' }
  /** Nothing that the loop reads is different from its last decision, or the record is none of its business. */
  | { readonly kind: 'left-alone'; readonly because?: string; readonly last?: DecisionRecord }
  /** The event waits: what for, where it is known. */
  | { readonly kind: 'waits'; readonly because?: string }
  /** The record is not there, or is none that the loop can read. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'no-snapshot' };

/** While a controller runs on the store it is the one that works: the event is put before it, and its answer waited for. */
export async function runByHand(hand: ByHand): Promise<RanByHand> {
  const { deps, store, crm, project, environment, loop, object, id } = hand;
  const host = loopHost({
    deps,
    store,
    place: () => ({ project, environment: environment.name }),
    connect: async () => ({ ok: true, value: crm.records }),
    ...(hand.knowledge !== undefined && { knowledge: hand.knowledge }),
    listener: () => {},
    engine: hand.engine,
  });
  const ground = await host.current();
  if (ground === undefined) return { kind: 'no-snapshot' };
  const before = await last(hand);
  const row = {
    id: `hand ${deps.nextId()}`,
    loop: loop.name,
    object,
    record: id,
    at: deps.clock.now().toISOString(),
    source: 'hand',
    attempts: 0,
  };
  const { attempts: _, ...event } = row;
  await store.inbox.add(ground.scope, [event]);
  const lease = await store.controllerLease(deps.identity);
  if (!('heldBy' in lease)) {
    try {
      return await decideHere(hand, ground, host.deciding, row);
    } finally {
      await lease.release();
    }
  }
  await waitFor(hand, before, async () => ['done', 'dead'].includes((await store.tally.event(ground.scope, row.id))?.status ?? ''));
  const after = await last(hand);
  if (after !== undefined && after.id !== before?.id) return { kind: 'decided', decision: after, by: 'controller' };
  const state = await store.tally.event(ground.scope, row.id);
  if (state?.status === 'done') return { kind: 'left-alone', ...(after !== undefined && { last: after }) };
  return { kind: 'waits', ...(state?.error !== undefined && { because: state.error }) };
}

/** This event alone, and what comes of it: what else waits is left to the controller. */
async function decideHere(hand: ByHand, ground: Ground, deciding: Deciding, row: InboxRow): Promise<RanByHand> {
  const { deps, store, crm, environment, loop, object, id } = hand;
  const chain = chainOf(loop, row, new Set(environment.loops));
  const ended = await decideOn(ground, deciding, { loop, event: { object, id, live: true }, row, chain });
  switch (ended.kind) {
    case 'decided': {
      const outbox = { ...store.outbox, take: () => writable(store, ended.decision.id) };
      await writeEffects(ground.scope, { store: { outbox }, crm, clock: deps.clock, listener: () => {} });
      return { kind: 'decided', decision: (await last(hand)) ?? ended.decision, by: 'here' };
    }
    case 'dropped': {
      await store.inbox.pass(ground.scope, [row.id], chain);
      const before = await last(hand);
      return { kind: 'left-alone', because: ended.because, ...(before !== undefined && { last: before }) };
    }
    case 'invalid':
      await store.inbox.pass(ground.scope, [row.id], []);
      return { kind: 'refused', message: ended.problems.map(({ path, message }) => `${path}: ${message}`).join('; ') };
    case 'not-found':
      await store.inbox.pass(ground.scope, [row.id], []);
      return { kind: 'refused', message: ended.message };
    case 'unavailable':
      return { kind: 'waits', because: ended.problem.message };
    case 'parked':
    case 'no-snapshot':
      return { kind: 'waits' };
    default:
      return ended satisfies never;
  }
}

/** Messages are the controller's to send: they wait for it. */
async function writable({ outbox }: Pick<Store, 'outbox'>, decision: string): Promise<readonly EffectRow[]> {
  return (await outbox.ofDecisions([decision])).filter(({ kind }) => kind !== 'notify');
}

const LOOK_MS = 250;

async function waitFor(hand: ByHand, before: DecisionRecord | undefined, ended: () => Promise<boolean>): Promise<void> {
  const { clock } = hand.deps;
  const until = clock.now().getTime() + hand.waitMs;
  while (clock.now().getTime() < until) {
    if ((await last(hand))?.id !== before?.id || (await ended())) return;
    await clock.sleep(LOOK_MS);
  }
}

/** The loop's last decision on the record. */
async function last({ store, project, environment, loop, id }: ByHand): Promise<DecisionRecord | undefined> {
  const found = await store.decisions.ofSubject(project, environment.name, id);
  return found.findLast(({ decision }) => decision.loop === loop.name)?.decision;
}
