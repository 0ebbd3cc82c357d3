// One decision of Route: the account, the place and whoever has to be asked first, then the engine, then what it says of itself.
import { awayOn } from '../../engines/cascade/roster.ts';
import { presenceAt } from '../../engines/pools/availability.ts';
import type { Route } from '../../engines/routing/decide.ts';
import { nameOf, type RecordFacts, sourceOf } from '../facts.ts';
import type { Decide, Refuse, ReviewQuestion } from '../decide.ts';
import type { ReviewAnswer } from '../event.ts';
import type { Ask, FactValue, StepInput } from '../loop.ts';
import type { People, Request } from '../requests.ts';
import type { Said } from '../memory.ts';
import { ACCOUNT, type AccountFound, accountOf, accountReview, isAboutAccount, type SaidTo } from './account.ts';
import { type Ground, groundOf } from './ground.ts';
import type { RouteObject, RouteWorld } from './loop.ts';
import { outcomeOf } from './outcome.ts';
import { peopled } from './people.ts';
import { type PendingReason, pendingReason } from './pending.ts';
import { TERRITORY, territoryReview } from './place.ts';
import { type Questions, questions } from './questions.ts';
import { reassigning, seatsBefore } from './reassign.ts';

export const PEOPLE = 'people';
export const SCORE = 'qualify';

export interface Made {
  readonly kind: 'made';
  readonly decide: Decide;
  /** What people said of it, to be remembered. */
  readonly said: Said;
  /** An agent has not answered yet. */
  readonly waits: boolean;
  readonly pending: PendingReason | undefined;
}

export interface Remembering {
  readonly said: SaidTo;
  /** The pool in which the record has waited. */
  readonly waited?: string | undefined;
}

export function decided(
  input: StepInput<RouteWorld>,
  declared: RouteObject,
  record: RecordFacts,
  { said, waited }: Remembering,
): Made | Ask | Refuse {
  const { facts, now, turn, event } = input;
  const people = facts.get(PEOPLE)?.value as People;
  const here = reassigning(peopled(declared, people), event.reassign);
  const before = seatsBefore(here, event.reassign);
  const account = accountIn(here, input, record, said);
  if ('kind' in account) return { kind: 'ask', requests: [account] };
  // A record of the org waits until accounts can be searched again: routed without, it might be a stranger's.
  if (account.missing !== undefined && event.live === true)
    return { kind: 'refuse', problems: [{ path: ACCOUNT, message: account.missing }] };
  const ground = groundOf(here, record, input, { id: event.id ?? turn, qualified: facts.get(SCORE)?.value, account, said });
  if ('kind' in ground) return { kind: 'ask', requests: [ground] };
  const { request, evidence } = ground;
  const { roster } = here.routing.coverage;
  const presence = presenceAt(here.hours, { roster, away: people.away ?? [], now });
  const absent = new Set(people.absent);
  const off = (seat: string): boolean | string => absent.has(seat) || (presence.off(seat) ?? false);
  const asked = withOwner(
    questions(here, input, { away: awayOn(roster, request.moment.day, off), presence, record: record.facts, not: before }),
    account,
  );
  const away = (seat: string) => (before.includes(seat) ? 'had it before' : off(seat));
  const today = { day: request.moment.day, away, pools: asked.pools };
  const made = outcomeOf(here, today, request, evidence, asked, { presence, waited, isRecord: event.id !== undefined });
  const { route, explanation, gives, writes, wake, rings } = made;
  const territory = territoryIn(gives, ground);
  const pending = here.pending === undefined ? undefined : pendingReason(ground.place, territory, ground.agent);
  const isHuman = account.isSaid || ground.human !== undefined;
  const name = nameOf(event, record);
  const inputs = inputsOf(explanation.inputs, record, account, route);
  const review = event.live === true ? reviewOf(here, route, { account, ground, pending }) : undefined;
  const later = ground.agent?.later;
  const decide: Decide = {
    kind: 'decide',
    label: route.rule_matched,
    outcome: {
      ...gives,
      ...(territory !== undefined && here.pending !== undefined && { territory }),
      ...accountGiven(account),
      ...(pending !== undefined && here.pending !== undefined && { territory_status: `${here.pending.prefix}${pending}` }),
      ...(event.answer !== undefined && { supersedes: event.answer.decision }),
    },
    method: isHuman ? 'human' : route.method === 'agent' ? 'agent' : 'deterministic',
    confidence: isHuman ? 1 : route.confidence,
    inputs,
    sources: sourcesOf(Object.keys(inputs), record, account),
    trace: [...explanation.trace, ...ground.steps],
    alternatives: explanation.alternatives,
    reasoning: reasoningOf(explanation.reasoning, { route, account, ground, event: input.event }),
    unread: record.unread.filter(({ path }) => path !== `record.${here.accounts?.link}` && path !== 'record.account_id'),
    ...(name !== undefined && { name }),
    writes,
    ...(wake !== undefined && { wake }),
    ...(rings.length > 0 && { rings }),
    ...(review !== undefined && { review }),
    ...(later !== undefined && { later: [later] }),
  };
  return { kind: 'made', decide, said: saidIn(account, ground, said), waits: later !== undefined, pending };
}

function accountIn(here: RouteObject, input: StepInput<unknown>, record: RecordFacts, said: SaidTo): AccountFound | Request {
  if (here.accounts === undefined) return { isOwn: false, isSaid: false, question: '', seen: null, account: null, source: record.source };
  return accountOf(here, here.accounts, input, record, said);
}

/** The account's owner may be somebody whom no seat names: the org has told their id. */
function withOwner(asked: Questions, { account }: AccountFound): Questions {
  const owner = account?.owner ?? undefined;
  if (owner === undefined || owner.id === null) return asked;
  const { id, username } = owner;
  return { ...asked, idOf: (address) => (address === `User/${username.toLowerCase()}` ? id : asked.idOf(address)) };
}

/** Where it went, or where it lies for sure. */
function territoryIn(gives: Readonly<Record<string, unknown>>, { place, human, request }: Ground): string | undefined {
  const went = gives['territory'];
  if (typeof went === 'string') return went;
  const said = (request.facts['territory'] as { readonly path?: string | null } | undefined)?.path;
  return place.path ?? (human === undefined ? undefined : (said ?? undefined));
}

interface Looked {
  readonly account: AccountFound;
  readonly ground: Ground;
  readonly pending?: PendingReason | undefined;
}

/** One question at a time: whose account it is comes first, as rules ask it first. */
function reviewOf({ routing, ...here }: RouteObject, route: Route, { account, ground, pending }: Looked): ReviewQuestion | undefined {
  const { rules, spec } = routing.rules;
  const isReview = route.target.kind === 'review';
  const about = accountReview(
    account,
    rules,
    route.rule === undefined ? -1 : rules.indexOf(route.rule),
    isReview && route.action !== 'agent',
  );
  if (about !== undefined) return about;
  const { agent, place, human } = ground;
  // The agent is asked all the same: a person is troubled when it has nothing to say.
  const isUnsure = isReview && (agent?.answer === undefined || agent.answer === null || agent.answer.confidence >= spec.confidence.review);
  if (human !== undefined || !(isUnsure || pending !== undefined)) return undefined;
  return territoryReview({ routing, ...here }, place, agent?.proposal);
}

function accountGiven({ seen, match }: AccountFound): Readonly<Record<string, unknown>> {
  if (seen === null) return {};
  const { id, name } = seen;
  return { matched_account: { id, name, confidence: match?.confidence ?? null } };
}

/** What was asked and answered: kept, so that the next change of the record does not ask again. */
function saidIn(account: AccountFound, { place, human }: Ground, said: SaidTo): Said {
  return {
    ...(account.isSaid && { [ACCOUNT]: { choice: said(ACCOUNT, account.question), of: account.question } }),
    ...(human !== undefined && { [TERRITORY]: { choice: human, of: place.question } }),
  };
}

function reasoningOf(
  sentences: string,
  { route, account, ground, event }: Looked & { readonly route: Route; readonly event: StepInput<unknown>['event'] },
): string {
  const isByAccount = route.rule !== undefined && isAboutAccount(route.rule) && account.match !== undefined;
  const why = account.isSaid || account.isOwn ? `is of ${account.account?.name ?? 'no account'}` : account.match?.why;
  const { answer } = event;
  return [
    ...(isByAccount ? [`It ${why}.`] : []),
    sentences,
    ...(ground.agent?.reasoning === undefined ? [] : [`The agent says: ${ground.agent.reasoning}`]),
    ...(answer === undefined ? [] : [answerText(answer, account.isSaid || ground.human !== undefined)]),
    ...(event.reassign === undefined ? [] : [event.reassign.because]),
  ].join(' ');
}

function answerText({ by, choice, reason }: ReviewAnswer, isUsed: boolean): string {
  return isUsed
    ? `${by} said so: ${reason}`
    : `${by} answered "${String(choice)}", which names nothing that there is, so it is asked again.`;
}

/** Inputs as they were read; matchers saw codes. */
function inputsOf(inputs: Readonly<Record<string, unknown>>, { read }: RecordFacts, account: AccountFound, { rule }: Route) {
  const shown = Object.entries(inputs).map(([name, value]) => [name, name in read ? read[name] : value] as const);
  const isAsked = account.seen !== null || (rule !== undefined && isAboutAccount(rule));
  return { ...Object.fromEntries(shown), ...(isAsked && { matched_account: account.account?.name ?? null }) };
}

/** What was read of the record or of a provider, of the org's accounts, and what loopctl found out itself. */
function sourcesOf(names: readonly string[], record: RecordFacts, account: AccountFound): Decide['sources'] {
  const { read, filled = {}, source } = record;
  const of = (name: string): Pick<FactValue, 'source' | 'at'> => {
    if (name in read || name in filled) return sourceOf(record, name);
    return name.startsWith('matched_account') ? account.source : { ...source, source: 'loopctl' };
  };
  return Object.fromEntries(names.map((name) => [name, of(name)]));
}
