// What real clients do: jsforce for OAuth, SOAP and bulk jobs; a JWT made by hand.
import { createSign, generateKeyPairSync } from 'node:crypto';
import { Connection } from 'jsforce';
import { describe, expect, test } from 'vitest';
import { type Row, type TestOrg, callerOn, openOrg, until } from './org.ts';

function connect(org: TestOrg): Connection {
  return new Connection({ instanceUrl: org.url, accessToken: org.token, version: '64.0', logLevel: 'NONE' });
}

describe('OAuth', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });

  function assertion(org: TestOrg, claims: object, key = privateKey): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const head = `${part({ alg: 'RS256' })}.${part({ iss: 'any.client', sub: 'admin@example.com', aud: org.url, exp: Math.floor(Date.now() / 1000) + 60, ...claims })}`;
    return `${head}.${createSign('RSA-SHA256').update(head).sign(key, 'base64url')}`;
  }

  async function token(org: TestOrg, fields: Record<string, string>) {
    const response = await fetch(`${org.url}/services/oauth2/token`, { method: 'POST', body: new URLSearchParams(fields) });
    return { status: response.status, body: (await response.json()) as Row };
  }

  test('a JWT that a registered key signed is a token of its user', async () => {
    const org = await openOrg();
    await org.addUser('ann@example.com');
    await org.control('POST', 'certificate', { key: publicKey });
    const grant = (jwt: string) => token(org, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt });
    const { status, body } = await grant(assertion(org, { sub: 'ann@example.com' }));
    expect(status).toBe(200);
    expect(
      (await callerOn(org.url, String(body['access_token'])).call('GET', '/services/oauth2/userinfo')).body['preferred_username'],
    ).toBe('ann@example.com');
    const other = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    expect((await grant(assertion(org, {}, other.privateKey))).body['error']).toBe('invalid_grant');
    expect((await grant(assertion(org, { exp: 1_000_000 }))).body['error']).toBe('invalid_grant');
    expect((await grant(assertion(org, { aud: 'https://elsewhere.example' }))).body['error']).toBe('invalid_grant');
    expect((await grant(assertion(org, { sub: 'nobody@example.com' }))).body['error']).toBe('invalid_grant');
    // Milliseconds, as the Salesforce CLI sends them.
    expect((await grant(assertion(org, { exp: Date.now() + 60_000 }))).status).toBe(200);
  });

  test('the web flow: a code for one use, then tokens that are refreshed by jsforce', async () => {
    const org = await openOrg();
    await org.addUser('ann@example.com');
    const ask = new URLSearchParams({ response_type: 'code', client_id: org.clientId, redirect_uri: 'http://localhost:9/cb', state: 's1' });
    const page = await fetch(`${org.url}/services/oauth2/authorize?${ask.toString()}`);
    expect(await page.text()).toContain('not Salesforce');
    ask.set('username', 'ann@example.com');
    const allowed = await fetch(`${org.url}/services/oauth2/authorize`, { method: 'POST', body: ask, redirect: 'manual' });
    const back = new URL(allowed.headers.get('location') ?? '');
    expect([back.host, back.searchParams.get('state')]).toEqual(['localhost:9', 's1']);
    const redeem = {
      grant_type: 'authorization_code',
      code: back.searchParams.get('code') ?? '',
      redirect_uri: 'http://localhost:9/cb',
      client_id: org.clientId,
    };
    expect((await token(org, { ...redeem, client_secret: 'wrong' })).status).toBe(400);
    const { body } = await token(org, { ...redeem, client_secret: org.clientSecret });
    expect((await token(org, { ...redeem, client_secret: org.clientSecret })).body['error']).toBe('invalid_grant');
    const connection = new Connection({
      oauth2: { clientId: org.clientId, clientSecret: org.clientSecret, loginUrl: org.url },
      instanceUrl: org.url,
      accessToken: '00D000000000001!stale',
      refreshToken: String(body['refresh_token']),
      version: '64.0',
      logLevel: 'NONE',
    });
    expect((await connection.identity()).username).toBe('ann@example.com');
  });

  test('a revoked token opens nothing', async () => {
    const org = await openOrg();
    const { body } = await token(org, { grant_type: 'client_credentials', client_id: org.clientId, client_secret: org.clientSecret });
    const caller = callerOn(org.url, String(body['access_token']));
    expect((await caller.call('GET', 'limits')).status).toBe(200);
    await fetch(`${org.url}/services/oauth2/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ token: String(body['access_token']) }),
    });
    expect((await caller.call('GET', 'limits')).status).toBe(401);
  });
});

describe('convertLead', () => {
  test('makes account, contact and opportunity, and the lead is closed for good', async () => {
    const org = await openOrg();
    const leadId = await org.create('Lead', {
      FirstName: 'Ada',
      LastName: 'Quill',
      Company: 'Bayside',
      Email: 'ada@bayside.example',
      City: 'Oakland',
      Website: 'https://bayside.example',
    });
    await org.create('Task', { Subject: 'Call', WhoId: leadId });
    const result = await connect(org).soap.convertLead({
      leadId,
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: false,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
      opportunityName: 'Bayside deal',
    });
    expect(result).toMatchObject({ success: true, leadId });
    const [lead] = await org.query(
      'SELECT IsConverted, ConvertedAccount.Name, ConvertedAccount.BillingCity, ConvertedContact.Email, ConvertedOpportunity.Name FROM Lead',
    );
    expect(lead).toMatchObject({
      IsConverted: true,
      ConvertedAccount: { Name: 'Bayside', BillingCity: 'Oakland' },
      ConvertedContact: { Email: 'ada@bayside.example' },
      ConvertedOpportunity: { Name: 'Bayside deal' },
    });
    expect(await org.query(`SELECT WhoId FROM Task`)).toMatchObject([{ WhoId: result.contactId }]);
    expect((await org.update('Lead', leadId, { Title: 'x' })).body[0]?.errorCode).toBe('CANNOT_UPDATE_CONVERTED_LEAD');
  });

  test('of several, one that can not be converted says so and leaves nothing behind', async () => {
    const org = await openOrg();
    const [good, bad] = (await org.createAll('Lead', [
      { LastName: 'a', Company: 'Good' },
      { LastName: 'b', Company: 'Bad' },
    ])) as [string, string];
    const wish = {
      convertedStatus: 'Closed - Converted',
      doNotCreateOpportunity: true,
      overwriteLeadSource: false,
      sendNotificationEmail: false,
    };
    const results = await connect(org).soap.convertLead([
      { ...wish, leadId: good },
      { ...wish, leadId: bad, convertedStatus: 'Open - Not Contacted' },
    ]);
    expect(results.map(({ success }) => success)).toEqual([true, false]);
    expect(results[1]?.errors[0]).toMatchObject({ statusCode: 'INVALID_STATUS' });
    expect((await org.query('SELECT Name FROM Account')).map((row) => row['Name'])).toEqual(['Good']);
  });
});

describe('bulk jobs', () => {
  test('jsforce loads rows; the bad ones come back with their reasons', async () => {
    const org = await openOrg();
    const input = [{ LastName: 'a', Company: 'x' }, { LastName: 'b' }, { LastName: 'c', Company: 'x, "y"\nz' }];
    const loaded = await connect(org).bulk2.loadAndWaitForResults({
      object: 'Lead',
      operation: 'insert',
      input,
      pollInterval: 20,
      pollTimeout: 20_000,
    });
    expect(loaded.successfulResults).toHaveLength(2);
    expect(loaded.failedResults).toMatchObject([{ LastName: 'b' }]);
    expect(String((loaded.failedResults[0] as unknown as Row)['sf__Error'])).toMatch(/^REQUIRED_FIELD_MISSING:.*Company/);
    expect(await org.query("SELECT Company FROM Lead WHERE LastName = 'c'")).toMatchObject([{ Company: 'x, "y"\nz' }]);
  });

  test('jsforce reads parents and dates in its CSV', async () => {
    const org = await openOrg();
    const AccountId = await org.create('Account', { Name: 'Acme, Inc' });
    await org.create('Contact', { LastName: 'a', AccountId, HasOptedOutOfEmail: true });
    const stream = await connect(org).bulk2.query('SELECT LastName, HasOptedOutOfEmail, Account.Name FROM Contact', { pollInterval: 20 });
    expect(await stream.toArray()).toEqual([{ LastName: 'a', HasOptedOutOfEmail: 'true', 'Account.Name': 'Acme, Inc' }]);
  });

  test('an upload that is no CSV fails the job with its reason', async () => {
    const org = await openOrg();
    const { body } = await org.call<{ id: string }>('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' });
    await org.call('PUT', `jobs/ingest/${body.id}/batches`, 'Name\n"never closed', { 'content-type': 'text/csv' });
    await org.call('PATCH', `jobs/ingest/${body.id}`, { state: 'UploadComplete' });
    const job = await until(async () => {
      const info = (await org.call('GET', `jobs/ingest/${body.id}`)).body;
      return info['state'] === 'Failed' && info;
    });
    expect(job['errorMessage']).toContain('Quote Not Closed');
    expect(await org.query('SELECT Id FROM Account')).toEqual([]);
  });

  test('a job that was under way goes on after a restart, and no row goes in twice', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const folder = mkdtempSync('/tmp/loopctl-bulk-');
    const data = `${folder}/org.db`;
    const first = await openOrg({ data });
    const { body } = await first.call<{ id: string }>('POST', 'jobs/ingest', { object: 'Account', operation: 'insert' });
    const rows = Array.from({ length: 1500 }, (_, index) => `n${index}`);
    await first.call('PUT', `jobs/ingest/${body.id}/batches`, `Name\n${rows.join('\n')}\n`, { 'content-type': 'text/csv' });
    await first.call('PATCH', `jobs/ingest/${body.id}`, { state: 'UploadComplete' });
    await first.close();
    const second = await openOrg({ data });
    const job = await until(async () => {
      const info = (await second.call(`GET`, `jobs/ingest/${body.id}`)).body;
      return info['state'] === 'JobComplete' && info;
    });
    expect(job).toMatchObject({ numberRecordsProcessed: 1500, numberRecordsFailed: 0 });
    expect(await second.query('SELECT COUNT_DISTINCT(Name) d, COUNT(Id) n FROM Account')).toMatchObject([{ d: 1500, n: 1500 }]);
    await second.close();
    rmSync(folder, { recursive: true });
  });
});
