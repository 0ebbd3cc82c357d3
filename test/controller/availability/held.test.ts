// Records that wait in a pool, on a real embedded org: held while nobody is there, each given once when somebody is back, oldest first.
import { expect, onTestFinished, test } from 'vitest';
import { heldLook } from '../../../controller/availability/held.ts';
import { pauseSeat, unpauseSeat } from '../../../controller/availability/pause.ts';
import { startLive } from '../../../controller/live/process.ts';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import { checkPool } from '../../../controller/pools/check.ts';
import { reportPools } from '../../../controller/pools/report.ts';
import { poolsOf } from '../../../controller/pools/ground.ts';
import { countPools } from '../../../controller/pools/watch.ts';
import { listPools, showPool } from '../../../controller/pools/show.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { openProduct, type Product } from '../product.ts';

const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
const POOL = '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]';
const SEATS = ['ae-sf-bay-1', 'ae-sf-bay-2', 'ae-east-1'];
const LEAD = { LastName: 'Quill', Company: 'Bayside Software', Country: 'US', State: 'CA', City: 'San Francisco' };

/** Every lead goes to the pool, whatever it says. */
function allToPool(product: Product, pool: string): void {
  product.edit(
    'route/rules.yaml',
    '    - id: existing_customer_domain',
    '    - {id: all, priority: 1, action: {assign_to_pool: na-commercial}}\n    - id: existing_customer_domain',
  );
  product.edit('deploy/pools.yaml', 'strategy: least_open ', 'strategy: weighted ');
  product.edit('deploy/pools.yaml', '  count_object: Opportunity\n', '');
  product.edit('deploy/pools.yaml', POOL, pool);
}

async function acting(edit: (product: Product) => void) {
  const product = await openProduct();
  edit(product);
  product.edit('loopctl.yaml', 'events: {poll: 15s}', 'events: {poll: 1s}');
  expect((await product.apply()).outcome).toBe('done');
  const { resolved } = await product.scene();
  const { store, crm, deps } = product;
  let ahead = 0;
  const clock = { ...deps.clock, now: () => new Date(Date.now() + ahead) };
  const host: RunningHost = loopHost({
    deps: { ...deps, clock },
    store,
    place: () => PLACE,
    connect: async () => ({ ok: true, value: crm.records }),
    listener: () => {},
    engine: 'test',
  });
  const running = startLive({
    deps: { ...deps, clock },
    store,
    host,
    environment: () => resolved.environment,
    connect: async () => ({ ok: true, value: crm }),
    listener: () => {},
    looks: [heldLook({ store, host: () => host })],
    onError: (error) => {
      throw error;
    },
    onTrouble: () => {},
  });
  onTestFinished(() => running.stop());
  const routed = async (id: string): Promise<readonly DecisionRecord[]> =>
    (await store.decisions.ofSubject('acme-revenue', 'sandbox', id)).map(({ decision }) => decision).filter(({ loop }) => loop === 'route');
  const until = async (probe: () => Promise<boolean>) => {
    while (!(await probe())) await new Promise((wake) => void setTimeout(wake, 50));
  };
  return {
    product,
    host,
    routed,
    until,
    by: { ...deps, clock },
    pass: (milliseconds: number) => {
      ahead += milliseconds;
    },
    ground: async () => {
      const at = await host.current();
      if (at === undefined) throw new Error('nothing was reconciled');
      return host.pools(at);
    },
  };
}

const seatOf = (decision: DecisionRecord | undefined) => (decision?.['owner'] as { readonly seat: string } | undefined)?.seat;

test('while all are paused records wait; back, each goes to one of them, by turns; the ledger tells the same', {
  timeout: 90_000,
}, async () => {
  const { product, routed, until, by, pass, ground } = await acting((one) => {
    allToPool(one, '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2}, {seat: ae-east-1}]');
    one.edit('deploy/pools.yaml', 'all_unavailable: queue ', 'all_unavailable: hold ');
    one.edit('deploy/pools.yaml', '  queue: queue/general\n', '');
  });
  const { store, org } = product;
  for (const seat of SEATS) expect((await pauseSeat(by, store, { ...PLACE, seat })).ok).toBe(true);
  pass(3_000);
  const ids = await Promise.all(['One', 'Two', 'Three', 'Four'].map((LastName) => org.create('Lead', { ...LEAD, LastName })));
  await until(async () => (await Promise.all(ids.map(routed))).every((made) => made.length > 0));
  for (const id of ids) expect((await routed(id)).map((one) => one['held_by'])).toEqual(['na-commercial']);
  expect(await countPools(await ground())).toEqual([{ pool: 'na-commercial', members: 3, eligible: 0, held: 4, assigned: 0 }]);
  const [view] = await listPools(await ground());
  expect(view).toMatchObject({
    pool: 'na-commercial',
    next: null,
    held: expect.arrayContaining(ids.map((id) => ({ id, object: 'Lead' }))) as unknown,
  });
  expect(view?.members.map(({ because }) => because)).toEqual(SEATS.map(() => 'was paused by tester@machine'));
  for (const seat of SEATS.slice(0, 2)) expect((await unpauseSeat(by, store, { ...PLACE, seat })).ok).toBe(true);
  // Nobody could know: the look finds it.
  pass(60_000);
  const ownerOf = async (id: string) => (await product.crm.records.record('Lead', id, ['Owner.Username']))?.['Owner.Username'];
  await until(async () => (await Promise.all(ids.map(ownerOf))).every((owner) => String(owner).startsWith('ae.')));
  const owners = Map.groupBy(await Promise.all(ids.map(ownerOf)), String);
  expect(Object.fromEntries([...owners].map(([who, some]) => [who, some.length]))).toEqual({
    'ae.sfbay1@acme.example': 2,
    'ae.sfbay2@acme.example': 2,
  });
  expect(await countPools(await ground())).toEqual([{ pool: 'na-commercial', members: 3, eligible: 2, held: 0, assigned: 4 }]);
  const shown = await showPool(await ground(), 'na-commercial');
  expect(shown).toMatchObject({ turn: 4, held: [] });
  expect(shown?.last).toHaveLength(4);
  expect(new Set(shown?.last?.map(({ record }) => record))).toEqual(new Set(ids));
  expect(await checkPool(store, await product.scope(), 'na-commercial')).toMatchObject({ same: true, differences: [] });
});

test('a record that waits is taken up when the hours begin, without anybody looking; one that is somebody’s by then holds up nobody', {
  timeout: 90_000,
}, async () => {
  const { product, routed, until, pass } = await acting((one) => {
    allToPool(one, '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2}]');
    one.edit('deploy/pools.yaml', 'all_unavailable: queue ', 'calendar: office\n  all_unavailable: hold ');
    one.edit('deploy/pools.yaml', '  queue: queue/general\n', '');
    // Open from the next whole hour but one on, so that it is closed now.
    const hour = (ahead: number) => `${String((new Date().getUTCHours() + ahead) % 24).padStart(2, '0')}:00`;
    const week = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'].map((day) => `${day}: [["${hour(2)}", "${hour(4)}"]]`).join(', ');
    one.write(
      'deploy/hours.yaml',
      `apiVersion: loopctl/v1\nkind: BusinessCalendar\nmetadata: {name: office}\nspec: {timezone: UTC, hours: {${week}}}\n`,
    );
  });
  const ids = await Promise.all(['One', 'Two', 'Three'].map((LastName) => product.org.create('Lead', { ...LEAD, LastName })));
  await until(async () => (await Promise.all(ids.map(routed))).every((made) => made.length > 0));
  for (const id of ids) expect((await routed(id))[0]).toMatchObject({ held_by: 'na-commercial' });
  const [first, ...rest] = [...ids].sort();
  const [person] = await product.org.query("SELECT Id FROM User WHERE Username = 'mgr.west@acme.example'");
  await product.org.update('Lead', String(first), { OwnerId: String(person?.['Id']) });
  pass(2 * 3_600_000);
  const ownerOf = async (id: string) => (await product.crm.records.record('Lead', id, ['Owner.Username']))?.['Owner.Username'];
  await until(async () => (await Promise.all(rest.map(ownerOf))).every((owner) => String(owner).startsWith('ae.')));
  expect(await ownerOf(String(first))).toBe('mgr.west@acme.example');
});

test('200 leads at once are spread as the weights say, by two workers, and no cap is broken; the report and the ledger agree', {
  timeout: 120_000,
}, async () => {
  const product = await openProduct();
  allToPool(product, '[{seat: ae-sf-bay-1, weight: 2}, {seat: ae-sf-bay-2}, {seat: ae-east-1, cap: {day: 30}}]');
  expect((await product.apply()).outcome).toBe('done');
  const hosts = [1, 2].map(() =>
    loopHost({
      deps: product.deps,
      store: product.store,
      place: () => PLACE,
      connect: async () => ({ ok: true, value: product.crm.records }),
      listener: () => {},
      engine: 'test',
    }),
  );
  const made = await Promise.all(
    Array.from({ length: 200 }, async (_, at) => {
      const answer = await hosts[at % 2]?.decide('route', { object: 'Lead', record: { company: `C${at}`, billing_country: 'US' } });
      if (answer?.kind !== 'decided') throw new Error(JSON.stringify(answer));
      return answer.decision;
    }),
  );
  const owners = Map.groupBy(made, (one) => seatOf(one) ?? '');
  expect(owners.get('ae-east-1')).toHaveLength(30);
  // The third has its thirtieth in turn 119 of the smooth round robin; from there on it goes first, first, second.
  expect([owners.get('ae-sf-bay-1')?.length, owners.get('ae-sf-bay-2')?.length]).toEqual([114, 56]);
  const scope = await product.scope();
  const at = await hosts[0]?.current();
  if (at === undefined) throw new Error('nothing was reconciled');
  const [report] = (await reportPools(product.store, scope, { pools: poolsOf(at), now: new Date(), span: 86_400_000 })).pools;
  expect(report).toMatchObject({ pool: 'na-commercial', assignments: 200, unserved: 0 });
  expect(report?.p ?? 0).toBeGreaterThan(0.99);
  expect(report?.seats.map(({ seat, n }) => [seat, n])).toEqual([
    ['ae-sf-bay-1', 114],
    ['ae-sf-bay-2', 56],
    ['ae-east-1', 30],
  ]);
  expect(await checkPool(product.store, scope, 'na-commercial')).toEqual({
    pool: 'na-commercial',
    same: true,
    turns: 200,
    version: { kept: 200, rebuilt: 200 },
    differences: [],
  });
  // Somebody who joins resets nobody, and a state that was tampered with does not pass.
  product.edit('deploy/pools.yaml', '{seat: ae-east-1, cap: {day: 30}}', '{seat: ae-east-1, cap: {day: 30}}, {seat: ae-dach-1}');
  expect((await product.apply()).outcome).toBe('done');
  const later = await hosts[0]?.decide('route', { object: 'Lead', record: { company: 'Later', billing_country: 'US' } });
  expect(later?.kind).toBe('decided');
  expect(await checkPool(product.store, scope, 'na-commercial')).toMatchObject({ same: true, turns: 201 });
  const kept = (await product.store.decisions.state(scope, ['pool/na-commercial'])).get('pool/na-commercial');
  const state = kept?.value as { readonly members: readonly { readonly seat: string; readonly total: number }[] };
  expect(
    state.members
      .map(({ seat, total }) => [seat, total])
      .slice(0, 3)
      .reduce((sum, [, total]) => sum + Number(total), 0),
  ).toBeGreaterThanOrEqual(200);
  const forged = { ...state, members: state.members.map((member) => (member.seat === 'ae-east-1' ? { ...member, total: 1 } : member)) };
  const last = made.at(-1);
  if (last === undefined) throw new Error('nothing was decided');
  const writes = [{ key: 'pool/na-commercial', expect: kept?.version ?? 0, value: forged }];
  const entry = {
    decision: { ...last, id: 'zz', loop: 'other' },
    recorded: { event: {}, facts: [], now: new Date().toISOString() },
    writes,
  };
  expect(await product.store.decisions.keep(scope, [entry])).toEqual([true]);
  const found = await checkPool(product.store, scope, 'na-commercial');
  expect(found.same).toBe(false);
  expect(found.differences.join('\n')).toContain('ae-east-1: ');
});
