// Many updates in one job of the org's own: each row tells what became of it, whatever stands in its fields.
import { expect, test } from 'vitest';
import { salesforce } from '../../adapters/salesforce/crm.ts';
import type { RowOutcome, WriteBatch, WriteRow } from '../../ports/crm.ts';
import { openOrg } from '../sandbox/org.ts';

const row = (id: string, fields: WriteRow['fields']): WriteRow => ({ address: { type: 'Lead', key: id }, id, fields, ids: new Map() });

async function world(count: number) {
  const org = await openOrg();
  const crm = salesforce({ kind: 'token', instanceUrl: org.url, accessToken: org.token });
  const leads = Array.from({ length: count }, (_, n) => ({ LastName: `L${n}`, Company: 'C', City: 'Here' }));
  const ids = await org.createAll('Lead', leads);
  const ended = async (rows: readonly WriteRow[], operation?: WriteBatch['operation']): Promise<readonly RowOutcome[]> => {
    const begun = await crm.bulk.begin('Lead', rows, operation);
    if (begun.kind === 'refused') return rows.map(() => begun.outcome);
    for (;;) {
      const outcomes = await crm.bulk.ended(begun.job, rows);
      if (outcomes !== undefined) return outcomes;
    }
  };
  return { org, ids, ended };
}

test('texts, numbers and what is emptied arrive as they are; a field that is not named is left alone', async () => {
  const { org, ids, ended } = await world(3);
  const [a = '', b = '', c = ''] = ids;
  const text = 'Chief "Revenue", Officer\nand more; é, 漢, #N/A or so';
  const outcomes = await ended([row(a, { Description: text, NumberOfEmployees: 12 }), row(b, { City: null }), row(c, { Description: '' })]);
  expect(outcomes).toEqual(ids.map((id) => ({ status: 'done', id })));
  const read = await org.query('SELECT Description, NumberOfEmployees, City FROM Lead ORDER BY LastName');
  expect(read.map(({ Description, NumberOfEmployees, City }) => [Description, NumberOfEmployees, City])).toEqual([
    [text, 12, 'Here'],
    [null, null, null],
    [null, null, 'Here'],
  ]);
});

test('a row that the org refuses says why, and the others are done', async () => {
  const { org, ids, ended } = await world(3);
  expect((await org.call('DELETE', `/services/data/v64.0/sobjects/Lead/${ids[1]}`)).status).toBe(204);
  const outcomes = await ended(ids.map((id) => row(id, { City: 'There' })));
  expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
  expect(outcomes[1]).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) as string });
});

test('a job that could not be handed over was not executed', async () => {
  const { org, ids, ended } = await world(1);
  for (const match of [{ method: 'POST', path: '/jobs/ingest$' }, { method: 'PUT' }, { method: 'PATCH', path: '/jobs/ingest/' }]) {
    await org.control('POST', 'faults', { match: { ...match, nth: 1, times: 1 }, fault: { drop: 'before' } });
    expect(await ended([row(ids[0] ?? '', { City: 'There' })])).toMatchObject([{ status: 'retry' }]);
  }
  await org.control('POST', 'faults', { match: { method: 'PATCH', nth: 1, times: 1 }, fault: { drop: 'after' } });
  // The answer was lost, and the job is at work all the same.
  expect(await ended([row(ids[0] ?? '', { City: 'There' })])).toMatchObject([{ status: 'done' }]);
});

test('records are made and deleted, and each row is told its own outcome', async () => {
  const { org, ids, ended } = await world(2);
  const made = (fields: WriteRow['fields']): WriteRow => ({ address: { type: 'Lead', key: 'new' }, fields, ids: new Map() });
  const outcomes = await ended(
    [made({ LastName: 'A', Company: 'x, y' }), made({ LastName: 'B' }), made({ LastName: 'A', Company: 'x, y' })],
    'create',
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
  const names = await org.query("SELECT Id FROM Lead WHERE LastName = 'A' ORDER BY Id");
  expect(new Set(outcomes.flatMap((one) => (one.status === 'done' ? [one.id] : [])))).toEqual(new Set(names.map(({ Id }) => Id)));
  const gone = [row(ids[0] ?? '', {}), row('00Q000000000000AAA', {}), row(ids[1] ?? '', {})];
  expect((await ended(gone, 'delete')).map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
  expect(await org.query(`SELECT Id FROM Lead WHERE Id IN ('${ids.join("','")}')`)).toEqual([]);
});
