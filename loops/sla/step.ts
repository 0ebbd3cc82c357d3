// One step of SLA: the record, its clocks, what was done on it; then each clock moves, or nothing is different.
import { nameOf, recordFacts, type RecordFacts } from '../facts.ts';
import type { Decide } from '../decide.ts';
import type { LoopEvent } from '../event.ts';
import type { Stepped, StepInput } from '../loop.ts';
import type { Request, States } from '../requests.ts';
import { isQuestion, memoryOf } from '../memory.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { consequencesOf, type Consequences, seatOf } from './consequences.ts';
import { type Happened, type Moved, moved } from './move.ts';
import { actQuestions, PEOPLE, recordOf, SCORE, seenOf, type Seen } from './seen.ts';
import { type Kept, readState, type SlaState, stateKey } from './state.ts';
import { sentence, type Told } from './words.ts';
import type { Policy, SlaWorld, Watched } from './world.ts';

export function step(input: StepInput<SlaWorld>): Stepped {
  const { world, event, facts } = input;
  const here = world.byObject.get(event.object);
  if (here === undefined) {
    const there = [...world.byObject.keys()].join(', ');
    const message = `no SLAPolicy is about ${event.object}; there is one for: ${there === '' ? 'nothing' : there}`;
    return { kind: 'refuse', problems: [{ path: 'object', message }] };
  }
  const record = recordFacts(here.fields, input, here.more);
  if ('kind' in record && record.kind === 'refuse') return record;
  const requests = [...('kind' in record ? [record] : []), ...questions(here, input, record)];
  const open = requests.filter(({ id }) => !facts.has(id));
  if (open.length > 0 || 'kind' in record) return { kind: 'ask', requests: open };
  return decided(here, input, record);
}

/** What is asked beside the record: its clocks, who is who; when the record is there, what Qualify says of it and what was done on it. */
function questions(here: Watched, input: StepInput<unknown>, record: RecordFacts | Request): readonly Request[] {
  const { event } = input;
  if (event.id === undefined) return 'kind' in record || !here.asksScore ? [] : [scoreQuestion(event, record)];
  const key = stateKey(event.object, event.id);
  const memory = memoryOf('route', input);
  const first: readonly Request[] = [
    { id: `state ${key}`, kind: 'state', keys: [key] },
    { id: PEOPLE, kind: 'ids', addresses: here.people },
    ...(isQuestion(memory) ? [memory] : []),
  ];
  if ('kind' in record) return first;
  return [...first, ...(here.asksScore ? [scoreQuestion(event, record)] : []), ...actQuestions(here, recordOf(input), event.id)];
}

function scoreQuestion({ object, id }: LoopEvent, record: RecordFacts): Request {
  return { id: SCORE, kind: 'loop', loop: 'qualify', event: { object, ...(id !== undefined && { id }), record: record.read } };
}

interface One {
  readonly policy: Policy;
  readonly seen: Seen;
  readonly before: Kept | undefined;
  readonly moved: Moved;
  readonly told: Told;
  readonly consequences: Consequences;
}

function decided(here: Watched, input: StepInput<SlaWorld>, record: RecordFacts): Stepped {
  const { event, now } = input;
  const key = event.id === undefined ? undefined : stateKey(event.object, event.id);
  const stored = key === undefined ? undefined : (input.facts.get(`state ${key}`)?.value as States | undefined)?.[key];
  const state = readState(stored?.value);
  const name = nameOf(event, record);
  const isLive = event.live === true && event.id !== undefined;
  const each = here.policies.map((policy) => oneOf(policy, here, input, record, state?.clocks[policy.name]));
  const isNews = each.some(({ moved: { happened, isOther } }) => happened.length > 0 || isOther) || isForgotten(state, here);
  if (isLive && !isNews) return { kind: 'drop', because: 'no clock of it has moved' };
  const clocks = each.map((one) => clockOf(one));
  const told = each.flatMap((one) => one.moved.happened.map((happened) => ({ happened, one })));
  const first = told.toSorted((a, b) => WEIGHT[a.happened.what] - WEIGHT[b.happened.what])[0];
  const action = isLive ? (first?.happened.what ?? 'waits') : 'looked';
  const wake = each.flatMap(({ moved: { kept } }) => kept.running?.wake ?? []).sort()[0];
  const kept: SlaState = { clocks: Object.fromEntries(each.map(({ policy, moved: { kept: one } }) => [policy.name, one])) };
  const { inputs, sources } = inputsOf(each, record);
  return {
    kind: 'decide',
    label: first === undefined || !isLive ? action : `${first.one.policy.name}.${action}`,
    outcome: {
      rule_matched: first === undefined || !isLive ? 'none' : `${first.one.policy.name}.${action}`,
      action,
      clocks,
      overdue: each.some(({ moved: { kept: one } }) => isOver(one, now)),
      ...(action === 'reassigned' && { reason_code: first?.one.policy.spec.reassign?.reason_code }),
    },
    method: 'deterministic',
    confidence: 1,
    inputs,
    sources,
    trace: each.flatMap((one) => traceOf(one, isLive)),
    alternatives: [],
    reasoning: isLive ? reasoningOf(told) : each.map((one) => standing(one, now)).join(' '),
    unread: record.unread.filter(({ path }) => !here.more.some((field) => path === `record.${field}`)),
    ...(name !== undefined && { name }),
    // Who asks is told; a clock moves when something happened, or its time has come.
    writes: isLive && key !== undefined ? [{ key, expect: stored?.version ?? 0, value: kept }] : [],
    ...(isLive && {
      effects: each.flatMap(({ consequences: { effects } }) => effects),
      rings: each.flatMap(({ consequences: { next } }) => next),
      ...(wake !== undefined && { wake }),
    }),
  };
}

function oneOf(policy: Policy, here: Watched, input: StepInput<SlaWorld>, record: RecordFacts, before: Kept | undefined): One {
  const { event, now, turn, facts } = input;
  const seen = seenOf(policy, here, input, record);
  const ids = (facts.get(PEOPLE)?.value ?? {}) as Readonly<Record<string, string>>;
  const userOf = (owner: string | null) => {
    if (owner === seen.owner) return seen.username;
    return owner?.includes('@') === true
      ? owner
      : Object.entries(ids)
          .find(([, id]) => id === owner)?.[0]
          .replace(/^User\//, '');
  };
  const calendarOf = (owner: string | null) => here.calendars.named(seatOf(here, userOf(owner))?.calendar) ?? policy.calendar;
  const next = moved(before, { policy, seen, calendarOf, now });
  const name = nameOf(event, record);
  const { running } = next.kept;
  const username = running === undefined ? seen.username : userOf(running.owner);
  const owner = seatOf(here, username)?.name ?? username ?? seen.owner ?? 'nobody';
  const told: Told = {
    policy: policy.name,
    target: policy.spec.target,
    record: [event.object, name, ...(event.id === undefined ? [] : [`(${event.id})`])].filter((part) => part !== undefined).join(' '),
    owner,
  };
  const about = {
    here,
    policy,
    object: event.object,
    record: event.id ?? '',
    owner: running?.owner ?? seen.owner ?? '',
    username,
    calendar: policy.isByDays || running === undefined ? policy.calendar : calendarOf(running.owner),
    told,
    decision: turn,
    name,
    due: running?.due ?? null,
    now,
    idOf: (address: string) => ids[address],
  };
  return { policy, seen, before, moved: next, told, consequences: consequencesOf(next.happened, about) };
}

/** Clocks of policies that are there no more. */
function isForgotten(state: SlaState | undefined, { policies }: Watched): boolean {
  return Object.keys(state?.clocks ?? {}).some((name) => !policies.some((policy) => policy.name === name));
}

/** What is told of first, where several things happened at once. */
const WEIGHT: Readonly<Record<Happened['what'], number>> = {
  reassigned: 0,
  kept: 1,
  escalated: 2,
  breached: 3,
  late: 4,
  met: 5,
  started: 6,
  handed_on: 7,
  taken_back: 8,
  paused: 9,
  resumed: 10,
  noted: 11,
};

function clockOf({ policy, moved: { kept, happened }, told }: One): Readonly<Record<string, unknown>> {
  const { running } = kept;
  const ended = happened.find((one) => 'by' in one);
  return {
    policy: policy.name,
    handoff: policy.spec.start,
    happened: happened.map(({ what }) => what),
    ...(running !== undefined && { owner: told.owner, since: running.since, due: running.due, passed: running.passed }),
    ...(ended !== undefined && 'by' in ended && { ended: ended.what, took: Math.round(ended.took / 1000), over: ended.over }),
    times: kept.times,
  };
}

function isOver({ running }: Kept, now: number): boolean {
  return running?.due !== undefined && running.due !== null && Date.parse(running.due) <= now;
}

function reasoningOf(told: readonly { readonly happened: Happened; readonly one: One }[]): string {
  if (told.length === 0) return 'What is kept of its clocks was brought up to date.';
  return told.map(({ happened, one }) => sentence(happened, one.told)).join(' ');
}

function standing({ policy, before }: One, now: number): string {
  const running = before?.running;
  if (running === undefined) return `${policy.name}: no clock runs.`;
  const over = running.due !== null && Date.parse(running.due) <= now;
  return `${policy.name}: a clock runs since ${running.since}${running.due === null ? '' : `; it ${over ? 'was' : 'is'} due at ${running.due}`}.`;
}

function traceOf({ policy, seen, moved: { happened }, consequences, told }: One, isLive: boolean): readonly TraceEntry[] {
  const conditions: readonly TraceEntry[] =
    policy.spec.when === undefined
      ? []
      : [{ rule: `${policy.name} when`, result: seen.holds ? 'holds' : 'does not hold', because: policy.spec.when }];
  const moves = happened.map((one): TraceEntry => ({ rule: policy.name, result: one.what, because: sentence(one, told) }));
  const none: TraceEntry = {
    rule: policy.name,
    result: seen.isPerson ? 'as it was' : 'nobody',
    because: seen.isPerson ? 'nothing that the clock reads is different' : `${policy.owner} names nobody`,
  };
  return [...conditions, ...(isLive && moves.length > 0 ? moves : [none]), ...(isLive ? consequences.trace : [])];
}

function inputsOf(each: readonly One[], { source }: RecordFacts): Pick<Decide, 'inputs' | 'sources'> {
  const inputs: Record<string, unknown> = {};
  for (const { policy, seen } of each) {
    inputs[policy.owner] = seen.username ?? seen.owner;
    if (policy.field !== undefined) inputs[policy.field] = seen.value;
  }
  return { inputs, sources: Object.fromEntries(Object.keys(inputs).map((name) => [name, source])) };
}
