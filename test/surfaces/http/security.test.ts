// What somebody without a right, with a wrong one or with bad intentions gets: never more than that it was refused, and why.
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { listTokens, revokeToken } from '../../../controller/tokens.ts';
import { running } from './running.ts';

/** `fetch` does not let a host be named. */
function askAs(host: string, url: string, path: string): Promise<number | undefined> {
  return new Promise((answered, failed) => {
    const sent = request(new URL(path, url), { headers: { host, connection: 'close' } }, (response) => {
      response.resume();
      answered(response.statusCode);
    });
    sent.on('error', failed);
    sent.end();
  });
}

/** What comes back for these very bytes. */
function answerTo(url: string, bytes: string): Promise<{ readonly status: number; readonly type: string; readonly body: string }> {
  return new Promise((answered, failed) => {
    const { hostname, port } = new URL(url);
    let text = '';
    const socket = connect(Number(port), hostname, () => void socket.write(bytes));
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.on('error', failed);
    socket.on('close', () => {
      const [head = '', body = ''] = text.split('\r\n\r\n');
      answered({ status: Number(head.split(' ')[1]), type: /^content-type: ([^;\r]*)/im.exec(head)?.[1] ?? '', body });
    });
  });
}

test('what is no request that can be read is told as problem details too', async () => {
  const { server } = await running({ wait: false });
  for (const [bytes, status, code] of [
    [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431, 'headers-too-large'],
    ['FOO /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 501, 'method'],
    ['GET /healthz HTTX/9\r\n\r\n', 400, 'bad-request'],
    ['GET /healthz HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n', 400, 'no-host'],
    ['GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'no-host'],
    ['PROPFIND /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n', 405, 'method'],
  ] as const) {
    const answer = await answerTo(server.url, bytes);
    expect([bytes.slice(0, 20), answer.status, answer.type]).toEqual([bytes.slice(0, 20), status, 'application/problem+json']);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'about:blank', status, code, request: expect.any(String) as string });
  }
});

test('what is wrong in a request is said in words, not in those of a library', async () => {
  const { ask, post, token, logged } = await running({ wait: false });
  const eng = await token('eng');
  const details = [
    await ask('/api/history?limit=abc', { token: eng }),
    await ask('/api/history?limit=0', { token: eng }),
    await ask('/api/why', { token: eng }),
    await ask('/api/plans/zz', { token: eng }),
    await post('/api/loops/route/resolve', { object: 7, dryrun: true }, eng),
    await post('/api/plans', { files: [] }, eng),
  ].map(({ status, json }) => [status, json.detail]);
  expect(details).toEqual([
    [400, 'The query cannot be read. limit: a number is wanted.'],
    [400, 'The query cannot be read. limit: at least 1 is wanted.'],
    [400, 'The query cannot be read. ref: is missing.'],
    [400, 'The address cannot be read. id: the id of a plan, or at least four characters of its beginning.'],
    [400, 'The body cannot be read. object: a text is wanted. body: there is no "dryrun".'],
    [400, 'The body cannot be read. files: at least 1 entry is wanted.'],
  ]);
  expect(logged.filter((line) => line.includes('POST')).map((line) => (JSON.parse(line) as [string])[0])).toEqual([
    expect.stringMatching(/: POST \/api\/loops\/route\/resolve: refused, 400$/),
    expect.stringMatching(/: POST \/api\/plans: refused, 400$/),
  ]);
});

describe('tokens', () => {
  test('without one, with a wrong one and with a revoked one: 401 that says how; a revocation counts at once', async () => {
    const { ask, token, product } = await running();
    const none = await ask('/api/status');
    expect(none.status).toBe(401);
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="loopctl"');
    expect(none.headers.get('content-type')).toMatch('application/problem+json');
    expect(none.json).toMatchObject({ type: 'about:blank', title: 'Unauthorized', status: 401, code: 'unauthorized' });
    const good = await token('rep');
    expect((await ask('/api/status', { token: good })).status).toBe(200);
    const other = good.slice(0, -1) + (good.endsWith('A') ? 'B' : 'A');
    for (const wrong of [other, 'lctl_x_y', `${good}x`, '', "lctl_' or 1=1--_x"]) {
      const answer = await ask('/api/status', { token: wrong });
      expect([wrong, answer.status]).toEqual([wrong, 401]);
      expect(answer.headers.get('www-authenticate')).toMatch('invalid_token');
      expect(answer.text).not.toContain(wrong === '' ? good : wrong);
    }
    const [row] = await listTokens(product.store.tokens);
    expect(JSON.stringify(row)).not.toContain(good.split('_').at(-1));
    expect((await revokeToken(product.deps, product.store.tokens, row?.id ?? '')).ok).toBe(true);
    expect((await ask('/api/status', { token: good })).status).toBe(401);
    // A token that is no good is refused also where none is needed.
    expect((await ask('/metrics', { token: good })).status).toBe(401);
  });

  test.each([
    ['GET', '/api/plans', 'rep', 'manager'],
    ['GET', '/api/history', 'rep', 'manager'],
    ['GET', '/api/drift', 'rep', 'manager'],
    ['POST', '/api/plans/abcd/approve', 'manager', 'leadership'],
    ['POST', '/api/sync', 'leadership', 'ops'],
    ['POST', '/api/suspend', 'leadership', 'ops'],
    ['POST', '/api/plans', 'leadership', 'ops'],
    ['POST', '/api/loops/route/resolve', 'rep', 'manager'],
  ] as const)('%s %s with the role %s is refused and names %s', async (method, path, low, needed) => {
    const { ask, token } = await running({ wait: false });
    const refused = await ask(path, { method, token: await token(low), ...(method === 'POST' && { body: {} }) });
    expect(refused.status).toBe(403);
    expect(refused.json.detail).toContain(`role ${needed}`);
    expect(refused.headers.get('www-authenticate')).toMatch('insufficient_scope');
    // With the role the request is read, and found wanting or not.
    expect((await ask(path, { method, token: await token('eng'), ...(method === 'POST' && { body: {} }) })).status).not.toBe(403);
  });
});

describe('browsers', () => {
  test('a name of somebody else that leads here is not answered, only the health is', async () => {
    const { server } = await running({ wait: false });
    const port = new URL(server.url).port;
    expect(await askAs('evil.example', server.url, '/')).toBe(421);
    expect(await askAs(`evil.example:${port}`, server.url, '/metrics')).toBe(421);
    expect(await askAs('127.0.0.1.evil.example', server.url, '/api/status')).toBe(421);
    expect(await askAs('evil.example', server.url, '/healthz')).toBe(200);
    for (const host of ['localhost', `127.0.0.1:${port}`, '[::1]']) expect(await askAs(host, server.url, '/metrics')).toBe(200);
  });

  test('no answer may be framed, sniffed, kept or given rights', async () => {
    const { ask } = await running({ wait: false });
    const { headers } = await ask('/healthz');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
  });
});

describe('bodies', () => {
  test('too large, not JSON, another type, broken, hostile: each a problem, none a fault', async () => {
    const { ask, post, token, logged } = await running({ wait: false });
    const eng = await token('eng');
    const sync = (body: string, headers = {}) => ask('/api/suspend', { method: 'POST', body, token: eng, headers });
    expect(await sync(JSON.stringify({ reason: 'x'.repeat(2 << 20) }))).toMatchObject({ status: 413, json: { code: 'too-large' } });
    expect(await sync('reason=x', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({ status: 415 });
    expect(await sync('{"reason": "x"}', { 'content-type': 'text/plain' })).toMatchObject({ status: 415, json: { code: 'not-json' } });
    expect(await sync('{"reason": ')).toMatchObject({ status: 400 });
    expect(await sync('{"reason": "x", "__proto__": {"role": "eng"}}')).toMatchObject({ status: 400 });
    expect(await sync('{"reason": "x", "constructor": {"prototype": {"a": 1}}}')).toMatchObject({ status: 400 });
    const named = await post('/api/suspend', { reason: ' ', ref: 'nothing', more: 1 }, eng);
    expect(named.status).toBe(400);
    expect(named.json.errors.map((one: { path: string }) => one.path).sort()).toEqual(['', 'reason', 'ref']);
    expect(named.json.errors.find((one: { path: string }) => one.path === 'ref')).toMatchObject({ pointer: '/ref' });
    expect(logged.filter((line) => line.includes('http-fault'))).toEqual([]);
  });

  test('another address is 404, another method 405 with those that there are', async () => {
    const { ask, token } = await running({ wait: false });
    expect(await ask('/nowhere')).toMatchObject({ status: 404, json: { status: 404, code: 'not-found' } });
    const other = await ask('/api/status', { method: 'DELETE', token: await token('eng') });
    expect(other.status).toBe(405);
    expect(other.headers.get('allow')).toBe('GET, HEAD');
    expect((await ask('/api/plans/abc/approve')).headers.get('allow')).toBe('POST');
  });

  test('a fault of ours tells the id of the request and nothing else', async () => {
    const { ask, token, product, logged } = await running();
    const eng = await token('eng');
    await product.store.updateStanding(
      { project: 'acme-revenue', environment: 'sandbox' },
      { drift: 'secret-in-a-row' as unknown as number },
    );
    const answer = await ask('/api/status', { token: eng });
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/secret-in-a-row|zod|\.ts/);
    expect(answer.json.request).toBe(answer.headers.get('x-request-id'));
    expect(logged.join('\n')).toContain(answer.json.request);
  });

  test('too many requests of a token, and of an address without one, are told when to come again', async () => {
    const { ask, token } = await running({ wait: false, server: { limits: { perToken: 3, perAddress: 5 } } });
    const eng = await token('eng');
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await ask('/api/loops', { token: eng })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await ask('/api/loops', { token: await token('eng') })).status).toBe(200);
    for (let n = 0; n < 5; n += 1) expect((await ask('/metrics')).status).toBe(200);
    const last = await ask('/metrics');
    expect(last.status).toBe(429);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('bound to more than this machine', () => {
  test('only the health is open; the link opens the page once and stays in the browser', async () => {
    const { ask, token, server } = await running({ server: { host: '0.0.0.0' } });
    const link = new URL(server.link ?? '');
    expect((await ask('/healthz')).status).toBe(200);
    expect((await ask('/readyz')).status).toBe(200);
    for (const path of ['/metrics', '/', '/openapi.json', '/plans/abcd', '/?key=guess'])
      expect([path, (await ask(path)).status]).toEqual([path, 401]);
    expect((await ask('/metrics', { token: await token('rep') })).status).toBe(200);
    for (const path of ['/', '/plans/abcd']) expect([path, (await ask(path, { token: await token('rep') })).status]).toEqual([path, 403]);
    expect((await ask('/', { token: await token('manager') })).status).toBe(200);
    const page = await ask(`${link.pathname}${link.search}`);
    expect(page.status).toBe(200);
    const cookie = page.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly; SameSite=Strict/);
    expect((await ask(`${link.pathname}${link.search}`)).status).toBe(401);
    expect((await ask('/', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(200);
    // What a browser holds by itself opens pages alone.
    expect((await ask('/api/status', { headers: { cookie: cookie.split(';')[0] ?? '' } })).status).toBe(401);
    expect((await ask('/', { headers: { cookie: 'loopctl_session=x' } })).status).toBe(401);
  });
});
