// The process dies at every single touch of the store and of the org, before and after it took effect. Whatever was begun, the next
// apply reaches the same organisation, with the same inventory: nothing twice, nothing lost, nothing taken for somebody else's.
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Crm } from '../../ports/crm.ts';
import type { Store } from '../../ports/store.ts';
import { statusOf } from '../../controller/status.ts';
import { openOrg } from '../sandbox/org.ts';
import { copyOf, onPorts, openProduct, orgWithUsers, picture, type Product, temporary } from './product.ts';

class Died extends Error {}

/** Counts the calls that change something, and dies at the n-th. */
function dying(at: number, when: 'before' | 'after') {
  let calls = 0;
  const changes = new Set([
    'beginApply',
    'beginBatch',
    'endBatch',
    'finishApply',
    'switchSnapshot',
    'updateStanding',
    'savePlan',
    'write',
    'poll',
  ]);
  const around = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name, receiver) {
        const value: unknown = Reflect.get(target, name, receiver);
        if (typeof value !== 'function' || !changes.has(String(name))) return value;
        return async (...args: readonly unknown[]) => {
          calls += 1;
          const mine = calls === at;
          if (mine && when === 'before') throw new Died(`before ${String(name)}`);
          if (calls > at) throw new Died('dead already');
          const result: unknown = await Reflect.apply(value, target, args);
          if (mine) throw new Died(`after ${String(name)}`);
          return result;
        };
      },
    });
  return { around, calls: () => calls };
}

function dyingProduct(product: Product, death: ReturnType<typeof dying>): Product {
  return onPorts(product.deps, death.around<Crm>(product.crm), death.around<Store>(product.store), product);
}

/** The world before the apply: files of the org and of the store, and the configuration. */
interface Before {
  readonly org: string;
  readonly data: string;
  readonly root: string;
}

async function before(prepare: (product: Product) => Promise<void>): Promise<Before> {
  const [orgFolder, data] = [temporary('org'), temporary('data')];
  const org = await orgWithUsers(join(orgFolder, 'org.db'));
  const product = await openProduct({ org, data });
  await prepare(product);
  await product.store.close();
  await org.close();
  return { org: orgFolder, data, root: product.root };
}

async function again({ org, data, root }: Before): Promise<Product> {
  const [orgCopy, dataCopy] = [copyOf(org), copyOf(data)];
  const opened = await openOrg({ data: join(orgCopy, 'org.db') });
  await opened.control('POST', 'activation', { delayMs: 20, outcome: 'Active' });
  return openProduct({ org: opened, data: dataCopy, root });
}

const scenarios: readonly { readonly name: string; readonly prepare: (product: Product) => Promise<void> }[] = [
  { name: 'the first apply', prepare: async () => {} },
  {
    name: 'an apply that creates, changes, replaces seats and takes away',
    async prepare(product) {
      await product.apply();
      product.edit('design/capacity_config.yaml', 'active_scenario: fy27-base', 'active_scenario: fy27-expansion');
      product.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
      product.write(
        'design/territories/emea.yaml',
        'apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: emea}\nspec: {label: Europe, type: Region}\n---\napiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: emea/uki}\nspec: {label: UKI, type: Area}\n',
      );
      product.edit(
        'deploy/match_rules.yaml',
        '    - {territory: emea/dach, country: [DE, AT, CH]}',
        '    - {territory: emea/uki, country: [GB, IE]}',
      );
      for (const file of ['design/scenarios/fy27-base.yaml']) product.edit(file, 'territory: emea/dach, user', 'territory: emea/uki, user');
    },
  },
];

describe.each(scenarios)('$name', ({ prepare }) => {
  test('dies at every touch and still arrives', async () => {
    const start = await before(prepare);
    const smooth = await again(start);
    const counting = dying(Number.POSITIVE_INFINITY, 'before');
    expect((await dyingProduct(smooth, counting).apply()).outcome).toBe('done');
    const wanted = await picture(smooth);
    expect(counting.calls()).toBeGreaterThan(10);
    for (let at = 1; at <= counting.calls(); at += 1) {
      for (const when of ['before', 'after'] as const) {
        const product = await again(start);
        const death = dying(at, when);
        await expect(dyingProduct(product, death).apply(), `${when} call ${at}`).rejects.toThrow(Died);
        const report = await product.apply();
        const rest = JSON.stringify(report.results.filter(({ status }) => status !== 'done'));
        expect(['done', 'nothing'], `${when} call ${at}: ${rest}`).toContain(report.outcome);
        expect(await picture(product), `${when} call ${at}`).toEqual(wanted);
        expect((await product.plan()).steps, `${when} call ${at}`).toEqual([]);
        expect(await product.store.openBatches(await product.scope())).toEqual([]);
        await product.org.close();
        await product.store.close();
      }
    }
  }, 600_000);
});

test('a death in an apply is seen in the status until somebody has looked at what it left', async () => {
  const product = await openProduct();
  expect((await product.apply()).outcome).toBe('done');
  product.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
  // savePlan, beginApply, beginBatch: the call to the org is never made.
  await expect(dyingProduct(product, dying(3, 'after')).apply()).rejects.toThrow(Died);
  const status = () => statusOf(product.store, 'acme-revenue', 'sandbox');
  const [{ plan } = { plan: '' }] = await product.store.applies('acme-revenue', 'sandbox', 1);
  expect(await status()).toMatchObject({ sync: { state: 'pending', unfinished: { plan, by: 'tester@machine' } } });
  expect((await product.apply()).outcome).toBe('done');
  expect((await status()).sync).toMatchObject({ state: 'synced' });
  expect((await status()).sync.unfinished).toBeUndefined();
});
