// What the environment asks for before anything is applied binds whoever applies.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { approvalPolicyOf } from '../../controller/policy.ts';
import { giveVerdict, weightOf } from '../../controller/verdict.ts';
import { openStore } from '../../state/open.ts';
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

test('what was applied takes no verdict any more; made again, the same plan does', async () => {
  const data = mkdtempSync(join(tmpdir(), 'loopctl-verdict-'));
  onTestFinished(() => rmSync(data, { recursive: true, force: true }));
  const product = await openProduct({ data });
  const { plan, outcome } = await product.apply();
  expect(outcome).toBe('done');
  const request = { project: 'acme-revenue', plan: plan.id, reason: 'late', note: null };
  for (const verdict of ['approve', 'reject'] as const) {
    const given = await giveVerdict(product.deps, product.store, { ...request, verdict });
    expect(given).toMatchObject({ ok: false, problems: [{ code: 'already-applied' }] });
  }
  expect(await product.store.verdicts(plan.id)).toEqual([]);
  const later = await openStore({ folder: data, nextId: product.deps.nextId, now: () => new Date('2100-01-01T00:00:00Z') });
  onTestFinished(() => later.close());
  await later.savePlan(await product.scope(), plan);
  expect(await giveVerdict(product.deps, product.store, { ...request, verdict: 'reject' })).toMatchObject({ ok: true });
});
