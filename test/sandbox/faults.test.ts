// Control paths: which call fails, how, and what the log says of it.
import { describe, expect, test } from 'vitest';
import { CONTROL, type Caller, type RowError, type SaveResult, type TestOrg, openOrg, until } from './org.ts';

const fault = (org: TestOrg, match: object, what: object) => org.control('POST', 'faults', { match, fault: what });

async function lead(org: Caller, LastName: string): Promise<number | 'cut'> {
  try {
    return (await org.call('POST', 'sobjects/Lead', { LastName, Company: 'x' })).status;
  } catch {
    return 'cut';
  }
}

async function leads(org: Caller): Promise<unknown[]> {
  return (await org.query('SELECT LastName FROM Lead ORDER BY LastName')).map((row) => row['LastName']);
}

interface Log {
  readonly calls: readonly { n: number; method: string; path: string; status?: number; mutating: boolean; records?: number }[];
  readonly apiCalls: number;
}

describe('faults', () => {
  test('are counted from the first call that matches, as often as they are ordered', async () => {
    const org = await openOrg();
    await fault(org, { mutating: true, nth: 2, times: 2 }, { status: 503 });
    expect([await lead(org, 'a'), await lead(org, 'b'), await lead(org, 'c'), await lead(org, 'd')]).toEqual([201, 503, 503, 201]);
    expect(await leads(org)).toEqual(['a', 'd']);
  });

  test('are matched by method and path; without times they last until they are cleared', async () => {
    const org = await openOrg();
    await fault(org, { method: 'GET', path: 'query\\?q=.*Account' }, { status: 500, errorCode: 'BROKEN', message: 'on order' });
    const query = () => org.call<RowError[]>('GET', 'query?q=SELECT+Id+FROM+Account');
    for (let round = 0; round < 3; round += 1)
      expect(await query()).toMatchObject({ status: 500, body: [{ errorCode: 'BROKEN', message: 'on order' }] });
    expect(await leads(org)).toEqual([]);
    await org.control('DELETE', 'faults');
    expect((await query()).status).toBe(200);
  });

  test('of several the oldest with times left wins, and each counts for itself', async () => {
    const org = await openOrg();
    await fault(org, { mutating: true, times: 1 }, { status: 503 });
    await fault(org, { mutating: true, nth: 3, times: 1 }, { status: 500 });
    expect([await lead(org, 'a'), await lead(org, 'b'), await lead(org, 'c'), await lead(org, 'd')]).toEqual([503, 201, 500, 201]);
  });

  test('drop before: the connection is cut and nothing was done', async () => {
    const org = await openOrg();
    await fault(org, { mutating: true, times: 1 }, { drop: 'before' });
    expect(await lead(org, 'a')).toBe('cut');
    expect(await leads(org)).toEqual([]);
  });

  test('drop after: the connection is cut and the work was done', async () => {
    const org = await openOrg();
    await fault(org, { mutating: true, times: 1 }, { drop: 'after' });
    expect(await lead(org, 'a')).toBe('cut');
    expect(await leads(org)).toEqual(['a']);
  });

  test.each(['before', 'after'] as const)(
    'a client that goes away while its call hangs %s the work changes nothing about the side',
    async (drop) => {
      const org = await openOrg();
      await fault(org, { mutating: true, times: 1 }, { drop, delayMs: 300 });
      const gone = new AbortController();
      const call = fetch(`${org.url}/services/data/v64.0/sobjects/Lead`, {
        method: 'POST',
        body: JSON.stringify({ LastName: 'a', Company: 'x' }),
        headers: { authorization: `Bearer ${org.token}`, 'content-type': 'application/json' },
        signal: gone.signal,
      }).catch(() => 'gone');
      // The call is in the log from its arrival, and has no status while it hangs.
      const hanging = await until(async () => (await org.control<Log>('GET', 'calls')).calls.find(({ mutating }) => mutating));
      expect(hanging.status).toBeUndefined();
      gone.abort();
      expect(await call).toBe('gone');
      expect(await leads(org)).toEqual(drop === 'after' ? ['a'] : []);
      // Later calls are not held up, and the dropped one is not done in the end.
      await org.control('POST', 'faults', { match: { method: 'GET', times: 1 }, fault: { delayMs: 400 } });
      expect(await leads(org)).toEqual(drop === 'after' ? ['a'] : []);
    },
  );

  test('a delay alone delays: the answer is the right one', async () => {
    const org = await openOrg();
    await fault(org, { mutating: true, times: 1 }, { delayMs: 30 });
    expect(await lead(org, 'a')).toBe(201);
  });

  test('rows fail alone; with allOrNone they take the others along', async () => {
    const org = await openOrg();
    const records = ['a', 'b', 'c'].map((LastName) => ({ attributes: { type: 'Lead' }, LastName, Company: 'x' }));
    const locked = { rows: [1], errorCode: 'UNABLE_TO_LOCK_ROW', message: 'unable to obtain exclusive access to this record' };
    await fault(org, { path: 'composite/sobjects', times: 2 }, locked);
    const each = await org.call<SaveResult[]>('POST', 'composite/sobjects', { records });
    expect(each.body.map((row) => row.success)).toEqual([true, false, true]);
    expect(each.body[1]?.errors).toEqual([{ statusCode: 'UNABLE_TO_LOCK_ROW', message: locked.message, fields: [] }]);
    const all = await org.call<SaveResult[]>('POST', 'composite/sobjects', { allOrNone: true, records });
    expect(all.body.map((row) => row.errors[0]?.statusCode)).toEqual([
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
      'UNABLE_TO_LOCK_ROW',
      'ALL_OR_NONE_OPERATION_ROLLED_BACK',
    ]);
    expect(await leads(org)).toEqual(['a', 'c']);
  });

  test.each([[{ fault: {} }], [{ fault: { drop: 'sideways' } }], [{ match: { path: '(' }, fault: { status: 500 } }], [{}]])(
    'an order that makes no sense is refused: %j',
    async (order) => {
      const org = await openOrg();
      const answer = await org.call('POST', '/__control/faults', order, { authorization: `Bearer ${CONTROL}` });
      expect(answer.status).toBe(400);
      expect(answer.body).toHaveProperty('error');
    },
  );
});

describe('the log of calls', () => {
  test('says what would change rows, and how many', async () => {
    const org = await openOrg();
    const id = await org.create('Account', { Name: 'a' });
    const record = { attributes: { type: 'Account' }, Name: 'x' };
    await org.control('DELETE', 'calls');
    await org.call('POST', 'composite/sobjects', { records: [record, record, record] });
    await org.call('POST', 'composite/sobjects/Account', { ids: [id], fields: ['Id'] });
    await org.call('DELETE', `composite/sobjects?ids=${id},${id}`);
    await org.call('POST', 'composite', { compositeRequest: [{ method: 'GET', url: '/services/data/v64.0/limits', referenceId: 'a' }] });
    await org.call('POST', 'composite', {
      compositeRequest: [{ method: 'POST', url: '/services/data/v64.0/sobjects/Account', referenceId: 'a', body: { Name: 'y' } }],
    });
    await org.call('POST', 'jobs/query', { operation: 'query', query: 'SELECT Id FROM Account' });
    await org.call('GET', 'sobjects');
    const { calls, apiCalls } = await org.control<Log>('GET', 'calls');
    expect(calls.map(({ method, mutating, records }) => [method, mutating, records])).toEqual([
      ['POST', true, 3],
      ['POST', false, undefined],
      ['DELETE', true, 2],
      ['POST', false, undefined],
      ['POST', true, 1],
      ['POST', false, undefined],
      ['GET', false, undefined],
    ]);
    expect(calls.every(({ status }) => status === 200)).toBe(true);
    expect(apiCalls).toBe(7);
  });

  test('is not there for anybody without the token, nor without the option', async () => {
    const org = await openOrg();
    expect((await org.call('GET', '/__control/calls')).status).toBe(404);
    const closed = await openOrg({ control: undefined as never });
    expect((await closed.call('GET', '/__control/calls', undefined, { authorization: 'Bearer undefined' })).status).toBe(404);
  });
});

test('the daily limit: what is over it is refused, and the header counts', async () => {
  const org = await openOrg();
  await org.control('POST', 'limit', { dailyApiRequests: 3 });
  const answers = [];
  for (let count = 0; count < 4; count += 1) answers.push(await org.call<RowError[]>('GET', 'sobjects'));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 403]);
  expect(answers[2]?.headers.get('sforce-limit-info')).toBe('api-usage=3/3');
  expect(answers[3]?.body[0]?.errorCode).toBe('REQUEST_LIMIT_EXCEEDED');
});

test('the clock: what is made later is later, and TODAY is another day', async () => {
  const org = await openOrg();
  const [before] = await org.query(`SELECT CreatedDate FROM Account WHERE Id = '${await org.create('Account', { Name: 'a' })}'`);
  await org.control('POST', 'clock', { advance: 'P2D' });
  const [after] = await org.query(`SELECT CreatedDate FROM Account WHERE Id = '${await org.create('Account', { Name: 'b' })}'`);
  const days = (Date.parse(String(after?.['CreatedDate'])) - Date.parse(String(before?.['CreatedDate']))) / 86_400_000;
  expect(Math.round(days)).toBe(2);
  expect(await org.query('SELECT Name FROM Account WHERE CreatedDate = TODAY')).toMatchObject([{ Name: 'b' }]);
});
