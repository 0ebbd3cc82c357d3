// What can come over the wire in the place of an answer: half of one, a page, nothing, a redirect to somebody else.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Credentials } from '../../adapters/salesforce/credentials.ts';
import { salesforce } from '../../adapters/salesforce/crm.ts';
import { CallFailed, CrmUnavailable } from '../../ports/crm.ts';
import { problemOf } from '../../controller/problems.ts';
import { openOrg } from '../sandbox/org.ts';

type Answering = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** A server of raw answers; whom it heard. */
async function wire(answer: Answering) {
  const heard: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    heard.push(request);
    answer(request, response, heard.length);
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, heard };
}

const TOKEN = '00D000000000001!secret';
const orgAt = (instanceUrl: string) => salesforce({ kind: 'token', instanceUrl, accessToken: TOKEN });
const json = { 'content-type': 'application/json' };
const cut = (response: ServerResponse, text: string) => {
  response.writeHead(200, { ...json, 'content-length': text.length });
  response.write(text.slice(0, text.length / 2), () => response.destroy());
};
async function forwarded(request: IncomingMessage, to: string) {
  const { method = 'GET', url = '', headers } = request;
  const { authorization = '', 'content-type': type } = headers;
  const body = await buffer(request);
  const answer = await fetch(to + url, {
    method,
    headers: { authorization, ...(type !== undefined && { 'content-type': type }) },
    ...(body.length > 0 && { body }),
  });
  return { status: answer.status, text: await answer.text() };
}
const aQueue = {
  type: 'Group',
  operation: 'create',
  rows: [{ address: { type: 'Group', key: 'general' }, fields: { Name: 'General' }, ids: new Map<string, string>() }],
} as const;

describe('an answer that is cut in its middle', () => {
  test('is asked for again where it is read', async () => {
    const org = await openOrg();
    let cuts = 0;
    const { url } = await wire((request, response) => {
      void forwarded(request, org.url).then(({ status, text }) => {
        if (cuts++ < 2) cut(response, text);
        else response.writeHead(status, json).end(text);
        return status;
      });
    });
    const crm = salesforce({ kind: 'token', instanceUrl: url, accessToken: org.token });
    expect((await crm.identify()).user).toBe('admin@example.com');
    expect(cuts).toBeGreaterThan(2);
  });

  test('may have been executed where it is a write, and is not sent again', async () => {
    const { url, heard } = await wire((_request, response) => cut(response, '[{"id":"00G000000000001","success":true,"errors":[]}]'));
    expect(await orgAt(url).write(aQueue)).toMatchObject([{ status: 'unknown', code: 'NO_ANSWER' }]);
    expect(heard).toHaveLength(1);
  });
});

describe('a redirect', () => {
  test('to another origin never takes the token along', async () => {
    const thief = await wire((_request, response) => response.writeHead(200, json).end('{}'));
    const { url } = await wire((_request, response) => response.writeHead(302, { location: `${thief.url}/x?token=1` }).end());
    const error = await orgAt(url)
      .identify()
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'REDIRECTED' });
    expect((error as Error).message).toContain(thief.url);
    expect(await orgAt(url).write(aQueue)).toMatchObject([{ status: 'failed', code: 'REDIRECTED' }]);
    const client: Credentials = { kind: 'client', instanceUrl: url, clientId: 'i', clientSecret: 's' };
    await expect(salesforce(client).identify()).rejects.toMatchObject({ code: 'REDIRECTED' });
    expect(thief.heard).toEqual([]);
  });

  test('to another path of the org is followed by a read', async () => {
    const { url, heard } = await wire((_request, response, nth) => {
      if (nth === 1) response.writeHead(307, { location: '/services/oauth2/me' }).end();
      else response.writeHead(400, json).end('[{"errorCode":"SEEN","message":"here"}]');
    });
    await expect(orgAt(url).identify()).rejects.toMatchObject({ code: 'SEEN' });
    expect(heard.map((request) => request.url)).toEqual(['/services/oauth2/userinfo', '/services/oauth2/me']);
  });
});

test('the org is asked through the proxy of the environment, and a proxy that refuses is told', async () => {
  const tunnels: string[] = [];
  const proxy = createServer().on('connect', (request: IncomingMessage, socket: Duplex) => {
    tunnels.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((ready) => {
    proxy.listen(0, '127.0.0.1', ready);
  });
  onTestFinished(() => void proxy.close());
  const address = proxy.address();
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const written = await orgAt('https://acme.my.salesforce.example').write(aQueue);
  expect(written).toMatchObject([{ status: 'unknown', code: 'NO_ANSWER', message: expect.stringContaining('502') as string }]);
  expect(tunnels).toEqual(['acme.my.salesforce.example:443']);
});

describe('an answer that is none', () => {
  const page = '<!DOCTYPE html><html><head><title>Login | Salesforce</title></head><body>Down</body></html>';
  const html = { 'content-type': 'text/html; charset=UTF-8' };

  test.each<[string, number, Record<string, string>, string, string]>([
    ['a page', 200, html, page, 'a page (“Login | Salesforce”)'],
    ['nothing', 200, json, '', 'nothing (200)'],
    ['no content', 204, {}, '', 'nothing (204)'],
    ['half a JSON', 200, json, '{"totalSize":1,"records":[{', 'JSON that breaks off'],
    ['another JSON', 200, json, '[]', 'JSON that is no'],
  ])('%s: told with the org, and no fault of the program', async (_name, status, headers, body, said) => {
    const { url } = await wire((_request, response) => response.writeHead(status, headers).end(body));
    const error = await orgAt(url)
      .identify()
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CallFailed);
    const message = problemOf(error)?.message;
    expect(message).toContain(new URL(url).host);
    expect(message).toContain(said);
    expect(await orgAt(url).write(aQueue)).toMatchObject([{ status: 'unknown' }]);
  });

  test('an error’s page is told by its title', async () => {
    const { url } = await wire((_request, response) => response.writeHead(501, html).end(page));
    await expect(orgAt(url).identify()).rejects.toThrow('501 and a page (“Login | Salesforce”)');
  });

  test('a sign-in that gives a page is a refused sign-in', async () => {
    const { url } = await wire((_request, response) => response.writeHead(200, html).end(page));
    const crm = salesforce({ kind: 'client', instanceUrl: url, clientId: 'i', clientSecret: 'hush' });
    const error = await crm.identify().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CrmUnavailable);
    expect((error as Error).message).toMatch(/refused the sign-in .*Login \| Salesforce/);
    expect(String((error as Error).stack)).not.toContain('hush');
  });
});
