// One decision on one ground: run, kept with its state and all that goes with it, told to whoever asked.
import type { FactValue, LoopDescriptor, LoopEvent, Request } from '../../loops/loop.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { InboxRow, NewEvent } from '../../ports/live.ts';
import type { Scope } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { LoopAnswer } from './answer.ts';
import { answersFrom, type OrgAnswers, otherLoop } from './answers.ts';
import { decisionOf } from './decision.ts';
import type { Ledger } from './ledger.ts';
import { refused, runLoop } from './run.ts';
import type { Compiled } from './world.ts';

/** What was reconciled in an org, and the state that its loops keep. */
export interface Ground {
  readonly scope: Scope;
  readonly ledger: Ledger;
  readonly mark: string;
  readonly compiled: Compiled;
}

export interface Deciding {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly org: OrgAnswers;
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
}

export type Decided = LoopAnswer | { readonly kind: 'dropped'; readonly because: string };

interface Made {
  readonly answer: Decided;
  /** Whether it came onto the disk. */
  readonly kept?: Promise<boolean>;
}

export async function decideOn({ compiled, ledger }: Ground, { deps, org, engine }: Deciding, asked: Asked): Promise<Decided> {
  const { loop, event, dry, row } = asked;
  const run = { loop, world: compiled.worldOf(loop), event, turn: deps.nextId(), now: deps.clock.now().getTime() };
  const circumstances = { id: run.turn, loop: loop.name, event, snapshot: compiled.row, engine, now: run.now };
  const given = answersFrom({
    now: () => deps.clock.now(),
    people: compiled.people,
    bindings: compiled.row.bindings,
    ledger,
    org,
    other: (name, about) => otherLoop(compiled, name, about, run.now),
  });
  const answer = (request: Request) => (request.kind === 'crm' && asked.record !== undefined ? asked.record : given(request));
  for (;;) {
    const made = await runLoop<Made>(run, answer, ({ end, facts }) => {
      if (end.kind === 'drop') return { kind: 'taken', value: { answer: { kind: 'dropped', because: end.because } } };
      if (end.kind === 'refuse') return { kind: 'taken', value: { answer: refused({ end, facts }, event.id) } };
      const stale = dry === true ? [] : ledger.stale(end);
      if (stale.length > 0) return { kind: 'stale', keys: stale };
      const decision = decisionOf(end, circumstances);
      const effects = effectsOf(decision, end.effects ?? [], event);
      const told: DecisionRecord =
        effects.length === 0 ? decision : { ...decision, effects: effects.map(({ id }) => ({ id, kind: 'crm', status: 'waiting' })) };
      const recorded = { event, facts, now: new Date(run.now).toISOString() };
      const entry = {
        decision: told,
        recorded,
        writes: end.writes,
        effects,
        ...(row !== undefined && { done: [row.id] }),
        ...(asked.chain !== undefined && { chain: asked.chain }),
      };
      return { kind: 'taken', value: { answer: { kind: 'decided', decision: told }, ...(dry !== true && { kept: ledger.keep(entry) }) } };
    });
    if (made.kept === undefined || (await made.kept)) return made.answer;
  }
}

/** They sort by the time of the decision, and in it in their order. */
function effectsOf({ id }: DecisionRecord, effects: readonly { readonly fields: object; readonly expect?: object }[], event: LoopEvent) {
  return effects.map(({ fields, expect }, at) => ({
    id: `${id}-${at + 1}`,
    object: event.object,
    record: event.id ?? '',
    fields: fields as Readonly<Record<string, unknown>>,
    ...(expect !== undefined && { expect: expect as Readonly<Record<string, unknown>> }),
  }));
}
