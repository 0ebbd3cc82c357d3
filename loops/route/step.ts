// One step of Route: what has to be known is asked for until nothing is missing, then decided. Of a record that changed in the org, only where
// it is Route's business.
import { type Filled, recordFacts, type RecordFacts, withFilled } from '../facts.ts';
import type { LoopEvent } from '../event.ts';
import type { Stepped, StepInput } from '../loop.ts';
import type { People, Request } from '../requests.ts';
import type { RouteObject, RouteWorld } from './loop.ts';
import { afterAssigned, capturedAt } from './after.ts';
import { isQuestion, type Memory, memoryOf, type Remembered, valuesText } from '../memory.ts';
import type { SaidTo } from './account.ts';
import { decided, type Made, PEOPLE, SCORE } from './decided.ts';
import { effectsOf, isOurs, isSettled, keptFor, ownerOf, peoplesQueues } from './owner.ts';
import { overridden } from './override.ts';
import { pendingEffect } from './pending.ts';
import { Unanswered } from './questions.ts';
import { reassigned, tooLate } from './reassign.ts';

const PEOPLES_QUEUES = 'queues for people';

export function step(input: StepInput<RouteWorld>): Stepped {
  const { world, event } = input;
  const here = world.byObject.get(event.object);
  if (here === undefined) {
    const there = world.objects.length === 0 ? 'nothing' : world.objects.join(', ');
    return {
      kind: 'refuse',
      problems: [{ path: 'object', message: `no RoutingRuleSet routes ${event.object}; there is one for: ${there}` }],
    };
  }
  const isLive = event.live === true;
  const record = recordFacts(here.fields, input, isLive ? here.more : here.more.filter((field) => field === here.accounts?.link));
  if ('kind' in record && record.kind === 'refuse') return record;
  const first: Request[] = input.facts.has(PEOPLE) ? [] : [{ id: PEOPLE, kind: 'people' }];
  if ('kind' in record) return { kind: 'ask', requests: [...first, record] };
  if (!input.facts.has(SCORE)) {
    const same: LoopEvent = { object: event.object, ...(event.id !== undefined && { id: event.id }), record: record.read };
    first.push({ id: SCORE, kind: 'loop', loop: 'qualify', event: same });
  }
  // What a person said of a record counts for whoever asks.
  const memory = isLive || (event.id !== undefined && here.asksPeople) ? memoryOf('route', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) first.push(memory);
  if (first.length > 0) return { kind: 'ask', requests: first };
  const known = withFilled(record, filledBy(input));
  const remembered = memory === undefined || isQuestion(memory) ? undefined : memory;
  try {
    if (isLive && remembered !== undefined) return live(input, here, known, remembered);
    const made = decided(input, here, known, { said: saidTo(input, remembered?.last) });
    return made.kind === 'made' ? made.decide : made;
  } catch (error) {
    if (error instanceof Unanswered) return { kind: 'ask', requests: [error.request] };
    throw error;
  }
}

/** What Qualify had from providers: routed is what is known of a record, not what it says itself alone. */
function filledBy({ facts }: StepInput<RouteWorld>): Filled {
  const qualified = facts.get(SCORE)?.value as { readonly enrichment?: { readonly values: Filled } } | null | undefined;
  return qualified?.enrichment?.values ?? {};
}

/** A person's answer is to the question as it is now; what was said before, to the one of then. */
function saidTo({ event: { answer } }: StepInput<unknown>, last: Remembered | undefined): SaidTo {
  return (topic, question) => {
    if (answer?.topic === topic) return answer.choice;
    const before = last?.said?.[topic];
    return before?.of === question ? before.choice : undefined;
  };
}

/** A record that changed in the org: only where it is Route's business, and something is different from last time. */
function live(input: StepInput<RouteWorld>, here: RouteObject, record: RecordFacts, memory: Memory): Stepped {
  const { event, facts } = input;
  const { last } = memory;
  const owner = ownerOf(input);
  if (event.override !== undefined) return overridden(here, input, event.override, record, { memory, owner });
  const late = tooLate(input, owner);
  if (late !== undefined) return { kind: 'drop', because: late };
  // What Route gave somebody while it waited for an answer it may give to somebody else.
  const isTheirs = (event.answer !== undefined || last?.waits === true) && isOurs(last, owner);
  const isMoving = isTheirs || event.reassign !== undefined;
  const kept = isMoving ? undefined : keptFor(owner, here.routing.rules.spec, facts.get(PEOPLE)?.value as People);
  // Whose an account is and where it lies are two things: the second is told all the same.
  if (kept !== undefined && here.pending === undefined) return { kind: 'drop', because: kept };
  const addresses = peoplesQueues(here.routing.rules.spec);
  const waiting = facts.get(PEOPLES_QUEUES)?.value as Readonly<Record<string, string>> | undefined;
  if (waiting === undefined) return { kind: 'ask', requests: [{ id: PEOPLES_QUEUES, kind: 'ids', addresses }] };
  if (!isMoving && Object.values(waiting).includes(owner?.id ?? ''))
    return { kind: 'drop', because: 'it waits in a queue for people to look at it' };
  const { score, grade, excluded } = (facts.get(SCORE)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const values = valuesText({ ...record.facts, score, grade, excluded });
  // A record that waits in a pool, or for an answer, is looked at again, though nothing of it has changed.
  const waited = last?.held;
  const isAsked = event.answer !== undefined || event.reassign !== undefined;
  const settled = waited === undefined && !isAsked && isSettled(last, values, owner, kept !== undefined);
  if (settled && last?.waits !== true) return { kind: 'drop', because: 'nothing that the rules read has changed since it was routed' };
  const made = decided(input, here, record, { said: saidTo(input, last), waited });
  if (made.kind !== 'made') return made;
  if (settled && made.waits) return { kind: 'drop', because: 'the agent has not answered yet' };
  return kept === undefined ? taken(input, here, made, { memory, values, owner }) : leftAlone(input, here, made, { memory, values, kept });
}

interface Seen {
  readonly memory: Memory;
  readonly values: string;
  readonly owner: ReturnType<typeof ownerOf>;
}

function taken(input: StepInput<RouteWorld>, here: RouteObject, made: Made, { memory, values, owner }: Seen): Stepped {
  const { decide } = made;
  const { ownerId, held_by: held } = decide.outcome;
  const remembered: Remembered = {
    ...rememberedOf(made, values, owner),
    ...(typeof ownerId === 'string' && { owner: ownerId }),
    ...(typeof held === 'string' && { held }),
  };
  return {
    ...decide,
    writes: [...decide.writes, { key: memory.key, expect: memory.version, value: remembered }],
    outcome: { ...decide.outcome, ...capturedAt(input.facts), ...reassigned(input) },
    effects: [
      ...effectsOf(here.object, decide.outcome, owner),
      ...pendingOf(input, here, made),
      ...afterAssigned(here, input, decide, owner, input.facts.get(SCORE)?.value),
    ],
  };
}

/** Its owner is kept: nobody's turn is taken, and what is told is where it lies. */
function leftAlone(
  input: StepInput<RouteWorld>,
  here: RouteObject,
  made: Made,
  { memory, values, kept }: Omit<Seen, 'owner'> & { readonly kept: string },
): Stepped {
  const { wake: _, rings: __, ...decide } = made.decide;
  const { ownerId: ___, ...outcome } = decide.outcome;
  return {
    ...decide,
    outcome: { ...outcome, owner_kept: kept },
    reasoning: `${decide.reasoning} It is left with its owner: ${kept}.`,
    // Whose it was is not remembered: it was nothing that Route could move.
    writes: [{ key: memory.key, expect: memory.version, value: rememberedOf(made, values, undefined) }],
    effects: pendingOf(input, here, made),
  };
}

function rememberedOf({ said, waits }: Made, values: string, owner: Seen['owner']): Remembered {
  return {
    values,
    ...(owner !== undefined && { from: owner.id }),
    ...(Object.keys(said).length > 0 && { said }),
    ...(waits && { waits }),
  };
}

function pendingOf({ facts }: StepInput<unknown>, { pending }: RouteObject, { pending: status, decide }: Made) {
  const effect = pending === undefined ? undefined : pendingEffect(pending, facts, status, decide.reasoning);
  return effect === undefined ? [] : [effect];
}
