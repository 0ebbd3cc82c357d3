// Caps hold however many workers there are: on SQLite and on PostgreSQL, with two processes on one state; and also while what was decided is
// not in the org yet, whose counts know nothing of it.
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { loopHost } from '../../../controller/loops/host.ts';
import { checkPool } from '../../../controller/pools/check.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import type { Store } from '../../../ports/store.ts';
import { openStore } from '../../../state/open.ts';
import { type RunningPostgres, startPostgres } from '../../postgres.ts';
import { onPorts, openProduct, type Product, temporary } from '../product.ts';

const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
const POOL = '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

function allToPool(product: Product, strategy: string, members: string): void {
  product.edit(
    'route/rules.yaml',
    '    - id: existing_customer_domain',
    '    - {id: all, priority: 1, action: {assign_to_pool: na-commercial}}\n    - id: existing_customer_domain',
  );
  product.edit('deploy/pools.yaml', 'strategy: least_open ', `strategy: ${strategy} `);
  product.edit('deploy/pools.yaml', '  count_object: Opportunity\n', '');
  product.edit('deploy/pools.yaml', POOL, members);
}

function hostOn(product: Product, store: Store, now: () => Date = () => new Date()) {
  return loopHost({
    deps: { ...product.deps, clock: { ...product.deps.clock, now } },
    store,
    place: () => PLACE,
    connect: async () => ({ ok: true, value: product.crm.records }),
    listener: () => {},
    engine: 'test',
  });
}

function shares(made: readonly DecisionRecord[]): Readonly<Record<string, number>> {
  const owners = Map.groupBy(made, (one) => (one['owner'] as { seat: string } | undefined)?.seat ?? String(one['queue']));
  return Object.fromEntries([...owners].map(([who, some]) => [who, some.length]));
}

describe.each(['sqlite', 'postgres'] as const)('two processes on %s', (kind) => {
  async function two() {
    const base = await openProduct();
    const folder = temporary('state');
    const databaseUrl = kind === 'postgres' ? await postgres.database() : undefined;
    const open = async () => {
      const store = await openStore({
        folder,
        nextId: base.deps.nextId,
        now: () => new Date(),
        ...(databaseUrl !== undefined && { databaseUrl }),
      });
      onTestFinished(() => store.close());
      return store;
    };
    const [one, other] = [await open(), await open()];
    return { product: onPorts({ ...base.deps, store: async () => one }, base.crm, one, base), stores: [one, other] };
  }

  test('break no cap, lose no turn, and leave a state that follows from the ledger', async () => {
    const { product, stores } = await two();
    allToPool(
      product,
      'weighted',
      '[{seat: ae-sf-bay-1, cap: {day: 7}}, {seat: ae-sf-bay-2, cap: {week: 5}}, {seat: ae-east-1, weight: 3, cap: {day: 20, week: 11}}]',
    );
    expect((await product.apply()).outcome).toBe('done');
    const hosts = stores.map((store) => hostOn(product, store));
    const made = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        const answer = await hosts[at % 2]?.decide('route', { object: 'Lead', record: { company: `C${at}`, billing_country: 'US' } });
        if (answer?.kind !== 'decided') throw new Error(JSON.stringify(answer));
        return answer.decision;
      }),
    );
    expect(shares(made)).toEqual({ 'ae-sf-bay-1': 7, 'ae-sf-bay-2': 5, 'ae-east-1': 11, general: 37 });
    const [store] = stores;
    if (store === undefined) throw new Error('no store');
    expect(await checkPool(store, await product.scope(), 'na-commercial')).toMatchObject({ same: true, turns: 23 });
  });
});

test('what is on its way to somebody counts as theirs, until the org counts it', async () => {
  const product = await openProduct();
  allToPool(product, 'strict', '[{seat: ae-sf-bay-1, cap: {open: 2}}, {seat: ae-sf-bay-2, cap: {open: 1}}]');
  expect((await product.apply()).outcome).toBe('done');
  let now = new Date();
  const host = hostOn(product, product.store, () => now);
  const at = await host.current();
  if (at === undefined) throw new Error('nothing was reconciled');
  const leads = await Promise.all(
    ['One', 'Two', 'Three'].map((LastName) => product.org.create('Lead', { LastName, Company: LastName, Country: 'US' })),
  );
  // Decided as the live loops do, and nobody writes it: the org's counts stay at none.
  const { decideOn } = await import('../../../controller/loops/decide.ts');
  const { LOOPS } = await import('../../../controller/loops/registry.ts');
  const route = LOOPS.get('route');
  if (route === undefined) throw new Error('there is no Route');
  const made: DecisionRecord[] = [];
  for (const id of [...leads, await product.org.create('Lead', { LastName: 'Late', Company: 'Late', Country: 'US' })]) {
    const ended = await decideOn(at, host.deciding, { loop: route, event: { object: 'Lead', id, live: true } });
    if (ended.kind !== 'decided') throw new Error(JSON.stringify(ended));
    made.push(ended.decision);
    // The count is read anew before the next one.
    now = new Date(now.getTime() + 61_000);
  }
  expect(shares(made)).toEqual({ 'ae-sf-bay-1': 2, 'ae-sf-bay-2': 1, general: 1 });
});
