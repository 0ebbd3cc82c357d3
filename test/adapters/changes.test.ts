// How changes of the org are noticed: by the real streaming client, by messages that the org posts, by asking. All over HTTP.
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { readChangeEvent } from '../../adapters/salesforce/change-event.ts';
import type { Credentials } from '../../adapters/salesforce/credentials.ts';
import { ackOutbound, outboundChanges, parseOutbound } from '../../adapters/salesforce/outbound.ts';
import { changedSince } from '../../adapters/salesforce/poll.ts';
import { openSession } from '../../adapters/salesforce/session.ts';
import { streamFeed } from '../../adapters/salesforce/stream.ts';
import type { FeedOptions, FeedTrouble, Gap, RecordChange } from '../../ports/changes.ts';
import { type TestOrg, openOrg, until } from '../sandbox/org.ts';

const lead = (org: TestOrg, LastName: string, more: object = {}) => org.create('Lead', { LastName, Company: 'Acme', ...more });
const byToken = (org: TestOrg, accessToken = org.token): Credentials => ({ kind: 'token', instanceUrl: org.url, accessToken });
const byClient = ({ url: instanceUrl, clientId, clientSecret }: TestOrg): Credentials => ({
  kind: 'client',
  instanceUrl,
  clientId,
  clientSecret,
});
/** No pause takes any time. */
const clock = { sleep: () => Promise.resolve(), random: () => 0 };

async function feed(credentials: Credentials, options: Partial<FeedOptions> = {}) {
  const [changes, gaps, troubles]: [RecordChange[], Gap[], FeedTrouble[]] = [[], [], []];
  const running = await streamFeed(credentials, clock).start({
    objects: ['Lead'],
    onChanges: (told) => void changes.push(...told),
    onGap: (gap) => void gaps.push(gap),
    onTrouble: (trouble) => void troubles.push(trouble),
    ...options,
  });
  onTestFinished(running.close);
  return { ...running, changes, gaps, troubles };
}

/** Asks the org meanwhile, which lets time pass. */
const soon = (org: TestOrg, probe: () => boolean) => until(async () => (await org.query('SELECT Id FROM Organization'), probe()));
const fault = (org: TestOrg, path: string, what: object, times = 1) =>
  org.control('POST', 'faults', { match: { path, times }, fault: what });

describe('the stream', () => {
  test('tells of records that are created, changed and deleted, with what has changed, when and by whom', async () => {
    const org = await openOrg();
    const { changes, gaps, troubles } = await feed(byToken(org), { objects: ['Lead', 'Account'] });
    const id = await lead(org, 'Lovelace', { FirstName: 'Ada' });
    const account = await org.create('Account', { Name: 'Acme', BillingCity: 'London' });
    await org.update('Lead', id, { FirstName: 'Augusta', City: 'Paris', Rating: 'Hot' });
    await org.update('Account', account, { BillingCity: 'Paris' });
    await org.call('DELETE', `sobjects/Lead/${id}`);
    await soon(org, () => changes.length >= 5);
    const [me] = await org.query("SELECT Id FROM User WHERE Username = 'admin@example.com'");
    const of = (object: string) => changes.filter((change) => change.object === object);
    expect(of('Lead')).toMatchObject([
      { id, kind: 'created', source: 'stream', by: me?.['Id'] },
      { id, kind: 'updated', fields: expect.arrayContaining(['FirstName', 'City', 'Rating']) },
      { id, kind: 'deleted' },
    ]);
    expect(of('Account')).toMatchObject([
      { id: account, kind: 'created' },
      { id: account, kind: 'updated', fields: expect.arrayContaining(['BillingCity']) },
    ]);
    expect(of('Lead')[0]).not.toHaveProperty('fields');
    for (const { at } of changes) expect(new Date(at).toISOString()).toBe(at);
    expect([gaps, troubles]).toEqual([[], []]);
  });

  test('tells of records that were changed in the same way one by one, under one cursor', async () => {
    const org = await openOrg();
    const ids = await org.createAll(
      'Lead',
      ['a', 'b', 'c'].map((LastName) => ({ LastName, Company: 'Acme' })),
    );
    const taken: (readonly RecordChange[])[] = [];
    await feed(byToken(org), { onChanges: (told) => void taken.push(told) });
    await org.call('PATCH', 'composite/sobjects', { records: ids.map((id) => ({ attributes: { type: 'Lead' }, id, Rating: 'Hot' })) });
    await soon(org, () => taken.length > 0);
    expect(taken.map((told) => told.map(({ id }) => id))).toEqual([ids]);
    expect(new Set(taken[0]?.map(({ cursor }) => cursor)).size).toBe(1);
  });

  test('goes on after a cursor, and tells nothing twice', async () => {
    const org = await openOrg();
    const first = await feed(byToken(org));
    await lead(org, 'a');
    await soon(org, () => first.changes.length > 0);
    await first.close();
    const [b, c] = [await lead(org, 'b'), await lead(org, 'c')];
    const second = await feed(byToken(org), { from: { Lead: first.changes[0]?.cursor ?? '' } });
    await soon(org, () => second.changes.length >= 2);
    expect(second.changes.map(({ id }) => id)).toEqual([b, c]);
    expect(first.changes).toHaveLength(1);
  });

  test('says where it can not go on, as soon as it listens again: nothing that comes after is missed', async () => {
    const org = await openOrg();
    const { changes, gaps, troubles } = await feed(byToken(org), { from: { Lead: '7' } });
    expect(gaps).toEqual([{ object: 'Lead', reason: expect.stringContaining('The replayId {7} you provided was invalid') }]);
    const id = await lead(org, 'a');
    await soon(org, () => changes.length > 0);
    expect(changes.map((change) => change.id)).toEqual([id]);
    expect(troubles).toEqual([]);
  });

  test.each([
    ['is cut', { drop: 'before' }],
    ['is cut after the org has told of it', { drop: 'after' }],
    ['is answered with an error that is no message', { status: 503 }],
  ])('goes on by itself, with nothing lost, when a call %s', async (_, what) => {
    const org = await openOrg();
    const { changes, gaps, troubles } = await feed(byToken(org));
    const a = await lead(org, 'a');
    await soon(org, () => changes.length === 1);
    await fault(org, '^/cometd/', what);
    const b = await lead(org, 'b');
    const c = await lead(org, 'c');
    await soon(org, () => changes.length >= 3);
    expect(changes.map(({ id }) => id)).toEqual([a, b, c]);
    expect(troubles).toMatchObject([{ object: 'Lead', kind: 'lost' }]);
    expect(gaps).toEqual([]);
  });

  /** Another org with the same data in the same place: whoever waited for the first is cut off, and unknown to the second. */
  async function restartable() {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-changes-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const data = join(folder, 'org.db');
    const before = await openOrg({ data });
    const restart = async (): Promise<TestOrg> => {
      await before.close();
      const after = await openOrg({ data, port: Number(new URL(before.url).port) });
      // Connections that were kept open are found closed.
      await until(() =>
        after.query('SELECT Id FROM Lead').then(
          () => true,
          () => false,
        ),
      );
      return after;
    };
    return { before, restart };
  }

  test('begins anew when the org has forgotten it, after a restart', async () => {
    const { before, restart } = await restartable();
    const { changes, gaps, troubles } = await feed(byToken(before));
    const a = await lead(before, 'a');
    await soon(before, () => changes.length === 1);
    const after = await restart();
    const b = await lead(after, 'b');
    await soon(after, () => changes.length >= 2);
    expect(changes.map(({ id }) => id)).toEqual([a, b]);
    expect(gaps).toEqual([]);
    expect(new Set(troubles.map(({ kind }) => kind))).toEqual(new Set(['lost']));
  });

  test('says that it may have missed something when it was interrupted before it had anything to go on from', async () => {
    const { before, restart } = await restartable();
    const { changes, gaps } = await feed(byToken(before));
    const after = await restart();
    await soon(after, () => gaps.length > 0);
    expect(gaps).toEqual([{ object: 'Lead', reason: 'the stream was interrupted before its first event' }]);
    const a = await lead(after, 'a');
    await soon(after, () => changes.length > 0);
    expect(changes.map(({ id }) => id)).toEqual([a]);
  });

  test('signs in anew when its token is refused', async () => {
    const org = await openOrg();
    const { changes, gaps, troubles } = await feed(byClient(org));
    const a = await lead(org, 'a');
    await soon(org, () => changes.length === 1);
    await fault(org, '^/cometd/', { status: 401 });
    const b = await lead(org, 'b');
    const c = await lead(org, 'c');
    await soon(org, () => changes.length >= 3);
    expect(changes.map(({ id }) => id)).toEqual([a, b, c]);
    expect(troubles).toMatchObject([{ kind: 'auth' }]);
    expect(gaps).toEqual([]);
    const { calls } = await org.control<{ calls: { path: string }[] }>('GET', 'calls');
    expect(calls.filter(({ path }) => path === '/services/oauth2/token')).toHaveLength(2);
  });

  test('says that it is not let in, by a token that is no good or by a user without the rights', async () => {
    const org = await openOrg();
    const wrong = await feed(byToken(org, `${org.organizationId}!AQwrong`));
    expect(wrong.troubles[0]).toMatchObject({
      object: 'Lead',
      kind: 'auth',
      message: expect.stringContaining('401::Authentication invalid'),
    });
    await org.addUser('ann@example.com');
    const { token } = await org.control<{ token: string }>('POST', 'token', { username: 'ann@example.com' });
    const ann = await feed(byToken(org, token));
    expect(ann.troubles[0]).toMatchObject({ kind: 'refused', message: expect.stringMatching(/^403:/) });
    const nothing = await feed(byToken(org), { objects: ['Nonsense'] });
    expect(nothing.troubles[0]).toMatchObject({ object: 'Nonsense', kind: 'refused' });
    const client = await feed({ ...byClient(org), clientSecret: 'wrong' } as Credentials);
    expect(client.troubles[0]).toMatchObject({ kind: 'auth', message: expect.stringContaining('refused the sign-in') });
    const nobody = await feed({ kind: 'token', instanceUrl: 'http://127.0.0.1:1', accessToken: 'x' });
    expect(nobody.troubles[0]).toMatchObject({ kind: 'lost' });
  });

  test('offers a change again until it is taken, and keeps the order', async () => {
    const org = await openOrg();
    const taken: string[] = [];
    let refusals = 2;
    const { troubles } = await feed(byToken(org), {
      async onChanges(told) {
        if (refusals > 0) {
          refusals -= 1;
          throw new Error('the store is busy');
        }
        taken.push(...told.map(({ id }) => id));
      },
    });
    const ids = [await lead(org, 'a'), await lead(org, 'b')];
    await soon(org, () => taken.length >= 2);
    expect(taken).toEqual(ids);
    expect(troubles).toEqual(Array.from({ length: 2 }, () => ({ object: 'Lead', kind: 'taker', message: 'the store is busy' })));
  });

  test('asks no proxy for an org on this machine', async () => {
    vi.stubEnv('http_proxy', 'http://127.0.0.1:1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const org = await openOrg();
    const { changes, troubles } = await feed(byToken(org));
    const id = await lead(org, 'a');
    await soon(org, () => changes.length > 0);
    expect(changes.map((change) => change.id)).toEqual([id]);
    expect(troubles).toEqual([]);
  });

  test('says good-bye when it is closed, and tells nothing after it', async () => {
    const org = await openOrg();
    const { changes, close } = await feed(byToken(org));
    await close();
    await lead(org, 'a');
    const calls = async () => (await org.control<{ calls: { path: string; status?: number }[] }>('GET', 'calls')).calls;
    await until(async () => (await calls()).every(({ status }) => status !== undefined));
    const cometd = (await calls()).filter(({ path }) => path.startsWith('/cometd/')).length;
    await org.query('SELECT Id FROM Lead');
    expect((await calls()).filter(({ path }) => path.startsWith('/cometd/'))).toHaveLength(cometd);
    expect(changes).toEqual([]);
  });
});

describe('an event of the stream', () => {
  const event = (header: object) => ({
    event: { replayId: 9 },
    payload: {
      ChangeEventHeader: { entityName: 'Lead', recordIds: ['00Q000000000001AAA'], changeType: 'UPDATE', commitTimestamp: 0, ...header },
    },
  });

  test('that names records without their fields is a change', () => {
    expect(readChangeEvent(event({ changeType: 'GAP_UPDATE' }))).toEqual({
      object: 'Lead',
      ids: ['00Q000000000001AAA'],
      changeType: 'UPDATE',
      changedFields: [],
      replayId: 9,
      at: '1970-01-01T00:00:00.000Z',
      by: '',
    });
    expect(readChangeEvent(event({ changeType: 'UNDELETE' }))).toMatchObject({ changeType: 'UNDELETE' });
  });

  test.each([
    ['an overflow', { changeType: 'GAP_OVERFLOW', recordIds: ['000000000000000AAA'] }],
    ['a wildcard', { recordIds: ['00Q*'] }],
    ['no records', { recordIds: [] }],
    ['an unknown type', { changeType: 'SPLIT' }],
    ['no time', { commitTimestamp: 'yesterday' }],
  ])('with %s is a hole, after which the stream goes on', (_, header) => {
    expect(readChangeEvent(event(header))).toEqual({ hole: expect.any(String), replayId: 9 });
  });

  test('that is none is a hole too', () => {
    for (const message of [undefined, null, 'text', {}, { event: {} }]) expect(readChangeEvent(message)).toHaveProperty('hole');
  });
});

describe('outbound messages', () => {
  test('of the embedded org are read, acknowledged, and come to an end', async () => {
    const org = await openOrg();
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString('utf8'));
        response.end(ackOutbound());
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const fields = ['LastName', 'Company', 'CreatedDate', 'LastModifiedDate', 'SystemModstamp', 'LastModifiedById'];
    await org.control('POST', 'outbound', { object: 'Lead', url, fields });
    const ids = await org.createAll(
      'Lead',
      ['Ada “&” <Bob>', 'b'].map((LastName) => ({ LastName, Company: 'Acme' })),
    );
    await until(async () => (await org.control<{ messages: { waiting: number }[] }>('GET', 'outbound')).messages[0]?.waiting === 0);
    const message = parseOutbound(bodies[0] ?? '');
    if (!message.ok) throw new Error(JSON.stringify(message.problems));
    expect(message.value).toMatchObject({ organizationId: org.organizationId, object: 'Lead' });
    expect(message.value.records.map(({ id, fields }) => [id, fields['LastName']])).toEqual([
      [ids[0], 'Ada “&” <Bob>'],
      [ids[1], 'b'],
    ]);
    expect(new Set(message.value.notificationIds).size).toBe(2);
    const [row] = await org.query('SELECT SystemModstamp, LastModifiedById FROM Lead LIMIT 1');
    expect(outboundChanges(message.value, 'unused')[0]).toEqual({
      object: 'Lead',
      id: ids[0],
      kind: 'created',
      at: new Date(String(row?.['SystemModstamp'])).toISOString(),
      source: 'outbound',
      by: row?.['LastModifiedById'],
    });
  });

  const envelope = (inner: string, organization = '00D000000000001EAA') =>
    `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound"><OrganizationId>${organization}</OrganizationId><SessionId xsi:nil="true"/>${inner}</notifications></soapenv:Body></soapenv:Envelope>`;
  const notification = (fields: string, id = '04l000000000001AAA', type = 'sf:Lead') =>
    `<Notification><Id>${id}</Id><sObject xsi:type="${type}" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">${fields}</sObject></Notification>`;
  const ID = '<sf:Id>00Q000000000001AAA</sf:Id>';
  const problemsOf = (xml: string) => {
    const read = parseOutbound(xml);
    return read.ok ? [] : read.problems.map(({ message }) => message);
  };

  test('hold texts as they were meant: entities once, spaces, what is empty', () => {
    const fields = `${ID}<sf:A>&amp;lt; &#65;&#x42; &apos;&quot;</sf:A><sf:B> x </sf:B><sf:C xsi:nil="true"/><sf:D>007</sf:D><sf:E>&unknown;&#0;</sf:E>`;
    expect(parseOutbound(envelope(notification(fields)))).toMatchObject({
      ok: true,
      value: { records: [{ fields: { A: `&lt; AB '"`, B: ' x ', C: null, D: '007', E: '&unknown;&#0;' } }] },
    });
  });

  test('without dates are changes of the moment at which they came', () => {
    const read = parseOutbound(envelope(notification(ID)));
    if (!read.ok) throw new Error('refused');
    expect(outboundChanges(read.value, '2026-11-21T04:00:00.000Z')).toEqual([
      { object: 'Lead', id: '00Q000000000001AAA', kind: 'updated', at: '2026-11-21T04:00:00.000Z', source: 'outbound' },
    ]);
  });

  test('that are wrong are told with everything that is wrong', () => {
    const xml = envelope(notification(ID, 'x') + notification('') + notification(ID, undefined, '') + notification(ID), 'nonsense');
    expect(problemsOf(xml)).toEqual([
      expect.stringContaining('OrganizationId'),
      expect.stringMatching(/Notification 1: it has no Id/),
      expect.stringMatching(/Notification 2: its sObject has no Id/),
      expect.stringMatching(/Notification 3: .*which type/),
    ]);
    expect(problemsOf(envelope(notification(ID) + notification(ID, undefined, 'sf:Account')))[0]).toContain('mixes objects');
    expect(problemsOf(envelope(''))[0]).toContain('no Notification');
    expect(problemsOf(envelope(notification(ID).repeat(101)))[0]).toContain('101 notifications');
  });

  test.each([
    [
      'entities of its own',
      `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>${envelope(notification('<sf:Id>&b;</sf:Id>'))}`,
      'entities',
    ],
    ['a file for an entity', `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>${envelope(notification(ID))}`, 'entities'],
    ['more than 4 MiB', envelope(notification(`${ID}<sf:A>${'x'.repeat(5_000_000)}</sf:A>`)), 'larger'],
    ['nothing in it', '', 'line'],
    ['no end', envelope(notification(ID)).slice(0, -20), 'line'],
    ['another text', '{"json": true}', 'line'],
    ['another root', '<html><body/></html>', 'no Envelope'],
    ['a depth without end', `${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`, 'read'],
    ['a name that is none', envelope(notification(`${ID}<__proto__>x</__proto__>`)), 'read'],
  ])('with %s are refused', (_, xml, why) => {
    expect(problemsOf(xml)).toEqual([expect.stringContaining(why)]);
  });
});

describe('a poll', () => {
  const moment = (at: number) => new Date(at).toISOString();

  /** An org whose time stands still until it is moved. */
  async function open() {
    let now = Date.UTC(2026, 10, 21, 4);
    const org = await openOrg({ clock: () => now });
    const session = openSession(byToken(org));
    return { org, session, now: () => moment(now), pass: (minutes: number) => void (now += minutes * 60_000) };
  }

  test('finds what was created, changed and deleted since a moment, in the order in which it was', async () => {
    const { org, session, now, pass } = await open();
    const [old, gone] = [await lead(org, 'old'), await lead(org, 'gone')];
    await lead(org, 'untouched');
    pass(60);
    const since = now();
    pass(1);
    const fresh = await lead(org, 'fresh');
    pass(1);
    await org.update('Lead', old, { Rating: 'Hot' });
    pass(1);
    await org.call('DELETE', `sobjects/Lead/${gone}`);
    const { changes, next } = await changedSince(session, 'Lead', since);
    expect(changes.map(({ id, kind, source }) => [id, kind, source])).toEqual([
      [fresh, 'created', 'poll'],
      [old, 'updated', 'poll'],
      [gone, 'deleted', 'poll'],
    ]);
    expect(next).toBeUndefined();
  });

  test('goes through the pages of a round without leaving out or repeating what was changed in one moment', async () => {
    const { org, session, now } = await open();
    const since = now();
    const ids = await org.createAll(
      'Lead',
      Array.from({ length: 25 }, (_, index) => ({ LastName: `l${index}`, Company: 'Acme' })),
    );
    const found: string[] = [];
    let pages = 0;
    for (let from: string | undefined = since; from !== undefined; pages += 1) {
      const page: Awaited<ReturnType<typeof changedSince>> = await changedSince(session, 'Lead', from, 10);
      found.push(...page.changes.map(({ id }) => id));
      from = page.next;
    }
    expect(found).toEqual(ids.toSorted());
    expect(pages).toBe(3);
  });

  test('begins two minutes before the cursor, so that what was committed late is found', async () => {
    const { org, session, now, pass } = await open();
    const early = await lead(org, 'early');
    pass(1);
    const last = await lead(org, 'last');
    const { changes } = await changedSince(session, 'Lead', now());
    expect(changes.map(({ id }) => id)).toEqual([early, last]);
    const again = await changedSince(session, 'Lead', changes.at(-1)?.cursor ?? '');
    expect(again.changes.map(({ id, at }) => [id, at])).toEqual(changes.map(({ id, at }) => [id, at]));
    pass(10);
    expect((await changedSince(session, 'Lead', now())).changes).toEqual([]);
  });

  test('that fails is no poll that finds nothing', async () => {
    const { org, session, now } = await open();
    await fault(org, '/queryAll', { status: 400, errorCode: 'BROKEN', message: 'on order' });
    await expect(changedSince(session, 'Lead', now())).rejects.toThrow('on order');
    await expect(changedSince(session, 'Lead', 'yesterday')).rejects.toThrow('neither a moment nor a cursor');
    await expect(changedSince(session, "Lead WHERE Name = 'x'", now())).rejects.toThrow('no name of an object');
    await expect(changedSince(session, 'Lead', `${now()}/00Q' OR Id != '`)).rejects.toThrow('neither a moment nor a cursor');
  });
});
