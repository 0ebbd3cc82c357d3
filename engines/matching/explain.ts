// A match in plain sentences, for the people who live with it. Made when asked for.
import type { Candidate, Cap, Match, TieBreak } from './records.ts';

/** `nameOf`: what an account is called; without it, its id. */
export function explainMatch(match: Match, nameOf: (id: string) => string = (id) => id): readonly string[] {
  const chosen = match.candidates.find(({ account }) => account === match.account);
  if (chosen === undefined) return ['No account shares a domain, a name, or a near name with a postal code or phone number.'];
  const name = nameOf(chosen.account);
  return [
    `${name} ${match.decision === 'match' ? 'matches' : 'may match, to be reviewed'}: ${percent(chosen.score)} (${evidenceText(chosen)}).`,
    ...(chosen.cap === null ? [] : [CAPS[chosen.cap]]),
    ...(match.tie_break === null ? [] : [`Of ${match.tied.map(nameOf).join(', ')} it was chosen because ${TIES[match.tie_break]}.`]),
    ...(match.owner_conflict ? ['An account above or below it, with another owner, is as good.'] : []),
  ];
}

/** `matched Acme Corp by domain acme.com and name, 0.97`. `domain`: the one that agrees, where one does. */
export function matchText({ score, evidence: { domain, name, geo, phone }, decision }: Candidate, called: string, shared?: string): string {
  const by = [
    domain === 1 ? `domain${shared === undefined ? '' : ` ${shared}`}` : undefined,
    name === 1 ? 'name' : name !== undefined && domain !== 1 ? `a near name (${percent(name)} alike)` : undefined,
    geo === 1 ? 'postal code' : undefined,
    phone === 1 ? 'phone' : undefined,
  ].filter((part) => part !== undefined);
  const last = by.pop() ?? 'little';
  return `${decision === 'match' ? 'matched' : 'may be'} ${called} by ${by.length === 0 ? last : `${by.join(', ')} and ${last}`}, ${score}`;
}

function evidenceText({ evidence: { domain, name, geo, phone } }: Candidate): string {
  const parts = [
    domain === undefined ? undefined : domain === 1 ? 'same domain' : 'another domain',
    name === undefined ? undefined : name === 1 ? 'same name' : `name ${percent(name)} alike`,
    geo === undefined ? undefined : geo === 1 ? 'same postal code' : 'same state',
    phone === undefined ? undefined : 'same phone',
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

function percent(score: number): string {
  return `${Math.round(score * 100)} %`;
}

const CAPS: Readonly<Record<Cap, string>> = {
  other_domain: 'The names are equal and the domains differ, so a person decides.',
  name_only: 'A name alone is not enough for a match.',
  close_name: 'A near name is not enough for a match, even with the same postal code or phone.',
  weak: 'What there is is too little.',
};

const TIES: Readonly<Record<TieBreak, string>> = {
  customer: 'it is a customer',
  open_opportunity: 'it has an open opportunity',
  owner_active: 'its owner is active',
  hierarchy_level: 'it stands higher in its hierarchy',
  activity: 'more went on with it',
  oldest: 'it is the oldest',
  id: 'its id is the first: nothing else tells them apart',
};
