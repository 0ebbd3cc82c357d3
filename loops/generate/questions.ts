// What Generate asks beyond the org: the agent, for what happened; the pages, whether it stands there.
import { z } from 'zod';
import { millisecondsOf } from '../../resources/duration.ts';
import { normalName } from '../../engines/matching/names.ts';
import type { Policy } from '../../engines/matching/policy.ts';
import { addressOf, type Company } from '../../engines/signals/evidence.ts';
import type { SignalMemory } from '../../engines/signals/kept.ts';
import { readTold, type Told, type ToldSignal } from '../../engines/signals/told.ts';
import type { RecordFacts } from '../facts.ts';
import type { StepInput } from '../loop.ts';
import type { Lookup, PagesRequest } from '../requests.ts';
import { keysOf } from './lists.ts';
import type { GenerateWorld, Scan } from './world.ts';

/** Where signs come from. */
export type Source =
  | { readonly kind: 'ask'; readonly request: Lookup }
  /** Nobody was there to look, or what was said can not be read. */
  | { readonly kind: 'silent'; readonly why: string; readonly from: Provenance }
  | { readonly kind: 'told'; readonly told: Told; readonly by: 'agent' | 'request'; readonly from: Provenance };

interface Provenance {
  readonly source: string;
  readonly at: string;
}

interface Asking {
  readonly input: StepInput<GenerateWorld>;
  readonly scan: Scan;
  readonly memory: SignalMemory | undefined;
  readonly company: Company;
  readonly record: RecordFacts;
}

const LOOKUP = 'agent signals';

export function sourceOf({ input: { event, facts, now }, scan, memory, company, record }: Asking): Source {
  const given = event.record?.['signals'];
  if (given !== undefined) {
    const from = { source: 'request', at: new Date(now).toISOString() };
    const told = readTold({ signals: given });
    return told === undefined ? { kind: 'silent', why: 'signals is no list', from } : { kind: 'told', told, by: 'request', from };
  }
  const fact = facts.get(LOOKUP);
  if (fact === undefined) return { kind: 'ask', request: lookupOf(scan, memory, company, record, now) };
  const from = { source: fact.source, at: fact.at };
  const answer = (fact.value as { readonly answer?: unknown } | null)?.answer;
  if (answer === undefined) return { kind: 'silent', why: fact.missing ?? 'the agent did not answer', from };
  const told = readTold(answer);
  if (told === undefined) return { kind: 'silent', why: "the agent's answer is no list of signals", from };
  return { kind: 'told', told: { ...told, unread: [...told.unread, ...droppedBefore(answer)] }, by: 'agent', from };
}

const struck = z.array(z.object({ title: z.string(), because: z.string() }));

/** What was struck out of the answer on its way. */
function droppedBefore(answer: unknown): Told['unread'] {
  const read = struck.safeParse((answer as { readonly dropped?: unknown }).dropped);
  return read.success ? read.data.map(({ title, because }) => ({ title: title.slice(0, 300), why: because })) : [];
}

/**
 * The same until the account was looked at: a run that waits asks nothing else when it goes on. A look reaches back behind the last one,
 * since pages are found late; what is known already is told apart.
 */
function lookupOf(scan: Scan, memory: SignalMemory | undefined, company: Company, { facts }: RecordFacts, now: number): Lookup {
  const oldest = new Date(now - scan.evidence.max_age).toISOString().slice(0, 10);
  const scanned = memory?.scanned ?? null;
  const since = scanned === null ? oldest : new Date(Math.max(Date.parse(scanned) - scan.dedupe, Date.parse(oldest))).toISOString();
  const account = {
    name: company.names[0] ?? null,
    domain: company.domain ?? null,
    ...(facts['industry'] !== undefined && { industry: facts['industry'] }),
    ...(facts['billing_country'] !== undefined && { country: facts['billing_country'] }),
  };
  return {
    id: LOOKUP,
    kind: 'agent',
    prompt: scan.spec.prompt,
    shape: 'signals',
    input: { account, since, types: [...scan.types.keys()] },
    wait: millisecondsOf(scan.spec.wait),
  };
}

export function companyOf({ facts }: RecordFacts, policy: Policy): Company {
  const { domain } = keysOf(facts, policy);
  const name = typeof facts['company'] === 'string' ? facts['company'].trim() : '';
  const names = [...new Set([name, normalName(name, policy.names)])].filter((one) => one !== '');
  return { names, ...(domain !== undefined && { domain }) };
}

/** Each page once, as many as may be read; nothing where there is none to look at. */
export function pagesRequest(signals: readonly ToldSignal[], company: Company, scan: Scan): PagesRequest | undefined {
  const quotes = new Map<string, Set<string>>();
  for (const { url, quote } of signals.flatMap(({ evidence }) => evidence)) {
    const page = addressOf(url);
    if (page === undefined) continue;
    if (!quotes.has(page) && quotes.size >= scan.spec.evidence.max_pages) continue;
    quotes.set(page, (quotes.get(page) ?? new Set()).add(quote));
  }
  if (quotes.size === 0) return undefined;
  const about = [...company.names, ...(company.domain === undefined ? [] : [company.domain])];
  return { id: 'pages', kind: 'pages', pages: [...quotes].map(([url, some]) => ({ url, texts: [...about, ...some] })) };
}
