// What the environment asks for before anything is applied binds whoever applies.
import { expect, test } from 'vitest';
import { approvalPolicyOf } from '../../controller/policy.ts';
import { giveVerdict, weightOf } from '../../controller/verdict.ts';
import { openProduct, type Product } from './product.ts';

test('sync: approval binds a person at the command line as it binds the controller', async () => {
  const product = await openProduct();
  product.edit('loopctl.yaml', 'sync: automatic', 'sync: approval');
  for (const actor of ['person', 'controller'] as const) {
    const report = await product.apply({ actor });
    expect([report.outcome, report.holds.map(({ code }) => code)], actor).toEqual(['held', ['approval-required']]);
  }
  expect(await product.org.query('SELECT Id FROM Territory2')).toEqual([]);
});

const RULES =
  'approvals: [{when: "deletes > 0 or account_moves > 100", by: [sales-leadership]}, {when: "owner_changes > 500", by: [revops]}]';

/** The rules of the starter's production on the environment that is applied. */
function withRules(product: Product, loops: string): void {
  product.edit('loopctl.yaml', 'sync: automatic', `sync: automatic\n      ${RULES}`);
  product.edit('loopctl.yaml', 'loops: [qualify, route]', `loops: ${loops}`);
}

test('where no loop acts nothing moves but by the plan: building an org asks for nobody', async () => {
  const product = await openProduct();
  withRules(product, '[]');
  const plan = await product.plan();
  expect([plan.impact, plan.holds]).toEqual([{ account_moves: 0, owner_changes: 0 }, []]);
  expect((await product.apply()).outcome).toBe('done');
});

test('where loops act, what they will read moves records: until that is known, it is said, and asked for', async () => {
  const product = await openProduct();
  withRules(product, '[qualify, route]');
  const plan = await product.plan();
  expect(plan.impact).toEqual({});
  expect(plan.holds.map(({ message }) => message)).toEqual([
    expect.stringContaining('account_moves is not known yet'),
    expect.stringContaining('owner_changes is not known yet'),
  ]);
  product.edit('loopctl.yaml', RULES, '');
  await product.apply();
  product.edit('loopctl.yaml', 'sync: automatic', `sync: automatic\n      ${RULES}`);
  product.edit('design/territories/model.yaml', 'label: FY27', 'label: FY 27');
  expect((await product.apply()).outcome, 'nothing that a loop reads').toBe('done');
});

test('an approval of somebody whom no rule names is kept, and said not to count', async () => {
  const product = await openProduct();
  withRules(product, '[qualify, route]');
  const { plan } = await product.apply();
  const request = { project: 'acme-revenue', plan: plan.id, verdict: 'approve', reason: 'fine', note: null } as const;
  const { resolved } = await product.scene();
  const weight = async (identity: string) => {
    const given = await giveVerdict({ ...product.deps, identity }, product.store, request);
    if (!given.ok) throw new Error(given.problems[0]?.message);
    return weightOf(product.store, 'acme-revenue', given.value, () => approvalPolicyOf(resolved.environment, resolved.project.spec));
  };
  expect(await weight('ada@laptop')).toEqual({ may: false, by: ['sales-leadership', 'revops'] });
  expect(await weight('vp.sales@acme.example')).toMatchObject({ may: true });
});
