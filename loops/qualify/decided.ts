// A score as a decision: what it was made of, what is written where, and who is asked besides.
import type { EngagementEvent } from '../../engines/scoring/engagement.ts';
import { explainScore } from '../../engines/scoring/explain.ts';
import { readerOf } from '../../engines/field.ts';
import { type Score, score } from '../../engines/scoring/score.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { type FieldNames, nameOf, type RecordFacts, sourceOf } from '../facts.ts';
import type { Decide, Effect } from '../decide.ts';
import type { LoopEvent } from '../event.ts';
import type { FactValue, Stepped, StepInput } from '../loop.ts';
import { type Memory, valuesText } from '../memory.ts';
import type { Enriched, Policy } from './enriched.ts';
import { reasoning } from './reasoning.ts';
import type { Scored } from './world.ts';
import { writtenBack } from './written.ts';

/** The question for what a person did, and the name of the factor's field. */
export const EVENTS = 'events';

export interface Ground {
  readonly record: RecordFacts;
  readonly enriched: Enriched | undefined;
  readonly events: FactValue | undefined;
  /** Which one a person said it is of. */
  readonly company: unknown;
  /** Of a live record. */
  readonly memory: Memory | undefined;
}

export function decided(found: Scored, input: StepInput<unknown>, ground: Ground): Stepped {
  const { event, now, turn } = input;
  const { record, enriched, memory, company } = ground;
  const { facts } = record;
  const events = (ground.events?.value ?? []) as readonly EngagementEvent[];
  const values = valuesText({
    ...Object.fromEntries(found.reads.map((field) => [field, readerOf(field)(facts) ?? null])),
    ...(events.length > 0 && { events: events.map(({ type, at }) => `${type} ${at}`).sort() }),
  });
  const isAnswer = event.answer !== undefined;
  const isBatch = event.batch === true;
  if (memory?.last?.values === values && !isAnswer && !isBatch)
    return { kind: 'drop', because: 'nothing that the model reads has changed since its last score' };
  const made = score(found.model, facts, { asOf: now, events });
  const outcome = outcomeText(made);
  if (isBatch && memory?.last?.outcome === outcome) return { kind: 'drop', because: 'its score is what it was' };
  const trace = [...explainScore(found.model, made), ...(enriched?.trace ?? []), ...untold(ground), ...said(event)];
  const name = nameOf(event, record);
  const accountId = found.account === undefined ? undefined : record.read[found.account];
  return {
    kind: 'decide',
    label: made.grade ?? 'excluded',
    outcome: outcomeOf(found, made, ground, event.answer?.decision),
    ...methodOf(ground, isAnswer),
    inputs: Object.fromEntries(made.factors.map(({ field }) => [field, record.read[field] ?? readerOf(field)(facts) ?? null])),
    sources: Object.fromEntries(
      made.factors.map(({ field }) => [field, field === EVENTS ? eventsSource(ground) : sourceOf(record, field)]),
    ),
    trace,
    alternatives: [],
    reasoning: reasoning(made, enriched),
    unread: record.unread,
    ...(name !== undefined && { name }),
    writes:
      memory === undefined
        ? []
        : [{ key: memory.key, expect: memory.version, value: { values, outcome, ...(company !== undefined && { company }) } }],
    ...(memory !== undefined && { effects: effectsOf(found, { made, trace, decision: turn, now }, enriched) }),
    ...(enriched !== undefined && enriched.later.length > 0 && { later: enriched.later }),
    ...(enriched?.review !== undefined && { review: enriched.review }),
    ...(typeof accountId === 'string' && accountId !== '' && { rings: [{ loop: 'qualify', object: 'Account', record: accountId }] }),
  };
}

/** What a batch compares: the same score for the same reasons is no news. */
function outcomeText({ score: points, grade, excluded, factors, negative, version }: Score): string {
  return JSON.stringify([points, grade, excluded?.id ?? null, factors.map((factor) => [factor.points, factor.reason]), negative, version]);
}

function outcomeOf(found: Scored, made: Score, { record, enriched }: Ground, supersedes: string | undefined): Decide['outcome'] {
  const { factors, sides, ...rest } = made;
  return {
    ...rest,
    sides,
    factors: factors.map((factor) => ({ ...factor, source: factor.field === EVENTS ? EVENTS : sourceOf(record, factor.field).source })),
    ...(enriched !== undefined && { enrichment: { values: enriched.filled, ...enriched.open } }),
    model: { name: found.name, version: made.version },
    ...(supersedes !== undefined && { supersedes }),
  };
}

function methodOf({ enriched, company }: Ground, isAnswer: boolean): Pick<Decide, 'method' | 'confidence'> {
  if (isAnswer || company !== undefined) return { method: 'human', confidence: 1 };
  if (enriched?.chosen !== undefined) return { method: 'agent', confidence: enriched.chosen.confidence };
  return { method: 'deterministic', confidence: 1 };
}

/** What a person answered, and why. */
function said({ answer }: LoopEvent): readonly TraceEntry[] {
  if (answer === undefined) return [];
  return [{ rule: 'review', result: `${answer.topic}: ${String(answer.choice)}`, because: `${answer.by} said so: ${answer.reason}` }];
}

/** Where the org did not say what the person did, what was posted counts alone. */
function untold({ events }: Ground): readonly TraceEntry[] {
  return events?.missing === undefined ? [] : [{ rule: 'engagement', result: 'incomplete', because: events.missing }];
}

function eventsSource({ events, record }: Ground): { readonly source: string; readonly at: string } {
  return events === undefined ? record.source : { source: events.source, at: events.at };
}

/** The score, and what providers filled where the policy says that it is written, each by itself: what the org refuses of one keeps no other off. */
function effectsOf(
  { writeback, fields, policy }: Scored,
  written: Parameters<typeof writtenBack>[1],
  enriched: Enriched | undefined,
): readonly Effect[] {
  const scored = writtenBack(writeback, written);
  return [
    ...(Object.keys(scored).length === 0 ? [] : [{ fields: scored }]),
    ...(enriched === undefined ? [] : filledFields(fields, policy, enriched)),
  ];
}

function filledFields({ map }: FieldNames, policy: Policy | undefined, { filled }: Enriched): readonly Effect[] {
  return Object.entries(policy?.spec.write ?? {}).flatMap(([name, to]): readonly Effect[] => {
    const given = filled[name];
    const field = map[name];
    if (given === undefined || typeof field !== 'string') return [];
    const wanted: Record<string, unknown> = { [field]: Array.isArray(given.value) ? given.value.join('; ') : given.value };
    if (to.source_field !== undefined) wanted[to.source_field] = given.source;
    if (to.date_field !== undefined) wanted[to.date_field] = given.at.slice(0, 10);
    return [{ fields: wanted }];
  });
}
