// Where a record lies: by the match rows, else by its account where it has nothing of its own. Where rows can not tell, an agent or a person
// says which of the candidates it is.
import { millisecondsOf } from '../../resources/duration.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import type { MatchRow } from '../../resources/territory-match/schema.ts';
import type { AgentAnswer } from '../../engines/routing/decide.ts';
import type { Action } from '../../engines/routing/rules.ts';
import { explainTerritory } from '../../engines/territories/explain.ts';
import { placeOf } from '../../engines/territories/place.ts';
import type { TerritoryAnswer } from '../../engines/territories/resolve.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { RecordFacts } from '../facts.ts';
import type { ReviewQuestion } from '../decide.ts';
import type { StepInput } from '../loop.ts';
import type { Lookup } from '../requests.ts';
import { type AccountFound, NONE, type SaidTo, territoryOfAccount } from './account.ts';
import type { RouteObject } from './loop.ts';

export const TERRITORY = 'territory';

export interface Placed {
  readonly answer: TerritoryAnswer;
  /** The path, where it is certain. */
  readonly path: string | undefined;
  readonly candidates: readonly string[];
  /** It is its account's. */
  readonly byAccount: boolean;
  /** What a person is asked of it, as text. */
  readonly question: string;
  readonly trace: readonly TraceEntry[];
}

export function placed(here: RouteObject, record: RecordFacts, { account, isOwn }: Pick<AccountFound, 'account' | 'isOwn'>): Placed {
  const { answer, trace } = explainTerritory(here.territories, placeOf(record.facts));
  const rows = trace.map((entry) => ({ ...entry, rule: `TerritoryMatch ${entry.rule}` }));
  const candidates = answer.status === 'ambiguous' ? answer.candidates : [];
  const of = { answer, candidates, question: candidates.join(' '), byAccount: false, trace: rows };
  if (answer.status !== 'none') return { ...of, path: answer.status === 'matched' ? answer.path : undefined };
  const path = account === null || !isOwn ? undefined : territoryOfAccount(here, account);
  if (path === undefined) return { ...of, path };
  const because = `the record says nothing of a place, and its account ${account?.name} lies there`;
  return { ...of, path, byAccount: true, trace: [...rows, { rule: 'account', result: path, because }] };
}

/** What a person said of this very question: a path, `none`, or nothing that can be used. */
export function saidOf({ routing }: RouteObject, { question }: Placed, said: SaidTo): string | undefined {
  const choice = said(TERRITORY, question);
  if (typeof choice !== 'string') return undefined;
  return choice === NONE || routing.coverage.knows(choice) ? choice : undefined;
}

/** The answer to an `agent` request of the shape `choice`. */
interface Chosen {
  readonly answer: { readonly choice: string | null; readonly reasoning: string };
  readonly confidence: number;
}

export interface AgentSaid {
  readonly answer: AgentAnswer | null;
  readonly proposal?: ReviewQuestion['proposal'];
  readonly trace: readonly TraceEntry[];
  /** What it gave as its reasons. */
  readonly reasoning?: string;
  /** It had no time to answer: it is asked all the same. */
  readonly later?: Lookup;
}

/** A person's word, or the agent's, or the question for it. */
export function agentSaid(
  here: RouteObject,
  { agent }: Extract<Action, { readonly kind: 'agent' }>,
  { candidates }: Placed,
  {
    record,
    facts,
    human,
  }: { readonly record: RecordFacts; readonly facts: StepInput<unknown>['facts']; readonly human: string | undefined },
): AgentSaid | Lookup {
  if (human !== undefined) {
    const because = human === NONE ? 'a person said that it is none of the candidates' : `a person chose ${human}`;
    return {
      answer: { territory: human, confidence: 1, by: 'human' },
      trace: [{ rule: `agent/${agent.prompt}`, result: 'said', because }],
    };
  }
  const nothing = (because: string, more: Partial<AgentSaid> = {}): AgentSaid => ({
    answer: null,
    trace: [{ rule: `agent/${agent.prompt}`, result: 'no answer', because }],
    ...more,
  });
  if (candidates.length === 0) return nothing('there are no candidates to choose from');
  const request = lookup(here, agent, candidates, record);
  const fact = facts.get(request.id);
  if (fact === undefined) return request;
  const chosen = fact.value as Chosen | null;
  if (chosen === null) return nothing(fact.missing ?? 'it said nothing', fact.open === true ? { later: request } : {});
  const { choice, reasoning } = chosen.answer;
  const { confidence } = chosen;
  if (choice === null)
    return nothing(`it finds none of the candidates right: ${reasoning}`, { reasoning, proposal: { confidence, reasoning } });
  // The desk refuses what is no option; a kept answer to other candidates is none either.
  if (!candidates.includes(choice)) return nothing('it named something else than the candidates');
  return {
    answer: { territory: choice, confidence },
    proposal: { option: choice, confidence, reasoning },
    reasoning,
    trace: [{ rule: `agent/${agent.prompt}`, result: choice, because: `${reasoning} (${confidence})` }],
  };
}

export function isLookup(said: AgentSaid | Lookup): said is Lookup {
  return 'kind' in said;
}

const DEFAULT_WAIT = '1m';
/** What a record says of itself is data of strangers: enough of it to tell where it belongs, and no book. */
const MOST_TEXT = 500;
const MOST_ROWS = 20;

function lookup(
  { rows, labels, routing }: RouteObject,
  agent: Extract<Action, { readonly kind: 'agent' }>['agent'],
  candidates: readonly string[],
  { read }: RecordFacts,
): Lookup {
  const record = Object.fromEntries(Object.entries(read).flatMap(([name, value]) => (isMissing(value) ? [] : [[name, short(value)]])));
  const options = candidates.map((path) => ({
    id: path,
    label: labels.get(path) ?? path,
    under: routing.coverage.parentOf(path) ?? null,
    rows: rows
      .filter(({ territory }) => territory === path)
      .slice(0, MOST_ROWS)
      .map(placeIn),
  }));
  return {
    id: TERRITORY,
    kind: 'agent',
    prompt: agent.prompt,
    shape: 'choice',
    input: { question: 'Which of these territories does the record belong to?', record, options },
    wait: millisecondsOf(agent.wait ?? DEFAULT_WAIT),
  };
}

/** Who is named in a row is nobody else's business. */
function placeIn(row: MatchRow): object {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) => !['territory', 'accounts'].includes(name) && value !== undefined),
  );
}

function short(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 20).map(short);
  return typeof value === 'string' && value.length > MOST_TEXT ? `${value.slice(0, MOST_TEXT)}…` : value;
}

export function territoryReview({ labels }: RouteObject, { candidates }: Placed, proposal: ReviewQuestion['proposal']): ReviewQuestion {
  const options = candidates.map((path) => ({
    id: path,
    label: labels.get(path) === undefined ? path : `${labels.get(path)} (${path})`,
    value: path,
  }));
  return {
    topic: TERRITORY,
    question:
      candidates.length === 0
        ? 'No territory takes this record. Which is it of? Answer with its path.'
        : 'Which territory does this record belong to?',
    options: [...options, { id: NONE, label: candidates.length === 0 ? 'None: leave it as it is' : 'None of these', value: NONE }],
    ...(proposal !== undefined && { proposal }),
  };
}
