// One step of Lifecycle: the record, what Qualify says of it and what became of it are asked for; then it moves, or it does not.
import { explainMove, moveSentence } from '../../engines/lifecycle/explain.ts';
import { type Judged, nextMove } from '../../engines/lifecycle/next.ts';
import { isDue, type Place, readPlace, scheduled, wakeAt } from '../../engines/lifecycle/place.ts';
import { factAt } from '../../engines/field.ts';
import { nameOf, recordFacts, type RecordFacts } from '../facts.ts';
import type { Decide } from '../decide.ts';
import type { Stepped, StepInput } from '../loop.ts';
import type { Request, States } from '../requests.ts';
import { became, CONVERTED, dealsRequest } from './became.ts';
import type { Followed, LifecycleWorld } from './loop.ts';

/** Where it keeps what it knows, by object and record. */
export const STATES = 'lifecycle';
const SCORE = 'qualify';
const SCORED: readonly string[] = ['score', 'grade', 'mql', 'excluded'];

export function step(input: StepInput<LifecycleWorld>): Stepped {
  const { world, event, facts } = input;
  const here = world.byObject.get(event.object);
  if (here === undefined) {
    const there = [...world.byObject.keys()].join(', ');
    const message = `no LifecycleModel follows ${event.object}; there is one for: ${there === '' ? 'nothing' : there}`;
    return { kind: 'refuse', problems: [{ path: 'object', message }] };
  }
  const record = recordFacts(here.fields, input, here.more);
  if ('kind' in record && record.kind === 'refuse') return record;
  const requests = [...('kind' in record ? [record] : questions(here, input, record)), ...kept(event.object, event.id)];
  const open = requests.filter(({ id }) => !facts.has(id));
  if (open.length > 0 || 'kind' in record) return { kind: 'ask', requests: open };
  return decided(here, input, record);
}

/** What the model reads beside the record. */
function questions({ lifecycle: { reads } }: Followed, { event }: StepInput<unknown>, record: RecordFacts): readonly Request[] {
  const deals = dealsRequest(event.object, event.id, reads);
  return [
    ...(reads.some((path) => SCORED.includes(path))
      ? [{ id: SCORE, kind: 'loop' as const, loop: 'qualify', event: { object: event.object, record: record.read } }]
      : []),
    ...(deals === undefined ? [] : [deals]),
  ];
}

/** Where it is, by its id; a record without one is followed by nobody. */
function kept(object: string, id: string | undefined): readonly Request[] {
  if (id === undefined) return [];
  const key = stateKey(object, id);
  return [{ id: `state ${key}`, kind: 'state', keys: [key] }];
}

function stateKey(object: string, id: string): string {
  return `${STATES}/${object}/${id}`;
}

function decided(here: Followed, input: StepInput<LifecycleWorld>, record: RecordFacts): Stepped {
  const { event, now, facts } = input;
  const known = knownOf(input, record);
  const key = event.id === undefined ? undefined : stateKey(event.object, event.id);
  const stored = key === undefined ? undefined : (facts.get(`state ${key}`)?.value as States | undefined)?.[key];
  const before = readPlace(stored?.value);
  const judged = nextMove(here.lifecycle, before, known.facts, now);
  const sentence = moveSentence(judged);
  const isLive = event.live === true;
  const { place } = judged;
  const isSame = place === undefined || (!isDue(here.lifecycle, place, now) && place.spent === before?.spent);
  if (isLive && judged.move === undefined && isSame) return { kind: 'drop', because: sentence };
  const planned = place === undefined ? undefined : scheduled(here.lifecycle, place, now);
  const name = nameOf(event, record);
  const { reads } = here.lifecycle;
  const inputs = reads.filter((path) => !path.startsWith('lifecycle.'));
  const rule = judged.move?.rule ?? 'none';
  return {
    kind: 'decide',
    label: place?.stage ?? 'none',
    outcome: { rule_matched: rule, ...outcomeOf(here, judged, before, now), model: here.name },
    method: 'deterministic',
    confidence: 1,
    inputs: Object.fromEntries(inputs.map((path) => [path, record.read[path] ?? factAt(known.facts, path.split('.')) ?? null])),
    sources: Object.fromEntries(inputs.map((path) => [path, known.sourceOf(path)])),
    trace: explainMove(judged),
    alternatives: [],
    reasoning: sentence,
    unread: record.unread.filter(({ path }) => path !== `record.${CONVERTED}` && path !== 'record.converted'),
    ...(name !== undefined && { name }),
    // Who asks is told; a record moves when something happened to it.
    writes: isLive && key !== undefined && planned !== undefined ? [{ key, expect: stored?.version ?? 0, value: planned }] : [],
    ...(isLive && judged.move !== undefined && { effects: writtenBack(here, place, known.facts) }),
    ...(isLive && planned?.wake !== undefined && { wake: planned.wake }),
  };
}

interface Known {
  readonly facts: Readonly<Record<string, unknown>>;
  sourceOf(path: string): RecordFacts['source'];
}

function knownOf(input: StepInput<unknown>, record: RecordFacts): Known {
  const answer = input.facts.get(SCORE);
  const scored = (answer?.value ?? {}) as Readonly<Record<string, unknown>>;
  const fate = became(input, record);
  const isScored = answer !== undefined && answer.missing === undefined;
  const score = isScored
    ? {
        score: scored['score'] ?? null,
        grade: scored['grade'] ?? null,
        mql: scored['mql'] ?? null,
        excluded: scored['excluded'] !== undefined && scored['excluded'] !== null,
      }
    : {};
  return {
    facts: { ...record.facts, ...score, ...fate.facts },
    sourceOf(path) {
      if (SCORED.includes(path) && answer !== undefined) return { source: answer.source, at: answer.at };
      if (path in record.read) return record.source;
      return path.startsWith('opportunity') || path === 'converted' ? fate.source : { ...record.source, source: 'loopctl' };
    },
  };
}

function outcomeOf(here: Followed, { move, place, overdue }: Judged, before: Place | undefined, now: number): Decide['outcome'] {
  const { lifecycle } = here;
  const owner = place === undefined ? undefined : lifecycle.stages[lifecycle.placeOf.get(place.stage) ?? -1]?.owner;
  const wake = place === undefined ? undefined : wakeAt(lifecycle, place, now);
  return {
    action: move?.how ?? 'stay',
    from: before?.stage ?? null,
    stage: place?.stage ?? null,
    ...(place?.reason !== undefined && { reason: place.reason }),
    ...(place !== undefined && { since: place.since }),
    ...(move !== undefined && before !== undefined && { stayed: Math.max(0, Math.round((now - Date.parse(before.since)) / 1000)) }),
    ...(place?.due !== undefined && { sla_due: place.due }),
    overdue,
    ...(owner !== undefined && { stage_owner: owner }),
    ...(wake !== undefined && { look_again: new Date(wake).toISOString() }),
  };
}

/** A lead that is converted is the org's: it takes no write any more, and its contact is followed by itself. */
function writtenBack({ writeback }: Followed, place: Place | undefined, facts: Known['facts']): NonNullable<Decide['effects']> {
  if (place === undefined || facts['converted'] === true) return [];
  const values = { stage: place.stage, since: orgTime(place.since), reason: place.reason ?? null };
  const fields = Object.entries(writeback).map(([what, field]) => [field, values[what as keyof typeof values]] as const);
  return fields.length === 0 ? [] : [{ fields: Object.fromEntries(fields) }];
}

/** As the org says it, so that what was written is seen to be so. */
function orgTime(iso: string): string {
  return iso.replace(/Z$/, '+0000');
}
