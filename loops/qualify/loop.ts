// Qualify: how good a record is, by the reconciled model, with every factor that made it so.
import { z } from 'zod';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { explainScore } from '../../engines/scoring/explain.ts';
import { compileModel, type Model } from '../../engines/scoring/model.ts';
import { type Score, score } from '../../engines/scoring/score.ts';
import { fieldNames, type FieldNames, nameOf, recordFacts } from '../facts.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { Decide, LoopDescriptor, Snapshot, Stepped, StepInput } from '../loop.ts';
import { isQuestion, memoryOf, valuesText } from '../memory.ts';
import { subject } from '../subject.ts';

export interface QualifyWorld {
  readonly byObject: ReadonlyMap<string, Scored>;
}

interface Scored {
  readonly name: string;
  readonly model: Model;
  readonly fields: FieldNames;
  /** Fields that the model reads, by the product's names. */
  readonly reads: readonly string[];
  readonly writeback: ScoringModelSpec['writeback'];
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
  model: z.object({ name: z.string(), version: z.string() }),
});

export const qualify: LoopDescriptor<QualifyWorld> = {
  name: 'qualify',
  chain: 'demand',
  summary: 'Scores and grades records with the reconciled ScoringModel.',
  archetypes: ['event'],
  parts: {
    config: ['ScoringModel', 'FieldMap', 'MatchPolicy'],
    logic:
      'Ten factors on two sides, or whatever the model declares; the first rule of a factor that holds gives its points. Deterministic.',
    inputs: ['fields of the record, through the FieldMap of its object'],
    outputs: ['score', 'grade', 'excluded', 'points and reason of every factor'],
    metrics: ['decisions by grade', 'seconds a decision'],
    feedback: ['the model is a file: a change of it is a commit, and old decisions are replayed on the model of their time'],
  },
  contract: { takes: subject, gives },
  next: ['route'],
  compile,
  step,
};

function compile(snapshot: Snapshot): QualifyWorld {
  const models = Object.entries(snapshot.resources).filter(([key]) => key.startsWith('ScoringModel/'));
  const byObject = new Map<string, Scored>();
  for (const [key, content] of models) {
    const spec = content as ScoringModelSpec;
    // A model without an object scores files alone.
    if (spec.object === undefined) continue;
    const fields = fieldNames(snapshot, spec.object);
    if (fields === undefined) continue;
    const model = compileModel(spec);
    const name = key.slice('ScoringModel/'.length);
    byObject.set(spec.object, { name, model, fields, reads: readsOf(spec), writeback: spec.writeback });
  }
  return { byObject };
}

function readsOf({ fit, intent, negative, exclude }: ScoringModelSpec): readonly string[] {
  const components = [...fit.components, ...intent.components];
  const dates = components.flatMap(({ decay }) => (decay === undefined ? [] : [decay.field]));
  return [...new Set([...[...components, ...negative, ...exclude].map(({ field }) => field), ...dates])].sort();
}

function step(input: StepInput<QualifyWorld>): Stepped {
  const { world, event, now } = input;
  const found = world.byObject.get(event.object);
  if (found === undefined) {
    const there = [...world.byObject.keys()].join(', ');
    const message = `no ScoringModel scores ${event.object}; there is one for: ${there === '' ? 'nothing' : there}`;
    return { kind: 'refuse', problems: [{ path: 'object', message }] };
  }
  const record = recordFacts(found.fields, input);
  if ('kind' in record) return record.kind === 'refuse' ? record : { kind: 'ask', requests: [record] };
  const values = valuesText(Object.fromEntries(found.reads.map((field) => [field, record.facts[field] ?? null])));
  const memory = event.live === true ? memoryOf('qualify', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) return { kind: 'ask', requests: [memory] };
  if (memory?.last?.values === values) return { kind: 'drop', because: 'nothing that the model reads has changed since its last score' };
  const made = score(found.model, record.facts, { asOf: now });
  const { factors, sides, ...rest } = made;
  const name = nameOf(event, record);
  const trace = explainScore(found.model, made);
  return {
    kind: 'decide',
    label: made.grade ?? 'excluded',
    outcome: {
      ...rest,
      sides,
      factors: factors.map((factor) => ({ ...factor, source: record.source.source })),
      model: { name: found.name, version: made.version },
    },
    method: 'deterministic',
    confidence: 1,
    inputs: Object.fromEntries(factors.map(({ field }) => [field, record.read[field] ?? null])),
    sources: Object.fromEntries(factors.map(({ field }) => [field, record.source])),
    trace,
    alternatives: [],
    reasoning: reasoning(made),
    unread: record.unread,
    ...(name !== undefined && { name }),
    writes: memory === undefined ? [] : [{ key: memory.key, expect: memory.version, value: { values } }],
    ...(memory !== undefined && { effects: writtenBack(found.writeback, made, trace) }),
  };
}

/** Where the model says that results are written on the record. */
function writtenBack(to: ScoringModelSpec['writeback'], made: Score, trace: readonly TraceEntry[]): NonNullable<Decide['effects']> {
  const values: Readonly<Record<keyof ScoringModelSpec['writeback'], unknown>> = {
    score: made.score,
    grade: made.grade,
    fit: made.sides.fit.points,
    intent: made.sides.intent.points,
    explanation: trace.map(({ rule, result, because }) => `${rule}: ${result}, ${because}`).join('\n'),
    config_version: made.version,
  };
  const fields = Object.entries(to).flatMap(([what, field]) =>
    field === undefined ? [] : [[field, values[what as keyof typeof values]] as const],
  );
  return fields.length === 0 ? [] : [{ fields: Object.fromEntries(fields) }];
}

/** Where the points came from, and where most were left. */
function reasoning({ score: points, max, grade, excluded, factors, negative }: Score): string {
  const text = (some: Score['factors']) => some.map(({ id, points: got, max: of }) => `${id} ${got}/${of}`).join(', ');
  const best = factors.filter((factor) => factor.points > 0).toSorted((a, b) => b.points - a.points);
  const lost = factors.filter((factor) => factor.max > factor.points).toSorted((a, b) => b.max - b.points - (a.max - a.points));
  const off = negative.map(({ id, points: taken }) => `${id} ${taken}`).join(', ');
  return [
    excluded === null ? `${points} of ${max} points, grade ${grade}.` : `${points} of ${max} points, not graded: ${excluded.reason}.`,
    best.length === 0 ? 'No factor gave points.' : `Most came from ${text(best.slice(0, 3))}.`,
    ...(lost.length === 0 ? [] : [`Most was left at ${text(lost.slice(0, 3))}.`]),
    ...(off === '' ? [] : [`Taken off: ${off}.`]),
  ].join(' ');
}
