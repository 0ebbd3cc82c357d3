// The loops of an environment, on what was reconciled there. Whoever asks gets the decision when it is on the disk.
import type { Checked } from '../../resources/core.ts';
import type { LoopDescriptor, LoopEvent } from '../../loops/loop.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Listener } from '../follow/events.ts';
import type { LoopAnswer, LoopHost, LoopRequest } from './answer.ts';
import { answersFrom, orgAnswers, otherLoop } from './answers.ts';
import { decisionOf } from './decision.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { LOOPS } from './registry.ts';
import { refused, runLoop } from './run.ts';
import { type Compiled, compileRow } from './world.ts';

export interface HostOptions {
  readonly deps: Pick<Deps, 'clock' | 'nextId'>;
  readonly store: Store;
  /** Of which project and environment; nothing before the configuration was read once. */
  place(): { readonly project: string; readonly environment: string } | undefined;
  connect(): Promise<Checked<CrmRecords>>;
  readonly listener: Listener;
  /** The version of loopctl. */
  readonly engine: string;
}

interface Ground {
  readonly scope: Scope;
  readonly ledger: Ledger;
  readonly mark: string;
  readonly compiled: Compiled;
}

interface Made {
  readonly answer: LoopAnswer;
  /** Whether it came onto the disk. */
  readonly kept?: Promise<boolean>;
}

export interface RunningHost extends LoopHost {
  /** Another run may have found another org: it is looked up anew. */
  refresh(): void;
}

export function loopHost(options: HostOptions): RunningHost {
  const { deps, store } = options;
  const org = orgAnswers(options.connect, () => deps.clock.now());
  const ledgers = new Map<string, Ledger>();
  let scope: Scope | undefined;
  let ground: Ground | undefined;

  async function scopeNow(): Promise<Scope | undefined> {
    const place = options.place();
    if (scope !== undefined || place === undefined) return scope;
    const { org: known } = await store.standing(place.project, place.environment);
    if (known !== undefined) scope = { ...place, orgId: known.id };
    return scope;
  }

  /** The active snapshot, compiled; a look at the store tells whether it is still the one. */
  async function current(): Promise<Ground | undefined> {
    const here = await scopeNow();
    if (here === undefined) return undefined;
    const mark = await store.snapshotMark(here);
    if (mark === undefined) return undefined;
    if (ground?.mark === mark && ground.scope.orgId === here.orgId) return ground;
    const row = await store.activeSnapshot(here);
    if (row === undefined) return undefined;
    const ledger = ledgers.get(here.orgId) ?? openLedger(store, here);
    ledgers.set(here.orgId, ledger);
    ground = { scope: here, ledger, mark, compiled: compileRow(row) };
    return ground;
  }

  async function decide(name: string, request: LoopRequest): Promise<LoopAnswer> {
    const loop = LOOPS.get(name);
    if (loop?.step === undefined) throw new Error(`there is no loop ${name} that decides`);
    const started = performance.now();
    const at = await current();
    if (at === undefined) return { kind: 'no-snapshot' };
    const answer = await decided(loop, request, at);
    if (answer.kind === 'decided') {
      const outcome = labelOf(answer.decision);
      options.listener({ type: 'decided', loop: name, outcome, seconds: (performance.now() - started) / 1000, id: answer.decision.id });
    }
    return answer;
  }

  async function decided(loop: LoopDescriptor, request: LoopRequest, { compiled, ledger }: Ground): Promise<LoopAnswer> {
    const { object, id, record, dry } = request;
    const event: LoopEvent = { object, ...(id !== undefined && { id }), ...(record !== undefined && { record }) };
    const run = { loop, world: compiled.worldOf(loop), event, turn: deps.nextId(), now: deps.clock.now().getTime() };
    const circumstances = { id: run.turn, loop: loop.name, event, snapshot: compiled.row, engine: options.engine, now: run.now };
    const answer = answersFrom({
      now: () => deps.clock.now(),
      people: compiled.people,
      bindings: compiled.row.bindings,
      ledger,
      org,
      other: (name, about) => otherLoop(compiled, name, about, run.now),
    });
    for (;;) {
      const made = await runLoop<Made>(run, answer, (ended) => {
        if (ended.end.kind === 'refuse') return { kind: 'taken', value: { answer: refused(ended, id) } };
        const { writes } = ended.end;
        const stale = dry === true ? [] : ledger.stale({ writes });
        if (stale.length > 0) return { kind: 'stale', keys: stale };
        const decision = decisionOf(ended.end, circumstances);
        const recorded = { event, facts: ended.facts, now: new Date(run.now).toISOString() };
        const kept = dry === true ? {} : { kept: ledger.keep({ decision, recorded, writes }) };
        return { kind: 'taken', value: { answer: { kind: 'decided', decision }, ...kept } };
      });
      if (made.kept === undefined || (await made.kept)) return made.answer;
    }
  }

  return {
    loops: [...LOOPS.keys()],
    decide,
    refresh() {
      scope = undefined;
    },
  };
}

/** What metrics count a decision under: the rule, or the grade. */
function labelOf({ rule_matched: rule, grade }: DecisionRecord): string {
  return typeof rule === 'string' ? rule : typeof grade === 'string' ? grade : 'none';
}
