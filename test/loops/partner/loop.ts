// Partner: deals that partners bring. A lead from a partner is registered for so long, and its rating says so; a company that buys already is
// not theirs to register. A loop of somebody who builds on the house: this folder is all there is of it.
import { z } from 'zod';
import { fieldNames, type FieldNames, recordFacts } from '../../../loops/facts.ts';
import type { Decide } from '../../../loops/decide.ts';
import type { LoopDescriptor, Stepped, StepInput } from '../../../loops/loop.ts';
import { isQuestion, memoryOf, valuesText } from '../../../loops/memory.ts';
import { subject } from '../../../loops/subject.ts';

export interface PartnerWorld {
  readonly fields: FieldNames | undefined;
}

const SOURCES = ['partner', 'partner referral'];
const REGISTERED_FOR_MS = 90 * 86_400_000;
const QUALIFIED = 'qualify';

const gives = z.looseObject({
  action: z.enum(['registered', 'no_partner']),
  rating: z.string().nullable(),
  until: z.string().optional().describe('So long it is the partner’s.'),
});

export const partner: LoopDescriptor<PartnerWorld> = {
  name: 'partner',
  chain: 'acquisition',
  summary: 'Registers deals that partners bring, for as long as they may work on them.',
  archetypes: ['event'],
  parts: {
    config: ['FieldMap'],
    logic: 'A lead whose source is a partner is registered for 90 days; its rating is by its grade.',
    inputs: ['lead source and company', 'grade of Qualify'],
    outputs: ['registered or not, and until when'],
    metrics: ['registered deals'],
    feedback: ['deals that were registered and won'],
  },
  contract: { takes: subject, gives },
  next: ['route'],
  compile: (snapshot) => ({ fields: fieldNames(snapshot, 'Lead') }),
  watches: ({ fields }) => (fields === undefined ? new Map() : new Map([['Lead', ['Rating']]])),
  step,
};

function step(input: StepInput<PartnerWorld>): Stepped {
  const { world, event, facts, now } = input;
  if (world.fields === undefined || event.object !== 'Lead')
    return { kind: 'refuse', problems: [{ path: 'object', message: 'partners bring leads alone' }] };
  const record = recordFacts(world.fields, input, event.live === true ? ['Rating'] : []);
  if ('kind' in record) return record.kind === 'refuse' ? record : { kind: 'ask', requests: [record] };
  const qualified = facts.get(QUALIFIED);
  if (qualified === undefined) {
    const same = { object: event.object, ...(event.id !== undefined && { id: event.id }), record: record.read };
    return { kind: 'ask', requests: [{ id: QUALIFIED, kind: 'loop', loop: 'qualify', event: same }] };
  }
  const { grade = null } = (qualified.value ?? {}) as { readonly grade?: string | null };
  const values = valuesText({ source: record.read['lead_source'], company: record.read['company'], grade });
  const memory = event.live === true ? memoryOf('partner', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) return { kind: 'ask', requests: [memory] };
  if (memory !== undefined && memory.last?.values === values) return { kind: 'drop', because: 'nothing that it reads has changed' };
  const made = decided(record.read['lead_source'], grade, now);
  const rating = made.outcome['rating'];
  return {
    ...made,
    inputs: { lead_source: record.read['lead_source'] ?? null, grade },
    sources: { lead_source: record.source, grade: { source: 'loop/qualify', at: record.source.at } },
    writes: memory === undefined ? [] : [{ key: memory.key, expect: memory.version, value: { values } }],
    ...(typeof rating === 'string' && memory !== undefined && { effects: [{ fields: { Rating: rating } }] }),
  };
}

function decided(source: unknown, grade: string | null, now: number): Omit<Decide, 'inputs' | 'sources' | 'writes'> {
  const isTheirs = typeof source === 'string' && SOURCES.includes(source.trim().toLowerCase());
  const until = new Date(now + REGISTERED_FOR_MS).toISOString();
  const rating = isTheirs ? (grade === 'A' || grade === 'B' ? 'Hot' : 'Warm') : null;
  return {
    kind: 'decide',
    label: isTheirs ? 'registered' : 'no_partner',
    outcome: { action: isTheirs ? 'registered' : 'no_partner', rating, ...(isTheirs && { until }) },
    method: 'deterministic',
    confidence: 1,
    trace: [{ rule: 'source', result: String(isTheirs), because: `lead_source is ${JSON.stringify(source ?? null)}` }],
    alternatives: [],
    reasoning: isTheirs ? `A partner brought it; registered until ${until.slice(0, 10)}.` : 'No partner brought it.',
  };
}
