// What providers know of a record, put beside what it says itself: asked for before it is scored, and never waited for without end. Which
// company it is of is told by rules, else by the agent where it is sure and has evidence, else by a person.
import type { EnrichmentPolicySpec } from '../../resources/enrichment-policy/schema.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { type Filled, type RecordFacts, withFilled } from '../facts.ts';
import type { ReviewQuestion } from '../decide.ts';
import type { FactValue, StepInput } from '../loop.ts';
import type { Lookup } from '../requests.ts';

export interface Policy {
  readonly name: string;
  readonly spec: EnrichmentPolicySpec;
}

interface Candidate {
  readonly id: string;
  readonly label: string;
  readonly domains: readonly string[];
  readonly values: Readonly<Record<string, unknown>>;
}

/** The answer to an `enrich` request. */
interface Known {
  readonly values: Filled;
  /** Providers that have not answered yet. */
  readonly pending: readonly string[];
  readonly failed: readonly { readonly provider: string; readonly error: string }[];
  readonly ambiguous?: { readonly candidates: readonly Candidate[] };
  /** Fields that nobody has a value for. */
  readonly missing?: readonly string[];
}

/** The answer to an `agent` request of the shape `choice`. */
interface Chosen {
  readonly answer: { readonly choice: string | null; readonly reasoning: string };
  readonly confidence: number;
}

export interface Enriched {
  /** With what providers gave. */
  readonly record: RecordFacts;
  /** Fields that a provider gave. */
  readonly filled: Filled;
  /** Who has not answered, who failed, and whether it is open which company it is. */
  readonly open: { readonly pending: readonly string[]; readonly failed: Known['failed']; readonly ambiguous: number };
  readonly later: readonly Lookup[];
  readonly review?: ReviewQuestion;
  /** Where the agent said which company it is. */
  readonly chosen?: { readonly confidence: number; readonly reasoning: string };
  readonly trace: readonly TraceEntry[];
}

/** By which a company or a person is found. */
const KEYS = [
  'email',
  'email_domain',
  'website',
  'company',
  'billing_country',
  'billing_state',
  'billing_city',
  'country',
  'state',
  'city',
  'linkedin_url',
  'company_linkedin_url',
  'phone',
];
export const COMPANY = 'company';
const NONE = 'none';
/** What else is told of a company that one has to choose. */
const MOST_TOLD = 5;
const ENRICH = 'enrich';
const AGENT = 'which company';
const AGAIN = 'enrich by the company';

/** What is known, or the question for it. `choice`: which company a person said it is. */
export function enrichedFacts(
  { name, spec }: Policy,
  record: RecordFacts,
  { facts }: Pick<StepInput<unknown>, 'facts'>,
  choice: unknown,
): Enriched | Lookup {
  const first = enrichRequest(name, spec, record, ENRICH, choice);
  const known = facts.get(ENRICH);
  if (known === undefined) return first;
  const found = valueOf(known);
  const { candidates } = found.ambiguous ?? { candidates: [] };
  if (candidates.length === 0 || choice !== undefined) {
    const review = choice === undefined && isUnknown(spec, found) ? UNKNOWN : undefined;
    return merged(spec, record, { found, later: laterOf(known, first), ...(review !== undefined && { review }) });
  }
  const { agent, confidence, review } = spec.on_ambiguous;
  const question = agent === undefined ? undefined : companyQuestion(agent, spec, record, candidates);
  const said = facts.get(AGENT);
  if (question !== undefined && said === undefined) return question;
  const chosen = said?.value as Chosen | null | undefined;
  const pick = chosen?.answer.choice ?? undefined;
  if (chosen !== undefined && chosen !== null && pick !== undefined && chosen.confidence >= confidence) {
    const second = enrichRequest(name, spec, record, AGAIN, pick);
    const again = facts.get(AGAIN);
    if (again === undefined) return second;
    const because = { confidence: chosen.confidence, reasoning: chosen.answer.reasoning };
    return merged(spec, record, { found: valueOf(again), later: laterOf(again, second), chosen: because });
  }
  const later = [...laterOf(known, first), ...(question === undefined || said === undefined ? [] : laterOf(said, question))];
  return merged(spec, record, { found, later, ...(review && { review: companyReview(candidates, chosen) }) });
}

export function isLookup(found: Enriched | Lookup): found is Lookup {
  return 'kind' in found;
}

function enrichRequest(policy: string, spec: EnrichmentPolicySpec, record: RecordFacts, id: string, choice: unknown): Lookup {
  const names = [...KEYS, ...Object.keys(spec.fields)];
  const known = Object.fromEntries(names.flatMap((name) => (isMissing(record.facts[name]) ? [] : [[name, record.facts[name]]])));
  return { id, kind: 'enrich', policy, known, wait: millisecondsOf(spec.wait), ...(choice !== undefined && { choice }) };
}

function companyQuestion(prompt: string, spec: EnrichmentPolicySpec, { read }: RecordFacts, candidates: readonly Candidate[]): Lookup {
  const record = Object.fromEntries(KEYS.flatMap((name) => (isMissing(read[name]) ? [] : [[name, read[name]]])));
  const input = { question: 'Which of these companies is the record of?', record, options: candidates };
  return { id: AGENT, kind: 'agent', prompt, shape: 'choice', input, wait: millisecondsOf(spec.wait) };
}

function companyReview(candidates: readonly Candidate[], chosen: Chosen | null | undefined): ReviewQuestion {
  const options = candidates.map((one) => ({ id: one.id, label: labelOf(one), value: one.id }));
  const proposal =
    chosen === undefined || chosen === null
      ? undefined
      : {
          ...(chosen.answer.choice !== null && { option: chosen.answer.choice }),
          confidence: chosen.confidence,
          reasoning: chosen.answer.reasoning,
        };
  return {
    topic: COMPANY,
    question: 'Which company is this record of?',
    options: [...options, { id: NONE, label: 'None of these', value: NONE }],
    ...(proposal !== undefined && { proposal }),
  };
}

/** Everybody was asked, and nobody knows anything of it. */
function isUnknown({ on_missing }: EnrichmentPolicySpec, { values, pending, failed, missing = [] }: Known): boolean {
  const isAnswered = pending.length === 0 && failed.length === 0;
  return on_missing === 'review' && isAnswered && missing.length > 0 && Object.keys(values).length === 0;
}

const UNKNOWN: ReviewQuestion = {
  topic: COMPANY,
  question: 'No provider knows this company. Which is it? Answer with its domain.',
  options: [{ id: NONE, label: 'Nobody knows: leave it as it is', value: NONE }],
};

/** Companies of one name are told apart by what else is known of them. */
function labelOf({ label, domains, values }: Candidate): string {
  const told = Object.entries(values).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(', ') : String(value)}`);
  const more = [...domains, ...told].slice(0, MOST_TOLD).join('; ');
  return more === '' ? label : `${label} (${more})`;
}

/** Nobody to ask, or a lookup that failed for good: nothing is known. */
function valueOf(fact: FactValue): Known {
  return (
    (fact.value as Known | null) ?? {
      values: {},
      pending: [],
      failed: fact.missing === undefined ? [] : [{ provider: 'all', error: fact.missing }],
    }
  );
}

function laterOf({ open }: FactValue, request: Lookup): readonly Lookup[] {
  return open === true ? [request] : [];
}

interface Told {
  readonly found: Known;
  readonly later: readonly Lookup[];
  readonly review?: ReviewQuestion;
  readonly chosen?: Enriched['chosen'];
}

/** A value of the record's own wins, unless the policy says otherwise. */
function merged(spec: EnrichmentPolicySpec, record: RecordFacts, { found, later, review, chosen }: Told): Enriched {
  const { facts } = record;
  const filled = Object.fromEntries(
    Object.entries(found.values).filter(([name]) => isMissing(facts[name]) || spec.fields[name]?.overwrite === true),
  );
  const candidates = found.ambiguous?.candidates.length ?? 0;
  return {
    record: withFilled(record, filled),
    filled,
    open: { pending: found.pending, failed: found.failed, ambiguous: chosen === undefined ? candidates : 0 },
    later,
    ...(review !== undefined && { review }),
    ...(chosen !== undefined && { chosen }),
    trace: traceOf(filled, found, chosen),
  };
}

function maybeWords(candidates: readonly Candidate[]): string {
  const [only, ...more] = candidates;
  return only !== undefined && more.length === 0
    ? `it may be ${only.label}, which nobody has confirmed`
    : `it may be one of ${candidates.length} companies, which nobody has told apart`;
}

function traceOf(filled: Filled, { pending, failed, ambiguous }: Known, chosen: Enriched['chosen']): readonly TraceEntry[] {
  const entries: TraceEntry[] = [];
  const bySource = Map.groupBy(Object.entries(filled), ([, { source }]) => source);
  for (const [source, fields] of bySource) {
    const [, { at }] = fields[0] as (typeof fields)[number];
    const names = fields.map(([name]) => name).join(', ');
    entries.push({ rule: 'enrichment', result: `filled ${names}`, because: `${source} said so on ${at.slice(0, 10)}` });
  }
  if (chosen !== undefined) entries.push({ rule: 'enrichment', result: 'company chosen by the agent', because: chosen.reasoning });
  else if (ambiguous !== undefined)
    entries.push({
      rule: 'enrichment',
      result: 'nothing taken',
      because: maybeWords(ambiguous.candidates),
    });
  if (pending.length > 0)
    entries.push({ rule: 'enrichment', result: 'pending', because: `${pending.join(', ')} has not answered yet; it is scored again then` });
  for (const { provider, error } of failed) entries.push({ rule: 'enrichment', result: 'no answer', because: `${provider}: ${error}` });
  return entries;
}
