// Change events over CometD: by jsforce's own client, and by hand where what goes over the wire is the point.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from 'jsforce';
import { StreamingExtension } from 'jsforce/lib/api/streaming.js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Caller, type Row, type SaveResult, type TestOrg, callerOn, openOrg, until } from './org.ts';

const LEADS = '/data/LeadChangeEvent';
const ACCOUNTS = '/data/AccountChangeEvent';
const ALL = '/data/ChangeEvents';

interface Reply {
  readonly channel: string;
  readonly successful?: boolean;
  readonly error?: string;
  readonly clientId?: string;
  readonly advice?: { readonly reconnect?: string; readonly timeout?: number };
  readonly ext?: Row;
  readonly data?: Event;
}

interface Event {
  readonly schema: string;
  readonly payload: Row & {
    readonly ChangeEventHeader: Row & { readonly recordIds: string[]; readonly changeType: string; readonly changedFields: string[] };
  };
  readonly event: { readonly replayId: number };
}

interface Faye {
  subscribe(channel: string, take: (event: Event) => void): PromiseLike<unknown>;
  disconnect(): void;
}

async function bayeux(org: Caller, ...messages: object[]): Promise<Reply[]> {
  return (await org.call<Reply[]>('POST', '/cometd/64.0', messages)).body;
}

/** A client by hand, subscribed from a replay id on. */
async function subscribed(org: Caller, channel: string, from: number) {
  const [hello] = await bayeux(org, { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] });
  const clientId = hello?.clientId ?? '';
  const [reply] = await bayeux(org, {
    channel: '/meta/subscribe',
    clientId,
    subscription: channel,
    ext: { replay: { [channel]: from } },
  });
  const connect = (more: object = {}) => bayeux(org, { channel: '/meta/connect', clientId, connectionType: 'long-polling', ...more });
  return { clientId, reply, connect, events: async () => eventsIn(await connect({ advice: { timeout: 0 } })) };
}

function eventsIn(replies: readonly Reply[]): Event[] {
  return replies.flatMap(({ data }) => (data === undefined ? [] : [data]));
}

/** Everything that is retained of a channel. */
async function told(org: Caller, channel: string, from = -2): Promise<Event[]> {
  return (await subscribed(org, channel, from)).events();
}

const headers = (events: readonly Event[]) => events.map(({ payload }) => payload.ChangeEventHeader);
const types = (events: readonly Event[]) => headers(events).map(({ changeType }) => changeType);
const ids = (events: readonly Event[]) => headers(events).flatMap(({ recordIds }) => recordIds);
const lead = (org: Caller, LastName: string, more: object = {}) => org.create('Lead', { LastName, Company: 'Acme', ...more });

function listen(org: TestOrg, channel: string, extensions: object[]) {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
  // What faye has beyond what it declares.
  const client = connection.streaming.createClient(extensions) as unknown as Faye;
  const events: Event[] = [];
  const subscription = client.subscribe(channel, (event) => void events.push(event));
  onTestFinished(() => client.disconnect());
  return { events, subscription };
}

describe('with the client of jsforce', () => {
  test('a new lead arrives while the client waits, with what is filled in of it', async () => {
    const org = await openOrg();
    const { events, subscription } = listen(org, LEADS, []);
    await subscription;
    const id = await lead(org, 'Lovelace', { FirstName: 'Ada', City: 'London', Email: 'ada@acme.example' });
    const [event] = await until(async () => ((await org.query('SELECT Id FROM Lead')).length > 0 && events.length > 0 ? events : false));
    expect(event).toMatchObject({
      payload: {
        ChangeEventHeader: { entityName: 'Lead', recordIds: [id], changeType: 'CREATE', changedFields: [], sequenceNumber: 1 },
        Name: { FirstName: 'Ada', LastName: 'Lovelace' },
        Address: { City: 'London' },
        Company: 'Acme',
        Email: 'ada@acme.example',
        IsConverted: false,
      },
    });
    expect(event?.payload).not.toHaveProperty('Phone');
    expect(event?.payload).not.toHaveProperty('SystemModstamp');
    expect(event?.payload['CreatedDate']).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
  });

  test('its replay extension goes on where another client stopped', async () => {
    const org = await openOrg();
    const first = await lead(org, 'a');
    const [seen] = await told(org, LEADS);
    const second = await lead(org, 'b');
    const { events } = listen(org, LEADS, [new StreamingExtension.Replay(LEADS, seen?.event.replayId ?? 0)]);
    await until(async () => (await org.query('SELECT Id FROM Lead')).length > 0 && events.length > 0);
    expect(ids(events)).toEqual([second]);
    expect(ids(events)).not.toContain(first);
  });

  test('a token that is no good ends in its extension for that, not in endless tries', async () => {
    const org = await openOrg();
    const failures: Reply[] = [];
    const extension = new StreamingExtension.AuthFailure((message: Reply) => failures.push(message));
    listen({ ...org, token: `${org.organizationId}!AQwrong` }, LEADS, [extension]);
    await until(async () => (await org.query('SELECT Id FROM Lead')).length === 0 && failures.length > 0);
    expect(failures).toMatchObject([
      { error: '403::Handshake denied', ext: { sfdc: { failureReason: '401::Authentication invalid' } }, advice: { reconnect: 'none' } },
    ]);
  });
});

describe('what an event says', () => {
  test('an update names what has changed, compounds by their parts, and who did it with which client', async () => {
    const org = await openOrg();
    const id = await lead(org, 'Lovelace', { FirstName: 'Ada', City: 'London', Title: 'Countess' });
    const body = { FirstName: 'Augusta', City: 'Paris', Title: null, Company: 'Acme' };
    await org.call('PATCH', `sobjects/Lead/${id}`, body, { 'sforce-call-options': 'client=loopctl' });
    const [, update] = await told(org, LEADS);
    const [me] = await org.query("SELECT Id FROM User WHERE Username = 'admin@example.com'");
    expect(update?.payload.ChangeEventHeader).toMatchObject({
      changeType: 'UPDATE',
      recordIds: [id],
      commitUser: me?.['Id'],
      changeOrigin: 'com/salesforce/api/rest/64.0;client=loopctl',
      nulledFields: ['Title'],
    });
    expect(update?.payload.ChangeEventHeader.changedFields.toSorted()).toEqual([
      'Address.City',
      'LastModifiedDate',
      'Name.FirstName',
      'Title',
    ]);
    expect(update?.payload).toEqual({
      ChangeEventHeader: expect.anything(),
      LastModifiedDate: expect.any(String),
      Name: { FirstName: 'Augusta' },
      Address: { City: 'Paris' },
      Title: null,
    });
  });

  test('a deletion says which records, those that went along too', async () => {
    const org = await openOrg();
    const account = await org.create('Account', { Name: 'Acme' });
    const contact = await org.create('Contact', { LastName: 'Ada', AccountId: account });
    await org.call('DELETE', `sobjects/Account/${account}`);
    const deletions = (await told(org, ALL)).filter(({ payload }) => payload.ChangeEventHeader.changeType === 'DELETE');
    expect(headers(deletions).map(({ entityName, recordIds }) => [entityName, recordIds])).toEqual([
      ['Contact', [contact]],
      ['Account', [account]],
    ]);
    expect(new Set(headers(deletions).map(({ transactionKey }) => transactionKey)).size).toBe(1);
    expect(headers(deletions).map(({ sequenceNumber }) => sequenceNumber)).toEqual([1, 2]);
    expect(Object.keys(deletions[0]?.payload ?? {})).toEqual(['ChangeEventHeader']);
  });

  test('records of one transaction with the very same change share an event; others have their own', async () => {
    const org = await openOrg();
    const [a, b, c] = (await org.createAll(
      'Lead',
      ['a', 'b', 'c'].map((LastName) => ({ LastName, Company: 'Acme' })),
    )) as [string, string, string];
    const records = [
      { id: a, Rating: 'Hot' },
      { id: b, Rating: 'Cold' },
      { id: c, Rating: 'Hot' },
    ].map((row) => ({ attributes: { type: 'Lead' }, ...row }));
    await org.call('PATCH', 'composite/sobjects', { records });
    const updates = (await told(org, LEADS)).filter(({ payload }) => payload.ChangeEventHeader.changeType === 'UPDATE');
    expect(headers(updates).map(({ recordIds }) => recordIds)).toEqual([[a, c], [b]]);
  });

  test('a row that was refused or rolled back changes nothing', async () => {
    const org = await openOrg();
    const records = [{ LastName: 'a', Company: 'Acme' }, { LastName: 'b' }].map((row) => ({ attributes: { type: 'Lead' }, ...row }));
    const together = await org.call<SaveResult[]>('POST', 'composite/sobjects', { allOrNone: true, records });
    expect(together.body.map(({ success }) => success)).toEqual([false, false]);
    expect(await told(org, LEADS)).toEqual([]);
    const apart = await org.call<SaveResult[]>('POST', 'composite/sobjects', { records });
    expect(ids(await told(org, LEADS))).toEqual([apart.body[0]?.id]);
  });

  test('what comes and goes in one transaction, and an update that changes nothing, is not told', async () => {
    const org = await openOrg({ clock: () => Date.UTC(2026, 10, 21) });
    await org.call('POST', 'composite', {
      allOrNone: true,
      compositeRequest: [
        { method: 'POST', url: '/services/data/v64.0/sobjects/Lead', referenceId: 'l', body: { LastName: 'a', Company: 'b' } },
        { method: 'DELETE', url: '/services/data/v64.0/sobjects/Lead/@{l.id}', referenceId: 'd' },
      ],
    });
    expect(await told(org, LEADS)).toEqual([]);
    const id = await lead(org, 'b');
    await org.update('Lead', id, { LastName: 'b' });
    expect(types(await told(org, LEADS))).toEqual(['CREATE']);
  });

  test('what is derived from other records is not told, nor sent as a message', async () => {
    const org = await openOrg();
    const WhoId = await lead(org, 'a');
    await org.control('POST', 'outbound', { object: 'Lead', url: 'http://127.0.0.1:1/' });
    await org.create('Task', { WhoId, Subject: 'Call', Status: 'Completed', ActivityDate: '2026-11-20' });
    expect(await org.query('SELECT LastActivityDate FROM Lead')).toMatchObject([{ LastActivityDate: '2026-11-20' }]);
    expect(types(await told(org, LEADS))).toEqual(['CREATE']);
    expect(await org.control('GET', 'outbound')).toMatchObject({ messages: [{ waiting: 0 }] });
  });

  test('a conversion tells of all four records', async () => {
    const org = await openOrg();
    const leadId = await lead(org, 'Lovelace');
    const connection = new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
    await connection.soap.convertLead({ leadId, convertedStatus: 'Closed - Converted' } as never);
    const after = (await told(org, ALL)).slice(1);
    expect(
      headers(after)
        .map(({ entityName, changeType }) => `${changeType} ${String(entityName)}`)
        .toSorted(),
    ).toEqual(['CREATE Account', 'CREATE Contact', 'CREATE Opportunity', 'UPDATE Lead']);
    expect(after.find(({ payload }) => payload.ChangeEventHeader['entityName'] === 'Lead')?.payload).toMatchObject({ IsConverted: true });
  });

  test('a bulk job tells of its rows', async () => {
    const org = await openOrg();
    const { body: job } = await org.call('POST', 'jobs/ingest', { object: 'Lead', operation: 'insert' });
    await org.call('PUT', `jobs/ingest/${String(job['id'])}/batches`, 'LastName,Company\na,x\nb,y\n', { 'content-type': 'text/csv' });
    await org.call('PATCH', `jobs/ingest/${String(job['id'])}`, { state: 'UploadComplete' });
    await until(async () => (await org.call('GET', `jobs/ingest/${String(job['id'])}`)).body['state'] === 'JobComplete');
    expect(ids(await told(org, LEADS)).toSorted()).toEqual((await org.query('SELECT Id FROM Lead ORDER BY Id')).map((row) => row['Id']));
  });

  test('a seed was there before anybody could listen', async () => {
    expect(await told(await openOrg({ seed: 'demo' }), ALL)).toEqual([]);
  });

  test('custom fields are told to whom field-level security shows them', async () => {
    const org = await openOrg();
    await org.call('POST', 'tooling/sobjects/CustomField', {
      FullName: 'Lead.Score__c',
      Metadata: { type: 'Number', label: 'Score', precision: 5, scale: 0 },
    });
    const [profile] = await org.query("SELECT Id FROM PermissionSet WHERE Profile.Name = 'System Administrator'");
    const right = { ParentId: profile?.['Id'], SobjectType: 'Lead', Field: 'Lead.Score__c', PermissionsRead: true, PermissionsEdit: true };
    await org.create('FieldPermissions', right);
    await org.addUser('ann@example.com');
    const all = await org.create('PermissionSet', { Name: 'All', Label: 'All', PermissionsViewAllData: true });
    const [ann] = await org.query("SELECT Id FROM User WHERE Username = 'ann@example.com'");
    await org.create('PermissionSetAssignment', { PermissionSetId: all, AssigneeId: ann?.['Id'] });
    const id = await lead(org, 'a');
    await org.update('Lead', id, { Score__c: 7, Title: 'Dr' });
    const mine = (await told(org, LEADS))[1]?.payload;
    const hers = (await told(await org.as('ann@example.com'), LEADS))[1]?.payload;
    expect(mine).toMatchObject({ Score__c: 7, Title: 'Dr' });
    expect(mine?.ChangeEventHeader.changedFields).toContain('Score__c');
    expect(hers).toMatchObject({ Title: 'Dr' });
    expect(hers).not.toHaveProperty('Score__c');
    expect(hers?.ChangeEventHeader.changedFields).not.toContain('Score__c');
  });
});

describe('channels', () => {
  test('each object has one, and one has all', async () => {
    const org = await openOrg();
    const account = await org.create('Account', { Name: 'Acme' });
    const person = await lead(org, 'a');
    expect(ids(await told(org, ACCOUNTS))).toEqual([account]);
    expect(ids(await told(org, LEADS))).toEqual([person]);
    expect(ids(await told(org, ALL))).toEqual([account, person]);
    expect(ids(await told(org, '/data/ContactChangeEvent'))).toEqual([]);
    expect(ids(await told(org, '/data/OpportunityChangeEvent'))).toEqual([]);
  });

  test('members of campaigns and tasks have one too', async () => {
    const org = await openOrg();
    const person = await lead(org, 'a');
    const CampaignId = await org.create('Campaign', { Name: 'Spring webinar' });
    const member = await org.create('CampaignMember', { CampaignId, LeadId: person });
    await org.update('CampaignMember', member, { Status: 'Responded' });
    const [made, answered] = await told(org, '/data/CampaignMemberChangeEvent');
    expect(made?.payload).toMatchObject({
      ChangeEventHeader: { changeType: 'CREATE', recordIds: [member] },
      LeadId: person,
      Status: 'Sent',
    });
    expect(answered?.payload).toMatchObject({ ChangeEventHeader: { changeType: 'UPDATE' }, Status: 'Responded', HasResponded: true });
    const task = await org.create('Task', { Subject: 'Call', WhoId: person });
    await org.call('DELETE', `sobjects/Task/${task}`);
    const tasks = await told(org, '/data/TaskChangeEvent');
    expect([ids(tasks), types(tasks)]).toEqual([
      [task, task],
      ['CREATE', 'DELETE'],
    ]);
    // The campaign itself is not selected, and its counts are nobody's event.
    expect(headers(await told(org, ALL)).map(({ entityName }) => entityName)).not.toContain('Campaign');
  });

  test('others are refused, and so is a user who may not see all records', async () => {
    const org = await openOrg();
    for (const channel of ['/data/CaseChangeEvent', '/topic/Leads', '/event/Order__e', 'nonsense'])
      expect((await subscribed(org, channel, -1)).reply).toMatchObject({ successful: false, error: expect.stringMatching(/^403:/) });
    await org.addUser('ann@example.com');
    const { reply } = await subscribed(await org.as('ann@example.com'), LEADS, -1);
    expect(reply).toMatchObject({ successful: false, error: expect.stringMatching(/^403:/) });
  });
});

describe('replay', () => {
  test('-1 tells what is new, -2 all that is kept, an id what came after it; ids grow', async () => {
    const org = await openOrg();
    const a = await lead(org, 'a');
    const b = await lead(org, 'b');
    const fresh = await subscribed(org, LEADS, -1);
    const c = await lead(org, 'c');
    expect(ids(await fresh.events())).toEqual([c]);
    expect(await fresh.events()).toEqual([]);
    const all = await told(org, LEADS);
    expect(ids(all)).toEqual([a, b, c]);
    const replayIds = all.map(({ event }) => event.replayId);
    expect(replayIds).toEqual(replayIds.toSorted((x, y) => x - y));
    expect(ids(await told(org, LEADS, replayIds[0]))).toEqual([b, c]);
  });

  test('an id that never was, or whose event is older than 72 hours, is refused with the text that clients look for', async () => {
    const org = await openOrg();
    await lead(org, 'a');
    const [
      {
        event: { replayId },
      },
    ] = (await told(org, LEADS)) as [Event];
    const wording = (id: number) =>
      `400::The replayId {${id}} you provided was invalid.  Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.`;
    expect((await subscribed(org, LEADS, 7)).reply).toMatchObject({ successful: false, error: wording(7) });
    await org.control('POST', 'clock', { advance: 'PT71H' });
    expect((await subscribed(org, LEADS, replayId)).reply).toMatchObject({ successful: true });
    await org.control('POST', 'clock', { advance: 'PT2H' });
    expect((await subscribed(org, LEADS, replayId)).reply).toMatchObject({ successful: false, error: wording(replayId) });
    expect(await told(org, LEADS)).toEqual([]);
  });

  test('a map that speaks of another channel is refused', async () => {
    const org = await openOrg();
    const { clientId } = await subscribed(org, LEADS, -1);
    const [reply] = await bayeux(org, { channel: '/meta/subscribe', clientId, subscription: ACCOUNTS, ext: { replay: { [LEADS]: -2 } } });
    expect(reply).toMatchObject({ successful: false, error: expect.stringMatching(/^400::The replayId for channel/) });
  });

  test('events outlive a restart and ids go on growing; its clients begin anew', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-streaming-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const data = join(folder, 'org.db');
    const before = await openOrg({ data });
    const a = await lead(before, 'a');
    const client = await subscribed(before, LEADS, -2);
    const [
      {
        event: { replayId },
      },
    ] = (await client.events()) as [Event];
    await before.close();
    const after = await openOrg({ data });
    const [unknown] = await bayeux(after, { channel: '/meta/connect', clientId: client.clientId, connectionType: 'long-polling' });
    expect(unknown).toMatchObject({ error: '403::Unknown client', advice: { reconnect: 'handshake' }, successful: false });
    const b = await lead(after, 'b');
    const all = await told(after, LEADS);
    expect(ids(all)).toEqual([a, b]);
    expect(all[1]?.event.replayId).toBeGreaterThan(replayId);
    expect(ids(await told(after, LEADS, replayId))).toEqual([b]);
  });
});

describe('clients', () => {
  test('the first connect is answered at once with how to go on; the next waits until something changes', async () => {
    const org = await openOrg();
    const client = await subscribed(org, LEADS, -1);
    expect(await client.connect()).toMatchObject([
      { channel: '/meta/connect', successful: true, advice: { reconnect: 'retry', timeout: 110_000 } },
    ]);
    const waiting = client.connect();
    const connects = async () =>
      (await org.control<{ calls: { path: string }[] }>('GET', 'calls')).calls.filter(({ path }) => path.startsWith('/cometd/')).length;
    await until(async () => (await connects()) === 4);
    await org.create('Account', { Name: 'of another channel' });
    const id = await lead(org, 'a');
    expect(ids(eventsIn(await waiting))).toEqual([id]);
  });

  test('a client that went away while it waited is told when it comes back', async () => {
    const org = await openOrg();
    const client = await subscribed(org, LEADS, -1);
    await client.connect();
    const gone = new AbortController();
    const body = JSON.stringify([{ channel: '/meta/connect', clientId: client.clientId, connectionType: 'long-polling' }]);
    const headers = { authorization: `OAuth ${org.token}`, 'content-type': 'application/json' };
    const waiting = fetch(`${org.url}/cometd/64.0`, { method: 'POST', body, headers, signal: gone.signal }).catch(() => 'gone');
    const call = async () => (await org.control<{ calls: { status?: number }[] }>('GET', 'calls')).calls[3];
    await until(call);
    gone.abort();
    expect(await waiting).toBe('gone');
    await until(async () => (await call())?.status !== undefined);
    const id = await lead(org, 'a');
    expect(ids(await client.events())).toEqual([id]);
  });

  test('who is silent for more than 40 seconds, says good-bye or asks with another token is not known any more', async () => {
    const org = await openOrg();
    const unknown = [{ error: '403::Unknown client', advice: { reconnect: 'handshake' } }];
    const silent = await subscribed(org, LEADS, -1);
    await org.control('POST', 'clock', { advance: 'PT41S' });
    expect(await silent.connect()).toMatchObject(unknown);
    const polite = await subscribed(org, LEADS, -1);
    expect(await bayeux(org, { channel: '/meta/disconnect', clientId: polite.clientId })).toMatchObject([{ successful: true }]);
    expect(await polite.connect()).toMatchObject(unknown);
    const mine = await subscribed(org, LEADS, -1);
    await org.addUser('ann@example.com');
    const other = await org.as('ann@example.com');
    expect(await bayeux(other, { channel: '/meta/connect', clientId: mine.clientId })).toMatchObject(unknown);
  });

  test('a token that was revoked meanwhile is told at the next connect', async () => {
    const org = await openOrg();
    const { token } = await org.control<{ token: string }>('POST', 'token', { username: 'admin@example.com' });
    const client = await subscribed(callerOn(org.url, token), LEADS, -1);
    await fetch(`${org.url}/services/oauth2/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect(await client.connect()).toMatchObject([{ error: '401::Authentication invalid', advice: { reconnect: 'none' } }]);
  });

  test('unsubscribed channels tell nothing', async () => {
    const org = await openOrg();
    const client = await subscribed(org, LEADS, -1);
    await bayeux(org, { channel: '/meta/unsubscribe', clientId: client.clientId, subscription: LEADS });
    await lead(org, 'a');
    expect(await client.events()).toEqual([]);
  });

  test('what is no message, and a version that is no more, is refused', async () => {
    const org = await openOrg();
    expect((await org.call('POST', '/cometd/64.0', 'no json')).status).toBe(400);
    expect((await org.call('POST', '/cometd/64.0', [])).status).toBe(400);
    expect((await org.call('POST', '/cometd/20.0', [{ channel: '/meta/handshake' }])).status).toBe(404);
    expect((await org.call('GET', '/cometd/64.0')).status).toBe(405);
  });

  test('faults on order reach these calls: a status, a cut before, a cut with the events lost', async () => {
    const org = await openOrg();
    const order = (fault: object) => org.control('POST', 'faults', { match: { path: '^/cometd/', times: 1 }, fault });
    const client = await subscribed(org, LEADS, -1);
    await lead(org, 'a');
    await order({ status: 503 });
    expect((await org.call('POST', '/cometd/64.0', [{ channel: '/meta/connect', clientId: client.clientId }])).status).toBe(503);
    await order({ drop: 'before' });
    await expect(client.events()).rejects.toThrow('fetch failed');
    expect(types(await client.events())).toEqual(['CREATE']);
    await lead(org, 'b');
    await order({ drop: 'after' });
    await expect(client.events()).rejects.toThrow('fetch failed');
    expect(await client.events()).toEqual([]);
  });
});
