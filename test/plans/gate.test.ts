// Who may apply what, and when.
import { describe, expect, test } from 'vitest';
import { type GatePolicy, type GateWorld, gate, withGate } from '../../plans/gate.ts';
import type { Plan } from '../../plans/plan.ts';
import { readPlan, planText } from '../../plans/seal.ts';
import { outsideWindows } from '../../plans/windows.ts';
import { plan } from './planning.ts';

const POLICY: GatePolicy = { sync: 'automatic', limits: {}, approvals: [], groups: {}, windows: [], timezone: 'UTC' };
const WORLD: GateWorld = {
  now: new Date('2026-11-23T10:00:00Z'),
  actor: 'person',
  verdicts: [],
  managed: 20,
  ownAccess: [],
  owned: new Map(),
  assigned: new Map(),
  claims: [],
  suspended: [],
};
const approvedBy = (...people: readonly string[]): Pick<GateWorld, 'verdicts'> => ({
  verdicts: people.map((by) => ({ verdict: 'approve', by })),
});

function codes(made: Plan, policy: Partial<GatePolicy> = {}, world: Partial<GateWorld> = {}): readonly string[] {
  return gate(made, { ...POLICY, ...policy }, { ...WORLD, ...world }).map(({ code }) => code);
}

const queue = (n: number) => Object.fromEntries(Array.from({ length: n }, (_, at) => [`Group/q${at}`, { Name: `Q${at}` }]));
const deletes = plan({ inventory: queue(6), live: queue(6) });
const creates = plan({ declared: queue(12) });
const adopts = plan({ declared: queue(12), live: queue(12) });

describe('limits', () => {
  test('more deletes than allowed hold the plan; as many do not', () => {
    expect(codes(deletes, { limits: { maxDelete: 5 } })).toEqual(['max-delete']);
    expect(codes(deletes, { limits: { maxDelete: 6 } })).toEqual([]);
    expect(codes(deletes, { limits: { maxDelete: 0 } })).toEqual(['max-delete']);
    expect(codes(deletes)).toEqual([]);
  });

  test('the share of changed records counts from ten records on', () => {
    expect(codes(deletes, { limits: { maxChangePct: 29 } })).toEqual(['max-change-pct']);
    expect(codes(deletes, { limits: { maxChangePct: 30 } })).toEqual([]);
    expect(codes(deletes, { limits: { maxChangePct: 1 } }, { managed: 9 })).toEqual([]);
    expect(codes(deletes, { limits: { maxChangePct: 59 } }, { managed: 10 })).toEqual(['max-change-pct']);
  });

  test('creating and taking over never count', () => {
    for (const made of [creates, adopts]) expect(codes(made, { limits: { maxDelete: 0, maxChangePct: 0 } })).toEqual([]);
  });

  test('steps that are held, or wait for one that is, do not count: they are not run', () => {
    const world = {
      'Territory2/FY27/a': { Name: 'A', $protect: true },
      'UserTerritory2Association/FY27/a/kim': { Territory2Id: '-> Territory2/FY27/a', UserId: '-> User/kim' },
    };
    const newcomer = { 'UserTerritory2Association/FY27/a/nobody': { Territory2Id: '-> Territory2/FY27/a', UserId: '-> User/nobody' } };
    const made = plan({ standing: { 'Territory2/FY27/a': { Name: 'A' } }, declared: newcomer, inventory: world, live: world });
    expect(made.summary.delete).toBe(1);
    expect(codes(made, { limits: { maxDelete: 0 }, sync: 'approval' })).toEqual([]);
  });
});

describe('approvals', () => {
  const groups = { sales: ['vp@acme.example', 'cro@acme.example'] };
  const rule = {
    text: 'deletes > 0',
    when: ({ deletes }: { readonly deletes: number }) => deletes > 0,
    reads: ['deletes'],
    by: ['sales'],
    count: 2,
  };

  test('without rules anybody lifts limits and the approval that the environment asks for', () => {
    const policy: Partial<GatePolicy> = { sync: 'approval', limits: { maxDelete: 0, maxChangePct: 1 } };
    expect(codes(deletes, policy)).toEqual(['max-delete', 'max-change-pct', 'approval-required']);
    expect(codes(deletes, policy, approvedBy('anybody'))).toEqual([]);
  });

  test('a rule wants so many different people of its groups', () => {
    const policy = { approvals: [rule], groups, limits: { maxDelete: 0 } };
    expect(codes(deletes, policy)).toEqual(['max-delete', 'approval-required']);
    expect(codes(deletes, policy, approvedBy('stranger'))).toEqual(['max-delete', 'approval-required']);
    expect(codes(deletes, policy, approvedBy('vp@acme.example', 'vp@acme.example'))).toEqual(['approval-required']);
    expect(codes(deletes, policy, approvedBy('vp@acme.example', 'cro@acme.example'))).toEqual([]);
    expect(codes(creates, policy)).toEqual([]);
  });

  test('where the environment names approvers, others lift nothing', () => {
    const policy: Partial<GatePolicy> = { sync: 'approval', approvals: [rule], groups };
    expect(codes(creates, policy, approvedBy('stranger'))).toEqual(['approval-required']);
    expect(codes(creates, policy, approvedBy('cro@acme.example'))).toEqual([]);
  });

  test('a rule whose facts are not known is taken to hold', () => {
    const moves = { ...rule, text: 'account_moves > 100', reads: ['account_moves'], when: () => undefined };
    expect(codes(creates, { approvals: [moves], groups })).toEqual(['approval-required']);
    const told = (...people: string[]) =>
      gate(creates, { ...POLICY, approvals: [moves], groups }, { ...WORLD, ...approvedBy(...people) })[0]?.message;
    expect(told()).toContain('(account_moves is not known yet, which counts as met) needs 2 of sales; nobody has approved yet');
    expect(told('ada@laptop')).toContain('none of them has approved yet; ada@laptop approved and is none of these');
  });

  test('the impact is part of the facts', () => {
    const moves = { ...rule, when: ({ account_moves: n }: { readonly account_moves?: number }) => n !== undefined && n > 100 };
    const impact = (n: number) => plan({ declared: queue(1) }, { impact: { account_moves: n } });
    expect(codes(impact(101), { approvals: [moves], groups })).toEqual(['approval-required']);
    expect(codes(impact(100), { approvals: [moves], groups })).toEqual([]);
  });

  test('a rejection holds until that person approves', () => {
    const reject = { verdict: 'reject', by: 'vp' } as const;
    const approve = { verdict: 'approve', by: 'vp' } as const;
    expect(codes(creates, {}, { verdicts: [reject] })).toEqual(['rejected']);
    expect(codes(creates, {}, { verdicts: [reject, { ...approve, by: 'other' }] })).toEqual(['rejected']);
    expect(codes(creates, {}, { verdicts: [reject, approve] })).toEqual([]);
    expect(codes(creates, {}, { verdicts: [approve, reject] })).toEqual(['rejected']);
  });
});

describe('what no approval lifts', () => {
  test('the access that loopctl works with', () => {
    const mine = { 'PermissionSetAssignment/loopctl/$me': { PermissionSetId: '-> PermissionSet/loopctl', AssigneeId: '-> User/$me' } };
    const byName = { 'PermissionSetAssignment/x/OPS': { PermissionSetId: '-> PermissionSet/x', AssigneeId: '-> User/ops@acme.example' } };
    const others = { 'PermissionSetAssignment/x/kim': { PermissionSetId: '-> PermissionSet/x', AssigneeId: '-> User/kim' } };
    expect(codes(plan({ inventory: mine, live: mine }), {}, approvedBy('anybody'))).toEqual(['own-access']);
    expect(codes(plan({ inventory: byName, live: byName }), {}, approvedBy('anybody'))).toEqual(['own-access']);
    expect(codes(plan({ inventory: others, live: others }))).toEqual([]);
    const set = { 'PermissionSet/loopctl': { Name: 'loopctl' } };
    expect(codes(plan({ inventory: set, live: set }), {}, { ownAccess: ['PermissionSet/loopctl'] })).toEqual(['own-access']);
  });

  test('a window, the budget, and a controller where a person applies', () => {
    const windows = [{ allow: 'Tue 08:00-17:00' }];
    const budget = { used: 90, limit: 100, reserve: 10 };
    const agreed = approvedBy('anybody');
    expect(codes(creates, { windows }, agreed)).toEqual(['outside-window']);
    expect(codes(creates, {}, { ...agreed, budget })).toEqual(['api-budget']);
    expect(codes(creates, {}, { ...agreed, budget: { ...budget, used: 89 } })).toEqual([]);
    expect(codes(creates, { sync: 'manual' }, { ...agreed, actor: 'controller' })).toEqual(['manual-sync']);
    expect(codes(creates, { sync: 'manual' })).toEqual([]);
  });

  test('a step that another project claims, and a queue that owns records, with all that goes with it', () => {
    const world = { 'Group/q': { Name: 'Q' }, 'QueueSobject/q/Lead': { QueueId: '-> Group/q' }, 'Group/other': { Name: 'O' } };
    const made = plan({ inventory: world, live: world });
    const owned = new Map([
      [
        'Group/q',
        new Map([
          ['Lead', 2],
          ['Case', 1],
        ]),
      ],
    ]);
    const claims = [{ address: { type: 'Group', key: 'other' }, project: 'emea', environment: 'production' }];
    const holds = gate(made, POLICY, { ...WORLD, ...approvedBy('anybody'), owned, claims });
    expect(holds.map(({ code, scope, steps }) => [code, scope, steps])).toEqual([
      ['claimed', 'step', ['Group/other']],
      ['queue-owns-records', 'step', ['Group/q', 'QueueSobject/q/Lead']],
    ]);
    const renamed = [
      { ...claims[0], id: 'id of Group/q', address: { type: 'Group', key: 'called otherwise' }, project: 'emea', environment: 'x' },
    ];
    expect(gate(made, POLICY, { ...WORLD, claims: renamed })).toMatchObject([{ code: 'claimed', steps: ['Group/q'] }]);
    expect(holds[0]?.message).toContain('emea');
    expect(holds[1]?.message).toContain('3 records');
  });
});

test('an object is not taken out of a queue that owns records of it; another one is', () => {
  const queue = { 'Group/q': { Name: 'Q' } };
  const both = {
    'QueueSobject/q/Lead': { QueueId: '-> Group/q', SobjectType: 'Lead' },
    'QueueSobject/q/Case': { QueueId: '-> Group/q', SobjectType: 'Case' },
  };
  const made = plan({ standing: queue, inventory: both, live: both });
  const holds = gate(made, POLICY, { ...WORLD, ...approvedBy('anybody'), owned: new Map([['Group/q', new Map([['Lead', 2]])]]) });
  expect(holds).toMatchObject([{ code: 'queue-owns-records', scope: 'step', steps: ['QueueSobject/q/Lead'] }]);
  expect(holds[0]?.message).toContain('Group/q would not take Lead any more, and owns 2 Lead records');
});

describe('territories that accounts are in', () => {
  const world = { 'Territory2/FY27/west': { Name: 'West' }, 'Territory2/FY27/east': { Name: 'East' } };
  const made = plan({ inventory: world, live: world });
  const assigned = new Map([['Territory2/FY27/west', { accounts: 3, opportunities: 1 }]]);

  test('are not deleted unasked: the plan is held, with how many lose which, until somebody approves', () => {
    const [hold, ...more] = gate(made, POLICY, { ...WORLD, assigned });
    expect(hold).toMatchObject({ code: 'territory-has-accounts', scope: 'plan', approvable: true });
    expect(hold?.message).toMatch(/^1 territory would go .*Territory2\/FY27\/west \(3 accounts, 1 opportunity\)/);
    expect(more).toEqual([]);
    expect(codes(made, {}, { assigned, ...approvedBy('anybody') })).toEqual([]);
    expect(codes(made)).toEqual([]);
  });

  test('count where they are made anew, and not where their step is held', () => {
    const model = (name: string) => ({ 'Territory2/FY27/west': { Name: 'West', Territory2ModelId: name } });
    const anew = plan({ declared: model('FY28'), inventory: model('FY27'), live: model('FY27') });
    expect(anew.steps.map(({ action }) => action)).toEqual(['replace']);
    expect(codes(anew, {}, { assigned })).toEqual(['territory-has-accounts']);
    const kept = { ...world, 'Territory2/FY27/west': { Name: 'West', $protect: true } };
    expect(codes(plan({ inventory: kept, live: kept }), {}, { assigned })).toEqual([]);
  });
});

describe('a model in use', () => {
  const active = { 'Territory2Model/FY27': { Name: 'FY27', $late: { State: 'Active' }, $remove: 'hold' } };
  const next = { 'Territory2Model/FY28': { Name: 'FY28', $late: { State: 'Active' } } };

  test('is not archived unasked: the whole plan is held, with what is lost, until somebody approves', () => {
    const made = plan({ declared: next, inventory: active, live: active });
    const [hold] = gate(made, POLICY, WORLD);
    expect(hold).toMatchObject({ code: 'model-switch', scope: 'plan', approvable: true });
    for (const word of ['FY27', 'FY28', 'forecasts', 'quotas', 'sharing']) expect(hold?.message).toContain(word);
    expect(codes(made, {}, approvedBy('anybody'))).toEqual([]);
    expect(codes(plan({ inventory: active, live: active }))).toEqual(['model-switch']);
  });

  test('where none is active, activation is free', () => {
    expect(codes(plan({ declared: next }))).toEqual([]);
  });
});

test('an empty plan is never held', () => {
  const policy: Partial<GatePolicy> = { sync: 'approval', windows: [{ allow: 'Sun 00:00-00:01' }] };
  expect(codes(plan({}), policy, { actor: 'controller' })).toEqual([]);
});

test('a plan with its holds keeps its id and is intact; what the gate says anew replaces what it said', () => {
  const first = withGate(deletes, gate(deletes, { ...POLICY, limits: { maxDelete: 0 } }, WORLD));
  expect(first.holds.map(({ code }) => code)).toEqual(['max-delete']);
  expect(first.id).toBe(deletes.id);
  expect(readPlan(planText(first)).ok).toBe(true);
  const second = withGate(first, gate(first, POLICY, WORLD));
  expect(second).toEqual(deletes);
});

describe('windows', () => {
  const at = (iso: string, ...rules: readonly { allow?: string; deny?: string }[]) =>
    outsideWindows(rules, new Date(iso), 'America/New_York') === undefined;

  test('are read in the wall clock of the time zone, in winter and in summer', () => {
    const office = { allow: 'Mon-Thu 08:00-17:00' };
    expect(at('2026-11-23T13:00:00Z', office)).toBe(true);
    expect(at('2026-11-23T12:59:00Z', office)).toBe(false);
    expect(at('2026-07-20T12:00:00Z', office)).toBe(true);
    expect(at('2026-07-20T20:59:00Z', office)).toBe(true);
    expect(at('2026-07-20T21:00:00Z', office)).toBe(false);
    expect(at('2026-11-27T15:00:00Z', office)).toBe(false);
  });

  test('on the days when the clock changes', () => {
    const night = { allow: 'Sun 01:00-03:00' };
    expect(at('2026-03-08T06:30:00Z', night)).toBe(true);
    expect(at('2026-03-08T07:00:00Z', night)).toBe(false);
    expect([5, 6, 7].map((hour) => at(`2026-11-01T0${hour}:30:00Z`, night))).toEqual([true, true, true]);
    expect(at('2026-11-01T08:00:00Z', night)).toBe(false);
  });

  test('past midnight they belong to the day on which they begin', () => {
    const late = { allow: 'Fri 22:00-02:00' };
    expect(at('2026-11-28T04:00:00Z', late)).toBe(true);
    expect(at('2026-11-28T06:59:00Z', late)).toBe(true);
    expect(at('2026-11-28T07:00:00Z', late)).toBe(false);
    expect(at('2026-11-27T06:00:00Z', late)).toBe(false);
  });

  test('any that allows will do, and one that denies is stronger', () => {
    const both = [{ allow: 'Mon' }, { allow: 'Wed-Thu 09:00-10:00' }];
    expect(at('2026-11-23T23:00:00Z', ...both)).toBe(true);
    expect(at('2026-11-25T14:30:00Z', ...both)).toBe(true);
    expect(at('2026-11-25T16:30:00Z', ...both)).toBe(false);
    expect(at('2026-11-23T23:00:00Z', ...both, { deny: '18:00-19:00' })).toBe(false);
    expect(at('2026-11-21T23:00:00Z', { deny: 'Sun' })).toBe(true);
  });

  test('over the end of the week', () => {
    const days = ['2026-11-20', '2026-11-21', '2026-11-22', '2026-11-23', '2026-11-24'];
    expect(days.map((day) => at(`${day}T17:00:00Z`, { allow: 'Sat-Mon' }))).toEqual([false, true, true, true, false]);
  });

  test.each(['', 'Someday', 'Mon 8-17', 'Mon 08:00-25:00', 'Mon 08:60-09:00', 'Mon 08:00-08:00', 'Mon-Tue-Wed', 'Mon 08:00'])(
    '"%s" is no window, and keeps closed',
    (text) => {
      expect(outsideWindows([{ allow: text }], new Date('2026-11-23T15:00:00Z'), 'UTC')).toContain(`The window "${text}" cannot be read`);
      expect(at('2026-11-23T15:00:00Z', { allow: text })).toBe(false);
      expect(at('2026-11-23T15:00:00Z', { deny: text })).toBe(false);
    },
  );

  test('an unknown time zone keeps closed', () => {
    expect(outsideWindows([{ allow: 'Mon' }], new Date('2026-11-23T15:00:00Z'), 'Mars/Olympus')).toContain('Mars/Olympus');
  });
});

describe('suspended', () => {
  const by = { by: 'ada@laptop', reason: 'a fair' };
  test('the environment: the whole plan is held, and an approval does not lift it', () => {
    const verdicts = approvedBy('vp@acme.example');
    const [hold] = gate(creates, POLICY, { ...WORLD, ...verdicts, suspended: [by] });
    expect(hold).toMatchObject({ code: 'suspended', scope: 'plan' });
    expect(hold?.message).toMatch(/ada@laptop.*a fair.*loopctl resume/);
    expect(hold?.approvable).toBeUndefined();
  });

  test('a resource: its steps alone', () => {
    const [first, second] = creates.steps;
    const holds = gate(creates, POLICY, { ...WORLD, suspended: [{ ref: first?.ref ?? { kind: '', name: '' }, ...by }] });
    const held = creates.steps.filter((step) => step.ref.name === first?.ref.name).map(({ id }) => id);
    expect(holds.flatMap(({ steps = [] }) => steps)).toEqual(held);
    expect(held).not.toContain(second?.id);
  });
});
