// Clocks of hand-offs on a real embedded org, while time is moved: who does not act is told of, and loses the record; who acts stops the clock.
import { expect, test } from 'vitest';
import { type SystemClock, systemClock } from '../../../adapters/clock/clock.ts';
import { measure } from '../../../controller/metrics/loops.ts';
import { slaMetrics } from '../../../controller/metrics/sla.ts';
import { slaLook } from '../../../controller/sla/look.ts';
import { readState, stateKey } from '../../../loops/sla/state.ts';
import type { EffectRow } from '../../../ports/live.ts';
import type { Product } from '../product.ts';
import { LEAD, type Live, live } from './running.ts';

const POLICY = (more: string) => `apiVersion: loopctl/v1
kind: SLAPolicy
metadata: {name: first-touch}
spec:
${more}
`;

const LEADS = POLICY(`  object: Lead
  target: 15m
  escalations:
    - {after: 10m, notify: true}
    - {after: 30m, task: {subject: "Nobody has called {name}", due: +0bd}, to: manager}
  reassign: {after: 1h, to: pool/na-commercial, max_times: 1, reason_code: no_first_touch}`);

interface Timed extends Live {
  readonly time: SystemClock;
  readonly told: EffectRow[];
  minutes(n: number): void;
  sla(id: string): Promise<readonly string[]>;
}

async function timed(policy: string, edit?: (product: Product) => void): Promise<Timed> {
  const time = systemClock();
  const told: EffectRow[] = [];
  const one = await live({
    events: 'poll: 1s',
    clock: time,
    tell: async (notices) => void told.push(...notices),
    looks: (product, clock) => [slaLook({ store: product.store, deps: { clock } })],
    edit(product) {
      product.edit('loopctl.yaml', 'loops: [qualify, route]', 'loops: [qualify, route, sla]');
      product.write('route/sla.yaml', policy);
      edit?.(product);
    },
  });
  await one.becomes(async () => (await one.store.inbox.cursor(await one.scope(), 'sla Event')) !== undefined);
  return {
    ...one,
    time,
    told,
    minutes: (n) => time.advance(n * 60_000),
    sla: async (id) => (await one.decisions(id)).filter(({ loop }) => loop === 'sla').map((decision) => String(decision['action'])),
  };
}

const last = async (one: Live, id: string, loop: string) => (await one.decisions(id)).findLast((decision) => decision.loop === loop);
const ownerOf = async (one: Live, id: string) => {
  const [row] = await one.org.query(`SELECT Owner.Username FROM Lead WHERE Id = '${id}'`);
  return (row?.['Owner'] as { Username: string } | undefined)?.Username ?? '';
};

const DAY = 86_400_000;
const leaks = async (one: Timed) => slaMetrics(one.store, await one.scope(), { now: one.time.now(), span: DAY });
const speeds = async (one: Timed) => (await measure(one.store, await one.scope(), { now: one.time.now(), span: DAY, loop: 'route' })).speed;

test('an untouched lead is told of, goes to the manager as a task, then to somebody else with the reason; the next clock begins', async () => {
  const one = await timed(LEADS);
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.sla(id)).includes('started'));
  const first = await ownerOf(one, id);
  expect(first).toMatch(/^ae\.sfbay/);
  one.minutes(11);
  await one.becomes(async () => (await one.sla(id)).includes('escalated') && one.told.length === 1);
  expect(one.told[0]?.fields['text']).toContain(`is with ${first}, and nobody has acted on it for 1`);
  one.minutes(5);
  await one.becomes(async () => (await one.sla(id)).includes('breached'));
  expect(await last(one, id, 'sla')).toMatchObject({ overdue: true, rule_matched: 'first-touch.breached' });
  one.minutes(15);
  await one.becomes(async () => (await one.org.query(`SELECT Id FROM Task WHERE WhoId = '${id}'`)).length === 1);
  const [task] = await one.org.query(`SELECT Subject, Owner.Username, Description FROM Task WHERE WhoId = '${id}'`);
  expect(task).toMatchObject({ Subject: 'Nobody has called Bayside Software', Owner: { Username: 'mgr.west@acme.example' } });
  one.minutes(30);
  await one.becomes(async () => (await ownerOf(one, id)) !== first);
  expect(await last(one, id, 'route')).toMatchObject({
    rule_matched: 'no_first_touch',
    reason_code: 'no_first_touch',
    reassigned_from: first,
    action: 'assign_to_pool',
    reasoning: expect.stringContaining('nobody has acted on it for 1h'),
  });
  // A task for the manager is nobody's act, and a record is taken from somebody once.
  await one.becomes(async () => (await one.sla(id)).at(-1) === 'started');
  one.minutes(61);
  await one.becomes(async () => (await one.sla(id)).includes('kept'));
  const second = await ownerOf(one, id);
  expect(second).not.toBe(first);
  await one.org.create('Task', { WhoId: id, Subject: 'Call', Status: 'Completed' });
  await one.becomes(async () => (await one.sla(id)).at(-1) === 'late');
  const [row] = await one.store.loopStates.page(await one.scope(), stateKey('Lead', id), { limit: 1 });
  expect(readState(row?.value)?.clocks['first-touch']?.past.map(({ how, over }) => [how, over])).toEqual([
    ['handed_on', true],
    ['late', true],
  ]);
  const [leak] = await leaks(one);
  expect(leak).toMatchObject({ policy: 'first-touch', started: 2, late: 1, moved_on: 1, lost: 1, met: 0, leak: 1 });
  expect(leak?.touch.median).toBeGreaterThan(61 * 60);
  expect(await speeds(one)).toMatchObject([{ object: 'Lead', decided: { n: 1 }, assigned: { n: 1 } }]);
});

test('a task of the rep stops the clock, one that loopctl made for them does not until it is closed; then time passes and nobody is told', async () => {
  const one = await timed(LEADS, (product) =>
    product.edit('route/rules.yaml', '  object: Lead\n', '  object: Lead\n  on_assign: {task: {subject: "Call {name}"}}\n'),
  );
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(
    async () => (await one.sla(id)).includes('started') && (await one.org.query(`SELECT Id FROM Task WHERE WhoId = '${id}'`)).length === 1,
  );
  one.minutes(11);
  await one.becomes(async () => (await one.sla(id)).includes('escalated'));
  const [task] = await one.org.query(`SELECT Id FROM Task WHERE WhoId = '${id}'`);
  await one.org.update('Task', String(task?.['Id']), { Status: 'Completed' });
  await one.becomes(async () => (await one.sla(id)).at(-1) === 'met');
  one.minutes(120);
  const other = await one.org.create('Lead', { ...LEAD, LastName: 'Other' });
  await one.becomes(async () => (await one.sla(other)).includes('started'));
  await one.org.update('Lead', other, { Status: 'Working - Contacted' });
  await one.becomes(async () => (await one.sla(other)).at(-1) === 'met');
  expect(await one.sla(id)).toEqual(['started', 'escalated', 'met']);
  expect(one.told).toHaveLength(1);
  expect(await leaks(one)).toMatchObject([{ started: 2, met: 2, late: 0, leak: 0 }]);
});

test("a deal that is won is the customer owner's to act on: somebody else's task does not count", async () => {
  const one = await timed(POLICY('  object: Opportunity\n  start: won\n  target: 4h\n  escalations: [{after: 2h, notify: true}]'));
  const userId = async (name: string) => String((await one.org.query(`SELECT Id FROM User WHERE Username = '${name}'`))[0]?.['Id']);
  const cs = await userId('ae.dach1@acme.example');
  const account = await one.org.create('Account', { Name: 'Globex', OwnerId: cs });
  const deal = {
    Name: 'Globex',
    AccountId: account,
    StageName: 'Prospecting',
    CloseDate: new Date().toISOString().slice(0, 10),
    OwnerId: await userId('ae.east1@acme.example'),
  };
  const id = await one.org.create('Opportunity', deal);
  await one.becomes(async () => (await one.sla(id)).includes('noted'));
  await one.org.update('Opportunity', id, { StageName: 'Closed Won' });
  await one.becomes(async () => (await one.sla(id)).includes('started'));
  await one.org.create('Task', { WhatId: id, Subject: 'Hand over', Status: 'Completed', OwnerId: deal.OwnerId });
  one.minutes(121);
  await one.becomes(async () => (await one.sla(id)).includes('escalated'));
  await one.org.create('Task', { WhatId: account, Subject: 'Kick off', OwnerId: cs });
  await one.becomes(async () => (await one.sla(id)).at(-1) === 'met');
  expect(await one.sla(id)).toEqual(['noted', 'started', 'escalated', 'met']);
});

test('another owner of an opportunity has to act; the stage or a task shows it', async () => {
  const one = await timed(POLICY('  object: Opportunity\n  start: owner_changed\n  target: +1bd'));
  const userId = async (name: string) => String((await one.org.query(`SELECT Id FROM User WHERE Username = '${name}'`))[0]?.['Id']);
  const [a, b] = [await userId('ae.east1@acme.example'), await userId('ae.dach1@acme.example')];
  const id = await one.org.create('Opportunity', { Name: 'Globex', StageName: 'Prospecting', CloseDate: '2027-05-01', OwnerId: a });
  await one.becomes(async () => (await one.sla(id)).includes('noted'));
  await one.org.update('Opportunity', id, { OwnerId: b });
  await one.becomes(async () => (await one.sla(id)).includes('started'));
  expect((await last(one, id, 'sla'))?.['clocks']).toMatchObject([{ owner: 'ae.dach1@acme.example', handoff: 'owner_changed' }]);
  await one.org.update('Opportunity', id, { StageName: 'Qualification' });
  await one.becomes(async () => (await one.sla(id)).at(-1) === 'met');
});
