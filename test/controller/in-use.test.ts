// What people's own records hang on does not go unsaid: the accounts of a territory, what waits in a queue.
import { describe, expect, test } from 'vitest';
import { giveVerdict } from '../../controller/verdict.ts';
import { gitProduct, type GitProduct } from './hand.ts';

const EMEA = 'design/territories/emea.yaml';

/** DACH is gone from git; its seat and its row in the match rules go to the region. */
function withoutDach(product: GitProduct): void {
  product.edit(EMEA, '---\napiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: emea/dach}\nspec: {label: DACH, type: Area}\n', '');
  product.edit('deploy/match_rules.yaml', 'territory: emea/dach', 'territory: emea');
  product.edit('design/scenarios/fy27-base.yaml', 'territory: emea/dach', 'territory: emea');
}

async function inDach({ hand }: GitProduct, accounts: number): Promise<void> {
  const dach = await hand.id("SELECT Id FROM Territory2 WHERE DeveloperName = 'emea_dach'");
  for (let n = 0; n < accounts; n += 1) {
    const account = await hand.add('Account', { Name: `Account ${n}` });
    await hand.add('ObjectTerritory2Association', { ObjectId: account, Territory2Id: dach, AssociationCause: 'Territory2Manual' });
  }
}

describe('a territory', () => {
  test('with accounts is deleted when somebody approves that they are in none, and not before', async () => {
    const product = await gitProduct();
    await inDach(product, 3);
    const dach = await product.hand.id("SELECT Id FROM Territory2 WHERE DeveloperName = 'emea_dach'");
    await product.hand.add('Opportunity', { Name: 'Deal', StageName: 'Prospecting', CloseDate: '2027-01-31', Territory2Id: dach });
    withoutDach(product);
    const held = await product.apply();
    expect([held.outcome, held.holds.map(({ code }) => code)]).toEqual(['held', ['territory-has-accounts']]);
    expect(held.holds[0]?.message).toContain('Territory2/FY27/emea_dach (3 accounts, 1 opportunity)');
    expect(await product.org.query('SELECT Id FROM ObjectTerritory2Association')).toHaveLength(3);
    const verdict = { project: 'acme-revenue', plan: held.plan.id, verdict: 'approve', reason: 'DACH closes', note: null } as const;
    expect((await giveVerdict(product.deps, product.store, verdict)).ok).toBe(true);
    expect((await product.apply()).outcome).toBe('done');
    expect(await product.org.query("SELECT Id FROM Territory2 WHERE DeveloperName = 'emea_dach'")).toEqual([]);
  });

  test('without any is deleted as before; the plan says how many accounts move', async () => {
    const product = await gitProduct((made) => made.edit('loopctl.yaml', 'loops: [qualify, route]', 'loops: []'));
    await inDach(product, 2);
    withoutDach(product);
    expect((await product.plan()).impact).toMatchObject({ account_moves: 2 });
    await product.hand.remove('ObjectTerritory2Association', 'Id != null');
    expect((await product.plan()).impact).toMatchObject({ account_moves: 0 });
    expect((await product.apply()).outcome).toBe('done');
  });
});

describe('a queue', () => {
  const TRIAGE = 'label: Lead Triage, objects: [Lead, Case]';

  test('takes what it owns as long as it owns it', async () => {
    const product = await gitProduct();
    const triage = await product.hand.id("SELECT Id FROM Group WHERE DeveloperName = 'triage'");
    const lead = await product.hand.add('Lead', { LastName: 'Waiting', Company: 'Acme', OwnerId: triage });
    product.edit('deploy/queues.yaml', TRIAGE, 'label: Lead Triage, objects: [Case]');
    const report = await product.apply();
    expect([report.outcome, report.results.map(({ id, status, hold }) => [id, status, hold])]).toEqual([
      'partial',
      [
        ['Snapshot/sandbox', 'done', undefined],
        ['QueueSobject/triage/Lead', 'not-run', 'queue-owns-records'],
      ],
    ]);
    await product.hand.change('Lead', `Id = '${lead}'`, {
      OwnerId: await product.hand.id("SELECT Id FROM User WHERE Username = 'ops@acme.example'"),
    });
    expect((await product.apply()).outcome).toBe('done');
  });

  test('keeps an object until what takes its place is there', async () => {
    const product = await gitProduct();
    product.edit('deploy/queues.yaml', TRIAGE, 'label: Lead Triage, objects: [Leed, Case]');
    const report = await product.apply();
    expect(report.results.find(({ id }) => id === 'QueueSobject/triage/Leed')?.status).toBe('failed');
    expect(report.results.find(({ id }) => id === 'QueueSobject/triage/Lead')).toMatchObject({
      status: 'not-run',
      blockedBy: ['QueueSobject/triage/Leed'],
    });
    expect(await product.org.query("SELECT Id FROM QueueSobject WHERE Queue.DeveloperName = 'triage'")).toHaveLength(2);
  });
});
