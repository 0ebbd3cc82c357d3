// Which rule holds, and what its action makes of it, on a small organisation; by itself, without the golden cases.
import { describe, expect, it } from 'vitest';
import { decide, type RouteRequest } from '../../../engines/routing/decide.ts';
import { explainRoute } from '../../../engines/routing/explain.ts';
import { traceRules } from '../../../engines/routing/rule-trace.ts';
import { compileRules, firstMatch, momentOf } from '../../../engines/routing/rules.ts';
import { compileRouting } from '../../../engines/routing/routing.ts';
import { Pool } from '../../../resources/pool/schema.ts';
import { RoleCascade } from '../../../resources/role-cascade/schema.ts';
import { RoutingRuleSet } from '../../../resources/routing-rule-set/schema.ts';
import { poolWorld } from '../pools/pools.ts';
import { type Day, todayOf } from './world.ts';

const NOON = momentOf(Date.parse('2026-04-16T12:00:00Z'));

type Written = Record<string, unknown> & { id: string };
function ruleSet(rules: readonly Written[], more: Record<string, unknown> = {}) {
  return RoutingRuleSet.schema.parse({
    queues: { review: 'queue/review', triage: 'queue/triage' },
    rules: rules.map((rule) => ({ priority: 10, action: { assign_to_queue: rule.id }, ...rule })),
    default: { assign_to_queue: 'general' },
    ...more,
  });
}

describe('the first rule that holds', () => {
  function first(rules: readonly Written[], facts: Record<string, unknown>, moment = NOON) {
    const set = compileRules('r', ruleSet(rules));
    return set.rules[firstMatch(set, facts, moment)]?.id;
  }

  it('goes by priority, then by the order written', () => {
    const rules = [
      { id: 'late', priority: 20 },
      { id: 'b', when: 'grade == A' },
      { id: 'a', when: 'grade in A,B' },
    ];
    expect(first(rules, { grade: 'A' })).toBe('b');
    expect(first(rules, { grade: 'B' })).toBe('a');
    expect(first(rules, {})).toBe('late');
  });

  it('passes over what is switched off and what is not of the day, in UTC', () => {
    const rules = [{ id: 'off', enabled: false }, { id: 'april', effective: { from: '2026-04-16', to: '2026-04-16' } }, { id: 'rest' }];
    expect(first(rules, {})).toBe('april');
    expect(first(rules, {}, momentOf(Date.parse('2026-04-16T23:59:59.999Z')))).toBe('april');
    expect(first(rules, {}, momentOf(Date.parse('2026-04-17T00:00:00Z')))).toBe('rest');
    expect(first(rules, {}, momentOf(Date.parse('2026-04-15T23:59:59.999Z')))).toBe('rest');
  });

  it('says of each rule what it saw', () => {
    const rules = [
      { id: 'off', enabled: false },
      { id: 'past', effective: { to: '2026-01-31' } },
      { id: 'size', when: 'employee_count >= 1000' },
      { id: 'text', when: 'score >= 10' },
      { id: 'no', when: 'grade == A and segment == smb' },
      { id: 'yes', when: 'territory under ams' },
      { id: 'never' },
    ];
    const facts = { score: 'ten', grade: 'B', segment: 'smb', territory: { path: 'ams/west', candidates: 1 } };
    expect(traceRules(compileRules('r', ruleSet(rules)), facts, NOON)).toEqual([
      { rule: 'off', result: 'passed over', because: 'it is switched off' },
      { rule: 'past', result: 'passed over', because: 'it holds to 2026-01-31, and this is 2026-04-16' },
      { rule: 'size', result: 'missing', because: 'employee_count is missing' },
      { rule: 'text', result: 'missing', because: "score is 'ten'" },
      { rule: 'no', result: 'false', because: "grade is 'B', segment is 'smb'" },
      { rule: 'yes', result: 'true', because: "territory is 'ams/west'" },
    ]);
  });
});

describe('what its action makes of it', () => {
  const seat = (name: string, more: Record<string, unknown> = {}) => ({
    seat: name,
    role: 'AE',
    territories: [],
    user: `${name}@acme.example`,
    status: 'active',
    ...more,
  });
  const seats = [
    seat('ae-west', { territories: ['ams/west'], segment: 'smb' }),
    seat('p1'),
    seat('p2'),
    seat('gone', { status: 'open', user: undefined }),
  ];

  function routed(
    action: Record<string, unknown>,
    request: Partial<RouteRequest> = {},
    day: Partial<Day> = {},
    more: Record<string, unknown> = {},
  ) {
    const routing = compileRouting(
      {
        'RoutingRuleSet/r': ruleSet([{ id: 'it', action }], more),
        'RoleCascade/default': RoleCascade.schema.parse({ role: 'AE', steps: ['primary', 'parent'] }),
        'Pool/turns': Pool.schema.parse({ strategy: 'strict', members: [{ seat: 'p1' }, { seat: 'p2' }] }),
        'Pool/keeps': Pool.schema.parse({ strategy: 'strict', members: [{ seat: 'gone' }], all_unavailable: 'hold' }),
        'Scenario/now': { motions: {}, seats },
        'Territory/ams': { label: 'ams', parent: null },
        'Territory/ams/west': { label: 'west', parent: 'ams' },
      },
      'Lead',
    );
    if (routing === undefined) throw new Error('no rules');
    return explainRoute(routing, todayOf(routing, { day: NOON.day, ...day }), { id: 'L1', facts: {}, moment: NOON, ...request });
  }
  const target = (...args: Parameters<typeof routed>) => {
    const { route } = routed(...args);
    const { target } = route;
    return { ...('user' in target ? { user: target.user } : target), fallback: route.fallback };
  };
  const account = (more: Record<string, unknown>) => ({ facts: { matched_account: more, territory: { path: 'ams/west' } } });

  it('an owner is found by seat and by username', () => {
    const action = { assign_to_account_owner: {} };
    expect(target(action, account({ owner: 'p1' }))).toEqual({ user: 'p1@acme.example', fallback: false });
    expect(target(action, account({ owner: 'P2@acme.example' }))).toEqual({ user: 'p2@acme.example', fallback: false });
  });

  it('an owner who sits in no seat keeps the account while active', () => {
    const action = { assign_to_account_owner: {} };
    expect(target(action, account({ owner: 'kam@acme.example', owner_active: true }))).toEqual({
      user: 'kam@acme.example',
      fallback: false,
    });
    expect(target(action, account({ owner: 'kam@acme.example', owner_active: false }))).toEqual({
      user: 'ae-west@acme.example',
      fallback: false,
    });
  });

  it('an owner who is away leaves it to the territory of the account, else of the record', () => {
    const action = { assign_to_account_owner: {} };
    expect(target(action, account({ owner: 'p1', territory: 'ams' }), { away: ['p1'] })).toEqual({
      kind: 'queue',
      name: 'general',
      fallback: true,
    });
    expect(target(action, account({ owner: 'p1', territory: null }), { away: ['p1'] })).toEqual({
      user: 'ae-west@acme.example',
      fallback: false,
    });
  });

  it('owners of parent and child who differ are said, and a person looks where the rules want it', () => {
    const request = account({ owner: 'p1', owner_conflict: true });
    expect(routed({ assign_to_account_owner: {} }, request).route).toMatchObject({ owner_conflict: true, target: { kind: 'user' } });
    const review = routed({ assign_to_account_owner: {} }, request, {}, { owner_conflict: 'review' });
    expect(review.route.target).toEqual({ kind: 'review', name: 'review' });
    expect(review.explanation.reasoning).toContain('Parent and child account have different owners');
  });

  it('a pool takes turns by the states that a decision writes', () => {
    const kept = new Map();
    const owners = ['L1', 'L2', 'L3'].map((id) => {
      const { route } = routed({ assign_to_pool: 'turns' }, { id }, { kept });
      for (const [name, state] of route.writes) kept.set(name, state);
      return route.target.kind === 'user' ? route.target.seat?.seat : undefined;
    });
    expect(owners).toEqual(['p1', 'p2', 'p1']);
  });

  it('a pool that holds keeps the record, and writes that it does', () => {
    const { route } = routed({ assign_to_pool: 'keeps' });
    expect(route.target).toEqual({ kind: 'hold', name: 'keeps', via: 'pool/keeps' });
    expect(route.writes.get('keeps')?.held).toEqual([{ id: 'L1', size: 1 }]);
  });

  it('match_segment: of the segment of the record alone', () => {
    const action = { assign_to_territory: { match_segment: true } };
    const facts = { territory: { path: 'ams/west' } };
    expect(target(action, { facts: { ...facts, segment: 'smb' } })).toEqual({ user: 'ae-west@acme.example', fallback: false });
    expect(target(action, { facts: { ...facts, segment: 'enterprise' } })).toEqual({ kind: 'queue', name: 'general', fallback: true });
  });

  it('an agent that was not asked decides nothing', () => {
    const action = { agent: { prompt: 'p' } };
    expect(routed(action).route).toMatchObject({ method: 'none', confidence: 0, target: { kind: 'review', name: 'review' } });
    const fired = routed(action, { agent: { territory: 'ams/west', confidence: 0.9 } });
    expect(fired.route).toMatchObject({ method: 'agent', confidence: 0.9, target: { user: 'ae-west@acme.example' } });
    expect(fired.explanation.reasoning).toBe('The agent chose ams/west with a confidence of 0.9. Primary AE found via UserTerritory2.');
  });

  it('an agent that names what is no territory leaves it to a person', () => {
    const { route, explanation } = routed({ agent: { prompt: 'p' } }, { agent: { territory: 'ams/wset', confidence: 0.99 } });
    expect(route).toMatchObject({ fallback: false, target: { kind: 'review', name: 'review' } });
    expect(explanation.reasoning).toContain("The agent named 'ams/wset', which is no territory");
  });

  it('nobody gets a record by an open seat, though a host took its member for present', () => {
    const pool = Pool.schema.parse({ strategy: 'strict', members: [{ seat: 'gone' }] });
    const routing = compileRouting(
      { 'RoutingRuleSet/r': ruleSet([{ id: 'it', action: { assign_to_pool: 'p' } }]), 'Pool/p': pool, 'Scenario/now': { seats } },
      'Lead',
    );
    if (routing === undefined) throw new Error('no rules');
    const today = { day: NOON.day, away: () => false, pools: poolWorld(routing.pools, () => null, {}) };
    const { route, explanation } = explainRoute(routing, today, { id: 'L1', facts: {}, moment: NOON });
    expect(route).toMatchObject({ fallback: true, target: { kind: 'queue', name: 'general' }, writes: new Map() });
    expect(explanation.trace).toContainEqual({ rule: 'gone', result: 'nobody', because: 'is open' });
  });

  it('a rejected record keeps its owner and gets the status', () => {
    expect(target({ reject: { reason: 'spam', status: 'Disqualified' } })).toEqual({
      kind: 'reject',
      name: 'spam',
      status: 'Disqualified',
      fallback: false,
    });
  });

  it('where not even the default finds somebody, that is said', () => {
    const route = routed({ assign_to_user: 'gone' }, {}, {}, { default: { assign_to_user: 'gone' } });
    expect(route.route.target).toEqual({ kind: 'nobody' });
    expect(route.explanation.reasoning).toContain('The default finds nobody either.');
  });

  it('the same facts give the same decision, byte for byte', () => {
    const once = () => {
      const { route } = routed({ assign_to_pool: 'turns' });
      return JSON.stringify({ ...route, writes: [...route.writes] });
    };
    expect(once()).toBe(once());
  });

  it('says nothing of an object without rules', () => expect(compileRouting({}, 'Lead')).toBeUndefined());
  it('decides without a trace as with one', () => {
    const routing = compileRouting({ 'RoutingRuleSet/r': ruleSet([{ id: 'it', action: { assign_to_territory: {} } }]) }, 'Lead');
    if (routing === undefined) throw new Error('no rules');
    const route = decide(routing, todayOf(routing, { day: NOON.day }), { id: 'L1', facts: {}, moment: NOON });
    expect(route).toMatchObject({ rule_matched: 'it', fallback: true, target: { kind: 'queue', name: 'general' }, next_rule: 'default' });
  });
});
