// One decision on one ground: run, kept with its state and all that goes with it, told to whoever asked.
import type { Decide, Wanted } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue, LoopDescriptor } from '../../loops/loop.ts';
import type { Lookup, Request } from '../../loops/requests.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { InboxRow, NewEffect, NewEvent } from '../../ports/live.ts';
import type { NewLookup } from '../../ports/lookups.ts';
import type { NewReview } from '../../ports/reviews.ts';
import { hashOf } from '../../plans/value.ts';
import type { Scope } from '../../ports/store.ts';
import type { Availability } from '../availability/away.ts';
import type { Deps } from '../deps.ts';
import { shadowing, shadowOn, sideOf } from '../experiments/asking.ts';
import { armsFor } from '../experiments/trials.ts';
import type { LoopAnswer } from './answer.ts';
import { answersFrom, type Knowledge, type OrgAnswers, otherLoop } from './answers.ts';
import { decisionOf } from './decision.ts';
import type { Ledger } from './ledger.ts';
import { type Answer, refused, runLoop } from './run.ts';
import type { Compiled } from './world.ts';

/** What was reconciled in an org, and the state that its loops keep. */
export interface Ground {
  readonly scope: Scope;
  readonly ledger: Ledger;
  readonly mark: string;
  readonly compiled: Compiled;
  /** Runs of experiments whose candidate acts no more. */
  readonly stopped?: ReadonlySet<string>;
}

export interface Deciding {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly org: OrgAnswers;
  /** What is known beside the org, on what was reconciled. */
  readonly knowledge?: ((ground: Ground) => Knowledge) | undefined;
  /** Who is away, beside what git says. */
  readonly availability?: ((ground: Ground) => Availability) | undefined;
  /** The version of loopctl. */
  readonly engine: string;
}

export interface Asked {
  readonly loop: LoopDescriptor;
  readonly event: LoopEvent;
  /** Nothing is kept, and no turn is taken. */
  readonly dry?: boolean;
  /** The event of the inbox that is answered, and what follows from it. */
  readonly row?: InboxRow;
  readonly chain?: readonly NewEvent[];
  /** The record, where it was read with others. */
  readonly record?: FactValue;
  /** It may wait for lookups; else it is decided with what is known. */
  readonly mayPark?: boolean;
}

export type Decided =
  | LoopAnswer
  | { readonly kind: 'dropped'; readonly because: string }
  | { readonly kind: 'parked'; readonly lookups: readonly NewLookup[] };

interface Made {
  readonly answer: Decided;
  /** Whether it came onto the disk. */
  readonly kept?: Promise<boolean>;
}

export async function decideOn(ground: Ground, { deps, org, knowledge, availability, engine }: Deciding, asked: Asked): Promise<Decided> {
  const { compiled, ledger } = ground;
  const { loop, dry } = asked;
  const [turn, now] = [deps.nextId(), deps.clock.now().getTime()];
  const event = withArms(ground, asked, turn, now);
  const worldOf: Compiled['worldOf'] = (of) => compiled.worldOf(of, event.arms);
  const run = { loop, world: worldOf(loop), event, turn, now };
  const circumstances = { id: run.turn, loop: loop.name, event, snapshot: compiled.row, engine, now: run.now };
  const given: Answer = answersFrom({
    now: () => deps.clock.now(),
    people: compiled.people,
    away: availability && ((people) => availability(ground)(compiled.row, people)),
    resources: compiled.row.content.resources,
    bindings: compiled.row.bindings,
    ledger,
    org,
    other: (name, about) => otherLoop({ worldOf }, { name, event: about, now: run.now }, given),
    knowledge: knowledge?.(ground),
  });
  const first = (request: Request) =>
    request.kind === 'crm' && request.record === event.id && asked.record !== undefined ? asked.record : given(request);
  const trial = dry === true ? undefined : shadowOn(compiled.trials, loop, event, now);
  const beside = trial && shadowing(compiled, trial, run, first);
  const answer = beside?.answer ?? first;
  const park = (lookups: readonly Lookup[]): Made => ({
    answer: { kind: 'parked', lookups: lookups.map((one) => lookupOf(one, loop, event)) },
  });
  for (;;) {
    const made = await runLoop<Made>(
      run,
      answer,
      ({ end, facts }) => {
        if (end.kind === 'drop') return { kind: 'taken', value: { answer: { kind: 'dropped', because: end.because } } };
        if (end.kind === 'refuse') return { kind: 'taken', value: { answer: refused({ end, facts }, event.id) } };
        const stale = dry === true ? [] : ledger.stale(end);
        if (stale.length > 0) return { kind: 'stale', keys: stale };
        const cast = end.method === 'human' ? undefined : beside?.cast(end, facts);
        if (cast instanceof Promise) return { kind: 'wait', for: cast };
        const mark = cast?.mark ?? sideOf(compiled.trials, loop, event);
        const decision = { ...decisionOf(end, circumstances), ...(mark !== undefined && { experiment: mark }) };
        const effects = effectsOf(decision, end.effects ?? [], event);
        const told: DecisionRecord =
          effects.length === 0
            ? decision
            : { ...decision, effects: effects.map(({ id, kind = 'crm' }) => ({ id, kind, status: 'waiting' })) };
        const shadow = cast && { facts: cast.facts, untold: cast.untold };
        const recorded = { event, facts, now: new Date(run.now).toISOString(), ...(shadow !== undefined && { shadow }) };
        const entry = { decision: told, recorded, writes: end.writes, effects, ...following(end, asked, decision) };
        return { kind: 'taken', value: { answer: { kind: 'decided', decision: told }, ...(dry !== true && { kept: ledger.keep(entry) }) } };
      },
      asked.mayPark === true ? park : undefined,
    );
    if (made.kept === undefined || (await made.kept)) return made.answer;
  }
}

/** As long as an id tells a record from others, whichever way it is written. */
const ID_LENGTH = 15;

/** Which side of experiments it is on. Where nothing tells records apart, and nothing is kept, it is the control's: asked twice, it says the same. */
function withArms({ compiled, stopped = new Set() }: Ground, { event, dry }: Asked, turn: string, now: number): LoopEvent {
  if (compiled.trials.length === 0 || (event.id === undefined && dry === true)) return event;
  const arms = armsFor(compiled.trials, { object: event.object, key: event.id?.slice(0, ID_LENGTH) ?? turn, now, stopped });
  return arms === undefined ? event : { ...event, arms };
}

/** What a decision brings about beside what it writes: events that end and begin, questions to providers, agents and people. */
function following(end: Decide, { loop, event, row, chain }: Asked, { id, logged_at }: DecisionRecord) {
  const rings: NewEvent[] = (end.rings ?? []).map(({ reassign, ...next }) => ({
    ...next,
    ...(reassign !== undefined && { payload: { reassign } }),
    id: `${id}>${next.loop}/${next.record}`,
    at: logged_at,
    source: 'chain',
  }));
  if (end.wake !== undefined && event.id !== undefined) {
    const { object, id: record } = event;
    rings.push({
      id: `${loop.name} ${object}/${record}@${end.wake}`,
      loop: loop.name,
      object,
      record,
      at: logged_at,
      due: end.wake,
      source: 'timer',
    });
  }
  const later = event.live === true ? (end.later ?? []).map((one) => lookupOf(one, loop, event)) : [];
  const review: NewReview | undefined = end.review && { id, topic: end.review.topic, question: end.review };
  return {
    ...(row !== undefined && { done: [row.id] }),
    ...((chain !== undefined || rings.length > 0) && { chain: [...(chain ?? []), ...(event.live === true ? rings : [])] }),
    ...(later.length > 0 && { later }),
    ...(review !== undefined && { review }),
  };
}

/** The same question of the same record has the same id. */
function lookupOf(lookup: Lookup, { name: loop }: LoopDescriptor, { object, id: record = '' }: LoopEvent): NewLookup {
  const { wait = 0, ...request } = lookup;
  const asked = { ...request, id: request.kind };
  return { id: hashOf({ loop, object, record, request: asked }).slice(0, 24), loop, object, record, request: asked, wait };
}

/** They sort by the time of the decision, and in it in their order. */
function effectsOf({ id }: DecisionRecord, effects: NonNullable<Decide['effects']>, event: LoopEvent): readonly NewEffect[] {
  return effects.map((effect, at) => ({
    id: `${id}-${at + 1}`,
    ...wantedBy(effect, event),
    ...(event.batch === true && { batch: true as const }),
  }));
}

function wantedBy(effect: Wanted, { object, id: record = '' }: LoopEvent): Omit<NewEffect, 'id' | 'batch'> {
  switch (effect.kind) {
    case 'create':
      return { kind: 'create', object: effect.object, record, fields: effect.fields, key: effect.key };
    case 'notify':
      return { kind: 'notify', object, record, fields: { topic: effect.topic, text: effect.text } };
    case 'update':
    case undefined: {
      const { on, fields, expect } = effect;
      return { object: on?.object ?? object, record: on?.record ?? record, fields, ...(expect !== undefined && { expect }) };
    }
    default:
      return effect satisfies never;
  }
}
