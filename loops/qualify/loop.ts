// Qualify: how good a record is, by the reconciled model, with every factor that made it so.
import { z } from 'zod';
import { type RecordFacts, recordFacts } from '../facts.ts';
import type { FactValue, LoopDescriptor, Stepped, StepInput } from '../loop.ts';
import type { Request } from '../requests.ts';
import { isQuestion, memoryOf } from '../memory.ts';
import { withSignals } from '../signals.ts';
import { subject } from '../subject.ts';
import { accountStep } from './account.ts';
import { decided, EVENTS } from './decided.ts';
import { COMPANY, enrichedFacts, isLookup } from './enriched.ts';
import { compile, type QualifyWorld, type Scored } from './world.ts';

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

function step(input: StepInput<QualifyWorld>): Stepped {
  const { world, event } = input;
  const found = world.byObject.get(event.object);
  if (found === undefined) {
    if (event.object === 'Account' && world.accounts !== undefined) return accountStep(world.accounts, input);
    const there = [...world.byObject.keys()].join(', ');
    const message = `no ScoringModel scores ${event.object}; there is one for: ${there === '' ? 'nothing' : there}`;
    return { kind: 'refuse', problems: [{ path: 'object', message }] };
  }
  const read = recordFacts(found.fields, input);
  if ('kind' in read) return read.kind === 'refuse' ? read : { kind: 'ask', requests: [read] };
  const record = withSignals(world.scans, read, input);
  if ('kind' in record) return { kind: 'ask', requests: [record] };
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
