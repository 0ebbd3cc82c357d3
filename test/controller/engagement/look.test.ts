// Qualify is told of what people did: what was posted, and what happened in a real embedded org.
import { Connection } from 'jsforce';
import { expect, test } from 'vitest';
import { type EngagementPoll, pollEngagement } from '../../../controller/engagement/look.ts';
import { takeEngagements, tellEngagements } from '../../../controller/engagement/take.ts';
import { callsOf, type Engaged, LEAD, openEngaged, SOURCES } from './organisation.ts';

const LATER = '2100-01-01T00:00:00.000Z';
const today = () => new Date().toISOString().slice(0, 10);

async function pollOn(product: Engaged): Promise<EngagementPoll> {
  const { store, crm, models } = product;
  const begin = new Date(Date.now() - 60_000);
  return {
    store,
    records: crm.records,
    scope: await product.scope(),
    models,
    now: new Date(),
    begin,
    seen: new Map(),
    onTrouble: () => {},
  };
}

/** Who is to be scored, and why. */
async function due({ store, scope }: EngagementPoll): Promise<readonly string[]> {
  const rows = await store.inbox.take(scope, LATER, 1_000);
  for (const { loop, source } of rows) expect([loop, source]).toEqual(['qualify', 'engagement']);
  await store.inbox.pass(
    scope,
    rows.map(({ id }) => id),
    [],
  );
  return rows.map(({ object, record }) => `${object}/${record}`).toSorted();
}

async function convert({ org }: Engaged, leadId: string): Promise<void> {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
  await connection.soap.convertLead({ leadId, convertedStatus: 'Closed - Converted' } as never);
}

test('whoever answers a campaign or was called is scored again; who was only sent something, or is converted, is not', async () => {
  const product = await openEngaged();
  const { org } = product;
  const poll = await pollOn(product);
  const [a, b, c, converted] = (await org.createAll('Lead', [LEAD, LEAD, LEAD, LEAD])) as [string, string, string, string];
  const CampaignId = await org.create('Campaign', { Name: 'Webinar', Type: 'Webinar' });
  // The first look marks where everything begins.
  expect(await pollEngagement(poll)).toBe(0);
  const [sent] = await org.createAll('CampaignMember', [
    { CampaignId, LeadId: a },
    { CampaignId, LeadId: b, Status: 'Responded' },
    { CampaignId, LeadId: converted, Status: 'Responded' },
  ]);
  await convert(product, converted);
  const contact = await org.create('Contact', { LastName: 'Contact' });
  await org.createAll('Task', [
    { Subject: 'Call', WhoId: c, TaskSubtype: 'Call', Status: 'Completed' },
    { Subject: 'Call', WhoId: a, TaskSubtype: 'Call' },
    { Subject: 'Email', WhoId: a, TaskSubtype: 'Email', Status: 'Completed' },
    // No model scores contacts.
    { Subject: 'Call', WhoId: contact, TaskSubtype: 'Call', Status: 'Completed' },
  ]);
  expect(await pollEngagement(poll)).toBe(2);
  expect(await due(poll)).toEqual([`Lead/${b}`, `Lead/${c}`].toSorted());
  // In the same second, maybe: the look two seconds later sees it, and what was told is not told again.
  await org.update('CampaignMember', sent ?? '', { Status: 'Responded' });
  await pollEngagement({ ...poll, now: new Date(poll.now.getTime() + 2_500) });
  expect(await due(poll)).toEqual([`Lead/${a}`]);
  const still = { ...poll, now: new Date(poll.now.getTime() + 5_000) };
  await pollEngagement(still);
  // Where nothing is new, the two objects are asked for changes, and that is all.
  expect(await callsOf(product, () => pollEngagement(still))).toBe(2);
  expect(await due(poll)).toEqual([]);
  // Another process that has seen nothing yet tells nothing twice.
  expect(await pollEngagement({ ...still, seen: new Map() })).toBe(0);
});

test('posted events are told to the records of their people, one for each; who has no record yet waits for nobody', async () => {
  const product = await openEngaged();
  const { org, store, models } = product;
  const poll = await pollOn(product);
  const { scope, now } = poll;
  const [a, b, twin, converted] = (await org.createAll('Lead', [
    { ...LEAD, Email: 'a@bayside.example' },
    LEAD,
    { ...LEAD, Email: 'A@Bayside.example' },
    { ...LEAD, Email: 'gone@bayside.example' },
  ])) as [string, string, string, string];
  await convert(product, converted);
  const take = (acting: boolean) =>
    takeEngagements({ store, scope, models, now, source: 'token:web', acting }, [
      { id: '1', type: 'Webinar', at: today(), email: 'a@BAYSIDE.example' },
      { id: '2', type: 'webinar', at: today(), email: 'a@bayside.example' },
      { id: '3', type: 'page_view', at: today(), object: 'Lead', record: b.slice(0, 15) },
      { id: '4', type: 'webinar', at: today(), email: 'nobody@bayside.example' },
      { id: '5', type: 'webinar', at: today(), object: 'Contact', record: '003000000000001' },
      { id: '6', type: 'webinar', at: today(), object: 'Lead', record: '00Q000000000009AAA', email: 'gone@bayside.example' },
    ]);
  expect(await take(true)).toEqual({ received: 6, new: 6, unknown_types: ['page_view'] });
  // The org is away: nothing is lost, and nobody is told.
  await org.control('POST', 'faults', { match: { path: '/query' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } });
  await expect(tellEngagements(poll)).rejects.toThrow(/./);
  expect(await due(poll)).toEqual([]);
  await org.control('DELETE', 'faults');
  expect(await pollEngagement(poll)).toBe(3);
  expect(await due(poll)).toEqual([`Lead/${a}`, `Lead/${b}`, `Lead/${twin}`].toSorted());
  expect(await take(true)).toEqual({ received: 6, new: 0, unknown_types: ['page_view'] });
  expect(await pollEngagement(poll)).toBe(0);
});

test('where Qualify does not act, events are kept and nobody is told of them later', async () => {
  const product = await openEngaged('');
  const { org, store, models } = product;
  const poll = await pollOn(product);
  const { scope, now } = poll;
  const record = await org.create('Lead', LEAD);
  const event = { id: '1', type: 'webinar', at: today(), object: 'Lead', record };
  expect((await takeEngagements({ store, scope, models, now, source: 'x', acting: false }, [event])).new).toBe(1);
  // Without sources the org is not asked at all.
  expect(await callsOf(product, () => pollEngagement(poll))).toBe(0);
  expect(await due(poll)).toEqual([]);
});

test('what no model counts any more is forgotten', async () => {
  const product = await openEngaged('');
  const poll = await pollOn(product);
  const { store, scope, now } = poll;
  const at = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();
  const event = (id: string, days: number) => ({ id, person: 'a@b.example', type: 'webinar', at: at(days), source: 'x' });
  await store.engagements.add(scope, [event('old', 601), event('counts', 599)], at(0));
  await pollEngagement(poll);
  const left = await store.engagements.ofPersons(scope, ['a@b.example'], at(10_000));
  expect(left.get('a@b.example')?.map(({ id }) => id)).toEqual(['counts']);
});

test('a look that the org did not answer loses nothing', async () => {
  const product = await openEngaged();
  const { org } = product;
  const poll = await pollOn(product);
  await pollEngagement(poll);
  const LeadId = await org.create('Lead', LEAD);
  const CampaignId = await org.create('Campaign', { Name: 'Webinar', Type: 'Webinar' });
  await org.create('CampaignMember', { CampaignId, LeadId, Status: 'Responded' });
  // The changes are read; whose they are is not.
  const away = { match: { path: 'query.*HasResponded' }, fault: { status: 503, errorCode: 'SERVER_UNAVAILABLE' } };
  await org.control('POST', 'faults', away);
  for (const seconds of [0, 3, 6])
    await expect(pollEngagement({ ...poll, now: new Date(poll.now.getTime() + seconds * 1_000) })).rejects.toThrow(/./);
  await org.control('DELETE', 'faults');
  expect(await pollEngagement({ ...poll, now: new Date(poll.now.getTime() + 9_000) })).toBe(1);
  expect(await due(poll)).toEqual([`Lead/${LeadId}`]);
});

test('a field that the org does not have is told, and the other source goes on', async () => {
  const product = await openEngaged(SOURCES.replace('campaign_member: {}', 'campaign_member: {type: Campaign.Kind__c}'));
  const { org } = product;
  const troubles: string[] = [];
  const poll = { ...(await pollOn(product)), onTrouble: (message: string) => void troubles.push(message) };
  await pollEngagement(poll);
  const [a, b] = (await org.createAll('Lead', [LEAD, LEAD])) as [string, string];
  const CampaignId = await org.create('Campaign', { Name: 'Webinar', Type: 'Webinar' });
  await org.create('CampaignMember', { CampaignId, LeadId: a, Status: 'Responded' });
  await org.create('Task', { Subject: 'Call', WhoId: b, TaskSubtype: 'Call', Status: 'Completed' });
  expect(await pollEngagement(poll)).toBe(1);
  expect(await due(poll)).toEqual([`Lead/${b}`]);
  expect(troubles).toEqual([expect.stringMatching(/^CampaignMember, .*No such column 'Kind__c'/s)]);
});
