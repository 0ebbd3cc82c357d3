// A decision that is made where an experiment is on: which side it is on, and what the other one would say.
import type { Decide } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, LoopDescriptor } from '../../loops/loop.ts';
import type { Request } from '../../loops/requests.ts';
import type { Fact, Recorded } from '../../ports/decisions.ts';
import type { Answer } from '../loops/run.ts';
import type { Compiled } from '../loops/world.ts';
import { covers, type Mark, shadow, type Shadowed } from './shadow.ts';
import { isRunning, type Trial } from './trials.ts';

/** Asked without a word to anybody who could mind: neither a provider nor an agent, and of the org the counts alone that pools go by. */
const AT_HAND: ReadonlySet<Request['kind']> = new Set(['people', 'ids', 'state', 'load', 'events']);
/** What is waited for is at hand the next time; where it never is, nobody can tell. */
const MOST_WAITS = 3;

/** The side of a record on which a share of them is tried, as its decision tells it. */
export function sideOf(trials: readonly Trial[], loop: LoopDescriptor, { arms = {} }: LoopEvent): Mark | undefined {
  const trial = trials.find(({ name, loop: of }) => of === loop.name && arms[name] !== undefined);
  const arm = arms[trial?.name ?? ''];
  return trial === undefined || arm === undefined ? undefined : { name: trial.name, run: trial.run, mode: trial.mode, arm };
}

/** What is tried in shadow on such a decision. */
export function shadowOn(trials: readonly Trial[], loop: LoopDescriptor, event: LoopEvent, now: number): Trial | undefined {
  if (event.answer !== undefined || event.reassign !== undefined || event.override !== undefined) return undefined;
  return trials.find((one) => one.mode === 'shadow' && one.loop === loop.name && one.object === event.object && isRunning(one, now));
}

export interface Shadowing {
  /** Every question of the control, with whether its answer was read with others. */
  answer(request: Request): FactValue | Promise<FactValue>;
  cast(end: Decide, facts: readonly Fact[]): Shadowed | Promise<unknown>;
}

/** `given`: answers as the control gets them. */
export function shadowing(
  compiled: Pick<Compiled, 'worldOf'>,
  trial: Trial,
  run: { readonly loop: LoopDescriptor; readonly event: LoopEvent; readonly turn: string; readonly now: number },
  given: Answer,
): Shadowing {
  const asked = new Map<string, Request>();
  const kept = new Map<string, FactValue>();
  let waits = 0;
  const more = (request: Request): FactValue | Promise<FactValue> | undefined => {
    if (!AT_HAND.has(request.kind)) return undefined;
    const known = kept.get(request.id);
    if (known !== undefined) return known;
    const found = given(request);
    if (!(found instanceof Promise)) return found;
    // The state is asked for anew: it moves on.
    const settled = found.then((fact) => (request.kind === 'state' ? fact : (kept.set(request.id, fact), fact)));
    return waits < MOST_WAITS ? settled : undefined;
  };
  return {
    answer(request) {
      asked.set(request.id, request);
      return given(request);
    },
    cast(end, facts) {
      const known = new Map(facts.map(({ id, ...fact }) => [id, fact]));
      const same = (request: Request) => {
        const before = asked.get(request.id);
        return before !== undefined && covers(before, request) ? known.get(request.id) : undefined;
      };
      const world = compiled.worldOf(run.loop, { [trial.name]: 'candidate' });
      const cast = shadow({ trial, ...run, world, same, more }, end);
      if (cast instanceof Promise) waits += 1;
      return cast;
    },
  };
}

/** The same once more, from what was recorded. */
export function recast(
  compiled: Pick<Compiled, 'worldOf'>,
  trial: Trial,
  run: { readonly loop: LoopDescriptor; readonly event: LoopEvent; readonly turn: string; readonly now: number },
  { facts, shadow: beside = { facts: [], untold: [] } }: Recorded,
  end: Decide,
): Mark {
  const of = (some: readonly Fact[]) => new Map(some.map(({ id, ...fact }) => [id, fact]));
  const [own, controls] = [of(beside.facts), of(facts)];
  const same = ({ id }: Request) => (beside.untold.includes(id) ? undefined : (own.get(id) ?? controls.get(id)));
  const world = compiled.worldOf(run.loop, { [trial.name]: 'candidate' });
  const cast = shadow({ trial, ...run, world, same, more: () => undefined }, end);
  if (cast instanceof Promise) throw new Error('nothing that was recorded is waited for');
  return cast.mark;
}
