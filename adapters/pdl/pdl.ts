// People Data Labs: its Company and Person Enrichment APIs, version 5 (docs.peopledatalabs.com). Their SDK writes the key into the address,
// where logs and proxies see it; here it goes in a header. One question is one call, and is charged when it finds somebody.
import { z } from 'zod';
import type { Provider } from '../../ports/enrichment.ts';
import type { Candidate, Found, Query } from '../../resources/enrichment-policy/found.ts';
import { type Exchanged, exchange, isSafe, retryAfter } from '../http/exchange.ts';
import { companyValues, type Json, personValues, rows, text } from './values.ts';

export interface PdlOptions {
  readonly key: string;
  /** Default: https://api.peopledatalabs.com. */
  readonly url?: string;
  /** 1 to 10: a less likely match is none. */
  readonly minLikelihood: number;
  readonly now: () => number;
}

const HOME = 'https://api.peopledatalabs.com';
/** Bytes. A whole record of a large company has a few hundred thousand. */
const LARGEST = 8 * 1024 * 1024;

export function pdl(options: PdlOptions): Provider | { readonly unusable: string } {
  const home = options.url ?? HOME;
  if (!URL.canParse(home) || !isSafe(new URL(home))) return { unusable: 'PDL_API_URL is no https address' };
  return {
    async lookup(query, signal) {
      const url = new URL(`/v5/${query.about}/enrich`, home);
      for (const [name, value] of Object.entries(parametersOf(query))) url.searchParams.set(name, value);
      url.searchParams.set('min_likelihood', String(options.minLikelihood));
      // It says by which of the parameters it found it: a company may be found by a domain that its record does not name.
      url.searchParams.set('include_if_matched', 'true');
      const headers = { 'X-Api-Key': options.key, accept: 'application/json' };
      return judged(await exchange({ url, method: 'GET', headers, signal, largest: LARGEST }), query, options);
    },
  };
}

function parametersOf({ about, domain, company, country, state, city, email, linkedin }: Query): Readonly<Record<string, string>> {
  const by =
    about === 'person'
      ? { email, profile: linkedin }
      : { website: domain, profile: linkedin, name: company, country: countryName(country), region: state, locality: city };
  return Object.fromEntries(Object.entries(by).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Its countries have names: `germany`. */
function countryName(country: string | undefined): string | undefined {
  return country !== undefined && /^[A-Z]{2}$/.test(country) ? REGIONS.of(country) : country;
}

const REGIONS = new Intl.DisplayNames(['en'], { type: 'region' });

/** By docs.peopledatalabs.com/docs/errors. Who may not ask today may tomorrow: a key is mended, credits come back. */
function judged(answer: Exchanged, query: Query, { minLikelihood, now }: PdlOptions): Found {
  if (!answer.ok) return { kind: 'unavailable', error: answer.error };
  const { status, headers } = answer;
  const again = retryAfter(headers, now()) ?? (status === 429 ? windowEnd(headers.get('x-ratelimit-reset'), now()) : undefined);
  const unavailable = (error: string): Found => ({ kind: 'unavailable', error, ...(again !== undefined && { afterMs: again }) });
  switch (status) {
    case 200:
      return found(answer.text, query, minLikelihood);
    case 404:
      return { kind: 'none' };
    case 400:
      return { kind: 'refused', error: `it does not take the question (400)${reasonOf(answer.text)}` };
    case 401:
    case 403:
      return unavailable(`it does not take the key (${status}): check PDL_API_KEY`);
    case 402:
      return unavailable('the credits of the account are used up (402)');
    case 429:
      return unavailable('it was asked too often (429)');
    default:
      return unavailable(`it answered ${status}`);
  }
}

/** A company lies at the top of the answer, a person in `data`. */
const body = z.looseObject({ likelihood: z.number().nullish(), matched: z.array(z.string()).nullish() });

function found(json: string, { about }: Query, minLikelihood: number): Found {
  const read = body.safeParse(parsed(json));
  const record = about === 'person' ? read.data?.['data'] : read.data;
  if (!read.success || typeof record !== 'object' || record === null) return { kind: 'unavailable', error: 'its answer is no record' };
  const { likelihood, matched } = read.data;
  if (typeof likelihood === 'number' && likelihood < minLikelihood) return { kind: 'none' };
  const by = (matched ?? []).flatMap((name) => MATCHED[name] ?? []);
  const candidate = (about === 'person' ? person : company)(record as Json);
  return candidate === undefined
    ? { kind: 'unavailable', error: 'its answer is no record' }
    : { kind: 'found', candidates: [{ ...candidate, matched: by }] };
}

/** What its `matched` calls the parameters. */
const MATCHED: Readonly<Record<string, 'domain' | 'email' | 'linkedin'>> = { website: 'domain', email: 'email', profile: 'linkedin' };

function company(of: Json): Candidate | undefined {
  const values = companyValues(of);
  const name = text(of['name']) ?? text(of['display_name']);
  const id = text(of['id']) ?? name;
  if (id === undefined) return undefined;
  const domains = [of['website'], ...(Array.isArray(of['alternative_domains']) ? of['alternative_domains'] : [])].flatMap(
    (one) => text(one) ?? [],
  );
  const { billing_country: country, billing_state: state } = values;
  const linkedin = text(of['linkedin_url']);
  return {
    id,
    label: [text(of['display_name']) ?? name ?? id, domains[0], country].filter((part) => typeof part === 'string').join(', '),
    values,
    domains,
    ...(name !== undefined && { name }),
    ...(typeof country === 'string' && { country }),
    ...(typeof state === 'string' && { state }),
    ...(linkedin !== undefined && { linkedin }),
  };
}

function person(of: Json): Candidate | undefined {
  const id = text(of['id']);
  if (id === undefined) return undefined;
  const personal = Array.isArray(of['personal_emails']) ? of['personal_emails'] : [];
  const listed = rows(of['emails']).map((email) => email['address']);
  const emails = [of['work_email'], ...personal, ...listed].flatMap((one) => text(one) ?? []);
  const linkedin = text(of['linkedin_url']);
  return { id, label: text(of['full_name']) ?? id, values: personValues(of), emails, ...(linkedin !== undefined && { linkedin }) };
}

/** Its reason, as far as it is one for people: it comes from outside. */
function reasonOf(json: string): string {
  const message = z.looseObject({ error: z.looseObject({ message: z.string() }) }).safeParse(parsed(json)).data?.error.message;
  return message === undefined ? '' : `: ${message.replaceAll(/[^\p{L}\p{N}\p{P}\p{Zs}]/gu, ' ').slice(0, 200)}`;
}

/**
 * Milliseconds to the end of the window. The header holds a time in UTC, or one for each of several windows as JSON; what is not
 * understood asks for nothing.
 */
function windowEnd(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const json = parsed(header);
  const times = typeof json === 'object' && json !== null ? Object.values(json) : [json ?? header];
  const ends = times.flatMap((time) => {
    const end =
      typeof time === 'number'
        ? time * 1_000
        : Date.parse(/Z$|GMT$|[+-]\d\d:?\d\d$/.test(String(time)) ? String(time) : `${String(time)}Z`);
    return Number.isNaN(end) || end <= now || end > now + MOST_WAIT ? [] : [end - now];
  });
  return ends.length === 0 ? undefined : Math.max(...ends);
}

const MOST_WAIT = 86_400_000;

function parsed(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}
