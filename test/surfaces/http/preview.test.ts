// What other rules would have done with records of the past, asked over HTTP: by rules alone, by a whole folder, by whom.
import { expect, test } from 'vitest';
import { RoutingRuleSet, type RoutingRuleSetSpec } from '../../../resources/routing-rule-set/schema.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { running, type Running } from './running.ts';

const URL_PATH = '/api/loops/route/preview';
const EAST = { company: 'Northwind', billing_country: 'US', billing_state: 'NY' };
const DACH = { company: 'Contoso', billing_country: 'DE' };

async function decided(): Promise<Running & { readonly rules: RoutingRuleSetSpec; readonly ops: string }> {
  let product: Running['product'] | undefined;
  const site = await running({
    prepare: (one) => {
      product = one;
    },
    loops: { loops: ['route'], decide: async () => ({ kind: 'no-snapshot' }) },
  });
  if (product === undefined) throw new Error('nothing runs');
  const { deps, store, crm, scope } = product;
  const host = loopHost({
    deps,
    store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect: async () => ({ ok: true, value: crm.records }),
    listener: () => {},
    engine: 'test',
  });
  for (const record of [EAST, EAST, DACH])
    expect(await host.decide('route', { object: 'Lead', record })).toMatchObject({ kind: 'decided' });
  const active = await store.activeSnapshot(await scope());
  const rules = RoutingRuleSet.schema.parse(active?.content.resources['RoutingRuleSet/inbound-leads']);
  return { ...site, rules, ops: await site.token('ops') };
}

test('rules that are sent: who changes owner, why, and who has how many; nothing is kept', async () => {
  const { post, rules, ops, product } = await decided();
  expect((await post(URL_PATH, { rules }, ops)).json).toMatchObject({ same: true, records: 3, owner_changes: 0 });
  const others = {
    ...rules,
    rules: rules.rules.map((rule) => (rule.id === 'geography_territory' ? { ...rule, when: 'territory under ams' } : rule)),
  };
  const { status, json } = await post(URL_PATH, { rules: others, since: '7d' }, ops);
  expect(status).toBe(200);
  expect(json).toMatchObject({ same: false, records: 3, owner_changes: 1, undetermined: 0 });
  expect(json.examples).toMatchObject([
    { name: 'Contoso', owner: ['ae.dach1@acme.example', 'queue/general'], owner_by: 'rule', why: ['rule geography_territory → default'] },
  ]);
  expect(json.load).toEqual([
    { owner: 'ae.dach1@acme.example', before: 1, after: 0 },
    { owner: 'queue/general', before: 0, after: 1 },
    { owner: 'ae.east1@acme.example', before: 2, after: 2 },
  ]);
  expect(json.content).toEqual(['RoutingRuleSet/inbound-leads rules[geography_territory].when']);
  expect((await product.store.decisions.recent('acme-revenue', 'sandbox', 10)).length).toBe(3);
});

test('a folder that is sent, and records that are given', async () => {
  const { post, ops, product } = await decided();
  const { files } = await product.deps.source.read();
  const sent = files.map(({ path, text }) => ({ path, text: text.replace('ae.dach1@acme.example', 'ae.other@acme.example') }));
  const { status, json } = await post(URL_PATH, { files: sent, records: [DACH, DACH, EAST] }, ops);
  expect(status, JSON.stringify(json)).toBe(200);
  expect(json).toMatchObject({ records: 3, owner_changes: 2 });
  const broken = sent.map(({ path, text }) => ({
    path,
    text: text.replace('assign_to_pool: na-commercial', 'assign_to_pool: na-comercial'),
  }));
  const refused = await post(URL_PATH, { files: broken }, ops);
  expect([refused.status, refused.json.code]).toEqual([422, 'dangling-reference']);
  expect(refused.text).toContain('route/rules.yaml');
});

test('what is no rule set, and what it names that is not there, is refused with its path; a role below ops as well', async () => {
  const { post, rules, ops, token } = await decided();
  const [first] = rules.rules;
  const invalid = await post(URL_PATH, { rules: { rules: [{ ...first, when: 'grade =' }], default: rules.default } }, ops);
  expect([invalid.status, invalid.text]).toEqual([422, expect.stringContaining('rules.rules[0].when')]);
  const dangling = await post(
    URL_PATH,
    { rules: { ...rules, rules: [{ id: 'x', priority: 1, action: { assign_to_pool: 'na-comercial' } }] } },
    ops,
  );
  expect([dangling.status, dangling.text]).toEqual([422, expect.stringContaining('Did you mean \\"na-commercial\\"?')]);
  expect((await post(URL_PATH, { rules }, await token('manager'))).status).toBe(403);
  for (const body of [{}, { rules, record: EAST }, { record: EAST, records: [EAST] }, { rules, since: 'long' }]) {
    expect((await post(URL_PATH, body, ops)).status, JSON.stringify(body)).toBe(400);
  }
});
