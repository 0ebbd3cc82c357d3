// Steps of one run: what a loop asks is answered and written down as a fact, until it decides.
import type { Decide, Drop, Refuse } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { Ask, FactValue, LoopDescriptor, Stepped } from '../../loops/loop.ts';
import type { Lookup, Request } from '../../loops/requests.ts';
import type { Fact } from '../../ports/decisions.ts';
import type { LoopAnswer } from './answer.ts';

export interface Run {
  readonly loop: LoopDescriptor;
  readonly world: unknown;
  readonly event: LoopEvent;
  readonly turn: string;
  readonly now: number;
}

/** An answer that is at hand is given at once: between it and the decision nothing else happens. */
export type Answer = (request: Request) => FactValue | Promise<FactValue>;

export interface Ended {
  readonly end: Decide | Refuse | Drop;
  readonly facts: readonly Fact[];
}

/**
 * What is done with a decision at the very moment it is made; keys whose state has moved on meanwhile are asked again. Where something else has to
 * be known first, it is waited for, and made once more on the state of then.
 */
export type Conclude<T> = (
  ended: Ended,
) =>
  | { readonly kind: 'taken'; readonly value: T }
  | { readonly kind: 'stale'; readonly keys: readonly string[] }
  | { readonly kind: 'wait'; readonly for: Promise<unknown> };

/** What is done where a lookup would tell more than is known: nothing, or the run ends here for now. */
export type Park<T> = (lookups: readonly Lookup[]) => T | undefined;

/** A loop that asks without end has a fault. */
const MOST_STEPS = 50;
const MOST_ANEW = 1_000;

export async function runLoop<T>(run: Run, answer: Answer, conclude: Conclude<T>, park?: Park<T>): Promise<T> {
  const facts = new Map<string, FactValue>();
  const keysOf = new Map<string, readonly string[]>();
  let steps = 0;
  for (let anew = 0; anew < MOST_ANEW; ) {
    const stepped = stepOf(run, facts);
    if (stepped.kind === 'ask') {
      if ((steps += 1) > MOST_STEPS) throw new Error(`${run.loop.name} asked ${MOST_STEPS} times and did not decide`);
      for (const request of stepped.requests) if (request.kind === 'state') keysOf.set(request.id, request.keys);
      const waiting = answerAll(stepped, facts, answer);
      if (waiting !== undefined) await waiting;
      const parked = park === undefined ? undefined : parkedFor(stepped, facts, park);
      if (parked !== undefined) return parked;
      continue;
    }
    const taken = conclude({ end: stepped, facts: [...facts].map(([id, fact]) => ({ id, ...fact })) });
    if (taken.kind === 'taken') return taken.value;
    if (taken.kind === 'wait') await taken.for;
    for (const [id, keys] of keysOf) if (taken.kind === 'wait' || keys.some((key) => taken.keys.includes(key))) facts.delete(id);
    anew += 1;
    steps = 0;
  }
  throw new Error(`${run.loop.name}: the state it decides on changes all the time`);
}

function stepOf({ loop, world, event, turn, now }: Run, facts: ReadonlyMap<string, FactValue>): Stepped {
  if (loop.step === undefined) throw new Error(`${loop.name} has no step`);
  return loop.step({ world, event, turn, now, facts });
}

/** Nothing to wait for where every answer is at hand. */
function answerAll({ requests }: Ask, facts: Map<string, FactValue>, answer: Answer): Promise<void> | undefined {
  const waiting: Promise<void>[] = [];
  for (const request of requests) {
    const given = answer(request);
    if (given instanceof Promise) waiting.push(given.then((fact) => void facts.set(request.id, fact)));
    else facts.set(request.id, given);
  }
  return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined);
}

function parkedFor<T>({ requests }: Ask, facts: ReadonlyMap<string, FactValue>, park: Park<T>): T | undefined {
  const open = requests.filter(
    (request): request is Lookup =>
      (request.kind === 'enrich' || request.kind === 'agent') && (request.wait ?? 0) > 0 && facts.get(request.id)?.open === true,
  );
  return open.length === 0 ? undefined : park(open);
}

/** Why there is no decision, for whoever asked. */
export function refused({ end, facts }: Ended, id: string | undefined): LoopAnswer {
  if (end.kind !== 'refuse') throw new Error('nothing was refused');
  const gone = facts.find((fact) => fact.missing !== undefined && fact.source === 'org');
  if (gone !== undefined && id !== undefined) {
    if (gone.missing?.startsWith('there is no ') === true) return { kind: 'not-found', message: gone.missing };
    return { kind: 'unavailable', problem: { severity: 'error', code: 'org-unavailable', message: gone.missing ?? '' } };
  }
  return { kind: 'invalid', problems: end.problems };
}
