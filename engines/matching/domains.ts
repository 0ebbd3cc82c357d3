// Which company a mail address, a URL or a host stands for. The key is the registrable domain (public suffix + one label, the ICANN and
// the private section of the Public Suffix List); mailboxes that anybody may have and sites on somebody else's host are no key.
import { getDomain } from 'tldts';
import { hostOf } from '../../resources/conditions/host.ts';
import type { DomainLists } from './domain-lists.ts';

/** Only `company` says who somebody works for. */
export type DomainStatus = 'company' | 'free' | 'disposable' | 'hosted' | 'public_suffix' | 'invalid';

export interface Domain {
  /** In ASCII and lower case; `null` where the text has none. */
  readonly host: string | null;
  /** `null` where there is none, as of `co.uk`. */
  readonly domain: string | null;
  readonly status: DomainStatus;
}

/** Public suffix + one label; nothing where the text has no host, or its host is a suffix itself. `www.gov.uk` is one. */
export function registrableDomain(text: string): string | undefined {
  const host = hostOf(text);
  return host === undefined ? undefined : registrable(host);
}

/** Anything is taken: what is no text, or has no host, is `invalid`. */
export function readDomain(value: unknown, lists: DomainLists): Domain {
  const host = typeof value === 'string' ? hostOf(value) : undefined;
  if (host === undefined) return INVALID;
  const domain = registrable(host) ?? null;
  return { host, domain, status: statusOf(host, domain, lists) };
}

/** The registrable domain where it says which company it is: a key for matching. */
export function companyDomain(value: unknown, lists: DomainLists): string | undefined {
  const { domain, status } = readDomain(value, lists);
  return status === 'company' && domain !== null ? domain : undefined;
}

const INVALID: Domain = { host: null, domain: null, status: 'invalid' };

function statusOf(host: string, domain: string | null, { free, disposable, hosted }: DomainLists): DomainStatus {
  if (isListed(host, hosted)) return 'hosted';
  if (domain === null) return 'public_suffix';
  // The public list of free providers holds throw-away ones as well, so these are asked first. It also holds public suffixes (net.ua),
  // and who has a name below one of those is no free provider: nothing above the registrable domain is asked for.
  if (isListed(host, disposable, domain)) return 'disposable';
  return isListed(host, free, domain) ? 'free' : 'company';
}

/** The host, or what stands above it up to `top`. */
function isListed(host: string, items: ReadonlySet<string>, top?: string): boolean {
  for (let at = host; ; ) {
    if (items.has(at)) return true;
    const dot = at.indexOf('.');
    if (dot === -1 || at === top) return false;
    at = at.slice(dot + 1);
  }
}

function registrable(host: string): string | undefined {
  return getDomain(host, { allowPrivateDomains: true, extractHostname: false, validateHostname: false }) ?? undefined;
}
