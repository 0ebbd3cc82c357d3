// The loops of an environment, on what was reconciled there. Whoever asks gets the decision when it is on the disk.
import type { Checked } from '../../resources/core.ts';
import type { LoopEvent } from '../../loops/event.ts';
import { fullId } from '../../loops/subject.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { availability, type Availability } from '../availability/away.ts';
import type { Deps } from '../deps.ts';
import { stoppedIn } from '../experiments/standing.ts';
import type { Listener } from '../follow/events.ts';
import type { PoolGround } from '../pools/ground.ts';
import type { LoopAnswer, LoopHost, LoopRequest } from './answer.ts';
import { type Knowledge, orgAnswers } from './answers.ts';
import { type Deciding, decideOn, type Ground } from './decide.ts';
import { labelOf } from './decision.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { LOOPS } from './registry.ts';
import { compileRow } from './world.ts';

export interface HostOptions {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly store: Store;
  /** Of which project and environment; nothing before the configuration was read once. */
  place(): { readonly project: string; readonly environment: string } | undefined;
  connect(): Promise<Checked<CrmRecords>>;
  /** What is known beside the org. */
  readonly knowledge?: (ground: Ground) => Knowledge;
  readonly listener: Listener;
  /** The version of loopctl. */
  readonly engine: string;
}

export interface RunningHost extends LoopHost {
  /** What was reconciled last; nothing before that. */
  current(): Promise<Ground | undefined>;
  readonly deciding: Deciding;
  /** On what pools are looked at: the same answers as for decisions. */
  pools(ground: Ground): PoolGround;
  /** Another run may have found another org: it is looked up anew. */
  refresh(): void;
}

export function loopHost(options: HostOptions): RunningHost {
  const { deps, store } = options;
  const org = orgAnswers(options.connect, () => deps.clock.now(), owed);
  const present = new Map<string, Availability>();
  const availableIn = ({ scope: here }: Ground): Availability => {
    const found = present.get(here.orgId) ?? availability({ store, scope: here, connect: options.connect, now: () => deps.clock.now() });
    present.set(here.orgId, found);
    return found;
  };
  const deciding: Deciding = { deps, org, knowledge: options.knowledge, availability: availableIn, engine: options.engine };
  const ledgers = new Map<string, Ledger>();
  let scope: Scope | undefined;
  let me: string | undefined;
  let ground: Ground | undefined;

  /** Decided, and not written in the org yet. */
  async function owed(object: string, owners: readonly string[]): Promise<ReadonlyMap<string, number>> {
    if (ground === undefined) return new Map();
    const { bindings } = ground.compiled.row;
    const counts = await store.outbox.owed(ground.scope, object);
    return new Map(owners.map((owner) => [owner, counts.get(bindings[`User/${owner.toLowerCase()}`] ?? '') ?? 0]));
  }

  async function scopeNow(): Promise<Scope | undefined> {
    const place = options.place();
    if (scope !== undefined || place === undefined) return scope;
    const { org: known } = await store.standing(place.project, place.environment);
    if (known !== undefined) {
      scope = { ...place, orgId: known.id };
      me = known.user;
    }
    return scope;
  }

  /** The active snapshot, compiled; a look at the store tells whether it is still the one. */
  async function current(): Promise<Ground | undefined> {
    const here = await scopeNow();
    if (here === undefined) return undefined;
    const mark = await store.snapshotMark(here);
    if (mark === undefined) return undefined;
    if (ground?.mark === mark && ground.scope.orgId === here.orgId) {
      const stopped = await stoppedIn(store, here, ground.compiled.trials);
      if (!isSame(stopped, ground.stopped)) ground = { ...ground, stopped };
      return ground;
    }
    const row = await store.activeSnapshot(here);
    if (row === undefined) return undefined;
    const ledger = ledgers.get(here.orgId) ?? openLedger(store, here);
    ledgers.set(here.orgId, ledger);
    const compiled = compileRow(row, me);
    ground = { scope: here, ledger, mark, compiled, stopped: await stoppedIn(store, here, compiled.trials) };
    return ground;
  }

  async function decide(name: string, request: LoopRequest): Promise<LoopAnswer> {
    const loop = LOOPS.get(name);
    if (loop?.step === undefined) throw new Error(`there is no loop ${name} that decides`);
    const started = performance.now();
    const at = await current();
    if (at === undefined) return { kind: 'no-snapshot' };
    const { object, id, record, dry } = request;
    const event: LoopEvent = { object, ...(id !== undefined && { id: fullId(id) }), ...(record !== undefined && { record }) };
    const answer = await decideOn(at, deciding, { loop, event, ...(dry === true && { dry }) });
    if (answer.kind === 'dropped' || answer.kind === 'parked') throw new Error(`${name} ${answer.kind} what somebody asked now`);
    // What nothing came of is no decision: nobody finds it afterwards.
    if (answer.kind === 'decided' && dry !== true) {
      const outcome = labelOf(answer.decision);
      options.listener({ type: 'decided', loop: name, outcome, seconds: (performance.now() - started) / 1000, id: answer.decision.id });
    }
    return answer;
  }

  return {
    loops: [...LOOPS.keys()],
    decide,
    current,
    deciding,
    pools: (at) => ({
      store,
      scope: at.scope,
      compiled: at.compiled,
      ledger: at.ledger,
      org,
      availability: availableIn(at),
      now: () => deps.clock.now(),
    }),
    refresh() {
      scope = undefined;
    },
  };
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string> = new Set()): boolean {
  return a.size === b.size && [...a].every((one) => b.has(one));
}
