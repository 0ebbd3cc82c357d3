// Runs of the controller, one by one: what a commit, an edit in the org, a policy and an outage come to.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followFolder } from '../../../adapters/git/folder.ts';
import type { ControllerEvent } from '../../../controller/follow/events.ts';
import { channelsOf, dispatch } from '../../../controller/follow/messages.ts';
import { type Followed, lastIdentity, runOnce } from '../../../controller/follow/run.ts';
import { giveVerdict } from '../../../controller/verdict.ts';
import { statusOf } from '../../../controller/status.ts';
import type { Delivery } from '../../../ports/divergences.ts';
import { openProduct, type Product } from '../product.ts';

interface Controller extends Product {
  readonly followed: Followed;
  readonly events: ControllerEvent[];
  /** What arrived in the chat. */
  readonly chat: string[];
  run(): Promise<string>;
  /** Moves the controller's clock on. */
  later(milliseconds: number): void;
  status(): ReturnType<typeof statusOf>;
}

async function controller(
  edit: (product: Product) => void = () => {},
  delivery: Delivery = 'sent',
  channel = 'slack',
): Promise<Controller> {
  const product = await openProduct();
  edit(product);
  let ahead = 0;
  const clock = { ...product.deps.clock, now: () => new Date(Date.now() + ahead) };
  const deps = { ...product.deps, clock };
  const events: ControllerEvent[] = [];
  const chat: string[] = [];
  const listener = (event: ControllerEvent) => void events.push(event);
  const site = { deps, upstream: followFolder(product.root), store: product.store, waitMs: 10_000, stopping: () => false };
  const notifier = {
    channel,
    async send(text: string) {
      chat.push(text);
      return { delivery };
    },
  };
  const channels = channelsOf([notifier]);
  const followed: Followed = { site, listener, channels, identity: undefined, seen: undefined, problems: [] };
  return {
    ...product,
    followed,
    events,
    chat,
    async run() {
      const { result } = await runOnce(followed);
      await dispatch(product.store, [notifier], clock, listener);
      return result.kind === 'ended' ? result.report.outcome : result.kind;
    },
    later(milliseconds) {
      ahead += milliseconds;
    },
    status: () => statusOf(product.store, 'acme-revenue', 'sandbox'),
  };
}

const rename = async ({ org }: Product, from: string, to: string) => {
  const [row] = await org.query(`SELECT Id FROM Territory2 WHERE Name = '${from}'`);
  expect((await org.update('Territory2', String(row?.['Id']), { Name: to })).status).toBe(204);
};
const withGrace = (grace: string) => (product: Product) => product.edit('loopctl.yaml', 'grace: 2m', `grace: ${grace}`);

test('a commit is applied, the same one not again; a broken one changes nothing and says file and line', async () => {
  const one = await controller();
  expect([await one.run(), await one.run()]).toEqual(['done', 'nothing']);
  one.edit('design/territories/ams.yaml', 'type: Patch', 'type: Nonsense');
  expect(await one.run()).toBe('broken');
  const status = await one.status();
  expect(status.sync.state).toBe('failed');
  expect(JSON.stringify(status.problems)).toMatch(/ams\.yaml/);
  expect(one.chat.join('\n')).toMatch(/Failed in sandbox.*What was applied before stays\.\n• design\/territories\/ams\.yaml:\d+:\d+ /);
  await one.run();
  expect(one.chat).toHaveLength(1);
  one.edit('design/territories/ams.yaml', 'type: Nonsense', 'type: Patch');
  expect(await one.run()).toBe('nothing');
  expect((await one.status()).sync.state).toBe('synced');
  expect(one.chat[1]).toMatch(/sandbox is well again/);
});

test('drift is told once when it has lasted, with field, values and who; once more when it is gone', async () => {
  const one = await controller(withGrace('2m'));
  await one.run();
  await rename(one, 'SF Bay', 'Bay Area');
  await one.run();
  expect(one.chat).toEqual([]);
  one.later(121_000);
  await one.run();
  await one.run();
  expect(one.chat).toHaveLength(1);
  expect(one.chat[0]).toMatch(/Territory\/ams\/west\/norcal\/sf-bay.* Name: declared "SF Bay", live "Bay Area" \[admin@example\.com, /);
  await rename(one, 'Bay Area', 'The Bay');
  one.later(121_000);
  await one.run();
  expect(one.chat[1]).toMatch(/live "The Bay"/);
  await rename(one, 'The Bay', 'SF Bay');
  await one.run();
  await one.run();
  expect(one.chat).toHaveLength(3);
  expect(one.chat[2]).toMatch(/No longer drifting in sandbox:\n• Territory\/ams\/west\/norcal\/sf-bay Name/);
});

test('a kind whose policy is revert is put back when the grace is over, and that is told; what nobody manages is left alone', async () => {
  const one = await controller(withGrace('2m'));
  await one.run();
  const queue = async () => (await one.org.query("SELECT Id, Name FROM Group WHERE DeveloperName = 'general'"))[0];
  const name = (await queue())?.['Name'];
  await one.org.update('Group', String((await queue())?.['Id']), { Name: 'Generals' });
  const mine = await one.org.create('Group', { Name: 'Mine', DeveloperName: 'mine', Type: 'Queue' });
  await one.run();
  expect((await queue())?.['Name']).toBe('Generals');
  one.later(121_000);
  expect(await one.run()).toBe('done');
  expect((await queue())?.['Name']).toBe(name);
  expect(one.chat.join('\n')).toMatch(/Put back in sandbox.*\n• Queue\/general .*"Generals"/);
  expect(await one.org.query(`SELECT Name FROM Group WHERE Id = '${mine}'`)).toMatchObject([{ Name: 'Mine' }]);
});

test('sync approval: the plan waits with who may approve it, is applied when approved, and lapses when the world moves', async () => {
  const one = await controller((product) => product.edit('loopctl.yaml', 'sync: automatic', 'sync: approval'));
  expect([await one.run(), await one.run()]).toEqual(['held', 'held']);
  expect(one.chat).toHaveLength(1);
  const [id = ''] = /[0-9a-f]{12}/.exec(one.chat[0] ?? '') ?? [];
  expect(one.chat[0]).toContain(`loopctl approve ${id}`);
  const approve = (plan: string) =>
    giveVerdict(one.deps, one.store, { project: 'acme-revenue', plan, verdict: 'approve', reason: 'as agreed', note: null });
  expect((await approve(id)).ok).toBe(true);
  one.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
  expect(await one.run()).toBe('held');
  const [newer = ''] = /[0-9a-f]{12}/.exec(one.chat[1] ?? '') ?? [];
  expect(newer).not.toBe(id);
  expect((await approve(newer)).ok).toBe(true);
  expect(await one.run()).toBe('done');
});

test('sync manual: the controller applies nothing by itself', async () => {
  const one = await controller((product) => product.edit('loopctl.yaml', 'sync: automatic', 'sync: manual'));
  expect(await one.run()).toBe('held');
  expect((await one.status()).holds).toMatchObject([{ code: 'manual-sync' }]);
});

test('suspended: nothing is applied, nothing is told; resumed, it goes on', async () => {
  const one = await controller();
  await one.run();
  const scope = await one.scope();
  await one.store.updateStanding(scope, { suspended: { by: 'ada', at: '2026-11-21', reason: 'a fair' } });
  one.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
  await rename(one, 'SF Bay', 'Bay Area');
  one.later(600_000);
  expect(await one.run()).toBe('held');
  expect([(await one.status()).sync.state, one.chat]).toEqual(['suspended', []]);
  await one.store.updateStanding(scope, { suspended: undefined });
  expect(await one.run()).toBe('done');
  expect(one.chat.join()).toMatch(/Bay Area/);
});

test('a resource is suspended while it drifts: nobody is told that it is gone, nor the same again when it goes on', async () => {
  const one = await controller(withGrace('0s'));
  await one.run();
  await rename(one, 'SF Bay', 'Bay Area');
  await one.run();
  expect(one.chat).toHaveLength(1);
  const scope = await one.scope();
  const suspended = { 'Territory/ams/west/norcal/sf-bay': { by: 'ada', at: '2026-11-21', reason: 'by hand for now' } };
  await one.store.updateStanding(scope, { suspendedResources: suspended });
  await one.run();
  expect(one.events.findLast(({ type }) => type === 'drift')).toMatchObject({ open: 0, news: [], gone: [] });
  await one.store.updateStanding(scope, { suspendedResources: undefined });
  await one.run();
  expect(one.chat).toHaveLength(1);
  // What changed meanwhile is told when it is looked at again, and so is what is gone.
  await one.store.updateStanding(scope, { suspendedResources: suspended });
  await rename(one, 'Bay Area', 'The Bay');
  await one.run();
  await one.store.updateStanding(scope, { suspendedResources: undefined });
  await one.run();
  expect(one.chat.slice(1)).toEqual([expect.stringContaining('live "The Bay"')]);
  await one.store.updateStanding(scope, { suspendedResources: suspended });
  await rename(one, 'The Bay', 'SF Bay');
  await one.run();
  expect(one.chat).toHaveLength(2);
  await one.store.updateStanding(scope, { suspendedResources: undefined });
  await one.run();
  expect(one.chat.slice(2)).toEqual([expect.stringContaining('No longer drifting')]);
});

test('an org that is away is a failed attempt, told once; the next run goes on', async () => {
  const one = await controller();
  await one.run();
  await one.org.control('POST', 'faults', { match: { path: '.*' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } });
  expect([await one.run(), await one.run()]).toEqual(['refused', 'refused']);
  expect([(await one.status()).sync.state, one.chat.length]).toEqual(['failed', 1]);
  await one.org.control('DELETE', 'faults');
  expect(await one.run()).toBe('nothing');
  expect([(await one.status()).sync.state, one.chat.length]).toEqual(['synced', 2]);
}, 60_000);

test('a message whose fate is not known is not sent again; one that certainly did not arrive is, a few times', async () => {
  for (const [delivery, times] of [
    ['unknown', 1],
    ['again', 5],
  ] as const) {
    const one = await controller(undefined, delivery);
    one.edit('design/territories/ams.yaml', 'type: Patch', 'type: Nonsense');
    for (let runs = 0; runs < 8; runs += 1) await one.run();
    expect(one.chat.length).toBe(times);
  }
});

test('where no address is set that is told once, and no message fails for it', async () => {
  const one = await controller(withGrace('0s'), 'sent', 'pigeon');
  await one.run();
  await rename(one, 'SF Bay', 'Bay Area');
  await one.run();
  await rename(one, 'Bay Area', 'The Bay');
  await one.run();
  const types = one.events.map(({ type }) => type).filter((type) => type === 'message' || type === 'unaddressed');
  expect(types).toEqual(['unaddressed']);
  expect(one.events).toContainEqual({ type: 'unaddressed', environment: 'sandbox', channels: ['slack'] });
  expect(one.events.findLast(({ type }) => type === 'drift')).toMatchObject({ open: 1 });
});

test('a folder that is gone is a state, never an empty organisation; what was read last is remembered for the next start', async () => {
  const one = await controller();
  await one.run();
  expect(await lastIdentity(one.store, undefined)).toMatchObject({ project: 'acme-revenue', environment: { name: 'sandbox' } });
  expect(await lastIdentity(one.store, 'production')).toBeUndefined();
  writeFileSync(join(one.root, 'loopctl.yaml'), '');
  expect(await one.run()).toBe('broken');
  expect((await one.status()).sync.lastApplied).toBeDefined();
});

test('what was put back or taken over by people is no news; a check that finds the same says nothing again', async () => {
  const one = await controller(withGrace('0s'));
  await one.run();
  await rename(one, 'SF Bay', 'Bay Area');
  await one.run();
  one.edit('design/territories/ams.yaml', 'label: SF Bay', 'label: Bay Area');
  await one.run();
  expect(one.chat).toHaveLength(2);
  expect(one.chat[1]).toMatch(/No longer drifting/);
});
