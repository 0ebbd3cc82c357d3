// Records of a file: a file that is not what it should be is refused in words, and a column that nothing reads is named.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Refusal } from '../../surfaces/cli/ending.ts';
import { eventsOf } from '../../surfaces/cli/records.ts';
import { openTable } from '../../surfaces/cli/table.ts';
import { home, loopctl, temporary } from './command.ts';

const LEADS = 'Company,City\nZürich Backwaren,Zürich\n';

test('what is no file of records is refused, with what it is and how to mend it', () => {
  const cwd = temporary('records');
  const refusal = (name: string, content: string | Buffer): string => {
    writeFileSync(join(cwd, name), content);
    try {
      return `accepted ${JSON.stringify(eventsOf(cwd, undefined, { file: name }))}`;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return `${error.code}: ${error.message}`;
    }
  };
  for (const [name, content] of [
    ['empty.csv', ''],
    ['header.csv', 'Company,City\n'],
    ['empty.json', ' \n'],
    ['none.json', '[]'],
  ] as const)
    expect(refusal(name, content)).toBe(`empty-file: ${name} holds no record.`);
  expect(refusal('semi.csv', 'Company;City\nAcme;Bonn\n')).toMatch(/^bad-separator: semi\.csv:1 separates its columns by ";": commas/);
  expect(refusal('tabs.csv', 'Company\tCity\nAcme\tBonn\n')).toMatch(/^bad-separator: .*tabs/);
  expect(refusal('twice.csv', 'Company,Company\nAcme,Bonn\n')).toMatch(/^bad-file: twice\.csv:1 names the column "Company" twice/);
  expect(refusal('short.csv', 'Company,City\nAcme\n')).toMatch(/^bad-file: short\.csv is no table: .*line 2/);
  expect(refusal('latin.csv', Buffer.from(LEADS, 'latin1'))).toMatch(
    /^bad-encoding: .*ISO-8859-1.*iconv -f ISO-8859-1 -t UTF-8 latin\.csv/,
  );
  expect(refusal('wide.csv', Buffer.from(`\uFEFF${LEADS}`, 'utf16le'))).toMatch(/^bad-encoding: .*UTF-16/);
  expect(refusal('wide.json', Buffer.from('{"company":"Acme"}', 'utf16le'))).toMatch(/^bad-encoding: .*UTF-16/);
  expect(refusal('null.json', '[{"company": "Acme"}, null]')).toMatch(/^bad-record: null\.json, record 2 is null, and no record/);
  expect(refusal('list.json', '[[1]]')).toMatch(/^bad-record: list\.json, record 1 is \[1\]/);
  expect(refusal('deep.json', '{"company": {"name": "Acme"}}')).toMatch(/^bad-record: .*record\.company: must be a text, a number/);
  expect(refusal('good.csv', `\uFEFF${LEADS}`)).toBe(
    'accepted [{"object":"Lead","record":{"Company":"Zürich Backwaren","City":"Zürich"}}]',
  );
});

test('a table that is read row by row is refused for the same', async () => {
  const cwd = temporary('table');
  const code = async (content: string | Buffer) => {
    writeFileSync(join(cwd, 'a.csv'), content);
    return openTable(cwd, 'a.csv').catch((error: unknown) => (error as Refusal).code);
  };
  expect(await code('Company;City\nAcme;Bonn\n')).toBe('bad-separator');
  expect(await code(Buffer.from(LEADS, 'utf16le'))).toBe('bad-encoding');
});

test('columns that nothing reads and values that can not be read are named once, and the rest is scored', () => {
  const place = home();
  writeFileSync(join(place.data, 'leads.csv'), 'Compny,NumberOfEmployees\nAcme,forty\nBaker,fifty\nCo,60\n');
  const env = { SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1', SALESFORCE_ACCESS_TOKEN: 'x', LOOPCTL_DATA: join(place.data, 'state') };
  const { code, stdout, stderr } = loopctl(['score', '--config', place.root, '--file', 'leads.csv'], { cwd: place.data, env });
  expect(code).toBe(0);
  expect(stdout.match(/^Score: /gm)).toHaveLength(3);
  expect(stderr).toMatch(/^Not read: Compny: .*did you mean "company"\? \(3 of 3 records\)$/m);
  expect(stderr).toMatch(/^Not read: NumberOfEmployees: a number is wanted.* \(2 of 3 records\)$/m);
});
