// What a plan says of records that were decided on: from the ledger alone. The org's records are not to be touched.
import { expect, test } from 'vitest';
import { loopHost } from '../../../controller/loops/host.ts';
import { simulate } from '../../../controller/simulate.ts';
import { ledgerRecords, orgRecords } from '../../../controller/simulate/past.ts';
import { versionsSince } from '../../../controller/simulate/versions.ts';
import { renderHtml } from '../../../plans/render/html.ts';
import { renderMarkdown } from '../../../plans/render/markdown.ts';
import { renderText } from '../../../plans/render/text.ts';
import { openProduct, type Product } from '../product.ts';

const EAST = { company: 'Northwind', billing_country: 'US', billing_state: 'NY', billing_city: 'New York' };
const DACH = { company: 'Contoso', billing_country: 'DE', title: 'VP of Sales' };

interface Setting {
  readonly product: Product;
  /** From here on whoever asks for a record of the org fails. */
  forbid(): void;
}

/** Reconciled, and two records from the east and one from DACH decided on, one of them twice. */
async function decided(): Promise<Setting> {
  let isForbidden = false;
  const product = await openProduct({
    around: <Port extends object>(port: Port): Port => {
      if (!('records' in port)) return port;
      const { records } = port;
      return Object.defineProperty({ ...port }, 'records', {
        enumerable: true,
        get() {
          if (isForbidden) throw new Error('a record of the org was asked for');
          return records;
        },
      });
    },
  });
  expect((await product.apply()).outcome).toBe('done');
  const host = loopHost({
    deps: product.deps,
    store: product.store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect: async () => ({ ok: true, value: product.crm.records }),
    listener: () => {},
    engine: 'test',
  });
  const id = await product.org.create('Lead', { LastName: 'Ana', Company: 'Fabrikam', Country: 'US', State: 'NY', City: 'Albany' });
  for (const request of [{ record: EAST }, { id }, { record: DACH }]) {
    expect(await host.decide('route', { object: 'Lead', ...request })).toMatchObject({ kind: 'decided' });
  }
  expect(await host.decide('qualify', { object: 'Lead', id })).toMatchObject({ kind: 'decided' });
  await product.org.addUser('ae.other@acme.example');
  return { product, forbid: () => void (isForbidden = true) };
}

const RULE = (condition: string) => `approvals: [{when: "${condition}", by: [revops]}]`;

test('a plan that gives a seat to somebody else names how many records follow, and asks those whom the rules name', async () => {
  const { product, forbid } = await decided();
  product.edit('design/scenarios/fy27-base.yaml', 'ae.east1@acme.example', 'ae.other@acme.example');
  product.edit('loopctl.yaml', 'sync: automatic', `sync: automatic\n      ${RULE('owner_changes > 1')}`);
  forbid();
  const plan = await product.plan();
  expect(plan.impact).toMatchObject({
    records: 3,
    owner_changes: 2,
    turn_changes: 0,
    score_changes: 0,
    grade_changes: 0,
    undetermined: 0,
    grades: [],
  });
  expect(plan.impact['load']).toEqual([
    { owner: 'ae.east1@acme.example', before: 2, after: 0 },
    { owner: 'ae.other@acme.example', before: 0, after: 2 },
  ]);
  expect(Date.parse(String(plan.impact['as_of']))).toBeGreaterThan(0);
  expect(renderText(plan, { color: false })).toMatch(
    /Impact\n(.*\n)* {2}owner changes: 2\n(.*\n)* {2}records of ae\.east1@acme\.example: 2 → 0\n/,
  );
  expect(renderMarkdown(plan)).toContain('| records of ae.other&#64;acme.example | 0 → 2 |');
  expect(renderHtml(plan)).toContain('<th>records of ae.other@acme.example</th><td>0 → 2</td>');
  expect(plan.holds.map(({ code }) => code)).toEqual(['approval-required']);
  product.edit('loopctl.yaml', 'owner_changes > 1', 'owner_changes > 2');
  expect((await product.plan()).holds).toEqual([]);
  const without = await product.plan({ impact: false });
  expect(without.impact['records']).toBeUndefined();
  expect(without.holds.map(({ message }) => message)).toEqual([expect.stringContaining('owner_changes is not known yet')]);
  expect(without.id).toBe(plan.id);
});

test('a plan that changes nothing that loops read says nothing of records', async () => {
  const { product, forbid } = await decided();
  forbid();
  product.edit('design/territories/model.yaml', 'label: FY27', 'label: FY 27');
  const plan = await product.plan();
  expect([plan.steps.length, plan.impact['records']]).toEqual([1, undefined]);
});

test('a field that was not read when records were decided on leaves the number of owners unknown, and asks', async () => {
  const { product, forbid } = await decided();
  product.edit('qualify/fields.yaml', '    email: Email\n', '    email: Email\n    phone: Phone\n');
  product.edit('loopctl.yaml', 'sync: automatic', `sync: automatic\n      ${RULE('owner_changes > 100')}`);
  forbid();
  const plan = await product.plan();
  // Those that were given whole are told all the same.
  expect(plan.impact).toMatchObject({ records: 3, undetermined: 1, owner_changes: 0 });
  expect(plan.holds.map(({ message }) => message)).toEqual([expect.stringContaining('owner_changes is not known yet')]);
});

test('the ledger gives a record once, as it was at its last decision, the oldest first; the org gives what changed', async () => {
  const { product, forbid } = await decided();
  const scope = await product.scope();
  const all = await ledgerRecords(product.store.decisions, { scope, limit: 100 });
  expect(all.map(({ name }) => name)).toEqual(['Northwind', 'Contoso', 'Fabrikam']);
  expect((await ledgerRecords(product.store.decisions, { scope, limit: 1 })).map(({ name }) => name)).toEqual(['Fabrikam']);
  expect(await ledgerRecords(product.store.decisions, { scope, limit: 100, since: Date.now() + 60_000 })).toEqual([]);
  expect(await ledgerRecords(product.store.decisions, { scope, limit: 100, object: 'Contact' })).toEqual([]);

  await product.org.create('Lead', { LastName: 'Bo', Company: 'Litware', Country: 'DE' });
  const active = await product.store.activeSnapshot(scope);
  if (active === undefined) throw new Error('nothing is active');
  product.edit('design/scenarios/fy27-base.yaml', 'ae.dach1@acme.example', 'ae.other@acme.example');
  const versions = versionsSince(active, await product.scene());
  const now = Date.now();
  const request = {
    object: 'Lead',
    since: now - 3_600_000,
    limit: 100,
    now,
    before: versions.before.content,
    after: versions.after.content,
  };
  const { records, absent } = await orgRecords(product.crm.records, request);
  expect(absent).toEqual([]);
  expect(records.map(({ name }) => name)).toEqual(['Fabrikam', 'Litware']);
  expect((await orgRecords(product.crm.records, { ...request, limit: 1 })).records.length).toBe(1);
  forbid();
  expect(await simulate({ ...versions, records, now, examples: 5 })).toMatchObject({
    records: 2,
    owner_changes: 1,
    examples: [{ name: 'Litware', owner: ['ae.dach1@acme.example', 'ae.other@acme.example'] }],
  });
});

test('a field that the change is only to make is empty in the org’s records, and named', async () => {
  const { product } = await decided();
  const active = await product.store.activeSnapshot(await product.scope());
  if (active === undefined) throw new Error('nothing is active');
  product.edit('qualify/fields.yaml', '    email: Email\n', '    email: Email\n    phone: Phone\n    budget: Budget__c\n');
  product.edit('qualify/scoring_model.yaml', '- {id: has_email, field: email,', '- {id: has_email, field: budget,');
  const versions = versionsSince(active, await product.scene());
  const now = Date.now();
  const request = {
    object: 'Lead',
    since: now - 3_600_000,
    limit: 100,
    now,
    before: versions.before.content,
    after: versions.after.content,
  };
  const { records, absent } = await orgRecords(product.crm.records, request);
  expect(absent).toEqual(['Budget__c']);
  expect(await simulate({ ...versions, records, now, examples: 5 })).toMatchObject({ records: 1, undetermined: 0, owner_changes: 0 });
});

test('a seat that the org could not fill is the same on both sides: only what was changed counts', async () => {
  const { product } = await decided();
  product.edit('design/scenarios/fy27-base.yaml', 'ae.dach1@acme.example', 'nobody.yet@acme.example');
  await product.apply();
  product.edit('qualify/scoring_model.yaml', 'in:vp,vice president", points: 12', 'in:vp,vice president", points: 14');
  expect((await product.plan()).impact).toMatchObject({ records: 3, score_changes: 1, owner_changes: 0, turn_changes: 0, load: [] });
});
