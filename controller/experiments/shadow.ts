// What the candidate would have decided, on the very facts that the control decided on. Beside them it is told what is at hand: the state, ids, who is
// there, the counts that pools go by, what was posted. What else it would need makes it undetermined. Nothing of it is kept but what is told.
import type { Decide } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, LoopDescriptor, Stepped } from '../../loops/loop.ts';
import type { Request } from '../../loops/requests.ts';
import type { Fact } from '../../ports/decisions.ts';
import { hashOf } from '../../plans/value.ts';
import type { Trial } from './trials.ts';

/** As a decision tells it. */
export interface Mark {
  readonly name: string;
  readonly run: string;
  readonly mode: Trial['mode'];
  /** Whose decision it is. */
  readonly arm: 'control' | 'candidate';
  /** In shadow: what the candidate would have decided, and whether that is something else. */
  readonly candidate?: Readonly<Record<string, unknown>>;
  readonly differs?: boolean;
  /** Why nobody can tell. */
  readonly undetermined?: string;
}

export interface Shadowed {
  readonly mark: Mark;
  /** Beside the control's: what the candidate was told, and what nobody told it. */
  readonly facts: readonly Fact[];
  readonly untold: readonly string[];
}

export interface Casting {
  readonly trial: Trial;
  readonly loop: LoopDescriptor;
  readonly world: unknown;
  readonly event: LoopEvent;
  readonly turn: string;
  readonly now: number;
  /** The control's fact, where the candidate asks the same. */
  same(request: Request): FactValue | undefined;
  /** What is at hand beside it; nothing where somebody would have to be asked. */
  more(request: Request): FactValue | Promise<FactValue> | undefined;
}

const MOST_STEPS = 50;

/** A promise: what it waits for is at hand when it is asked again. */
export function shadow(casting: Casting, control: Decide): Shadowed | Promise<unknown> {
  const { trial, loop, world, turn, now } = casting;
  const event = plain(casting.event);
  const facts = new Map<string, FactValue>();
  const own: Fact[] = [];
  const end = (mark: Pick<Mark, 'candidate' | 'differs' | 'undetermined'>, untold: readonly string[] = []): Shadowed => ({
    mark: { name: trial.name, run: trial.run, mode: trial.mode, arm: 'control', ...mark },
    facts: own,
    untold,
  });
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const stepped: Stepped = loop.step?.({ world, event, turn, now, facts }) ?? { kind: 'drop', because: 'it decides nothing' };
    if (stepped.kind === 'drop') return end({ undetermined: stepped.because });
    if (stepped.kind === 'refuse') return end({ undetermined: stepped.problems.map(({ message }) => message).join('; ') });
    if (stepped.kind === 'decide') {
      const candidate = saidBy(loop.name, stepped.outcome);
      return end({ candidate, differs: isOther(loop.name, saidBy(loop.name, control.outcome), candidate) });
    }
    const waiting: Promise<unknown>[] = [];
    const untold: string[] = [];
    for (const request of stepped.requests) {
      const known = casting.same(request);
      const given = known ?? casting.more(request);
      if (given === undefined) untold.push(request.id);
      else if (given instanceof Promise) waiting.push(given);
      else {
        facts.set(request.id, given);
        if (known === undefined) own.push({ id: request.id, ...given });
      }
    }
    if (untold.length > 0) return end({ undetermined: `it would ask what was not asked: ${untold.join(', ')}` }, untold);
    if (waiting.length > 0) return Promise.all(waiting);
  }
  throw new Error(`${loop.name} asked ${MOST_STEPS} times in shadow and did not decide`);
}

/** What is only tried remembers nothing, so that it looks at every record anew. */
function plain(event: LoopEvent): LoopEvent {
  const { live: _, batch: __, answer: ___, reassign: ____, override: _____, ...rest } = event;
  return rest;
}

const SAID: Readonly<Record<string, readonly string[]>> = {
  qualify: ['score', 'grade', 'excluded'],
  route: ['rule_matched', 'action', 'territory', 'owner', 'queue', 'held_by', 'rejected'],
};
/** What makes a difference to somebody: the grade; where the record goes. */
const TELLS: Readonly<Record<string, readonly string[]>> = {
  qualify: ['grade'],
  route: ['owner', 'queue', 'held_by', 'rejected'],
};

function saidBy(loop: string, outcome: Decide['outcome']): Readonly<Record<string, unknown>> {
  const short = (value: unknown) =>
    typeof value === 'object' && value !== null
      ? ((value as { username?: string; id?: string }).username ?? (value as { id?: string }).id ?? null)
      : value;
  return Object.fromEntries((SAID[loop] ?? []).flatMap((key) => (outcome[key] === undefined ? [] : [[key, short(outcome[key])]])));
}

function isOther(loop: string, a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  return (TELLS[loop] ?? []).some((key) => (a[key] ?? null) !== (b[key] ?? null));
}

/** Whether an answer to one question is one to the other: the same, or of more than is asked. */
export function covers(asked: Request, request: Request): boolean {
  const { id: _, ...a } = asked;
  const { id: __, ...b } = request;
  return hashOf(widest(a, b)) === hashOf(b);
}

type Bare = Readonly<Record<string, unknown>>;
/** Lists of which a part may be asked for. */
const LISTS = ['fields', 'keys', 'owners', 'addresses', 'read'];

/** The first, with the second's lists where it asks for all that is in them. */
function widest(a: Bare, b: Bare): Bare {
  const lists = LISTS.filter((key) => Array.isArray(a[key]) && Array.isArray(b[key]) && isIn(b[key], a[key]));
  return { ...a, ...Object.fromEntries(lists.map((key) => [key, b[key]])) };
}

function isIn(few: readonly unknown[], many: readonly unknown[]): boolean {
  return few.every((one) => many.includes(one));
}
