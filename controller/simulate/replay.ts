// A record of the past decided on by one version, as if for the first time: from what was recorded and the version alone. Neither the org nor
// an agent is asked; where what is known does not reach, that is the answer.
import type { Decide } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { Request } from '../../loops/requests.ts';
import { recordFacts } from '../../loops/facts.ts';
import { placeOf } from '../../engines/territories/place.ts';
import { territoryOf } from '../../engines/territories/territories.ts';
import { otherLoop } from '../loops/answers.ts';
import { LOOPS } from '../loops/registry.ts';
import { type Answer, type Ended, runLoop } from '../loops/run.ts';
import { type Outcome, routedOf, scoredOf } from './outcome.ts';
import type { States } from './states.ts';
import type { CompiledVersion } from './version.ts';

export interface PastRecord {
  /** What people call it. */
  readonly name: string;
  /** Its turn in pools, and ties, are by it. */
  readonly turn: string;
  readonly event: LoopEvent;
  /** What the world answered when it was decided on, by the id of the request. */
  readonly facts: ReadonlyMap<string, FactValue>;
  /** When it came, where that is known: milliseconds since 1970. */
  readonly at?: number;
  /** The moment that its values are of; absent: the simulation's. */
  readonly scoredAt?: number;
}

export interface Replayed extends Outcome {
  /** What can not be told of it, and why. */
  readonly unknown: UnknownParts;
}

export interface UnknownParts {
  readonly score?: string;
  readonly route?: string;
}

/** What was recorded does not answer a question. */
class Unknown extends Error {}

/** `now`: the moment at which records are routed, so that the seats of today are the ones that sit. */
export async function replayOn(version: CompiledVersion, states: States, past: PastRecord, now: number): Promise<Replayed> {
  const score = await told(() => ended(version, states, past, 'qualify', past.scoredAt ?? now));
  const route = await told(() => ended(version, states, past, 'route', now));
  if (route.end !== undefined) states.write(route.end.writes);
  return {
    ...(score.end !== undefined && { score: scoredOf(score.end) }),
    ...(route.end !== undefined && { route: routedOf(route.end, territoryIn(version, past, now), version) }),
    unknown: { ...(score.unknown !== undefined && { score: score.unknown }), ...(route.unknown !== undefined && { route: route.unknown }) },
  };
}

async function told(ask: () => Promise<Decide | undefined>): Promise<{ readonly end?: Decide | undefined; readonly unknown?: string }> {
  try {
    return { end: await ask() };
  } catch (error) {
    if (error instanceof Unknown) return { unknown: error.message };
    throw error;
  }
}

/** Nothing where the version has nothing that decides on such objects. */
async function ended(
  version: CompiledVersion,
  states: States,
  past: PastRecord,
  name: 'qualify' | 'route',
  now: number,
): Promise<Decide | undefined> {
  const loop = LOOPS.get(name);
  if (loop === undefined || !version[name].byObject.has(past.event.object)) return undefined;
  const run = { loop, world: version.worldOf(loop), event: past.event, turn: past.turn, now };
  const { end } = await runLoop<Ended>(run, answers(version, states, past, now), (value) => ({ kind: 'taken', value }));
  if (end.kind === 'decide') return end;
  throw new Unknown(end.kind === 'drop' ? end.because : end.problems.map(({ path, message }) => `${path}: ${message}`).join(', '));
}

function answers(version: CompiledVersion, states: States, past: PastRecord, now: number): Answer {
  const known = (value: unknown): FactValue => ({ value, source: 'simulation', at: new Date(now).toISOString() });
  const answer: Answer = (request) => {
    switch (request.kind) {
      case 'people':
        return known(version.people);
      case 'ids':
        return known({});
      case 'state':
        return known(states.read(request.keys));
      case 'load':
        // Nobody has anything at first: what the simulation gives them is added from the states.
        return known(Object.fromEntries(request.owners.map((owner) => [owner, { count: 0, at: 0 }])));
      case 'loop':
        return otherLoop(version, { name: request.loop, event: request.event, now: past.scoredAt ?? now }, answer);
      case 'match':
      case 'enrich':
      case 'agent':
      case 'events':
        // Nobody is asked for the sake of a simulation: what was not known then is not known.
        return past.facts.get(request.id) ?? { ...known(null), missing: 'it was not known when the record was decided on' };
      default:
        return recorded(request, past);
    }
  };
  return answer;
}

function recorded(request: Request, { facts }: PastRecord): FactValue {
  const fact = facts.get(request.id);
  if (fact === undefined) throw new Unknown(`nobody recorded an answer to "${request.id}"`);
  if (fact.missing !== undefined) throw new Unknown(fact.missing);
  const unread = request.kind === 'crm' ? request.fields.filter((field) => !Object.hasOwn(fact.value as object, field)) : [];
  if (unread.length > 0) throw new Unknown(`${unread.join(', ')} of the record ${unread.length === 1 ? 'was' : 'were'} not read then`);
  return fact;
}

function territoryIn({ route }: CompiledVersion, { event, facts, turn }: PastRecord, now: number): string | null {
  const here = route.byObject.get(event.object);
  if (here === undefined) return null;
  const record = recordFacts(here.fields, { world: route, event, turn, now, facts });
  if (!('facts' in record)) return null;
  const answer = territoryOf(here.territories, placeOf(record.facts));
  if (answer.status === 'none') return null;
  return answer.status === 'matched' ? answer.path : `one of ${answer.candidates.toSorted().join(', ')}`;
}
