// What was reviewed is what is applied: intact, for this org, and in a world that has not moved.
import { describe, expect, test } from 'vitest';
import { addressesToRecheck, stale } from '../../plans/precondition.ts';
import { amended, otherOrg, planText, readPlan } from '../../plans/seal.ts';
import { hashOf } from '../../plans/value.ts';
import { inputOf } from './case.ts';
import { ORG, plan } from './planning.ts';

const renamed = { 'Territory2/FY27/old': { Name: 'Old', DeveloperName: 'old', $by: 'sam@acme.example' } };
const gone = { Name: 'Gone', ParentTerritory2Id: '-> Territory2/FY27/old' };
const world = {
  declared: {
    'Territory2/FY27/east': { Name: 'East' },
    'Territory2/FY27/new': { Name: 'New', DeveloperName: 'new' },
    'Territory2/FY27/child': { Name: 'Child', ParentTerritory2Id: '-> Territory2/FY27/new', Description: 'b' },
    'Group/known': { Name: 'Known' },
    'Territory2Model/FY28': { Name: 'FY28', $late: { State: 'Active' } },
  },
  inventory: {
    ...renamed,
    'Territory2/FY27/child': { Name: 'Child', ParentTerritory2Id: '-> Territory2/FY27/old', Description: 'a' },
    'Territory2/FY27/gone': { ...gone, Description: null },
  },
  live: {
    ...renamed,
    'Territory2/FY27/child': { Name: 'Child', ParentTerritory2Id: '-> Territory2/FY27/old', Description: 'a', $by: 'sam@acme.example' },
    'Territory2/FY27/gone': gone,
    'Group/known': { Name: 'Known', Email: 'q@acme.example' },
  },
  options: { renames: [['Territory2/FY27/old', 'Territory2/FY27/new']] as const },
};
const before = { resources: { 'Pool/a': { cap: 1 } } };
const snapshot = { before, after: { resources: { 'Pool/a': { cap: 2 } } }, needs: [] };
const made = plan(world, { snapshot });

function movedAfter(changes: Readonly<Record<string, Readonly<Record<string, unknown>> | null>>, content: typeof before | null = before) {
  const { live } = inputOf({ ...world, live: { ...world.live, ...changes } });
  const asked = new Set(addressesToRecheck(made).map(({ type, key }) => `${type}/${key}`));
  return stale(
    made,
    live.filter(({ address }) => asked.has(`${address.type}/${address.key}`)),
    content,
  );
}

describe('a world that has not moved', () => {
  test('is the one of the plan', () => expect(movedAfter({})).toEqual([]));

  test('may have moved where no step relies on it', () => {
    expect(movedAfter({ 'Group/known': { Name: 'Known', Email: 'other@acme.example' } })).toEqual([]);
    expect(movedAfter({ 'Group/other': { Name: 'Other' } })).toEqual([]);
  });
});

describe('a world that has moved says what, and who did it', () => {
  const who = { by: 'sam@acme.example', at: '2026-11-20T10:00:00Z' };

  test('a value that a step changes', () => {
    const child = { ...world.live['Territory2/FY27/child'], Description: 'by hand' };
    expect(movedAfter({ 'Territory2/FY27/child': child })).toEqual([
      { ref: { kind: 'Territory', name: 'FY27/child' }, path: 'Description', expected: 'a', live: 'by hand', ...who },
    ]);
  });

  test('a record under its old name', () => {
    const old = { ...renamed['Territory2/FY27/old'], Name: 'Moved' };
    expect(movedAfter({ 'Territory2/FY27/old': old })).toMatchObject([{ path: 'Name', expected: 'Old', live: 'Moved', ...who }]);
  });

  test('a value of a record that would be deleted, whatever value', () => {
    expect(movedAfter({ 'Territory2/FY27/gone': { ...gone, Description: 'in use again' } })).toMatchObject([
      { path: 'Description', expected: null, live: 'in use again' },
    ]);
  });

  test('a record that would be taken over', () => {
    expect(movedAfter({ 'Group/known': { Name: 'Other' } })).toMatchObject([{ path: 'Name', expected: 'Known', live: 'Other' }]);
  });

  test('a record that is gone, one that came, one that is another', () => {
    expect(movedAfter({ 'Territory2/FY27/gone': null })).toMatchObject([{ path: '', expected: 'id of Territory2/FY27/gone', live: null }]);
    expect(movedAfter({ 'Territory2/FY27/east': { Name: 'East' } })).toMatchObject([
      { path: '', expected: null, live: 'id of Territory2/FY27/east' },
    ]);
    expect(movedAfter({ 'Territory2/FY27/gone': { ...gone, $id: 'another' } })).toMatchObject([{ path: 'Id', live: 'another' }]);
  });

  test('a model that would be created, once, although two steps are about it', () => {
    expect(movedAfter({ 'Territory2Model/FY28': { Name: 'FY28', State: 'Planning' } })).toHaveLength(1);
  });

  test('what the loops read', () => {
    expect(movedAfter({}, { resources: { 'Pool/a': { cap: 9 } } })).toMatchObject([{ ref: { kind: 'Snapshot' } }]);
    expect(movedAfter({}, null)).toHaveLength(1);
  });

  test('without telling a secret', () => {
    const secret = { declared: { 'Credential/c': { Secret: 'new' } }, inventory: { 'Credential/c': { Secret: 'old' } } };
    const planned = plan({ ...secret, live: { 'Credential/c': { Secret: 'old' } } });
    const { live } = inputOf({ live: { 'Credential/c': { Secret: 'other' } } });
    expect(stale(planned, live, null)).toMatchObject([{ path: 'Secret', expected: '(sensitive)', live: '(sensitive)' }]);
  });
});

describe('a plan file', () => {
  test('is read back as it was written, with its serial', () => {
    const saved = amended(made, { serial: 'one' });
    expect(readPlan(planText(saved))).toEqual({ ok: true, value: saved });
    expect(saved.id).toBe(made.id);
    expect(saved.digest).not.toBe(made.digest);
  });

  test.each([
    ['plan-edited', planText(made).replaceAll('"East"', '"Tampered"')],
    ['plan-edited', planText(made).replace(/"serial".*|"dirty": false/, '"dirty": true')],
    ['plan-edited', JSON.stringify({ ...made, holds: [{ code: 'x', scope: 'plan', message: 'x' }] })],
    ['plan-unreadable', planText(made).slice(0, -20)],
    ['plan-unreadable', '{"id": "x"}'],
    ['plan-unreadable', 'null'],
    ['plan-version', JSON.stringify({ ...made, formatVersion: 2 })],
  ])('is refused: %s', (code, text) => {
    expect(readPlan(text)).toMatchObject({
      ok: false,
      problems: [{ code, hint: expect.stringContaining('loopctl plan --out') as string }],
    });
  });

  test('is refused where its steps were changed and only the digest was made anew: an approval holds for the id', () => {
    const { digest: _digest, ...rest } = made;
    const forged = { ...rest, steps: made.steps.slice(1) };
    expect(readPlan(JSON.stringify({ ...forged, digest: hashOf(forged) }))).toMatchObject({
      ok: false,
      problems: [{ code: 'plan-edited' }],
    });
  });

  test('is refused on another org or environment', () => {
    expect(otherOrg(made, ORG, 'sandbox')).toBeUndefined();
    expect(otherOrg(made, { ...ORG, id: '00D000000000002AAA' }, 'sandbox')).toMatchObject({ code: 'plan-other-org' });
    expect(otherOrg(made, ORG, 'production')).toMatchObject({ code: 'plan-other-environment' });
  });
});

describe('the id', () => {
  test('says what would be done where, not when or why', () => {
    expect(
      plan(world, { snapshot, commit: 'fffffff', dirty: true, asOf: '2027-01-01', callsRead: 9, impact: { account_moves: 1 } }).id,
    ).toBe(made.id);
  });

  test('is another for another value, org, environment, or world', () => {
    const other = { ...world, declared: { ...world.declared, 'Territory2/FY27/east': { Name: 'Easter' } } };
    const moved = { ...world, live: { ...world.live, 'Territory2/FY27/gone': { ...gone, Description: 'x' } } };
    const ids = [
      made.id,
      plan(other, { snapshot }).id,
      plan(moved, { snapshot }).id,
      plan(world, { snapshot, environment: 'production' }).id,
      plan(world, { snapshot, org: { ...ORG, id: '00D000000000002AAA' } }).id,
      plan(world, { snapshot: { ...snapshot, after: { resources: { 'Pool/a': { cap: 3 } } } } }).id,
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test('calls are estimated by what one call can write', () => {
  const groups = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`Group/q${at}`, { Name: 'Q' }]));
  const fields = { 'CustomField/Lead.A__c': { type: 'Text' }, 'CustomField/Lead.B__c': { type: 'Text' } };
  expect(plan({ declared: groups }).calls.estimatedWrite).toBe(2);
  expect(plan({ declared: fields }).calls.estimatedWrite).toBe(2);
  expect(plan({ declared: groups, live: groups }).calls.estimatedWrite).toBe(0);
  const anew = { 'QueueSobject/q/Lead': { SobjectType: 'Lead' } };
  expect(plan({ declared: { 'QueueSobject/q/Lead': { SobjectType: 'Case' } }, inventory: anew, live: anew }).calls.estimatedWrite).toBe(2);
});
