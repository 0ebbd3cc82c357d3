// Whose account a record belongs to: by its own field, by what a person said, else by the matcher. An account that a person is still to look
// at is none, and they are asked where that could change what happens.
import { territoryOf } from '../../engines/territories/territories.ts';
import { placeOf } from '../../engines/territories/place.ts';
import type { RuleSet } from '../../engines/routing/rules.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import { RECORD, type RecordFacts } from '../facts.ts';
import type { ReviewQuestion } from '../decide.ts';
import type { StepInput } from '../loop.ts';
import type { AccountMatch, MatchedAccount, MatchRequest } from '../requests.ts';
import { valuesText } from '../memory.ts';
import { idFault } from '../subject.ts';
import type { RouteObject } from './loop.ts';

export const ACCOUNT = 'account';
export const NONE = 'none';
/** What the matcher compares. */
const MATCHED_BY = ['email', 'website', 'company', 'phone', 'billing_country', 'billing_state', 'billing_postal'];

export interface Accounts {
  /** The org's field with the id of the account, of objects that have one: nothing is matched where it is filled. */
  readonly link?: string;
  /** The product's name of it, where it is mapped. */
  readonly linkName?: string;
  /** Without its field such a record has no account: an account itself is not its own. */
  readonly byLinkAlone: boolean;
  /** What is read of the account. */
  readonly reads: readonly string[];
}

export interface AccountFound {
  /** What conditions see as `matched_account`. */
  readonly seen: Readonly<Record<string, unknown>> | null;
  readonly account: MatchedAccount | null;
  /** The record names its account itself. */
  readonly isOwn: boolean;
  /** A person said which one it is. */
  readonly isSaid: boolean;
  readonly question: string;
  readonly source: { readonly source: string; readonly at: string };
  readonly match?: AccountMatch;
  /** Why it is not known. */
  readonly missing?: string;
  /** Why what a person said is of no use. */
  readonly unusable?: string;
}

/** What a person said where this very question was asked; nothing where nobody did. */
export type SaidTo = (topic: string, question: string) => unknown;

/** Whether a rule or its action asks for the account. */
export function readsAccount({ rules }: Pick<RuleSet, 'rules'>): boolean {
  return rules.some(isAboutAccount);
}

export function isAboutAccount({ condition, action, enabled }: RuleSet['rules'][number]): boolean {
  if (!enabled) return false;
  return action.kind === 'assign_to_account_owner' || condition?.paths.some(({ names }) => names[0] === 'matched_account') === true;
}

/** The account of a record, or the question for it. */
export function accountOf(
  here: RouteObject,
  accounts: Accounts,
  input: StepInput<unknown>,
  record: RecordFacts,
  said: SaidTo,
): AccountFound | MatchRequest {
  const { read, facts } = record;
  const own = linkOf(accounts, input, read);
  const known = Object.fromEntries(MATCHED_BY.flatMap((name) => (isMissing(facts[name]) ? [] : [[name, facts[name]]])));
  const question = own ?? valuesText(known);
  const answer = said(ACCOUNT, question);
  const base = { question, isOwn: false, isSaid: false, seen: null, account: null, source: record.source };
  if (answer === NONE) return { ...base, isSaid: true };
  const named = typeof answer === 'string' ? namedBy(answer, accounts) : undefined;
  if (named !== undefined) {
    const fact = input.facts.get(named.id);
    if (fact === undefined) return named;
    const match = fact.value as AccountMatch | null;
    // What a person wrote in place of an id is searched for, and a near name is what they meant.
    if (match !== null && match.account !== null)
      return { ...base, ...foundIn(here, match, match.account), isSaid: true, source: { source: fact.source, at: fact.at } };
  }
  const unusable = named === undefined ? {} : { unusable: `nobody finds the account "${String(answer)}" that a person named` };
  const request = requestFor(accounts, known, own);
  if (request === undefined) return { ...base, ...unusable };
  const fact = input.facts.get(request.id);
  if (fact === undefined) return request;
  const found = { ...base, ...unusable, isOwn: own !== undefined, source: { source: fact.source, at: fact.at } };
  const match = fact.value as AccountMatch | null;
  if (match === null) return { ...found, missing: fact.missing ?? 'nobody was asked' };
  return match.band === 'match' && match.account !== null ? { ...found, ...foundIn(here, match, match.account) } : { ...found, match };
}

function foundIn(here: RouteObject, match: AccountMatch, account: MatchedAccount): Pick<AccountFound, 'seen' | 'account' | 'match'> {
  return { seen: seenOf(here, account, match), account, match };
}

/** In the org's field, by whichever name it came. */
function linkOf({ link, linkName }: Accounts, { event, facts }: StepInput<unknown>, read: RecordFacts['read']): string | undefined {
  if (link === undefined) return undefined;
  const stored = facts.get(RECORD)?.value as Readonly<Record<string, unknown>> | null | undefined;
  const values = [linkName === undefined ? undefined : read[linkName], stored?.[link], event.record?.[link], event.record?.['account_id']];
  return values.find((value): value is string => typeof value === 'string' && idFault(value) === undefined);
}

/** By its id, its domain or its name. */
function namedBy(answer: string, { reads: read }: Accounts): MatchRequest {
  const request = { id: `account ${answer}`, kind: 'match' as const, object: 'Account' as const, read };
  if (idFault(answer) === undefined) return { ...request, known: {}, account: answer };
  return { ...request, known: answer.includes('.') ? { website: answer } : { company: answer } };
}

function requestFor(
  { byLinkAlone, reads: read }: Accounts,
  known: Readonly<Record<string, unknown>>,
  own: string | undefined,
): MatchRequest | undefined {
  const request = { id: ACCOUNT, kind: 'match' as const, object: 'Account' as const, read };
  if (own !== undefined) return { ...request, known: {}, account: own };
  return byLinkAlone || Object.keys(known).length === 0 ? undefined : { ...request, known };
}

function seenOf(here: RouteObject, account: MatchedAccount, { owner_conflict, confidence }: AccountMatch): AccountFound['seen'] {
  const { id, name, is_customer, open_opportunity, owner } = account;
  return {
    id,
    name,
    is_customer,
    open_opportunity,
    owner: owner?.username ?? null,
    owner_active: owner?.active === true,
    owner_conflict,
    territory: territoryOfAccount(here, account) ?? null,
    confidence,
  };
}

/** Where the org has it, else where the match rows put it. */
export function territoryOfAccount({ territories }: RouteObject, { territory, facts }: MatchedAccount): string | undefined {
  if (territory !== null) return territory;
  const answer = territoryOf(territories, placeOf(facts));
  return answer.status === 'matched' ? answer.path : undefined;
}

export function accountTrace(found: AccountFound): readonly TraceEntry[] {
  const { unusable } = found;
  return [...(unusable === undefined ? [] : [{ rule: 'MatchPolicy', result: 'asked again', because: unusable }]), ...matchTrace(found)];
}

function matchTrace({ match, missing, isSaid, isOwn, account }: AccountFound): readonly TraceEntry[] {
  if (missing !== undefined) return [{ rule: 'MatchPolicy', result: 'missing', because: missing }];
  if (isSaid)
    return [
      {
        rule: 'MatchPolicy',
        result: 'said',
        because: account === null ? 'a person said that it is of no account' : `a person said that it is of ${account.name}`,
      },
    ];
  if (match === undefined) return [];
  const cut = match.cut ? '; more accounts share something with it than were looked at' : '';
  return [{ rule: 'MatchPolicy', result: isOwn ? 'own account' : match.band, because: `${match.why}${cut}` }];
}

/** Whose question it is that people are asked: only where a rule that was looked at would have it otherwise. */
export function accountReview(
  { match, isSaid }: AccountFound,
  rules: RuleSet['rules'],
  place: number,
  conflict: boolean,
): ReviewQuestion | undefined {
  if (match === undefined || isSaid) return undefined;
  const { candidates, account, confidence, why } = match;
  const proposal = account === null || confidence === null ? undefined : { option: account.id, confidence, reasoning: `It ${why}.` };
  if (conflict) {
    const options = candidates.filter(({ tied }) => tied);
    return {
      topic: ACCOUNT,
      question: 'The account and one above or below it have different owners. Whose is the record?',
      options: options.map(({ id, name, owner }) => ({ id, label: `${name}${owner === null ? '' : ` of ${owner}`}`, value: id })),
      ...(proposal !== undefined && { proposal }),
    };
  }
  const looked = place === -1 ? rules : rules.slice(0, place + 1);
  if (match.band !== 'review' || !looked.some(isAboutAccount)) return undefined;
  return {
    topic: ACCOUNT,
    question: 'Which account is this record of?',
    options: [
      ...candidates.map(({ id, name, why: by, owner }) => ({
        id,
        label: `${name} (${by}${owner === null ? '' : `; owner ${owner}`})`,
        value: id,
      })),
      { id: NONE, label: 'None of these', value: NONE },
    ],
    ...(proposal !== undefined && { proposal }),
  };
}
