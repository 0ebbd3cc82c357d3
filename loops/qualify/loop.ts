// Qualify: how good a record is, by the reconciled model, with every factor that made it so.
import { z } from 'zod';
import type { EnrichmentPolicySpec } from '../../resources/enrichment-policy/schema.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { EngagementEvent } from '../../engines/scoring/engagement.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { explainScore } from '../../engines/scoring/explain.ts';
import { compileModel, type Model } from '../../engines/scoring/model.ts';
import { type Score, score } from '../../engines/scoring/score.ts';
import { fieldNames, type FieldNames, nameOf, type RecordFacts, recordFacts, sourceOf } from '../facts.ts';
import type { Decide, Effect, FactValue, LoopDescriptor, Request, Snapshot, Stepped, StepInput } from '../loop.ts';
import { isQuestion, type Memory, memoryOf, valuesText } from '../memory.ts';
import { subject } from '../subject.ts';
import { type AccountScoring, accountScoring, accountStep } from './account.ts';
import { COMPANY, type Enriched, enrichedFacts, isLookup, type Policy } from './enriched.ts';
import { reasoning } from './reasoning.ts';
import { writtenBack } from './written.ts';

export interface QualifyWorld {
  readonly byObject: ReadonlyMap<string, Scored>;
  /** Accounts without a model of their own. */
  readonly accounts: AccountScoring | undefined;
}

interface Scored {
  readonly name: string;
  readonly model: Model;
  readonly fields: FieldNames;
  /** Fields that the model reads, by the product's names. */
  readonly reads: readonly string[];
  readonly writeback: ScoringModelSpec['writeback'];
  readonly hasEvents: boolean;
  readonly policy: Policy | undefined;
  /** The product's name of the field with the record's account, where its accounts are scored by their people. */
  readonly account: string | undefined;
}

const gives = z.looseObject({
  score: z.number().int().describe('Points, 0 to `max`.'),
  max: z.number().int(),
  grade: z.string().nullable().describe('None where the record is excluded.'),
  mql: z.boolean().optional().describe('Enough on both sides; absent where the model does not say what that is.'),
  excluded: z.object({ id: z.string(), reason: z.string() }).nullable(),
  sides: z.record(z.string(), z.object({ points: z.number(), max: z.number() })),
  coverage: z.number().describe('The share of the model, 0 to 1, that could be measured.'),
  factors: z.array(z.looseObject({ id: z.string(), points: z.number(), max: z.number() })),
  enrichment: z
    .looseObject({
      values: z.record(z.string(), z.unknown()).describe('What providers gave, by field.'),
      pending: z.array(z.string()).describe('Providers that have not answered yet: it is scored again when they do.'),
      failed: z.array(z.object({ provider: z.string(), error: z.string() })),
      ambiguous: z.number().int().describe('Companies that it may be of, where nobody has told which.'),
    })
    .optional()
    .describe('Where an EnrichmentPolicy is of the object.'),
  model: z.object({ name: z.string(), version: z.string() }),
});

export const qualify: LoopDescriptor<QualifyWorld> = {
  name: 'qualify',
  chain: 'demand',
  summary: 'Scores and grades records with the reconciled ScoringModel.',
  archetypes: ['event'],
  parts: {
    config: ['ScoringModel', 'EnrichmentPolicy', 'FieldMap', 'MatchPolicy', 'Prompt'],
    logic:
      'Ten factors on two sides, or whatever the model declares; the first rule of a factor that holds gives its points. Deterministic. ' +
      'Which company a record is of, where rules can not tell, is for an agent that is sure, else for people.',
    inputs: [
      'fields of the record, through the FieldMap of its object',
      'what providers know of its company and person',
      'what the person did: events, campaigns, tasks',
    ],
    outputs: ['score', 'grade', 'excluded', 'points and reason of every factor', 'fields that providers filled, with source and date'],
    metrics: ['decisions by grade', 'seconds a decision', 'drift of grades and factors', 'share of human decisions'],
    feedback: [
      'the model is a file: a change of it is a commit, and old decisions are replayed on the model of their time',
      'what became of records is put beside their decisions; the tuner proposes points from it as a branch',
    ],
  },
  contract: { takes: subject, gives },
  next: ['route', 'lifecycle'],
  compile,
  watches: ({ byObject }) => new Map([...byObject.keys()].map((object) => [object, []])),
  step,
};

function compile(snapshot: Snapshot): QualifyWorld {
  const models = specsOf<ScoringModelSpec>(snapshot, 'ScoringModel');
  const policies = specsOf<EnrichmentPolicySpec>(snapshot, 'EnrichmentPolicy');
  const byObject = new Map<string, Scored>();
  let accounts: AccountScoring | undefined;
  for (const { name, spec } of models) {
    // A model without an object scores files alone.
    if (spec.object === undefined) continue;
    const fields = fieldNames(snapshot, spec.object);
    if (fields === undefined) continue;
    const scoring = accountScoring(spec.object, name, spec);
    accounts ??= scoring;
    byObject.set(spec.object, {
      name,
      model: compileModel(spec),
      fields,
      reads: readsOf(spec),
      writeback: spec.writeback,
      hasEvents: spec.engagement !== undefined,
      policy: policies.find((policy) => policy.spec.object === spec.object),
      account: scoring === undefined ? undefined : Object.entries(fields.map).find(([, field]) => field === ACCOUNT_ID)?.[0],
    });
  }
  return { byObject, accounts };
}

/** The org's field of a person that names its account. */
const ACCOUNT_ID = 'AccountId';

function specsOf<Spec>({ resources }: Snapshot, kind: string): readonly { readonly name: string; readonly spec: Spec }[] {
  const prefix = `${kind}/`;
  return Object.entries(resources).flatMap(([key, content]) =>
    key.startsWith(prefix) ? [{ name: key.slice(prefix.length), spec: content as Spec }] : [],
  );
}

function readsOf({ fit, intent, negative, exclude }: ScoringModelSpec): readonly string[] {
  const components = [...fit.components, ...intent.components];
  const dates = components.flatMap(({ decay }) => (decay === undefined ? [] : [decay.field]));
  return [...new Set([...[...components, ...negative, ...exclude].map(({ field }) => field), ...dates])].sort();
}

function step(input: StepInput<QualifyWorld>): Stepped {
  const { world, event } = input;
  const found = world.byObject.get(event.object);
  if (found === undefined) {
    if (event.object === 'Account' && world.accounts !== undefined) return accountStep(world.accounts, input);
    const there = [...world.byObject.keys()].join(', ');
    const message = `no ScoringModel scores ${event.object}; there is one for: ${there === '' ? 'nothing' : there}`;
    return { kind: 'refuse', problems: [{ path: 'object', message }] };
  }
  const record = recordFacts(found.fields, input);
  if ('kind' in record) return record.kind === 'refuse' ? record : { kind: 'ask', requests: [record] };
  // Which company a person said it is of is remembered with the record, so an answer that is not kept is not given either.
  const memory = event.live === true || (found.policy !== undefined && event.id !== undefined) ? memoryOf('qualify', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) return { kind: 'ask', requests: [memory] };
  const company = event.answer?.topic === COMPANY ? event.answer.choice : memory?.last?.company;
  const enriched = found.policy === undefined ? undefined : enrichedFacts(found.policy, record, input, company ?? undefined);
  if (enriched !== undefined && isLookup(enriched)) return { kind: 'ask', requests: [enriched] };
  const events = eventsOf(found, record, input);
  if (events !== undefined && 'id' in events) return { kind: 'ask', requests: [events] };
  const ground = { record: enriched?.record ?? record, enriched, events, company, memory: event.live === true ? memory : undefined };
  return decided(found, input, ground);
}

const EVENTS = 'events';

/** What the person did, or the question for it; nothing where the model does not ask, or nobody is known by an id. */
function eventsOf({ hasEvents }: Scored, { read }: RecordFacts, { event, facts }: StepInput<unknown>): FactValue | Request | undefined {
  if (!hasEvents || event.id === undefined) return undefined;
  const email = read['email'];
  return (
    facts.get(EVENTS) ?? {
      id: EVENTS,
      kind: 'events',
      object: event.object,
      record: event.id,
      ...(typeof email === 'string' && { email }),
    }
  );
}

interface Ground {
  readonly record: RecordFacts;
  readonly enriched: Enriched | undefined;
  readonly events: FactValue | undefined;
  /** Which one a person said it is of. */
  readonly company: unknown;
  /** Of a live record. */
  readonly memory: Memory | undefined;
}

function decided(found: Scored, input: StepInput<unknown>, ground: Ground): Stepped {
  const { event, now, turn } = input;
  const { record, enriched, memory, company } = ground;
  const { facts } = record;
  const events = (ground.events?.value ?? []) as readonly EngagementEvent[];
  const values = valuesText({
    ...Object.fromEntries(found.reads.map((field) => [field, facts[field] ?? null])),
    ...(events.length > 0 && { events: events.map(({ type, at }) => `${type} ${at}`).sort() }),
  });
  const isAnswer = event.answer !== undefined;
  const isBatch = event.batch === true;
  if (memory?.last?.values === values && !isAnswer && !isBatch)
    return { kind: 'drop', because: 'nothing that the model reads has changed since its last score' };
  const made = score(found.model, facts, { asOf: now, events });
  const outcome = outcomeText(made);
  if (isBatch && memory?.last?.outcome === outcome) return { kind: 'drop', because: 'its score is what it was' };
  const trace = [...explainScore(found.model, made), ...(enriched?.trace ?? []), ...untold(ground)];
  const name = nameOf(event, record);
  const accountId = found.account === undefined ? undefined : record.read[found.account];
  return {
    kind: 'decide',
    label: made.grade ?? 'excluded',
    outcome: outcomeOf(found, made, ground, event.answer?.decision),
    ...methodOf(ground, isAnswer),
    inputs: Object.fromEntries(made.factors.map(({ field }) => [field, record.read[field] ?? facts[field] ?? null])),
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
    ...(typeof accountId === 'string' && accountId !== '' && { then: [{ loop: 'qualify', object: 'Account', record: accountId }] }),
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

/** Where the org did not say what the person did, what was posted counts alone. */
function untold({ events }: Ground): readonly TraceEntry[] {
  return events?.missing === undefined ? [] : [{ rule: 'engagement', result: 'incomplete', because: events.missing }];
}

function eventsSource({ events, record }: Ground): { readonly source: string; readonly at: string } {
  return events === undefined ? record.source : { source: events.source, at: events.at };
}

/** The score, and what providers filled where the policy says that it is written. */
function effectsOf(
  { writeback, fields, policy }: Scored,
  written: Parameters<typeof writtenBack>[1],
  enriched: Enriched | undefined,
): readonly Effect[] {
  const wanted = { ...writtenBack(writeback, written), ...(enriched !== undefined && filledFields(fields, policy, enriched)) };
  return Object.keys(wanted).length === 0 ? [] : [{ fields: wanted }];
}

function filledFields({ map }: FieldNames, policy: Policy | undefined, { filled }: Enriched): Effect['fields'] {
  const wanted: Record<string, unknown> = {};
  for (const [name, to] of Object.entries(policy?.spec.write ?? {})) {
    const given = filled[name];
    const field = map[name];
    if (given === undefined || typeof field !== 'string') continue;
    wanted[field] = Array.isArray(given.value) ? given.value.join('; ') : given.value;
    if (to.source_field !== undefined) wanted[to.source_field] = given.source;
    if (to.date_field !== undefined) wanted[to.date_field] = given.at.slice(0, 10);
  }
  return wanted;
}
