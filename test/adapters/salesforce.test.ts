// The Salesforce adapter: the real client over HTTP, against the embedded org.
import { createServer, type IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Credentials, readCredentials } from '../../adapters/salesforce/credentials.ts';
import { salesforce } from '../../adapters/salesforce/crm.ts';
import { whereIn } from '../../adapters/salesforce/soql.ts';
import { CrmUnavailable, type WriteRow } from '../../ports/crm.ts';
import { openOrg, type TestOrg } from '../sandbox/org.ts';
import { crmContract } from './crm-contract.ts';

const USER = 'ae.west@acme.example';

async function open() {
  const org = await openOrg();
  await org.addUser(USER);
  return { org, crm: salesforce({ kind: 'token', instanceUrl: org.url, accessToken: org.token }), username: USER };
}

const queueRow: WriteRow = {
  address: { type: 'Group', key: 'general' },
  fields: { Name: 'General', DeveloperName: 'general', Type: 'Queue' },
  ids: new Map(),
};
const calls = async (org: TestOrg) =>
  (await org.control<{ calls: { path: string; method: string; mutating: boolean }[] }>('GET', 'calls')).calls;

describe('the contract of the CRM port', () => {
  crmContract(open);
});

describe('signing in', () => {
  test('client credentials give a session, which is renewed once when it has expired', async () => {
    const { org } = await open();
    const crm = salesforce({ kind: 'client', instanceUrl: org.url, clientId: org.clientId, clientSecret: org.clientSecret });
    expect((await crm.identify()).user).toBe('admin@example.com');
    await org.control('POST', 'faults', {
      match: { path: '/query', times: 1 },
      fault: { status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' },
    });
    expect(await crm.read([{ type: 'User', key: USER }])).toHaveLength(1);
  });

  test('a session that is refused again and again ends in one error', async () => {
    const { org } = await open();
    const crm = salesforce({ kind: 'client', instanceUrl: org.url, clientId: org.clientId, clientSecret: org.clientSecret });
    await crm.identify();
    await org.control('DELETE', 'calls');
    await org.control('POST', 'faults', {
      match: { path: '/query' },
      fault: { status: 401, errorCode: 'INVALID_SESSION_ID', message: 'Session expired or invalid' },
    });
    await expect(crm.read([{ type: 'User', key: USER }])).rejects.toThrow(CrmUnavailable);
    expect((await calls(org)).filter((call) => call.path.includes('/query'))).toHaveLength(2);
  });

  test('wrong client credentials are one clear error that names no secret', async () => {
    const { org } = await open();
    const crm = salesforce({ kind: 'client', instanceUrl: org.url, clientId: org.clientId, clientSecret: 'very-wrong-secret' });
    const error = await crm.identify().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(CrmUnavailable);
    expect((error as Error).message).toContain('refused the sign-in');
    expect(String((error as Error).stack)).not.toContain('very-wrong-secret');
  });

  test('an org that is not there is told by its host', async () => {
    const { org } = await open();
    await org.close();
    const crm = salesforce({ kind: 'token', instanceUrl: org.url, accessToken: '00D000000000001!x' });
    await expect(crm.identify()).rejects.toThrow(`${new URL(org.url).host} can not be reached`);
  });
});

describe('credentials from the environment', () => {
  const read = (env: Record<string, string>, prefix = '') => readCredentials(env, prefix, () => 'KEY');
  const url = 'https://acme.my.salesforce.com/';

  test.each<[string, Record<string, string>, Partial<Credentials>]>([
    ['client credentials', { SALESFORCE_CLIENT_ID: 'i', SALESFORCE_CLIENT_SECRET: 's' }, { kind: 'client' }],
    ['a key file', { SALESFORCE_CLIENT_ID: 'i', SALESFORCE_JWT_KEY_FILE: 'k', SALESFORCE_USERNAME: 'u@x' }, { kind: 'jwt' }],
    ['an access token', { SALESFORCE_ACCESS_TOKEN: 't' }, { kind: 'token' }],
  ])('%s', (_name, env, wanted) => {
    expect(read({ SALESFORCE_INSTANCE_URL: url, ...env })).toMatchObject({
      ok: true,
      value: { instanceUrl: 'https://acme.my.salesforce.com', ...wanted },
    });
  });

  test('each environment has its own, and none of another’s', () => {
    const env = { SALESFORCE_INSTANCE_URL: url, SALESFORCE_ACCESS_TOKEN: 't', PROD_SALESFORCE_INSTANCE_URL: url };
    expect(read(env, 'UAT_')).toBeUndefined();
    expect(read(env, 'PROD_')).toMatchObject({
      ok: false,
      problems: [{ code: 'no-credentials', hint: expect.stringContaining('PROD_SALESFORCE_ACCESS_TOKEN') as string }],
    });
  });

  test('an address that is none is refused', () => {
    expect(read({ SALESFORCE_INSTANCE_URL: 'acme.my.salesforce.com' })).toMatchObject({
      ok: false,
      problems: [{ code: 'bad-instance-url' }],
    });
  });
});

describe('what is refused at the door', () => {
  const read = (env: Record<string, string>) => {
    const result = readCredentials(env, '', () => 'KEY');
    return result === undefined || result.ok ? undefined : result.problems[0];
  };
  const url = 'https://acme.my.salesforce.com';

  test.each([
    ['00Dabc\ndef-hush', 'a line break'],
    ['“00Dhush”', 'a typographic quote'],
    ['00D hush', 'a space'],
  ])('a token with a character that no header takes (%j), and it is not told', (accessToken) => {
    const problem = read({ SALESFORCE_INSTANCE_URL: url, SALESFORCE_ACCESS_TOKEN: accessToken });
    expect(problem?.code).toBe('bad-access-token');
    expect(JSON.stringify(problem)).not.toContain('hush');
  });

  test.each(['SALESFORCE_INSTANCE_URL', 'SALESFORCE_LOGIN_URL'])('a password in %s, and it is not told', (name) => {
    const jwt = { SALESFORCE_CLIENT_ID: 'i', SALESFORCE_JWT_KEY_FILE: 'k', SALESFORCE_USERNAME: 'u@x' };
    const problem = read({ SALESFORCE_INSTANCE_URL: url, ...jwt, [name]: 'https://user:hush@acme.my.salesforce.com' });
    expect(problem).toMatchObject({ code: 'bad-instance-url', message: expect.stringContaining(name) as string });
    expect(JSON.stringify(problem)).not.toContain('hush');
  });

  test.each([
    ['https://acme.lightning.force.com/lightning/page/home', 'https://acme.my.salesforce.com'],
    ['https://acme--uat.sandbox.lightning.force.com', 'https://acme--uat.sandbox.my.salesforce.com'],
    ['https://acme.my.salesforce-setup.com', 'https://acme.my.salesforce.com'],
  ])('the address of pages: %s', (pages, right) => {
    expect(read({ SALESFORCE_INSTANCE_URL: pages, SALESFORCE_ACCESS_TOKEN: 't' })).toMatchObject({
      code: 'bad-instance-url',
      hint: `Set it to ${right}`,
    });
  });
});

describe('what goes over the wire', () => {
  test('assignment rules of the org never re-route what is written', async () => {
    const { headers, url } = await listening();
    await salesforce({ kind: 'token', instanceUrl: url, accessToken: '00D000000000001!x' }).write({
      type: 'Group',
      operation: 'create',
      rows: [queueRow],
    });
    expect(headers().at(-1)?.['sforce-auto-assign']).toBe('FALSE');
  });

  test('a write is sent once, whatever the answer; a read again while the org is busy', async () => {
    const { org, crm } = await open();
    await crm.identify();
    await org.control('DELETE', 'calls');
    await org.control('POST', 'faults', { match: { mutating: true }, fault: { status: 503 } });
    expect(await crm.write({ type: 'Group', operation: 'create', rows: [queueRow] })).toMatchObject([{ status: 'unknown' }]);
    expect((await calls(org)).filter((call) => call.mutating)).toHaveLength(1);
    await org.control('DELETE', 'faults');
    await org.control('POST', 'faults', { match: { path: '/query', times: 2 }, fault: { status: 503 } });
    expect(await crm.read([{ type: 'User', key: USER }])).toHaveLength(1);
  });

  test('a locked row may be sent again; a daily limit stops everything', async () => {
    const { org, crm } = await open();
    await crm.identify();
    await org.control('POST', 'faults', {
      match: { mutating: true, times: 1 },
      fault: { rows: [0], errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record' },
    });
    expect(await crm.write({ type: 'Group', operation: 'create', rows: [queueRow] })).toMatchObject([{ status: 'retry' }]);
    await org.control('POST', 'faults', {
      match: { mutating: true },
      fault: { status: 403, errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' },
    });
    expect(await crm.write({ type: 'Group', operation: 'create', rows: [queueRow] })).toMatchObject([
      { status: 'unavailable', code: 'REQUEST_LIMIT_EXCEEDED' },
    ]);
  });

  test('a weak user is told what is missing, by the names of the set-up pages', async () => {
    const { org } = await open();
    const { token } = await org.control<{ token: string }>('POST', 'token', { username: USER });
    const problems = await salesforce({ kind: 'token', instanceUrl: org.url, accessToken: token }).preflight([
      'Territory2Model',
      'Group',
      'CustomField',
    ]);
    expect(problems.map((problem) => problem.message).join('\n')).toMatch(/Manage Territories.*\n?.*Manage Users|Customize Application/s);
    expect(problems.every((problem) => problem.hint !== undefined)).toBe(true);
  });
});

test('custom fields of an object that is not there are told by the object', async () => {
  const { crm } = await open();
  await expect(crm.read([{ type: 'CustomField', key: 'Leed.Score__c' }])).rejects.toMatchObject({
    code: 'NO_SUCH_OBJECT',
    message: expect.stringContaining('no object "Leed"') as string,
  });
});

describe('lists in queries', () => {
  test('no values: no statement, never one without its condition', () => {
    expect(whereIn('SELECT Id FROM User WHERE', 'Username', [])).toEqual([]);
  });

  test('long lists are cut so that the URL stays below its limit, and nothing is lost', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `ae.${index}@acme.example`);
    const statements = whereIn('SELECT Id FROM User WHERE', 'Username', names);
    expect(statements.length).toBeGreaterThan(1);
    for (const statement of statements) expect(encodeURIComponent(statement).length).toBeLessThan(15_000);
    expect(statements.flatMap((statement) => [...statement.matchAll(/'([^']+)'/g)].map((match) => match[1]))).toEqual(names);
  });
});

/** A server that only listens. */
async function listening() {
  const seen: IncomingMessage['headers'][] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[{"id":"00G","success":true,"errors":[]}]');
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { url: `http://127.0.0.1:${address.port}`, headers: () => seen };
}
