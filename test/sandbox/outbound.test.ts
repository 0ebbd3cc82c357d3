// Outbound messages: what a receiver gets, and how long the org goes on until it is told that it was got.
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CONTROL, type TestOrg, openOrg, until } from './org.ts';

const ACK =
  '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>';

interface Receiver {
  readonly url: string;
  readonly messages: string[];
  /** What it says from now on. */
  answer: { readonly status: number; readonly body: string };
}

async function receiver(): Promise<Receiver> {
  const here: { messages: string[]; answer: Receiver['answer'] } = { messages: [], answer: { status: 200, body: ACK } };
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      here.messages.push(body);
      response.writeHead(here.answer.status, { 'content-type': 'text/xml' }).end(here.answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  return Object.assign(here, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/crm` });
}

const register = (org: TestOrg, url: string, more: object = {}) =>
  org.control('POST', 'outbound', {
    object: 'Lead',
    url,
    fields: ['Company', 'Email', 'IsConverted', 'CreatedDate', 'AnnualRevenue'],
    ...more,
  });
const lead = (org: TestOrg, LastName: string, more: object = {}) => org.create('Lead', { LastName, Company: 'Acme', ...more });
const owed = async (org: TestOrg) => (await org.control<{ messages: { waiting: number }[] }>('GET', 'outbound')).messages[0]?.waiting;
const settled = (org: TestOrg) => until(async () => (await owed(org)) === 0);
/** Asks the org meanwhile, which lets time pass. */
const received = (org: TestOrg, from: Receiver, count: number) => until(async () => (await owed(org), from.messages.length >= count));
const between = (text: string, tag: string) =>
  [...text.matchAll(new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`, 'g'))].map(([, inner]) => inner);

describe('a message', () => {
  test('is the envelope that Salesforce sends, with the fields that were chosen and are filled in', async () => {
    const org = await openOrg();
    const to = await receiver();
    await register(org, to.url);
    const id = await lead(org, 'Lovelace', { Company: 'Acme & <Sons>', AnnualRevenue: 1.5 });
    await settled(org);
    const [message = ''] = to.messages;
    expect(message).toContain('<notifications xmlns="http://soap.sforce.com/2005/09/outbound">');
    expect(between(message, 'OrganizationId')).toEqual([org.organizationId]);
    expect(between(message, 'ActionId')[0]).toMatch(/^04k\w{15}$/);
    expect(between(message, 'Id')[0]).toMatch(/^04l\w{15}$/);
    expect(message).toContain('<SessionId xsi:nil="true"/>');
    expect(between(message, 'PartnerUrl')).toEqual([`${org.url}/services/Soap/u/64.0/${org.organizationId.slice(0, 15)}`]);
    expect(message).toContain('<sObject xsi:type="sf:Lead" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">');
    expect(between(message, 'sf:Id')).toEqual([id]);
    expect(between(message, 'sf:Company')).toEqual(['Acme &amp; &lt;Sons&gt;']);
    expect(between(message, 'sf:IsConverted')).toEqual(['false']);
    expect(between(message, 'sf:AnnualRevenue')).toEqual(['1.5']);
    expect(between(message, 'sf:CreatedDate')[0]).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
    expect(message).not.toContain('sf:Email');
  });

  test('carries a session id where one was ordered', async () => {
    const org = await openOrg();
    const to = await receiver();
    await register(org, to.url, { token: 'a-session' });
    await lead(org, 'a');
    await settled(org);
    expect(between(to.messages[0] ?? '', 'SessionId')).toEqual(['a-session']);
  });

  test('is sent for what is created and edited, not for other objects, deletions or what was rolled back', async () => {
    const org = await openOrg();
    const to = await receiver();
    await register(org, to.url);
    await org.create('Account', { Name: 'Acme' });
    const id = await lead(org, 'a');
    await settled(org);
    await org.update('Lead', id, { Company: 'Other' });
    await settled(org);
    expect(to.messages.map((message) => between(message, 'sf:Company'))).toEqual([['Acme'], ['Other']]);
    const records = [{ LastName: 'b', Company: 'b' }, { LastName: 'c' }].map((row) => ({ attributes: { type: 'Lead' }, ...row }));
    await org.call('POST', 'composite/sobjects', { allOrNone: true, records });
    await org.call('DELETE', `sobjects/Lead/${id}`);
    expect(await owed(org)).toBe(0);
    expect(to.messages).toHaveLength(2);
  });

  test('has a hundred notifications at most', async () => {
    const org = await openOrg();
    const to = await receiver();
    await register(org, to.url);
    const ids = await org.createAll(
      'Lead',
      Array.from({ length: 130 }, (_, index) => ({ LastName: `l${index}`, Company: 'Acme' })),
    );
    await settled(org);
    expect(to.messages.map((message) => between(message, 'sf:Id').length)).toEqual([100, 30]);
    expect(new Set(to.messages.flatMap((message) => between(message, 'sf:Id')))).toEqual(new Set(ids));
  });
});

describe('until it is acknowledged', () => {
  test.each([
    ['an error', { status: 500, body: ACK }],
    ['an answer without the acknowledgement', { status: 200, body: 'OK' }],
    ['a refusal', { status: 200, body: ACK.replace('true', 'false') }],
    ['a redirect', { status: 302, body: ACK }],
  ])('%s is followed by another try, with the same id and what the record is by then', async (_, refusal) => {
    const org = await openOrg();
    const to = await receiver();
    to.answer = refusal;
    await register(org, to.url);
    const id = await lead(org, 'a');
    await received(org, to, 1);
    await org.update('Lead', id, { Company: 'Later' });
    await received(org, to, 2);
    expect(await owed(org)).toBe(2);
    to.answer = { status: 200, body: ACK };
    await org.control('POST', 'clock', { advance: 'PT1M' });
    await settled(org);
    const last = to.messages.at(-1) ?? '';
    expect(between(last, 'Id')).toContain(between(to.messages[0] ?? '', 'Id')[0]);
    expect(new Set(between(last, 'sf:Company'))).toEqual(new Set(['Later']));
  });

  test('tries come further and further apart, and end after a day', async () => {
    const org = await openOrg();
    const to = await receiver();
    to.answer = { status: 503, body: '' };
    await register(org, to.url);
    await lead(org, 'a');
    await received(org, to, 1);
    for (const [advance, count] of [
      ['PT10S', 2],
      ['PT20S', 3],
      ['PT40S', 4],
    ] as const) {
      await org.control('POST', 'clock', { advance });
      await received(org, to, count);
    }
    await org.control('POST', 'clock', { advance: 'PT30S' });
    expect(await owed(org)).toBe(1);
    expect(to.messages).toHaveLength(4);
    await org.control('POST', 'clock', { advance: 'P1D' });
    await settled(org);
    expect(to.messages).toHaveLength(5);
  });

  test('what is owed outlives a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-outbound-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const data = join(folder, 'org.db');
    const before = await openOrg({ data });
    const to = await receiver();
    to.answer = { status: 503, body: '' };
    await register(before, to.url);
    const id = await lead(before, 'a');
    await received(before, to, 1);
    await before.close();
    to.answer = { status: 200, body: ACK };
    const after = await openOrg({ data });
    await after.control('POST', 'clock', { advance: 'PT1H' });
    await settled(after);
    expect(between(to.messages.at(-1) ?? '', 'sf:Id')).toEqual([id]);
  });

  test('a receiver that is not there keeps nothing else waiting', async () => {
    const org = await openOrg();
    const to = await receiver();
    await register(org, 'http://127.0.0.1:9/nobody');
    await register(org, to.url);
    await lead(org, 'a');
    await received(org, to, 1);
    expect(await owed(org)).toBe(1);
  });
});

describe('control', () => {
  test('says what is wrong with an order, and forgets everything when it is told to', async () => {
    const org = await openOrg();
    const order = async (body: object) => {
      const response = await fetch(`${org.url}/__control/outbound`, {
        method: 'POST',
        headers: { authorization: `Bearer ${CONTROL}` },
        body: JSON.stringify(body),
      });
      return { status: response.status, ...((await response.json()) as { error?: string }) };
    };
    const url = 'http://127.0.0.1:9/';
    expect(await order({ object: 'Case', url })).toMatchObject({ status: 400, error: expect.stringContaining('object') });
    expect(await order({ object: 'Lead', url: 'file:///etc/passwd' })).toMatchObject({
      status: 400,
      error: expect.stringContaining('url'),
    });
    expect(await order({ object: 'Lead', url, fields: ['Id', 'Bacon__c'] })).toMatchObject({
      status: 400,
      error: 'fields: Lead has no field Bacon__c',
    });
    expect(await order({ object: 'Lead', url, fields: ['Id'] })).toMatchObject({ status: 200 });
    await lead(org, 'a');
    await org.control('DELETE', 'outbound');
    expect(await org.control('GET', 'outbound')).toEqual({ messages: [] });
  });
});
