// How far the enrichment of a record has come, by what is kept of answers: which values there are, who is to be asked next, who failed, and
// which companies it may be. For each field the providers go in order; one that knows nothing, or does not answer, gives way to the next.
// The same answers give the same result, whatever the order in which they came.
import type { Candidate, Kept, Query, Value } from '../../resources/enrichment-policy/found.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import type { About } from '../../resources/enrichment-policy/values.ts';
import { companyDomain, registrableDomain } from '../matching/domains.ts';
import type { Policy } from '../matching/policy.ts';
import { choose } from './choose.ts';
import type { EnrichmentPlan, Rule } from './policy.ts';
import { keyOf, partOf, placeOf, queryOf, type Subject, subjectOf } from './subject.ts';

export interface Question {
  readonly provider: string;
  /** What its answer is kept under. */
  readonly key: string;
  readonly query: Query;
}

export interface Filled {
  readonly value: Value;
  /** The provider. */
  readonly source: string;
  /** ISO: when it said so. */
  readonly at: string;
}

export interface Offered {
  /** `provider:id`: what a choice names. */
  readonly id: string;
  readonly label: string;
  readonly domains: readonly string[];
  readonly values: Candidate['values'];
}

export interface Progress {
  /** By the product's name. Of fields that the record has none of, of those that may be overwritten, and of those that hold just that. */
  readonly values: Readonly<Record<string, Filled>>;
  readonly ask: readonly Question[];
  /** Did not answer, and will be asked again. */
  readonly waiting: readonly { readonly question: Question; readonly due: string; readonly error: string }[];
  /** Are not asked any more, with the fields still open. */
  readonly failed: readonly { readonly provider: string; readonly error: string }[];
  /** Which it may be, where that is what keeps fields open. */
  readonly candidates: readonly Offered[];
  /** Fields that nobody has a value for, by now. */
  readonly missing: readonly string[];
}

/** `NONE`: none of the companies that were offered. */
export const NONE = 'none';

export interface Case {
  readonly plan: EnrichmentPlan;
  readonly matching: Policy;
  /** The record, by the product's names. */
  readonly known: Readonly<Record<string, unknown>>;
  /** Which company it is: the id of one that was offered, its domain, or `NONE`. */
  readonly choice?: unknown;
  /** Providers that can not be asked here, and why. */
  readonly unusable: ReadonlyMap<string, string>;
}

/** What is kept, by `rowOf`. */
export type Rows = ReadonlyMap<string, Kept>;

export function rowOf({ provider, key }: Pick<Question, 'provider' | 'key'>): string {
  return `${provider} ${key}`;
}

/** Whose answers must be looked up before `progress`. With a choice: once more with the rows that were found, until no new ones come. */
export function questionsOf(of: Case, rows: Rows): readonly Question[] {
  const asking = askingOf(of, rows);
  const found = of.plan.rules.flatMap(({ from }) => from.flatMap(({ provider, about }) => asking.question(provider, about) ?? []));
  const all = [...asking.first, ...found];
  return [...new Map(all.map((question) => [rowOf(question), question])).values()];
}

export function progress(of: Case, rows: Rows, now: number): Progress {
  const asking = askingOf(of, rows);
  const walks = of.plan.rules.map((rule) => ({ rule, walk: walkOf(rule, of, asking, rows, now) }));
  const wanting = walks.filter(({ rule, walk }) => walk.value === undefined && isWanted(rule, of));
  const values: Record<string, Filled> = {};
  for (const { rule, walk } of walks) {
    const own = of.known[rule.field];
    if (walk.value !== undefined && (isWanted(rule, of) || isSame(own, walk.value.value))) values[rule.field] = walk.value;
  }
  const open = wanting.map(({ walk }) => walk);
  // Once everybody has been asked who can be: before that, the next one may tell.
  const candidates = open.flatMap((walk) => (walk.ask === undefined ? walk.candidates : []));
  return {
    values,
    ask: once(
      open.flatMap(({ ask }) => ask ?? []),
      rowOf,
    ),
    waiting: once(
      open.flatMap(({ waiting }) => waiting),
      ({ question }) => rowOf(question),
    ),
    failed: once(
      open.flatMap(({ failed }) => failed),
      ({ provider }) => provider,
    ),
    candidates: once(candidates, ({ id }) => id),
    missing: wanting.map(({ rule }) => rule.field).filter((field) => isMissing(of.known[field])),
  };
}

function isWanted({ field, overwrite }: Rule, { known }: Case): boolean {
  return overwrite || isMissing(known[field]);
}

interface Asking {
  /** The questions by what the record says itself. */
  readonly first: readonly Question[];
  readonly subject: Subject;
  /** The company that was chosen, and who offered it. */
  readonly chosen?: { readonly provider: string; readonly candidate: Candidate };
  question(provider: string, about: About): Question | undefined;
}

/** Where somebody said which company it is, the others are asked about that one. A domain is an answer too: a person may know better. */
function askingOf({ plan, matching, known, choice }: Case, rows: Rows): Asking {
  const domain = companyDomain(choice, matching.domains);
  const subject = { ...subjectOf(known, matching), ...(domain !== undefined && { domain }) };
  const asked = (whom: Subject) => (provider: string, about: About) => {
    const query = queryOf(about, whom, matching);
    return query === undefined ? undefined : { provider, key: keyOf(query, matching), query };
  };
  const plain = asked(subject);
  const colon = typeof choice === 'string' ? choice.indexOf(':') : -1;
  const provider = typeof choice === 'string' && colon > 0 ? choice.slice(0, colon) : undefined;
  if (provider === undefined || !plan.providers.has(provider)) return { first: [], subject, question: plain };
  const base = plain(provider, 'company');
  const answer = base === undefined ? undefined : rows.get(rowOf(base))?.answer;
  const id = String(choice).slice(colon + 1);
  const candidate = answer?.kind === 'found' ? answer.candidates.find((one) => one.id === id) : undefined;
  const first = base === undefined ? [] : [base];
  if (candidate === undefined) return { first, subject, question: plain };
  const same = asked(subjectBy(subject, candidate));
  return {
    first,
    subject,
    chosen: { provider, candidate },
    question: (name, about) => (name === provider && about === 'company' ? base : same(name, about)),
  };
}

interface Walk {
  readonly value?: Filled;
  readonly ask?: Question;
  readonly waiting: Progress['waiting'];
  readonly failed: Progress['failed'];
  readonly candidates: readonly Offered[];
}

/** One field: the first provider that knows it gives it; behind one that has not been asked yet nobody is looked at. */
function walkOf(rule: Rule, of: Case, asking: Asking, rows: Rows, now: number): Walk {
  const waiting: Progress['waiting'][number][] = [];
  const failed: Progress['failed'][number][] = [];
  const candidates: Offered[] = [];
  const walk = { waiting, failed, candidates };
  for (const { provider, about } of rule.from) {
    const reason = of.unusable.get(provider);
    const question = asking.question(provider, about);
    if (reason !== undefined) failed.push({ provider, error: reason });
    if (reason !== undefined || question === undefined) continue;
    const row = rows.get(rowOf(question));
    const isFresh = row?.at !== undefined && now - Date.parse(row.at) <= rule.maxAge;
    if (row?.answer === undefined || !isFresh) {
      const failure = row?.failure;
      if (failure === undefined || Date.parse(failure.due) <= now) return { ...walk, ask: question };
      if (failure.left) failed.push({ provider, error: failure.error });
      else waiting.push({ question, due: failure.due, error: failure.error });
      continue;
    }
    if (row.answer.kind === 'none') continue;
    const candidate = settled(about, provider, row.answer.candidates, of, asking);
    if (candidate === undefined) {
      if (about === 'company' && of.choice !== NONE) candidates.push(...row.answer.candidates.map((one) => offered(provider, one)));
      continue;
    }
    const value = candidate.values[rule.value];
    if (value !== undefined && !isMissing(value)) return { ...walk, value: { value, source: provider, at: row.at ?? '' } };
  }
  return walk;
}

function settled(
  about: About,
  provider: string,
  candidates: readonly Candidate[],
  { matching }: Case,
  { subject, chosen }: Asking,
): Candidate | undefined {
  if (chosen === undefined || about === 'person') return choose(about, subject, candidates, matching);
  if (chosen.provider === provider) return chosen.candidate;
  return choose(about, subjectBy(subject, chosen.candidate), candidates, matching);
}

/** The record's, with what is known of the company since it was chosen. */
function subjectBy(subject: Subject, { domains = [], name, label, country, state }: Candidate): Subject {
  const { domain: _, companyLinkedin: __, country: ___, state: ____, city: _____, ...person } = subject;
  const [domain] = domains;
  const place = placeOf(country);
  return {
    ...person,
    company: name ?? label,
    ...(domain !== undefined && { domain: registrableDomain(domain) ?? domain }),
    ...(place !== undefined && { country: place }),
    ...(state !== undefined && { state: partOf(state, place) }),
  };
}

function offered(provider: string, { id, label, domains = [], values }: Candidate): Offered {
  return { id: `${provider}:${id}`, label, domains, values };
}

/** The record holds what the provider said: then it is known where it is from. Lists are texts with semicolons in the org. */
function isSame(own: unknown, value: Value): boolean {
  return asText(own) === asText(value);
}

function asText(value: unknown): string {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
  const parts: readonly unknown[] = Array.isArray(value) ? value : plain.split(';');
  return parts
    .map(String)
    .map((part) => part.trim().toLowerCase())
    .sort()
    .join(';');
}

function once<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
