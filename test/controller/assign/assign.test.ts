// Accounts into territories on a real org over HTTP: what moves, what people did and stays, what holds, and what a death on the way leaves.
import { describe, expect, test } from 'vitest';
import { type Assigned, type AssignRequest, assign } from '../../../controller/assign.ts';
import { giveVerdict } from '../../../controller/verdict.ts';
import type { Crm } from '../../../ports/crm.ts';
import { openProduct, type Product } from '../product.ts';

type Report = Extract<Assigned, { kind: 'report' }>;

interface World extends Product {
  accounts(rows: readonly object[]): Promise<readonly string[]>;
  run(request?: Partial<AssignRequest>, crm?: Crm): Promise<Report>;
  /** DeveloperNames by name of the account, each with its cause. */
  places(): Promise<Readonly<Record<string, readonly string[]>>>;
  status(): Promise<Readonly<Record<string, unknown>>>;
}

async function world(prepare: (product: Product) => void = () => {}): Promise<World> {
  const product = await openProduct();
  prepare(product);
  const report = await product.apply();
  if (report.outcome !== 'done') throw new Error(JSON.stringify(report.holds));
  return worldOn(product);
}

function worldOn(product: Product): World {
  const { org } = product;
  return {
    ...product,
    async accounts(rows) {
      const ids: string[] = [];
      for (let at = 0; at < rows.length; at += 200) ids.push(...(await org.createAll('Account', rows.slice(at, at + 200))));
      return ids;
    },
    async run(request = {}, crm = product.crm) {
      const answer = await assign(product.deps, crm, product.store, await product.scene(), {
        object: 'Account',
        leaseMs: 0,
        confirm: async () => true,
        stopping: new AbortController().signal,
        ...request,
      });
      if (answer.kind !== 'report') throw new Error(JSON.stringify(answer));
      return answer;
    },
    async places() {
      const rows = await org.query<{ ObjectId: string; Territory2: { DeveloperName: string } }>(
        'SELECT ObjectId, Territory2.DeveloperName FROM ObjectTerritory2Association ORDER BY Territory2.DeveloperName',
      );
      const names = new Map(
        (await org.query<{ Id: string; Name: string }>('SELECT Id, Name FROM Account')).map(({ Id, Name }) => [Id, Name]),
      );
      const found: Record<string, string[]> = {};
      for (const { ObjectId, Territory2 } of rows) (found[names.get(ObjectId) ?? ObjectId] ??= []).push(Territory2.DeveloperName);
      return found;
    },
    async status() {
      const rows = await org.query<{ Name: string; Territory_Status__c: unknown }>('SELECT Name, Territory_Status__c FROM Account');
      return Object.fromEntries(rows.flatMap(({ Name, Territory_Status__c: said }) => (said === null ? [] : [[Name, said]])));
    },
  };
}

const SF = { BillingCountry: 'United States', BillingState: 'CA', BillingCity: 'San Francisco' };
const NY = { BillingCountry: 'US', BillingState: 'NY' };
const DE = { BillingCountry: 'Germany' };
const NOWHERE = { BillingCountry: 'Japan' };

async function territory(org: Product['org'], name: string): Promise<string> {
  return String((await org.query(`SELECT Id FROM Territory2 WHERE DeveloperName = '${name}'`))[0]?.['Id']);
}

async function association(org: Product['org'], account: string, name: string): Promise<string> {
  return org.create('ObjectTerritory2Association', {
    ObjectId: account,
    Territory2Id: await territory(org, name),
    AssociationCause: 'Territory2Manual',
  });
}

test('each account comes to where its row is, and is told why; a second run finds nothing to do', async () => {
  const { accounts, run, places } = await world();
  await accounts([
    { Name: 'Bay', ...SF },
    { Name: 'Apple Orchard', ...NY },
    { Name: 'Globex', Website: 'https://www.globex.example', ...DE },
    { Name: 'Muster', ...DE },
  ]);
  const report = await run();
  expect(report.outcome).toBe('done');
  expect(report.preview.looked.counts).toMatchObject({ seen: 4, assign: 4, move: 0, remove: 0 });
  expect(await places()).toEqual({
    Bay: ['ams_west_norcal_sf_bay'],
    'Apple Orchard': ['ams_east'],
    Globex: ['ams_east'],
    Muster: ['emea_dach'],
  });
  const why = Object.fromEntries(report.preview.looked.changes.map((change) => [change.name, change.why]));
  expect(why['Bay']).toMatch(/city is san francisco.*rows\[4\] ams\/west\/norcal\/sf-bay/);
  expect(why['Globex']).toMatch(/globex\.example/);
  const again = await run();
  expect([again.outcome, again.preview.looked.counts.unchanged, again.calls.write]).toEqual(['nothing', 4, report.calls.write]);
});

test('what people assigned stays, and nothing is put beside it; what was assigned from here moves with the data', async () => {
  const { accounts, run, places, org } = await world();
  const [byHand = '', moving = '', gone = ''] = await accounts([
    { Name: 'By hand', ...SF },
    { Name: 'Moving', ...NY },
    { Name: 'Gone', ...DE },
  ]);
  // By the very user that loopctl works as.
  await association(org, byHand, 'emea_dach');
  await run();
  expect(await places()).toEqual({ 'By hand': ['emea_dach'], Moving: ['ams_east'], Gone: ['emea_dach'] });
  await org.update('Account', moving, { BillingState: 'OR' });
  await org.update('Account', gone, { BillingCountry: 'Japan' });
  const report = await run();
  expect(report.preview.looked.counts).toMatchObject({ move: 1, remove: 1, kept: 1, no_match: 1 });
  expect(report.preview.plan.impact['account_moves']).toBe(2);
  expect(await places()).toEqual({ 'By hand': ['emea_dach'], Moving: ['ams_west'] });
});

test('an assignment that somebody took out and made again by hand is theirs, though it was ours once', async () => {
  const { accounts, run, places, org } = await world();
  const [account = ''] = await accounts([{ Name: 'Ours once', ...NY }]);
  await run();
  const [first] = await org.query("SELECT Id FROM ObjectTerritory2Association WHERE Territory2.DeveloperName = 'ams_east'");
  await org.call('DELETE', `sobjects/ObjectTerritory2Association/${String(first?.['Id'])}`);
  await association(org, account, 'ams_east');
  await org.update('Account', account, { BillingState: 'OR' });
  const report = await run();
  expect(report.preview.looked.counts).toMatchObject({ move: 0, kept: 1 });
  expect(await places()).toEqual({ 'Ours once': ['ams_east'] });
});

test('what no row takes is marked with why, and the mark goes when somebody knows more; words of people stay', async () => {
  const { accounts, run, places, status, org } = await world((product) =>
    product.edit(
      'deploy/match_rules.yaml',
      '    - {territory: emea/dach,',
      '    - {territory: ams/east, country: BE}\n    - {territory: emea/dach, country: BE}\n    - {territory: emea/dach,',
    ),
  );
  const [japan = ''] = await accounts([
    { Name: 'Japan', ...NOWHERE },
    { Name: 'Belgium', BillingCountry: 'Belgium' },
    { Name: 'Word', ...NOWHERE, Territory_Status__c: 'asked the customer' },
  ]);
  const report = await run();
  expect(await status()).toEqual({ Japan: 'pending:no_match', Belgium: 'pending:ambiguous', Word: 'asked the customer' });
  expect(report.preview.looked.waiting.map(({ name, status: said, candidates }) => [name, said, candidates])).toEqual([
    ['Japan', 'no_match', []],
    ['Belgium', 'ambiguous', ['ams/east', 'emea/dach']],
    ['Word', 'no_match', []],
  ]);
  expect((await run()).outcome).toBe('nothing');
  await org.update('Account', japan, { BillingCountry: 'AT' });
  await run();
  expect(await status()).toEqual({ Belgium: 'pending:ambiguous', Word: 'asked the customer' });
  expect(await places()).toEqual({ Japan: ['emea_dach'] });
});

describe('the gate', () => {
  const many = (fields: object) => Array.from({ length: 12 }, (_, at) => ({ Name: `A${at}`, ...fields }));

  test('a change of too many is held, and goes through with an approval of that very plan', async () => {
    const { accounts, run, org, deps, store, places } = await world();
    const ids = await accounts(many(NY));
    expect((await run()).outcome).toBe('done');
    for (const id of ids.slice(0, 6)) await org.update('Account', id, { BillingState: 'OR' });
    const held = await run();
    expect([held.outcome, held.holds.map(({ code }) => code)]).toEqual(['held', ['max-change-pct']]);
    expect(new Set(Object.values(await places()).flat())).toEqual(new Set(['ams_east']));
    await giveVerdict(deps, store, {
      project: 'acme-revenue',
      plan: held.preview.plan.id,
      verdict: 'approve',
      reason: 'they moved',
      note: null,
    });
    const through = await run();
    expect([through.preview.plan.id, through.outcome]).toEqual([held.preview.plan.id, 'done']);
    expect(Object.values(await places()).filter(([one]) => one === 'ams_west')).toHaveLength(6);
  });

  test('so many may leave their territory as may be deleted', async () => {
    const { accounts, run, org } = await world((product) => product.edit('loopctl.yaml', 'max_change_pct: 30', 'max_change_pct: 100'));
    const ids = await accounts(many(NY));
    await run();
    for (const id of ids.slice(0, 6)) await org.update('Account', id, NOWHERE);
    const held = await run();
    expect(held.holds.map(({ code, message }) => `${code} ${message}`)).toEqual([
      expect.stringMatching(/^max-delete 6 records would be deleted/),
    ]);
  });

  test('approvals read how many accounts move; a suspended environment does nothing', async () => {
    const { accounts, run, org, store, scope, edit } = await world();
    edit(
      'loopctl.yaml',
      '      limits: {max_delete: 5',
      '      approvals: [{when: account_moves > 0, by: [sales-leadership]}]\n      limits: {max_delete: 5',
    );
    const [one = ''] = await accounts(many(NY));
    expect((await run()).outcome).toBe('done');
    await org.update('Account', one, { BillingState: 'OR' });
    expect((await run()).holds.map(({ code }) => code)).toEqual(['approval-required']);
    await store.updateStanding(await scope(), { suspended: { by: 'ada', reason: 'freeze', at: '2026-11-21T12:00:00Z' } });
    expect((await run()).holds.map(({ code }) => code)).toContain('suspended');
  });
});

test('a plan that was looked at is carried out, and nothing else', async () => {
  const { accounts, run, org } = await world();
  const [one = ''] = await accounts([{ Name: 'One', ...NY }]);
  const planned = await run({ previewOnly: true });
  expect([planned.outcome, planned.calls.write]).toEqual(['planned', planned.calls.write]);
  expect(await org.query('SELECT Id FROM ObjectTerritory2Association')).toEqual([]);
  await org.update('Account', one, DE);
  expect((await run({ expected: planned.preview.plan.id })).outcome).toBe('stale');
  const anew = await run({ previewOnly: true });
  expect((await run({ expected: anew.preview.plan.id })).outcome).toBe('done');
});

test('only those for which a condition holds; one that the org does not understand is refused', async () => {
  const { accounts, run, places, deps, crm, store, scene } = await world();
  await accounts([
    { Name: 'One', ...NY },
    { Name: 'Two', ...DE },
  ]);
  await run({ where: "BillingCountry = 'Germany'" });
  expect(await places()).toEqual({ Two: ['emea_dach'] });
  const answer = await assign(deps, crm, store, await scene(), {
    object: 'Account',
    where: 'Nothing__c = 1',
    leaseMs: 0,
    confirm: async () => true,
    stopping: new AbortController().signal,
  });
  expect(answer).toMatchObject({ kind: 'refused', problems: [{ code: 'query-refused' }] });
});

test('an account that is kept out of a territory is not put into it', async () => {
  const { accounts, run, places, org } = await world();
  const [one = ''] = await accounts([{ Name: 'One', ...NY }]);
  await org.create('Territory2ObjectExclusion', { ObjectId: one, Territory2Id: await territory(org, 'ams_east') });
  const report = await run();
  expect(report.preview.looked.counts).toMatchObject({ kept: 1, assign: 0 });
  expect(await places()).toEqual({});
});

describe('few calls', () => {
  test('some are written 200 a call', async () => {
    const { accounts, run } = await world();
    await accounts(Array.from({ length: 450 }, (_, at) => ({ Name: `A${at}`, ...NY })));
    const planned = await run({ previewOnly: true });
    expect(planned.preview.plan.calls.estimatedWrite).toBe(3);
    const report = await run();
    expect(report.calls.write - planned.calls.write).toBe(3);
  });

  test('from 2,000 on the org works them off by itself', async () => {
    const { accounts, run, org } = await world();
    await accounts(Array.from({ length: 2100 }, (_, at) => ({ Name: `A${at}`, ...NY })));
    await org.control('DELETE', 'calls');
    const report = await run();
    expect([report.outcome, report.written?.done]).toEqual(['done', 2100]);
    const { calls } = await org.control<{ calls: { method: string; path: string; mutating: boolean }[] }>('GET', 'calls');
    expect(calls.filter(({ path }) => /composite\/sobjects/.test(path))).toEqual([]);
    expect(calls.length).toBeLessThan(40);
    const [count] = await org.query<{ n: number }>('SELECT COUNT(Id) n FROM ObjectTerritory2Association');
    expect(count?.n).toBe(2100);
    // Assigned in bulk is assigned from here, too.
    expect((await run()).outcome).toBe('nothing');
  });
});

describe('a death on the way', () => {
  test('what was sent and never answered is known to be ours, and the next run goes on behind what was done', async () => {
    const { accounts, run, crm, places, org, store, scope } = await world();
    const ids = await accounts(Array.from({ length: 450 }, (_, at) => ({ Name: `A${at}`, ...NY })));
    let writes = 0;
    const dying: Crm = {
      ...crm,
      async write(batch) {
        writes += 1;
        const outcomes = await crm.write(batch);
        if (writes === 2) throw new Error('the process dies');
        return outcomes;
      },
    };
    await expect(run({}, dying)).rejects.toThrow('dies');
    const [job] = await store.jobs.unfinished(await scope());
    expect(job).toMatchObject({ loop: 'assign', status: 'running', counts: { changed: 200 } });
    const after = await run();
    expect(after.preview.resumes?.id).toBe(job?.id);
    expect(after.preview.looked.counts).toMatchObject({ seen: 250, assign: 50, unchanged: 200 });
    expect(after.outcome).toBe('done');
    expect(Object.keys(await places())).toHaveLength(450);
    expect(await store.jobs.unfinished(await scope())).toEqual([]);
    // All of them are ours: they move with the data.
    await org.update('Account', ids[300] ?? '', { BillingState: 'OR' });
    expect((await run()).preview.looked.counts).toMatchObject({ move: 1, kept: 0 });
  });

  test('a connection that is cut after the work: the next run finds it done', async () => {
    const { accounts, run, org, places } = await world();
    await accounts([{ Name: 'One', ...NY }]);
    await org.control('POST', 'faults', {
      match: { path: 'composite/sobjects', mutating: true, nth: 1, times: 1 },
      fault: { drop: 'after' },
    });
    expect((await run()).outcome).toBe('partial');
    expect((await run()).outcome).toBe('nothing');
    expect(await places()).toEqual({ One: ['ams_east'] });
  });

  test('a row that the org refuses is told, and the others are done', async () => {
    const { accounts, run, org } = await world();
    const ids = await accounts([
      { Name: 'One', ...NY },
      { Name: 'Two', ...NY },
    ]);
    await org.control('POST', 'faults', {
      match: { path: 'composite/sobjects', mutating: true, nth: 1, times: 1 },
      fault: { rows: [0], errorCode: 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message: 'no' },
    });
    const report = await run();
    expect(report.outcome).toBe('partial');
    expect(report.written).toMatchObject({ done: 1, failed: [{ record: ids[0], code: 'FIELD_CUSTOM_VALIDATION_EXCEPTION' }] });
    expect((await run()).outcome).toBe('done');
  });
});

test('without an active model, or without anything reconciled, nothing is assigned', async () => {
  const bare = await openProduct();
  const request: AssignRequest = { object: 'Account', leaseMs: 0, confirm: async () => true, stopping: new AbortController().signal };
  expect(await assign(bare.deps, bare.crm, bare.store, await bare.scene(), request)).toMatchObject({
    kind: 'refused',
    problems: [{ code: 'no-snapshot' }],
  });
  expect(await assign(bare.deps, bare.crm, bare.store, await bare.scene(), { ...request, object: 'Contact' })).toMatchObject({
    kind: 'refused',
    problems: [{ code: 'no-territories' }],
  });
  bare.edit('design/territories/model.yaml', 'state: active', 'state: planning');
  await bare.apply();
  expect(await assign(bare.deps, bare.crm, bare.store, await bare.scene(), request)).toMatchObject({
    kind: 'refused',
    problems: [{ code: 'no-active-model' }],
  });
});
