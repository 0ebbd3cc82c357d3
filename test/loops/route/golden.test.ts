// The golden records through the whole loop: what a case says of the account, the score and the agent are answers to the loop's questions;
// segment and territory are given, so the engines of these find just them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compileSegments } from '../../../engines/segments/segments.ts';
import { compileTerritories } from '../../../engines/territories/territories.ts';
import type { AccountMatch, Request } from '../../../loops/requests.ts';
import { route, type RouteObject, type RouteWorld } from '../../../loops/route/loop.ts';
import { golden } from '../../golden.ts';
import { decision, snapshotOf } from './run.ts';

interface Account {
  readonly name: string;
  readonly is_customer: boolean;
  readonly open_opportunity?: boolean;
  readonly owner: string;
  readonly owner_active: boolean;
  readonly territory?: string | null;
}

interface Case {
  readonly id: string;
  readonly as_of?: string;
  readonly facts: Readonly<Record<string, unknown>> & {
    readonly score?: number;
    readonly grade?: string;
    readonly segment?: string | null;
    readonly excluded?: string;
    readonly matched_account?: Account | null;
    readonly territory?: { readonly path: string | null; readonly candidates: number; readonly options?: readonly string[] } | null;
  };
  readonly state?: {
    readonly open?: Readonly<Record<string, number>>;
    readonly unavailable?: readonly string[];
    readonly agent_answer?: { readonly territory: string; readonly confidence: number };
  };
  readonly expected: {
    readonly rule: string;
    readonly priority: number | null;
    readonly action: string;
    readonly target: Readonly<Record<string, unknown>>;
    readonly next_rule: string | null;
  };
}

const path = golden('cases/demand/routing.json');
const folder = golden('cases/demand/organisation');
const file =
  path === undefined
    ? undefined
    : (JSON.parse(readFileSync(path, 'utf8')) as { as_of: string; open_counts: Readonly<Record<string, number>>; cases: readonly Case[] });

describe.skipIf(file === undefined || folder === undefined)('golden routing through the loop', () => {
  const snapshot = folder === undefined ? { id: '', resources: {} } : snapshotOf(folder, '2026-04-16');
  const compiled = route.compile(snapshot).byObject.get('Lead');

  it.each(file?.cases ?? [])('$id', async (one) => {
    const { facts, state, expected } = one;
    const { score, grade, segment: _, excluded, matched_account: account, territory: __, ...record } = facts;
    const end = await decision({
      world: worldOf(compiled, one),
      event: { object: 'Lead', record: { ...record, company: COMPANY } },
      now: Date.parse(one.as_of ?? file?.as_of ?? ''),
      answers: {
        qualify: { score, grade, excluded: excluded === undefined ? null : { id: excluded } },
        account: account === undefined || account === null ? NOBODY : matchOf(account),
        people: { absent: state?.unavailable ?? [], standing: {} },
        load: (request: Request) => loads(request, compiled, { ...file?.open_counts, ...state?.open }),
        ...(state?.agent_answer !== undefined && {
          territory: {
            answer: { choice: state.agent_answer.territory, reasoning: 'because', evidence: [] },
            confidence: state.agent_answer.confidence,
          },
        }),
      },
    });
    const { rule_matched: rule, priority, action, next_rule } = end.outcome;
    expect({ rule, priority, action, next_rule, target: targetOf(end.outcome, end, expected.target) }).toEqual(expected);
  });
});

const COMPANY = 'Golden Case';

/** The same rules, seats and pools; the record falls into the segment and the territories of the case. */
function worldOf(here: RouteObject | undefined, { facts, state }: Case): RouteWorld {
  if (here === undefined) throw new Error('there are no rules');
  const { territory, segment } = facts;
  const answer = state?.agent_answer?.territory;
  const options = territory?.options ?? (typeof territory?.path === 'string' ? [territory.path] : []);
  // What an agent chooses in a case is one of the candidates: the loop takes nothing else.
  const rows = options.length > 1 && answer !== undefined ? [...new Set([...options, answer])] : options;
  const { parentOf } = here.routing.coverage;
  return {
    objects: ['Lead'],
    byObject: new Map([
      [
        'Lead',
        {
          ...here,
          territories: compileTerritories(
            rows.map((one) => ({ territory: one, accounts: COMPANY })),
            { parentOf },
          ),
          segments:
            typeof segment === 'string'
              ? compileSegments([{ name: segment, spec: { priority: 1, when: 'company exists', label: segment } }])
              : [],
        },
      ],
    ]),
  };
}

const NOBODY: AccountMatch = { band: 'none', account: null, confidence: null, why: '', owner_conflict: false, candidates: [], cut: false };

function matchOf({ name, is_customer, open_opportunity, owner, owner_active, territory }: Account): AccountMatch {
  return {
    ...NOBODY,
    band: 'match',
    confidence: 1,
    why: `matched ${name}`,
    account: {
      id: '001000000000001AAA',
      name,
      is_customer,
      open_opportunity: open_opportunity === true,
      owner: { id: '005000000000001AAA', username: owner, active: owner_active },
      territory: territory ?? null,
      facts: {},
    },
  };
}

function loads(request: Request, here: RouteObject | undefined, open: Readonly<Record<string, number>>): unknown {
  if (request.kind !== 'load') throw new Error(request.kind);
  const { seats } = here?.routing.coverage.roster ?? { seats: new Map() };
  const counts = new Map([...seats.values()].flatMap(({ user, seat }) => (user === undefined ? [] : [[user, open[seat] ?? 0] as const])));
  return Object.fromEntries(request.owners.map((owner) => [owner, { count: counts.get(owner) ?? 0, at: 0 }]));
}

/** As the cases write it. `person` and `fallback: false` stand there only where they matter. */
function targetOf(
  outcome: Readonly<Record<string, unknown>>,
  { method, confidence }: { readonly method: string; readonly confidence: number },
  expected: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const { owner, queue, held_by, review, rejected, status, territory, step, via, fallback, action } = outcome as {
    readonly owner?: { readonly seat?: string; readonly name: string };
    readonly queue?: string;
    readonly held_by?: string;
    readonly review?: true;
    readonly rejected?: string;
    readonly status?: string;
    readonly territory?: string;
    readonly step?: string;
    readonly via?: string;
    readonly fallback: boolean;
    readonly action: string;
  };
  const where = {
    ...(territory !== undefined && { territory }),
    ...(step !== undefined && { step }),
    ...(via !== undefined && { via }),
  };
  const isAgent = action === 'agent' && !fallback;
  const more = {
    ...((fallback || 'fallback' in expected) && { fallback }),
    ...(isAgent && (method === 'agent' ? { method, confidence } : { method: 'none' })),
  };
  if (owner !== undefined)
    return { kind: 'user', name: owner.seat, ...where, ...('person' in expected && { person: owner.name }), ...more };
  if (review === true) return { kind: 'review', name: queue, ...more };
  if (queue !== undefined) return { kind: 'queue', name: queue, ...where, ...more };
  if (held_by !== undefined) return { kind: 'hold', name: held_by, ...where, ...more };
  if (rejected !== undefined) return { kind: 'reject', name: rejected, ...(status !== undefined && { status }), ...more };
  return { kind: 'nobody', ...more };
}
