// What people did, posted over HTTP: kept once, told to Qualify, and refused with the field named.
import { describe, expect, test } from 'vitest';
import { type EngagementIntake, engagementIntake } from '../../../controller/engagement/intake.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { ROLES } from '../../../ports/tokens.ts';
import { countEvents, LEAD } from '../../controller/engagement/organisation.ts';
import type { Product } from '../../controller/product.ts';
import { type Running, running } from './running.ts';

interface Posting extends Running {
  events(...events: readonly object[]): ReturnType<Running['post']>;
  due(): Promise<readonly string[]>;
  readonly nudged: { times: number };
}

/** `early`: nothing was reconciled yet. */
async function posting({ early = false } = {}): Promise<Posting> {
  let intake: EngagementIntake | undefined;
  const nudged = { times: 0 };
  const prepare = async (product: Product) => {
    const { deps, store, crm } = product;
    countEvents(product, '');
    const { environment } = (await product.scene()).resolved;
    const connect = async () => ({ ok: true, value: crm.records }) as const;
    const place = { project: 'acme-revenue', environment: 'sandbox' };
    const host = loopHost({ deps, store, place: () => (early ? undefined : place), connect, listener: () => {}, engine: 'test' });
    intake = engagementIntake({ deps, store, host, environment: () => environment, connect, nudge: () => void (nudged.times += 1) });
  };
  const events: EngagementIntake = {
    take: (posted, by) => (intake as EngagementIntake).take(posted, by),
  };
  const run = await running({ prepare, server: { events } });
  const secret = await run.token('ingest', { name: 'website' });
  const scope = await run.product.scope();
  return {
    ...run,
    nudged,
    events: (...list) => run.post('/api/events', { events: list }, secret),
    async due() {
      const rows = await run.product.store.inbox.take(scope, '2100-01-01T00:00:00.000Z', 100);
      return rows.map(({ loop, object, record }) => `${loop} ${object}/${record}`);
    },
  };
}

const at = new Date().toISOString();
const event = { id: 'e1', type: 'webinar', at, email: 'q@bayside.example' };

test('an event is kept once, and its person scored again; a type that no model knows is kept and told', async () => {
  const { events, product, due, nudged } = await posting();
  const id = await product.org.create('Lead', { ...LEAD, Email: 'q@bayside.example' });
  const first = await events(event, { ...event, id: 'e2', type: 'page_view' }, { ...event, id: 'e3', email: 'x@bayside.example' });
  expect([first.status, first.json]).toEqual([200, { received: 3, new: 3, unknown_types: ['page_view'], records: 1 }]);
  expect([await due(), nudged.times]).toEqual([[`qualify Lead/${id}`], 1]);
  const again = await events(event, { ...event, id: 'e4', at: '2026-11-01' });
  expect(again.json).toEqual({ received: 2, new: 1, unknown_types: [], records: 1 });
  expect((await events(event)).json).toEqual({ received: 1, new: 0, unknown_types: [], records: 0 });
  const kept = await product.store.engagements.ofPersons(await product.scope(), ['q@bayside.example'], '2000-01-01');
  expect(kept.get('q@bayside.example')?.map(({ id: name, source }) => [name, source])).toEqual([
    ['token:website e4', 'token:website'],
    ['token:website e1', 'token:website'],
    ['token:website e2', 'token:website'],
  ]);
});

test('while the org is away events are taken all the same, and told when it is back', async () => {
  const { events, product, due } = await posting();
  const id = await product.org.create('Lead', { ...LEAD, Email: 'q@bayside.example' });
  await product.org.control('POST', 'faults', { match: { path: '/query' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } });
  const taken = await events(event);
  expect([taken.status, taken.json]).toEqual([200, { received: 1, new: 1, unknown_types: [] }]);
  expect(await due()).toEqual([]);
  await product.org.control('DELETE', 'faults');
  expect((await events({ ...event, id: 'e2', email: 'x@bayside.example' })).json).toMatchObject({ new: 1, records: 1 });
  expect(await due()).toEqual([`qualify Lead/${id}`]);
});

test('before anything was reconciled they are to be sent again', async () => {
  const { events } = await posting({ early: true });
  const answer = await events(event);
  expect([answer.status, answer.json.code, answer.headers.get('retry-after')]).toEqual([503, 'no-snapshot', '5']);
});

describe('what is refused', () => {
  test('names every field that is wrong, and takes nothing', async () => {
    const { events, product } = await posting();
    const record = { object: 'Lead', record: '00Q000000000001AAA' };
    const answer = await events(
      event,
      { ...event, id: 'a b' },
      { ...event, id: 'x', at: '2026-11-21T09:30:00' },
      { ...event, id: 'x', at: '2026-02-30' },
      { id: 'x', type: 'webinar', at },
      { id: 'x', type: 'webinar', at, object: 'Lead' },
      { id: 'x', type: 'webinar', at, ...record, record: '00Q1' },
      { ...event, ...record, id: 'x', kind: 'y' },
      { ...event, id: 'x', email: 'nobody', type: '' },
    );
    expect([answer.status, answer.json.code]).toEqual([400, 'invalid']);
    const paths = answer.json.errors.map((error: { path: string }) => error.path);
    expect(paths.toSorted()).toEqual(
      ['1.id', '2.at', '3.at', '4.email', '5.record', '5.email', '6.record', '8.email', '8.type', '7']
        .map((path) => `events.${path}`)
        .toSorted(),
    );
    const kept = await product.store.engagements.untold(await product.scope(), 10);
    expect(kept).toEqual([]);
  });

  test('what has not come yet, beyond what clocks differ by', async () => {
    const { events } = await posting();
    const ahead = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
    const answer = await events(event, { ...event, id: 'e2', at: ahead(10) }, { ...event, id: 'e3', at: '2099-01-01' });
    expect([answer.status, answer.json.code]).toEqual([422, 'in-the-future']);
    expect(answer.json.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/events/1/at', '/events/2/at']);
    expect((await events({ ...event, at: ahead(3) })).status).toBe(200);
  });

  test('more than 500 at once, and none', async () => {
    const { events } = await posting();
    const many = Array.from({ length: 501 }, (_, index) => ({ ...event, id: `n${index}` }));
    expect((await events(...many)).status).toBe(400);
    expect((await events()).status).toBe(400);
    expect((await events(...many.slice(0, 500))).json).toMatchObject({ received: 500, new: 500 });
  });
});

test('the role ingest posts events and nothing else; of the others only those who may change outcomes do', async () => {
  const { post, ask, token, product } = await posting();
  const secret = await token('ingest');
  for (const path of ['/api/status', '/api/loops', '/api/decisions', '/openapi.json', '/api/plans'])
    expect([path, (await ask(path, { token: secret })).status]).toEqual([path, 403]);
  for (const path of ['/api/sync', '/api/suspend']) expect([path, (await post(path, { reason: 'x' }, secret)).status]).toEqual([path, 403]);
  const answers = await Promise.all(
    ROLES.map(async (role) => [role, (await post('/api/events', { events: [event] }, await token(role))).status]),
  );
  expect(answers).toEqual([
    ['eng', 200],
    ['ops', 200],
    ['leadership', 403],
    ['manager', 403],
    ['rep', 403],
    ['ingest', 200],
  ]);
  const refused = await post('/api/events', { events: [event] }, await token('rep'));
  expect(refused.json.detail).toBe('This needs one of the roles eng, ops, ingest; the token has rep.');
  expect((await ask('/api/events', { method: 'POST', body: { events: [event] } })).status).toBe(401);
  expect(await product.store.engagements.untold(await product.scope(), 10)).toEqual([]);
});
