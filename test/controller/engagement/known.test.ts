// What people did, from a real store and a real embedded org.
import { expect, test } from 'vitest';
import { engagementOf, eventsKnowledge } from '../../../controller/engagement/known.ts';
import { recordKey } from '../../../controller/engagement/models.ts';
import { decideOn, type Ground } from '../../../controller/loops/decide.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { compileRow } from '../../../controller/loops/world.ts';
import type { FactValue } from '../../../loops/loop.ts';
import { qualify } from '../../../loops/qualify/loop.ts';
import type { SnapshotRow } from '../../../ports/store.ts';
import { callsOf, LEAD, openEngaged } from './organisation.ts';

const now = () => new Date();
const today = () => now().toISOString().slice(0, 10);

test('posted events by record and by address, answered campaigns and closed tasks are all of one person, each once', async () => {
  const product = await openEngaged();
  const { org, store, crm, models } = product;
  const scope = await product.scope();
  const id = await org.create('Lead', { ...LEAD, Email: 'Q@Bayside.example' });
  const other = await org.create('Lead', { ...LEAD, LastName: 'Other' });
  const event = (named: string, person: string, more: object = {}) => ({
    id: named,
    person,
    type: 'demo_request',
    at: `${today()}T00:00:00.000Z`,
    source: 'test',
    ...more,
  });
  await store.engagements.add(
    scope,
    [
      event('both', recordKey('Lead', id), { email: 'q@bayside.example' }),
      event('mail', 'q@bayside.example', { type: 'Unsubscribe' }),
      event('no type of the model', 'q@bayside.example', { type: 'read' }),
      event('too old', 'q@bayside.example', { at: '2019-01-01T00:00:00.000Z' }),
      event('of somebody else', 'x@bayside.example'),
    ],
    now().toISOString(),
  );
  const campaign = async (Type: string) => org.create('Campaign', { Name: Type, Type });
  const webinar = await campaign('Webinar');
  await org.createAll('CampaignMember', [
    { CampaignId: webinar, LeadId: id, Status: 'Responded' },
    { CampaignId: await campaign('Email'), LeadId: id, Status: 'Responded' },
    { CampaignId: webinar, LeadId: other },
  ]);
  await org.createAll('Task', [
    { Subject: 'Call', WhoId: id, TaskSubtype: 'Call', Status: 'Completed' },
    { Subject: 'Call back', WhoId: id, TaskSubtype: 'Call' },
    { Subject: 'Email', WhoId: id, TaskSubtype: 'Email', Status: 'Completed' },
  ]);
  const places = { store, records: crm.records, scope, models, now: now() };
  const found = await engagementOf(places, [
    { object: 'Lead', record: id.slice(0, 15), email: 'q@bayside.example' },
    { object: 'Lead', record: other },
    { object: 'Account', record: '001000000000001' },
  ]);
  const types = (record: string) => found.get(recordKey('Lead', record))?.map(({ type }) => type);
  expect(types(id)?.toSorted()).toEqual(['Call', 'Unsubscribe', 'Webinar', 'demo_request']);
  expect(types(other)).toEqual([]);
  expect(found.get('Account/001000000000001')).toEqual([]);
  const call = found.get(recordKey('Lead', id))?.find(({ type }) => type === 'Call');
  expect(call?.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('200 people are one query of each object of the org', async () => {
  const product = await openEngaged();
  const { org, store, crm, models } = product;
  const ids = await org.createAll(
    'Lead',
    Array.from({ length: 200 }, (_, at) => ({ ...LEAD, LastName: `Lead ${at}`, Email: `p${at}@bayside.example` })),
  );
  const CampaignId = await org.create('Campaign', { Name: 'Webinar', Type: 'Webinar' });
  await org.createAll(
    'CampaignMember',
    ids.map((LeadId) => ({ CampaignId, LeadId, Status: 'Responded' })),
  );
  const persons = ids.map((record, at) => ({ object: 'Lead', record, email: `p${at}@bayside.example` }));
  const places = { store, records: crm.records, scope: await product.scope(), models, now: now() };
  let found = new Map() as Awaited<ReturnType<typeof engagementOf>>;
  const calls = await callsOf(product, async () => {
    found = await engagementOf(places, persons);
  });
  expect(calls).toBe(2);
  expect([...found.values()].map((events) => events.map(({ type }) => type))).toEqual(ids.map(() => ['Webinar']));
});

test('what loops ask at once shares the queries; while the org is away the posted events are known, and it is said', async () => {
  const product = await openEngaged();
  const { org, store, crm } = product;
  const scope = await product.scope();
  const [a, b] = (await org.createAll('Lead', [LEAD, LEAD])) as [string, string];
  const at = `${today()}T00:00:00.000Z`;
  await store.engagements.add(scope, [{ id: 'e', person: recordKey('Lead', a), type: 'webinar', at, source: 'test' }], at);
  const ground = { scope, compiled: compileRow((await store.activeSnapshot(scope)) as SnapshotRow) };
  const events = eventsKnowledge({ store, now, connect: async () => ({ ok: true, value: crm.records }) })(ground);
  const ask = (record: string) => events({ id: 'events', kind: 'events', object: 'Lead', record });
  const calls = await callsOf(product, async () => {
    const answers = await Promise.all([ask(a), ask(b), ask(a)]);
    expect(answers.map(({ value }) => value)).toEqual([[{ type: 'webinar', at }], [], [{ type: 'webinar', at }]]);
    expect(answers.every(({ missing, source }) => missing === undefined && source === 'engagement')).toBe(true);
  });
  expect(calls).toBe(2);
  await org.control('POST', 'faults', { match: { path: '/query' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } });
  const { value, missing } = await ask(a);
  expect(value).toEqual([{ type: 'webinar', at }]);
  expect(missing).toMatch(/^events of the org: /);
});

test('200 leads that are decided on at once ask the org twice', async () => {
  const product = await openEngaged();
  const { org, store, crm, deps } = product;
  const ids = await org.createAll(
    'Lead',
    Array.from({ length: 200 }, (_, at) => ({ ...LEAD, LastName: `Lead ${at}` })),
  );
  const connect = async () => ({ ok: true, value: crm.records }) as const;
  const events = eventsKnowledge({ store, now, connect });
  const nobody: FactValue = { value: null, missing: 'nobody is there to ask', source: 'test', at: '' };
  const host = loopHost({
    deps,
    store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect,
    knowledge: (ground) => ({ lookup: async () => nobody, events: events(ground) }),
    listener: () => {},
    engine: 'test',
  });
  const ground = (await host.current()) as Ground;
  const records = await crm.records.records('Lead', ids, ['Email', 'Company']);
  const calls = await callsOf(product, async () => {
    const decided = await Promise.all(
      ids.map((id) => {
        const record: FactValue = { value: records.get(id), source: 'org', at: now().toISOString() };
        return decideOn(ground, host.deciding, { loop: qualify, event: { object: 'Lead', id, live: true }, record });
      }),
    );
    expect(new Set(decided.map(({ kind }) => kind))).toEqual(new Set(['decided']));
  });
  expect(calls).toBe(2);
});
