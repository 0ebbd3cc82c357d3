// The loops on what was reconciled: real store, real org, several callers at once.
import { expect, test } from 'vitest';
import type { Listener } from '../../../controller/follow/events.ts';
import type { LoopRequest } from '../../../controller/loops/answer.ts';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import { replay } from '../../../controller/loops/replay.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { openProduct, orgWithUsers, type Product } from '../product.ts';

/** A lead of the pool na-commercial: grade A, commercial, from the US. */
const COMMERCIAL = {
  company: 'Bayside Software',
  email: 'q@bayside-software.example',
  title: 'VP of Sales',
  employee_count: 800,
  industry: 'Software',
  lead_source: 'Demo Request',
  billing_country: 'US',
  billing_state: 'CA',
  billing_city: 'San Francisco',
  technologies: 'crm; marketing automation',
};
const SF_BAY = { company: 'Bayside Bakery', billing_country: 'US', billing_state: 'CA', billing_city: 'San Francisco' };

function hostOf(product: Product, listener: Listener = () => {}): RunningHost {
  return loopHost({
    deps: product.deps,
    store: product.store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect: async () => ({ ok: true, value: product.crm.records }),
    listener,
    engine: 'test',
  });
}

async function decision(host: RunningHost, loop: string, request: Omit<LoopRequest, 'object'>): Promise<DecisionRecord> {
  const answer = await host.decide(loop, { object: 'Lead', ...request });
  if (answer.kind !== 'decided') throw new Error(JSON.stringify(answer));
  return answer.decision;
}

async function reconciled(edit: (product: Product) => void = () => {}): Promise<Product> {
  const product = await openProduct();
  edit(product);
  expect((await product.apply()).outcome).toBe('done');
  return product;
}

test('before anything was reconciled there is no answer', async () => {
  const product = await openProduct();
  expect(await hostOf(product).decide('route', { object: 'Lead', record: SF_BAY })).toEqual({ kind: 'no-snapshot' });
});

test('what is no id is refused by its name before the org is asked; an id that nobody has is not found', async () => {
  const product = await reconciled();
  const host = hostOf(product);
  const used = () => product.crm.calls().read;
  const before = used();
  for (const id of ['00Q', "00Q' OR Name != '", '00Q00000000000', 'ä0Q000000000001']) {
    const answer = await host.decide('route', { object: 'Lead', id });
    expect(answer).toEqual({ kind: 'invalid', problems: [{ path: 'id', message: 'an id of 15 or 18 characters' }] });
    expect((await host.decide('qualify', { object: 'Lead', id })).kind).toBe('invalid');
  }
  expect(used()).toBe(before);
  expect((await host.decide('route', { object: 'Lead', id: '00QxD0000000000AAA' })).kind).toBe('not-found');
  expect(used()).not.toBe(before);
});

test('seats that are capped take no more than that, however many ask at once, and in two processes', async () => {
  const product = await reconciled((one) =>
    one.edit(
      'deploy/pools.yaml',
      '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]',
      '[{seat: ae-sf-bay-1, cap: {day: 2}}, {seat: ae-sf-bay-2, cap: {day: 1}}, {seat: ae-east-1, cap: {day: 3}}]',
    ),
  );
  const hosts = [hostOf(product), hostOf(product)];
  const made = await Promise.all(
    Array.from({ length: 24 }, (_, at) => decision(hosts[at % 2] as RunningHost, 'route', { record: COMMERCIAL })),
  );
  const owners = Map.groupBy(made, (one) => (one['owner'] as { seat: string } | undefined)?.seat ?? String(one['queue']));
  expect(Object.fromEntries([...owners].map(([who, some]) => [who, some.length]))).toEqual({
    'ae-sf-bay-1': 2,
    'ae-sf-bay-2': 1,
    'ae-east-1': 3,
    general: 18,
  });
  expect(new Set(made.map(({ id }) => id)).size).toBe(24);
  for (const { id } of made) {
    const stored = await product.store.decisions.find('acme-revenue', 'sandbox', id);
    if (stored === undefined) throw new Error(`${id} was acknowledged and is not kept`);
    const again = await replay(product.store, [await product.scope()], stored);
    expect({ kind: again.kind, why: again.kind === 'gone' ? again.message : undefined }).toEqual({ kind: 'same', why: undefined });
  }
});

test('dry: nothing is kept, no turn is taken, and none is counted', async () => {
  const product = await reconciled();
  const told: string[] = [];
  const host = hostOf(product, (event) => void told.push(event.type === 'decided' ? event.id : event.type));
  const dry = [await decision(host, 'route', { record: SF_BAY, dry: true }), await decision(host, 'route', { record: SF_BAY, dry: true })];
  expect(dry.map((one) => (one['owner'] as { seat: string }).seat)).toEqual(['ae-sf-bay-1', 'ae-sf-bay-1']);
  expect(await product.store.decisions.recent('acme-revenue', 'sandbox', 10)).toEqual([]);
  const taken = [await decision(host, 'route', { record: SF_BAY }), await decision(host, 'route', { record: SF_BAY })];
  expect(taken.map((one) => (one['owner'] as { seat: string }).seat)).toEqual(['ae-sf-bay-1', 'ae-sf-bay-2']);
  expect(told).toEqual(taken.map(({ id }) => id));
});

test('a record of the org by its id; one that is not there; an org that is away', async () => {
  const product = await reconciled();
  const host = hostOf(product);
  const id = await product.org.create('Lead', { LastName: 'Ana', Company: 'Bayside', Country: 'US', State: 'CA', City: 'San Francisco' });
  const made = await decision(host, 'route', { id });
  expect(made).toMatchObject({ territory: 'ams/west/norcal/sf-bay', subject: { object: 'Lead', id, name: 'Bayside' } });
  expect(made['sources']).toMatchObject({ billing_city: { source: 'org' } });
  expect((await host.decide('route', { object: 'Lead', id: '00QxD0000000000AAA' })).kind).toBe('not-found');
  await product.org.control('POST', 'faults', { match: { path: 'query' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } });
  expect((await host.decide('route', { object: 'Lead', id })).kind).toBe('unavailable');
  // What needs no org is answered all the same.
  expect((await decision(host, 'route', { record: SF_BAY }))['rule_matched']).toBe('geography_territory');
});

test('the owner is who has the assignment in the org: a seat that could not be filled is open, or still held by who was there', async () => {
  const product = await openProduct({ org: await orgWithUsers() });
  expect((await product.apply()).outcome).toBe('done');
  product.edit('design/scenarios/fy27-base.yaml', 'ae.sfbay1@acme.example', 'nobody.yet@acme.example');
  product.edit('design/scenarios/fy27-base.yaml', 'ae.sfbay2@acme.example', 'nobody.else@acme.example');
  const report = await product.apply();
  expect(report.holds.map(({ code }) => code)).toContain('unknown-user');
  const host = hostOf(product);
  const owners = await Promise.all(
    [1, 2].map(async () => (await decision(host, 'route', { record: SF_BAY }))['owner'] as { username: string }),
  );
  expect(owners.map(({ username }) => username).every((name) => ['ae.sfbay1@acme.example', 'ae.sfbay2@acme.example'].includes(name))).toBe(
    true,
  );
  await product.org.addUser('nobody.yet@acme.example');
  await product.org.addUser('nobody.else@acme.example');
  expect((await product.apply()).outcome).toBe('done');
  host.refresh();
  const now = (await decision(host, 'route', { record: SF_BAY }))['owner'] as { username: string };
  expect(now.username).toMatch(/^nobody\./);
});

test('a changed weight is in the next answer; the decision of before is made again on the model of its time', async () => {
  const product = await reconciled();
  const host = hostOf(product);
  const before = await decision(host, 'qualify', { record: COMMERCIAL });
  product.edit('qualify/scoring_model.yaml', 'points: 12', 'points: 11');
  await product.apply();
  const after = await decision(host, 'qualify', { record: COMMERCIAL });
  expect(Number(before['score']) - Number(after['score'])).toBe(1);
  expect(after.revision.snapshot).not.toBe(before.revision.snapshot);
  const scopes = [await product.scope()];
  const stored = await product.store.decisions.find('acme-revenue', 'sandbox', before.id);
  if (stored === undefined) throw new Error('it is gone');
  expect((await replay(product.store, scopes, stored)).kind).toBe('same');
  const forged = { ...stored, decision: { ...stored.decision, score: 7 } };
  expect(await replay(product.store, scopes, forged)).toMatchObject({ kind: 'differs', differences: [{ op: 'replace', path: '/score' }] });
  const without = { ...stored, recorded: { ...stored.recorded, event: { object: 'Lead', id: '00QxD0000000000AAA' } } };
  expect((await replay(product.store, scopes, without)).kind).toBe('gone');
});
