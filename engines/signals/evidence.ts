// What counts as evidence: a page that is there, words that stand on it, the company that it is about, and a day. Who tells of a page may
// have made it up, and a page may say anything, so all of it is looked at again.
import { hostOf } from '../../resources/conditions/host.ts';
import { instantOf } from '../../resources/conditions/dates.ts';
import { registrableDomain } from '../matching/domains.ts';
import { lengthOf } from './quote.ts';
import type { ToldEvidence } from './told.ts';

export interface EvidencePolicy {
  readonly min_sources: number;
  /** Milliseconds. */
  readonly max_age: number;
  readonly min_quote: number;
  readonly names_account: boolean;
}

/** What was found at an address. */
export type PageFinding =
  | {
      readonly kind: 'read';
      /** Where it ended, after redirects. */
      readonly url: string;
      /** Which of the texts that were asked for stand on it, in their order. */
      readonly stands: readonly boolean[];
      /** ISO: what the page itself says of its publication. */
      readonly published?: string | undefined;
      /** ISO: when it was read. */
      readonly at: string;
    }
  | { readonly kind: 'unread'; readonly why: string };

export interface Company {
  /** What pages call it: its name, and its name without the legal form. */
  readonly names: readonly string[];
  /** Registrable. */
  readonly domain?: string | undefined;
}

export interface CheckedEvidence {
  readonly url: string;
  readonly quote: string;
  /** ISO. */
  readonly published_at: string;
  /** Who says so: the page itself, or whoever told of it. */
  readonly dated_by: 'page' | 'teller';
  /** ISO. */
  readonly retrieved_at: string;
}

/** What stands on the page, as it was asked for. */
export interface Asked {
  readonly quote: boolean;
  readonly company: boolean;
}

export type EvidenceVerdict =
  | { readonly counts: true; readonly evidence: CheckedEvidence; readonly at: number; readonly source: string }
  | { readonly counts: false; readonly why: string };

/** Clocks and calendars differ by no more than this. */
const AHEAD_MS = 86_400_000;
const DAY_MS = 86_400_000;

export function judgeEvidence(
  told: ToldEvidence,
  page: PageFinding | undefined,
  stands: Asked,
  company: Company,
  policy: EvidencePolicy,
  now: number,
): EvidenceVerdict {
  const no = (why: string): EvidenceVerdict => ({ counts: false, why });
  if (addressOf(told.url) === undefined) return no('it has no address of a page');
  if (lengthOf(told.quote) < policy.min_quote) return no(`its quote is shorter than ${policy.min_quote} characters`);
  if (page === undefined) return no('its page was not looked at');
  if (page.kind === 'unread') return no(page.why);
  if (!stands.quote) return no('the quote does not stand on the page');
  const source = registrableDomain(page.url) ?? hostIn(page.url);
  if (policy.names_account && !stands.company && (company.domain === undefined || source !== company.domain))
    return no('the page does not name the company');
  const own = instantOf(page.published);
  const at = own ?? instantOf(told.published_at);
  if (at === undefined) return no('nobody says when it was published');
  if (at > now + AHEAD_MS) return no('it is dated ahead');
  if (now - at > policy.max_age) return no(`it was published more than ${Math.round(policy.max_age / DAY_MS)} days ago`);
  const evidence: CheckedEvidence = {
    url: told.url,
    quote: told.quote,
    published_at: new Date(at).toISOString(),
    dated_by: own === undefined ? 'teller' : 'page',
    retrieved_at: page.at,
  };
  return { counts: true, evidence, at, source };
}

/** The address of a page, without its fragment; nothing where it is none that can be asked for. */
export function addressOf(url: string): string | undefined {
  const read = URL.parse(url.trim());
  if (read === null || !/^https?:$/.test(read.protocol)) return undefined;
  read.hash = '';
  return read.href;
}

function hostIn(url: string): string {
  return hostOf(url) ?? URL.parse(url)?.host ?? url;
}
