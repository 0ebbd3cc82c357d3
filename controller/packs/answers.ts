// What the world answers in a case of a test pack: what the case says, and nothing else. Nobody had a turn, nobody else is asked.
import type { FactValue } from '../../loops/loop.ts';
import type { AccountMatch, People, Request } from '../../loops/requests.ts';
import type { RoutingTestCase } from '../../resources/routing-test-pack/schema.ts';
import { otherLoop } from '../loops/answers.ts';
import type { Answer } from '../loops/run.ts';
import type { CompiledVersion } from '../simulate/version.ts';

export interface CaseWorld {
  readonly version: CompiledVersion;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export function answersOfCase(given: RoutingTestCase, { version, now }: CaseWorld): Answer {
  const at = new Date(now).toISOString();
  const known = (value: unknown): FactValue => ({ value, source: 'case', at });
  const nobody = (missing: string): FactValue => ({ ...known(null), missing });
  const people: People = { absent: given.away, standing: {} };
  const counts = new Map(Object.entries(given.open).map(([seat, count]) => [version.users.get(seat) ?? seat.toLowerCase(), count]));
  const answer: Answer = (request: Request) => {
    switch (request.kind) {
      case 'people':
        return known(people);
      case 'ids':
        return known({});
      case 'state':
        return known(Object.fromEntries(request.keys.map((key) => [key, { version: 0, value: null }])));
      case 'load':
        return known(Object.fromEntries(request.owners.map((owner) => [owner, { count: counts.get(owner.toLowerCase()) ?? 0, at: now }])));
      case 'loop':
        return qualified(given, known) ?? otherLoop(version, { name: request.loop, event: request.event, now }, answer);
      case 'agent':
        return given.agent === undefined ? nobody('the case has no answer of an agent') : known(chosen(given.agent));
      case 'match':
        return known(matchOf(given));
      case 'crm':
      case 'children':
        return nobody('a case has no org');
      default:
        return nobody('the case says nothing of it');
    }
  };
  return answer;
}

/** What Qualify says where the case says it. */
function qualified({ score, grade }: RoutingTestCase, known: (value: unknown) => FactValue): FactValue | undefined {
  return score === undefined && grade === undefined ? undefined : known({ score: score ?? null, grade: grade ?? null, excluded: null });
}

function chosen({ territory, confidence }: NonNullable<RoutingTestCase['agent']>) {
  return { choice: territory, confidence, reasoning: 'The case says so.', evidence: [], dropped: [] };
}

/** The account that the case names, with a confidence that leaves nothing open. */
function matchOf({ account }: RoutingTestCase): AccountMatch {
  if (account === undefined) {
    return {
      band: 'none',
      account: null,
      confidence: null,
      why: 'the case has no account',
      owner_conflict: false,
      candidates: [],
      cut: false,
    };
  }
  const { name = 'the account', is_customer, open_opportunity, owner, owner_active, owner_conflict, territory, record } = account;
  return {
    band: 'match',
    account: {
      id: '001000000000000AAA',
      name,
      is_customer,
      open_opportunity,
      owner: owner === undefined ? null : { id: null, username: owner, active: owner_active },
      territory: territory ?? null,
      facts: record,
    },
    confidence: 1,
    why: `the case says ${name}`,
    owner_conflict,
    candidates: [],
    cut: false,
  };
}
