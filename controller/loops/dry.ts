// A loop asked without a controller: on the working tree, or on the snapshot that was reconciled. Nothing is kept, no turn is taken.
import type { Checked } from '../../resources/core.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { DecisionRecord, Versioned } from '../../ports/decisions.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, SnapshotRow, Store } from '../../ports/store.ts';
import { hashOf } from '../../plans/value.ts';
import { availability, type Availability } from '../availability/away.ts';
import type { Deps } from '../deps.ts';
import type { Scene } from '../load.ts';
import { snapshotOf } from '../runtime.ts';
import type { LoopAnswer } from './answer.ts';
import { answersFrom, type Knowledge, orgAnswers, otherLoop } from './answers.ts';
import { decisionOf } from './decision.ts';
import { LOOPS } from './registry.ts';
import { type Answer, refused, runLoop } from './run.ts';
import { type Compiled, compileRow } from './world.ts';

export interface DryGround {
  readonly compiled: Compiled;
  /** Turns as they are now; none where nothing was reconciled. */
  state(keys: readonly string[]): Promise<Readonly<Record<string, Versioned>>>;
  connect(): Promise<Checked<CrmRecords>>;
  /** Who is away, beside what git says; nothing where nothing was reconciled. */
  readonly availability?: ((connect: DryGround['connect'], now: () => Date) => Availability) | undefined;
  /** The record, where it was read with others. */
  readonly record?: FactValue;
  /** What is known beside the org; nobody is asked anew. */
  readonly knowledge?: Knowledge | undefined;
  /** The version of loopctl. */
  readonly engine: string;
}

type Found = Pick<DryGround, 'compiled' | 'state' | 'availability'>;

/** What the working tree declares, with the ids of what was reconciled, where something was. */
export async function groundOfTree(store: Store, scene: Scene, scope: Scope | undefined): Promise<Found> {
  const { content } = snapshotOf(scene.resolved);
  const active = scope === undefined ? undefined : await store.activeSnapshot(scope);
  const row: SnapshotRow = {
    id: hashOf(content),
    commit: scene.loaded.dirty ? null : scene.loaded.commit,
    plan: '',
    at: '',
    content,
    bindings: active?.bindings ?? {},
  };
  const compiled = compileRow(row);
  // Whoever was declared since then is not in the org yet, and would be asked for: here declared is enough.
  const declared: Compiled = { ...compiled, people: { absent: [], standing: {} } };
  return { compiled: declared, state: stateIn(store, scope), availability: availableIn(store, scope) };
}

export async function groundOfSnapshot(store: Store, scope: Scope): Promise<Found | undefined> {
  const row = await store.activeSnapshot(scope);
  if (row === undefined) return undefined;
  return { compiled: compileRow(row), state: stateIn(store, scope), availability: availableIn(store, scope) };
}

function availableIn(store: Store, scope: Scope | undefined): DryGround['availability'] {
  return scope && ((connect, now) => availability({ store, scope, connect, now }));
}

function stateIn(store: Store, scope: Scope | undefined): DryGround['state'] {
  return async (keys) => {
    const found = scope === undefined ? new Map<string, Versioned>() : await store.decisions.state(scope, keys);
    return Object.fromEntries(keys.map((key) => [key, found.get(key) ?? { version: 0, value: null }]));
  };
}

export async function decideDry(
  deps: Pick<Deps, 'clock' | 'nextId'>,
  { compiled, state, connect, availability: available, record, knowledge, engine }: DryGround,
  loopName: string,
  event: LoopEvent,
): Promise<LoopAnswer> {
  const loop = LOOPS.get(loopName);
  if (loop === undefined) throw new Error(`there is no loop ${loopName}`);
  const now = deps.clock.now().getTime();
  const id = deps.nextId();
  const present = available?.(connect, () => new Date(now));
  const given: Answer = answersFrom({
    now: () => new Date(now),
    people: compiled.people,
    away: present && ((people) => present(compiled.row, people)),
    resources: compiled.row.content.resources,
    bindings: compiled.row.bindings,
    ledger: { state },
    org: orgAnswers(connect, () => new Date(now)),
    other: (name, about) => otherLoop(compiled, { name, event: about, now }, answer),
    knowledge,
  });
  const answer: Answer = (request) =>
    request.kind === 'crm' && request.record === event.id && record !== undefined ? record : given(request);
  return runLoop<LoopAnswer>({ loop, world: compiled.worldOf(loop), event, turn: id, now }, answer, (ended) => {
    if (ended.end.kind === 'drop') throw new Error('nothing happened in the org that could be dropped');
    if (ended.end.kind === 'refuse') return { kind: 'taken', value: refused(ended, event.id) };
    const decision: DecisionRecord = decisionOf(ended.end, { id, loop: loopName, event, snapshot: compiled.row, engine, now });
    return { kind: 'taken', value: { kind: 'decided', decision } };
  });
}
