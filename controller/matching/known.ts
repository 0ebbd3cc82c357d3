// Answers to `match`: which account a record belongs to, by the one matcher. What is asked at about the same time is searched for together,
// so that 200 leads cost a few calls.
import { companyDomain } from '../../engines/matching/domains.ts';
import { explainMatch, matchText } from '../../engines/matching/explain.ts';
import { type AccountIndex, indexAccounts } from '../../engines/matching/account-index.ts';
import { leadRecord } from '../../engines/matching/facts.ts';
import { matchKeys } from '../../engines/matching/match-keys.ts';
import { matchLead } from '../../engines/matching/match.ts';
import type { AccountRecord, LeadRecord, Match } from '../../engines/matching/records.ts';
import { type FieldNames, fieldNames } from '../../loops/facts.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { AccountMatch, MatchedAccount, MatchRequest } from '../../loops/requests.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { CandidateKeys, FoundAccount } from '../../ports/candidates.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Checked } from '../../resources/core.ts';
import { developerName } from '../../resources/naming.ts';
import { together } from '../lookups/together.ts';
import { factsOf } from '../past/facts.ts';
import { problemOf } from '../problems.ts';
import { accountOfOrg, keyFields } from './accounts.ts';
import { readByMatcher } from './match.ts';

type Resources = Readonly<Record<string, unknown>>;

/** `resources`: what was reconciled, as the run that asks reads it. */
export type AnswerMatch = (request: MatchRequest, resources: Resources) => Promise<FactValue> | FactValue;

/** So many are told; a person looks at no more. */
const MOST_CANDIDATES = 10;
const NO_KEYS: CandidateKeys = { domains: [], name_prefixes: [], postal: null, phone_tail: null };

export function accountAnswers(connect: () => Promise<Checked<CrmRecords>>, now: () => Date): AnswerMatch {
  const asking = new WeakMap<Resources, (request: MatchRequest) => Promise<FactValue>>();
  return (request, resources) => {
    const fact = (value: AccountMatch): FactValue => ({ value, source: 'org', at: now().toISOString() });
    const names = fieldNames({ id: '', resources }, 'Account');
    if (names === undefined) return fact(nobody('no FieldMap is of Account, so that nothing is known of accounts'));
    if (request.account === undefined && isKeyless(keysOf(request, names)))
      return fact(nobody('the record says nothing that an account could be found by'));
    let ask = asking.get(resources);
    if (ask === undefined) {
      ask = together((requests) => lookUp(connect, now, { names, paths: pathsOf(resources) }, requests));
      asking.set(resources, ask);
    }
    return ask(request);
  };
}

interface Ground {
  readonly names: FieldNames;
  /** Of territories, by DeveloperName. */
  readonly paths: ReadonlyMap<string, string>;
}

function pathsOf(resources: Resources): ReadonlyMap<string, string> {
  const prefix = 'Territory/';
  const paths = Object.keys(resources).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  return new Map(paths.map((path) => [developerName(path), path]));
}

/** What the org does not answer is missing of every record that asked. */
async function lookUp(
  connect: () => Promise<Checked<CrmRecords>>,
  now: () => Date,
  ground: Ground,
  requests: readonly MatchRequest[],
): Promise<(request: MatchRequest) => FactValue> {
  const at = now();
  const missing = (message: string) => () => ({ value: null, missing: message, source: 'org', at: at.toISOString() });
  const org = await connect();
  if (!org.ok) return missing(org.problems[0]?.message ?? 'no org is set');
  try {
    const found = await matchesOf(org.value, ground, requests, at.getTime());
    return (request) => ({ value: found.get(request) ?? nobody('nothing was found'), source: 'org', at: at.toISOString() });
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return missing(`accounts can not be searched: ${problem.message}`);
  }
}

async function matchesOf(
  records: CrmRecords,
  { names, paths }: Ground,
  requests: readonly MatchRequest[],
  now: number,
): Promise<ReadonlyMap<MatchRequest, AccountMatch>> {
  const read = readByMatcher(names, [...new Set(requests.flatMap((request) => request.read))]);
  const { accounts, cut } = await records.candidatesOfMany(
    requests.map((request) => keysOf(request, names)),
    keyFields(read),
    read.fields,
  );
  const known: Known = {
    names: read,
    now,
    byId: new Map(accounts.map((account) => [account.id, account])),
    records: new Map(accounts.map((account) => [account.id, accountOfOrg(read, account, now)])),
    index: indexAccounts(
      accounts.map((account) => accountOfOrg(read, account, now)),
      names.policy,
    ),
  };
  const made = new Map(requests.map((request, record) => [request, matched(known, request, cut[record] === true)]));
  const certain = [...made.values()].flatMap(({ band, account }) => (band === 'match' && account !== null ? [account.id] : []));
  const territories = await territoriesOf(records, paths, certain);
  return new Map(
    [...made].map(([request, match]) => {
      const territory = match.account === null ? undefined : territories.get(match.account.id);
      return [request, match.account === null || territory === undefined ? match : { ...match, account: { ...match.account, territory } }];
    }),
  );
}

interface Known {
  readonly names: FieldNames;
  readonly now: number;
  readonly byId: ReadonlyMap<string, FoundAccount>;
  readonly records: ReadonlyMap<string, AccountRecord>;
  readonly index: AccountIndex;
}

function matched(known: Known, request: MatchRequest, cut: boolean): AccountMatch {
  if (request.account !== undefined) {
    const id = [...known.byId.keys()].find((one) => sameId(one, request.account ?? ''));
    const account = id === undefined ? undefined : toldAccount(known, id, request);
    if (account === undefined) return nobody(`there is no account ${request.account} in the org, or it is not to be seen`);
    return { ...nobody(`it is of ${account.name}`), band: 'match', account, confidence: 1 };
  }
  const lead = leadRecord(request.known);
  const match = matchLead(lead, known.index, known.names.policy);
  const shared = (account: string) => sharedDomain(known, lead, account);
  const candidates = match.candidates.slice(0, MOST_CANDIDATES).map((candidate) => ({
    id: candidate.account,
    name: nameOf(known, candidate.account),
    confidence: candidate.score,
    why: matchText(candidate, nameOf(known, candidate.account), shared(candidate.account)),
    owner: known.byId.get(candidate.account)?.owner ?? null,
    tied: match.tied.includes(candidate.account),
  }));
  const best = match.candidates.find(({ account }) => account === match.account);
  return {
    band: match.decision,
    account: match.account === null ? null : (toldAccount(known, match.account, request) ?? null),
    confidence: match.score,
    why:
      best === undefined
        ? whyNot(match)
        : [matchText(best, nameOf(known, best.account), shared(best.account)), ...tieText(known, match)].join('; '),
    owner_conflict: match.owner_conflict,
    candidates,
    cut,
  };
}

function whyNot(match: Match): string {
  return (explainMatch(match)[0] ?? '').replace(/^N/, 'n').replace(/\.$/, '');
}

/** What told accounts apart that are as good, and that one of its family has another owner. */
function tieText(known: Known, match: Match): readonly string[] {
  return explainMatch(match, (id) => nameOf(known, id))
    .slice(1)
    .map((sentence) => sentence.replace(/\.$/, ''));
}

function nameOf({ records }: Known, id: string): string {
  return records.get(id)?.name ?? id;
}

/** Which domain two records have in common. */
function sharedDomain({ records, names }: Known, lead: LeadRecord, account: string): string | undefined {
  const { website, email_domains } = records.get(account) ?? {};
  const domains = (hosts: readonly unknown[]) => hosts.flatMap((host) => companyDomain(host, names.policy.domains) ?? []);
  const own = domains([lead.email, lead.website]);
  return domains([website, ...(email_domains ?? [])]).find((domain) => own.includes(domain));
}

function toldAccount({ byId, records, names, now }: Known, id: string, { read }: MatchRequest): MatchedAccount | undefined {
  const found = byId.get(id);
  const record = records.get(id);
  if (found === undefined || record === undefined) return undefined;
  const facts = factsOf(names, found.fields, now);
  return {
    id,
    name: record.name ?? id,
    is_customer: record.is_customer === true,
    open_opportunity: found.openOpportunity,
    owner: found.owner === null ? null : { id: found.ownerId, username: found.owner, active: found.ownerActive },
    territory: null,
    facts: Object.fromEntries(read.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]]))),
  };
}

/** In the active model; an account in several is in none for sure. */
async function territoriesOf(
  records: Pick<CrmRecords, 'childrenOf'>,
  paths: ReadonlyMap<string, string>,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, Set<string>>();
  for (const row of await associations(records, [...new Set(accounts)])) {
    const path = row['Territory2.Territory2Model.State'] === 'Active' ? paths.get(String(row['Territory2.DeveloperName'])) : undefined;
    if (path === undefined) continue;
    const id = String(row['ObjectId']);
    found.set(id, (found.get(id) ?? new Set<string>()).add(path));
  }
  return new Map(
    [...found].flatMap(([id, some]): [string, string][] => [...some].flatMap((path) => (some.size === 1 ? [[id, path]] : []))),
  );
}

async function associations(records: Pick<CrmRecords, 'childrenOf'>, accounts: readonly string[]) {
  try {
    const fields = ['Territory2.DeveloperName', 'Territory2.Territory2Model.State'];
    return await records.childrenOf('ObjectTerritory2Association', 'ObjectId', accounts, fields);
  } catch (error) {
    // Sales territories are off, or not to be seen.
    if (error instanceof CallFailed && error.code === 'INVALID_TYPE') return [];
    throw error;
  }
}

function keysOf({ known, account }: MatchRequest, { policy }: FieldNames): CandidateKeys {
  return account === undefined ? matchKeys(leadRecord(known), policy) : { ...NO_KEYS, ids: [account] };
}

function isKeyless({ domains, name_prefixes, postal, phone_tail }: CandidateKeys): boolean {
  return domains.length === 0 && name_prefixes.length === 0 && postal === null && phone_tail === null;
}

function nobody(why: string): AccountMatch {
  return { band: 'none', account: null, confidence: null, why, owner_conflict: false, candidates: [], cut: false };
}

/** 15 characters are the same id as their 18. */
function sameId(a: string, b: string): boolean {
  return a.slice(0, 15) === b.slice(0, 15);
}
