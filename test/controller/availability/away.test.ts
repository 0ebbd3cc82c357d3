// Who is away, found out in a real embedded org and a real store, and what Route makes of it.
import { expect, onTestFinished, test } from 'vitest';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import { replay } from '../../../controller/loops/replay.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { openProduct, type Product } from '../product.ts';

const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
/** Of the pool: grade A, commercial, from the US. */
const COMMERCIAL = {
  company: 'Bayside Software',
  email: 'q@bayside-software.example',
  title: 'VP of Sales',
  employee_count: 800,
  industry: 'Software',
  lead_source: 'Demo Request',
  billing_country: 'US',
  billing_state: 'CA',
  billing_city: 'San Francisco',
  technologies: 'crm; marketing automation',
};
const EAST = { company: 'Harbor Foods', billing_country: 'US', billing_state: 'NY', billing_city: 'New York' };

interface Wired {
  readonly product: Product;
  readonly host: RunningHost;
  at(moment: string): void;
  routed(record: Readonly<Record<string, unknown>>): Promise<DecisionRecord>;
}

async function wired(edit: (product: Product) => void = () => {}): Promise<Wired> {
  const product = await openProduct();
  edit(product);
  expect((await product.apply()).outcome).toBe('done');
  let now = new Date('2026-11-24T15:00:00Z');
  const host = loopHost({
    deps: { ...product.deps, clock: { ...product.deps.clock, now: () => now } },
    store: product.store,
    place: () => PLACE,
    connect: async () => ({ ok: true, value: product.crm.records }),
    listener: () => {},
    engine: 'test',
  });
  return {
    product,
    host,
    at(moment) {
      now = new Date(moment);
    },
    async routed(record) {
      const answer = await host.decide('route', { object: 'Lead', record });
      if (answer.kind !== 'decided') throw new Error(JSON.stringify(answer));
      return answer.decision;
    },
  };
}

const seatOf = (decision: DecisionRecord) => (decision['owner'] as { readonly seat: string } | undefined)?.seat ?? decision['queue'];
const because = (decision: DecisionRecord, seat: string) =>
  (decision['trace'] as readonly { readonly rule: string; readonly because: string }[]).find(({ rule }) => rule === seat)?.because;

async function userId(product: Product, username: string): Promise<string> {
  const [row] = await product.org.query(`SELECT Id FROM User WHERE Username = '${username}'`);
  return String(row?.['Id']);
}

test('an all-day event that shows out of office takes its owner out for its days, by one call a minute; nothing else of a calendar does', async () => {
  const { product, at, routed } = await wired();
  const event = async (username: string, fields: Readonly<Record<string, unknown>>) =>
    product.org.create('Event', { OwnerId: await userId(product, username), IsAllDayEvent: true, Subject: 'Vacation', ...fields });
  // Two days, Tuesday and Wednesday.
  await event('ae.sfbay1@acme.example', { ShowAs: 'OutOfOffice', ActivityDate: '2026-11-24', DurationInMinutes: 2 * 24 * 60 });
  await event('ae.sfbay2@acme.example', { ShowAs: 'Busy', ActivityDate: '2026-11-24', DurationInMinutes: 24 * 60 });
  await event('ae.east1@acme.example', { ShowAs: 'OutOfOffice', ActivityDate: '2026-11-26', DurationInMinutes: 24 * 60 });
  const calendars = async () => {
    const { calls } = await product.org.control<{ readonly calls: readonly { readonly path: string }[] }>('GET', 'calls');
    return calls.filter(({ path }) => path.includes('FROM+Event') || decodeURIComponent(path).includes('FROM Event')).length;
  };
  const first = await routed(COMMERCIAL);
  expect(await calendars()).toBe(1);
  const owners = [seatOf(first), seatOf(await routed(COMMERCIAL)), seatOf(await routed(COMMERCIAL))];
  expect(await calendars()).toBe(1);
  expect(new Set(owners)).toEqual(new Set(['ae-sf-bay-2', 'ae-east-1']));
  expect(because(first, 'ae-sf-bay-1')).toBe('is out of office (Vacation) until 2026-11-25');
  at('2026-11-26T15:00:00Z');
  const later = await Promise.all([1, 2, 3, 4].map(() => routed(COMMERCIAL)));
  expect(new Set(later.map(seatOf))).toEqual(new Set(['ae-sf-bay-1', 'ae-sf-bay-2']));
  expect(later.map((one) => because(one, 'ae-east-1'))[0]).toBe('is out of office (Vacation) until 2026-11-26');
  const stored = await product.store.decisions.find('acme-revenue', 'sandbox', first.id);
  if (stored === undefined) throw new Error('the decision is not kept');
  expect((await replay(product.store, [await product.scope()], stored)).kind).toBe('same');
});

test('the seat of a territory that is away is passed by in the cascade as well; back, it has its records again', async () => {
  const { product, at, routed } = await wired();
  expect(seatOf(await routed(EAST))).toBe('ae-east-1');
  await product.store.pauses.begin(PLACE, {
    id: 'p1',
    seat: 'ae-east-1',
    at: '2026-11-24T15:00:00Z',
    by: 'ada',
    until: '2026-11-26',
    reason: 'training',
  });
  at('2026-11-24T15:00:05Z');
  const away = await routed(EAST);
  expect(seatOf(away)).not.toBe('ae-east-1');
  expect(JSON.stringify(away['trace'])).toContain('ae-east-1 was paused by ada: training');
  at('2026-11-26T15:00:00Z');
  expect(seatOf(await routed(EAST))).toBe('ae-east-1');
  await product.store.pauses.begin(PLACE, { id: 'p2', seat: 'ae-east-1', at: '2026-11-26T15:00:00Z', by: 'ada' });
  at('2027-03-01T15:00:00Z');
  expect(seatOf(await routed(EAST))).not.toBe('ae-east-1');
  expect(await product.store.pauses.end(PLACE, 'ae-east-1', 'ada', '2027-03-01T15:00:00Z')).toBe(true);
  at('2027-03-01T15:00:05Z');
  expect(seatOf(await routed(EAST))).toBe('ae-east-1');
});

test('time off in git and hours of a calendar: a pool whose people are all out gives to its queue, and says why', async () => {
  const { at, routed } = await wired((product) => {
    product.edit('deploy/pools.yaml', '  all_unavailable: queue ', '  calendar: office\n  all_unavailable: queue ');
    const week = ['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => `${day}: [["09:00", "17:00"]]`).join(', ');
    product.write(
      'deploy/hours.yaml',
      `apiVersion: loopctl/v1\nkind: BusinessCalendar\nmetadata: {name: office}\nspec: {timezone: America/New_York, hours: {${week}}}\n---\n` +
        'apiVersion: loopctl/v1\nkind: TimeOff\nmetadata: {name: one}\nspec: {seat: ae-sf-bay-1, from: 2026-11-23, to: 2026-11-25}\n',
    );
  });
  const open = await routed(COMMERCIAL);
  expect(because(open, 'ae-sf-bay-1')).toBe('has time off until 2026-11-25');
  expect(seatOf(open)).toBe('ae-sf-bay-2');
  at('2026-11-24T23:00:00Z');
  const night = await routed(COMMERCIAL);
  expect(seatOf(night)).toBe('general');
  expect(because(night, 'ae-east-1')).toBe('is out of hours (calendar office)');
  // The owner of a territory is its owner at night too.
  expect(seatOf(await routed(EAST))).toBe('ae-east-1');
});

test('an org whose calendars can not be read leaves what it said last, and the decision holds that', async () => {
  const { product, at, routed } = await wired();
  onTestFinished(() => product.org.control('DELETE', 'faults').then(() => undefined));
  await product.org.control('POST', 'faults', {
    match: { path: 'Event' },
    fault: { status: 400, errorCode: 'INVALID_TYPE', message: 'sObject type Event is not supported' },
  });
  const made = await routed(EAST);
  expect(seatOf(made)).toBe('ae-east-1');
  const stored = await product.store.decisions.find('acme-revenue', 'sandbox', made.id);
  expect(JSON.stringify(stored?.recorded.facts)).toContain('calendars of the org: ');
  at('2026-11-24T15:02:00Z');
  expect(seatOf(await routed(EAST))).toBe('ae-east-1');
});
