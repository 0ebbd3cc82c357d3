// A decision made once more, from its facts and on its own snapshot: the same, or what differs, or which input is gone.
import jsonpatch from 'fast-json-patch';
import type { LoopEvent } from '../../loops/event.ts';
import { recast, shadowOn, sideOf } from '../experiments/asking.ts';
import type { DecisionRecord, StoredDecision } from '../../ports/decisions.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { decisionOf } from './decision.ts';
import { LOOPS } from './registry.ts';
import { runLoop } from './run.ts';
import { compileRow } from './world.ts';

export type Replayed =
  | { readonly kind: 'same'; readonly decision: DecisionRecord }
  /** RFC 6902, from the decision as it was to the one that would be made. */
  | { readonly kind: 'differs'; readonly decision: DecisionRecord; readonly again: DecisionRecord; readonly differences: readonly object[] }
  /** It can not be made again: the input that is gone. */
  | { readonly kind: 'gone'; readonly decision: DecisionRecord; readonly message: string };

/** An answer that was not recorded: the loop asks for more than it did then. */
class Gone extends Error {}

export async function replay(store: Store, scopes: readonly Scope[], { decision, recorded }: StoredDecision): Promise<Replayed> {
  const { id, loop: name, revision } = decision;
  const row = await snapshotIn(store, scopes, revision.snapshot);
  if (row === undefined) return { kind: 'gone', decision, message: `The snapshot ${revision.snapshot} that it was made on is gone.` };
  const loop = LOOPS.get(name);
  if (loop?.step === undefined) return { kind: 'gone', decision, message: `This version of loopctl has no loop "${name}".` };
  const event = recorded.event as LoopEvent;
  const now = Date.parse(recorded.now);
  const facts = new Map(recorded.facts.map(({ id: of, ...fact }) => [of, fact]));
  const compiled = compileRow(row);
  const run = { loop, world: compiled.worldOf(loop, event.arms), event, turn: id, now };
  try {
    const again = await runLoop<DecisionRecord>(
      run,
      (request) => {
        const fact = facts.get(request.id);
        if (fact === undefined) throw new Gone(`It would ask for something that it did not ask for then: ${request.id}.`);
        return fact;
      },
      ({ end }) => {
        if (end.kind === 'drop') throw new Gone(`It would be left alone now: ${end.because}.`);
        if (end.kind === 'refuse')
          throw new Gone(`It would be refused now: ${end.problems.map(({ path, message }) => `${path} ${message}`).join(', ')}.`);
        // Which version computes it is not part of what is compared; which commit the snapshot came with is told as it was then.
        const snapshot = { id: row.id, commit: revision.commit };
        const trial = recorded.shadow && end.method !== 'human' ? shadowOn(compiled.trials, loop, event, now) : undefined;
        const mark = trial === undefined ? sideOf(compiled.trials, loop, event) : recast(compiled, trial, run, recorded, end);
        const made = decisionOf(end, { id, loop: name, event, snapshot, engine: revision.engine, now });
        return { kind: 'taken', value: { ...made, ...(mark !== undefined && { experiment: mark }) } };
      },
    );
    // Effects are what became of it afterwards.
    const as = (one: DecisionRecord): DecisionRecord =>
      JSON.parse(JSON.stringify({ ...one, effects: decision['effects'] })) as DecisionRecord;
    const differences = jsonpatch.compare(as(decision), as(again));
    return differences.length === 0 ? { kind: 'same', decision } : { kind: 'differs', decision, again: as(again), differences };
  } catch (error) {
    if (error instanceof Gone) return { kind: 'gone', decision, message: error.message };
    throw error;
  }
}

async function snapshotIn(store: Store, scopes: readonly Scope[], id: string) {
  for (const scope of scopes) {
    const row = await store.snapshot(scope, id);
    if (row !== undefined) return row;
  }
  return undefined;
}
