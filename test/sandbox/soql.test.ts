// SOQL: the parser on everything that can be written, and the answers against a plain evaluation of the same condition.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../sandbox/refusal.ts';
import { parseQuery } from '../../sandbox/soql/parse.ts';
import { periodOf } from '../../sandbox/soql/periods.ts';
import { type Row, type RowError, openOrg } from './org.ts';

// ---- conditions, as text and as truth ----

interface Company {
  readonly Name: string;
  readonly Industry: string | null;
  readonly NumberOfEmployees: number | null;
}

type Test =
  | { readonly kind: 'is' | 'isnt'; readonly value: string | null }
  | { readonly kind: 'in' | 'notin'; readonly values: readonly string[] }
  | { readonly kind: 'less' | 'more'; readonly value: number }
  | { readonly kind: 'like'; readonly value: string }
  | { readonly kind: 'not'; readonly inner: Test }
  | { readonly kind: 'and' | 'or'; readonly inner: readonly Test[] };

const INDUSTRIES = ['Energy', 'energy', 'Retail', "O'Brien & \\ Söhne", '100%_sure'];

const leaf: fc.Arbitrary<Test> = fc.oneof(
  fc.record({ kind: fc.constantFrom('is' as const, 'isnt' as const), value: fc.constantFrom(...INDUSTRIES, null) }),
  fc.record({ kind: fc.constantFrom('in' as const, 'notin' as const), values: fc.subarray(INDUSTRIES, { minLength: 1 }) }),
  fc.record({ kind: fc.constantFrom('less' as const, 'more' as const), value: fc.integer({ min: 0, max: 4 }) }),
  fc.record({ kind: fc.constant('like' as const), value: fc.constantFrom(...INDUSTRIES) }),
);
const condition = fc.letrec<{ test: Test }>((tie) => ({
  test: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ kind: fc.constant('not' as const), inner: tie('test') }),
    fc.record({ kind: fc.constantFrom('and' as const, 'or' as const), inner: fc.array(tie('test'), { minLength: 2, maxLength: 3 }) }),
  ),
})).test;

function quoted(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`;
}

function soqlOf(given: Test): string {
  switch (given.kind) {
    case 'is':
    case 'isnt':
      return `Industry ${given.kind === 'is' ? '=' : '!='} ${given.value === null ? 'null' : quoted(given.value)}`;
    case 'in':
    case 'notin':
      return `Industry ${given.kind === 'in' ? 'IN' : 'NOT IN'} (${given.values.map(quoted).join(', ')})`;
    case 'less':
    case 'more':
      return `NumberOfEmployees ${given.kind === 'less' ? '<' : '>='} ${given.value}`;
    case 'like':
      return `Industry LIKE '${given.value.replace(/[\\'%_]/g, '\\$&')}%'`;
    case 'not':
      return `(NOT (${soqlOf(given.inner)}))`;
    default:
      return given.inner.map((inner) => `(${soqlOf(inner)})`).join(` ${given.kind} `);
  }
}

/** SOQL has two truth values: an empty field equals nothing but null, is less than nothing, and is not any value. */
function holds(given: Test, row: Company): boolean {
  const industry = row.Industry?.toLowerCase() ?? null;
  switch (given.kind) {
    case 'is':
      return industry === (given.value?.toLowerCase() ?? null);
    case 'isnt':
      return industry !== (given.value?.toLowerCase() ?? null);
    case 'in':
      return industry !== null && given.values.some((value) => value.toLowerCase() === industry);
    case 'notin':
      return !given.values.some((value) => value.toLowerCase() === industry);
    case 'less':
      return row.NumberOfEmployees !== null && row.NumberOfEmployees < given.value;
    case 'more':
      return row.NumberOfEmployees !== null && row.NumberOfEmployees >= given.value;
    case 'like':
      return industry?.startsWith(given.value.toLowerCase()) === true;
    case 'not':
      return !holds(given.inner, row);
    default:
      return given.kind === 'and' ? given.inner.every((inner) => holds(inner, row)) : given.inner.some((inner) => holds(inner, row));
  }
}

describe('conditions', () => {
  test('select exactly the rows of which they are true, however they are nested and negated', async () => {
    const org = await openOrg();
    const companies: Company[] = [null, ...INDUSTRIES].flatMap((Industry, index) =>
      [null, 0, 2, 4].map((NumberOfEmployees) => ({ Name: `c${index}-${NumberOfEmployees}`, Industry, NumberOfEmployees })),
    );
    await org.createAll('Account', companies);
    await fc.assert(
      fc.asyncProperty(condition, async (given) => {
        const found = await org.query<Company>(`SELECT Name FROM Account WHERE ${soqlOf(given)} ORDER BY Name`);
        const wanted = companies.filter((row) => holds(given, row)).map(({ Name }) => Name);
        expect(found.map(({ Name }) => Name)).toEqual(wanted.sort());
      }),
      { numRuns: 300 },
    );
  });

  test('AND beside OR without parentheses is refused wherever it stands, with its place', () => {
    const chain = fc.array(fc.constantFrom('AND', 'OR'), { minLength: 2, maxLength: 6 }).filter((words) => new Set(words).size > 1);
    fc.assert(
      fc.property(chain, fc.boolean(), (words, nested) => {
        const flat = words.reduce((text, word, index) => `${text} ${word} Name = 'n${index}'`, "Name = 'n'");
        const soql = `SELECT Id FROM Account WHERE ${nested ? `Industry = 'x' AND (${flat})` : flat}`;
        expect(() => parseQuery(soql)).toThrow(/MALFORMED_QUERY: [\s\S]*ERROR at Row:1:Column:\d+\nunexpected token: '(AND|OR)'/);
      }),
    );
  });

  test('NOT after AND needs its parentheses, as with Salesforce', () => {
    expect(() => parseQuery("SELECT Id FROM Account WHERE Name != null AND NOT Name LIKE 'a%'")).toThrow("unexpected token: 'NOT'");
    expect(() => parseQuery("SELECT Id FROM Account WHERE Name != null AND (NOT Name LIKE 'a%')")).not.toThrow();
  });

  test('whatever is written is parsed or refused: nothing else comes out', () => {
    const word = fc.constantFrom(
      'SELECT',
      'FROM',
      'WHERE',
      'Id',
      'Account',
      '(',
      ')',
      ',',
      '=',
      "'a'",
      "'",
      'AND',
      'NOT',
      'IN',
      'LIMIT',
      '5',
      'ORDER',
      'BY',
      'NULLS',
      'null',
      '2026-01-01',
      '\\',
      '%',
      ':',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
          fc.string(),
        ),
        (soql) => {
          expect(outcomeOf(soql)).not.toBe('something else');
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('any text that is escaped is found again, whatever is in it, and nothing else is', async () => {
    const org = await openOrg();
    await org.create('Account', { Name: 'decoy' });
    const text = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((value) => value.trim() === value && value !== '' && value.toLowerCase() !== 'decoy' && !/[\p{C}]/u.test(value));
    await fc.assert(
      fc.asyncProperty(text, async (Name) => {
        const id = await org.create('Account', { Name });
        const literal = `'${Name.replace(/[\\'"]/g, '\\$&')}'`;
        const pattern = `'${Name.replace(/[\\'"%_]/g, '\\$&')}'`;
        const found = [
          ...(await org.query(`SELECT Id FROM Account WHERE Name = ${literal}`)),
          ...(await org.query(`SELECT Id FROM Account WHERE Name LIKE ${pattern}`)),
        ];
        await org.call('DELETE', `sobjects/Account/${id}`);
        expect(found.map((row) => row['Id'])).toEqual([id, id]);
      }),
      { numRuns: 60 },
    );
  });
});

function outcomeOf(soql: string): 'parsed' | 'refused' | 'something else' {
  try {
    parseQuery(soql);
    return 'parsed';
  } catch (cause) {
    return cause instanceof Refusal ? 'refused' : 'something else';
  }
}

describe('answers', () => {
  test('a refusal names the place in a statement of several lines', async () => {
    const org = await openOrg();
    const { status, body } = await org.call<RowError[]>('GET', `query?q=${encodeURIComponent('SELECT Id,\n  Bacon__c\nFROM Account')}`);
    expect(status).toBe(400);
    expect(body[0]?.errorCode).toBe('INVALID_FIELD');
    expect(body[0]?.message).toMatch(/^\n {2}Bacon__c\n {2}\^\nERROR at Row:2:Column:3\nNo such column 'Bacon__c' on entity 'Account'\./);
  });

  test('text beyond ASCII compares without regard to case, too', async () => {
    const org = await openOrg();
    await org.createAll('Account', [{ Name: 'KÖLN GmbH' }, { Name: 'Ångström AB' }]);
    expect(await org.query("SELECT Name FROM Account WHERE Name = 'köln gmbh'")).toHaveLength(1);
    expect(await org.query("SELECT Name FROM Account WHERE Name IN ('ÅNGSTRÖM AB', 'x')")).toHaveLength(1);
    expect(await org.query("SELECT Name FROM Account WHERE Name LIKE 'ång%'")).toHaveLength(1);
  });

  test('a long list of children is read to its end by its own locator', async () => {
    const org = await openOrg();
    const AccountId = await org.create('Account', { Name: 'Family' });
    const names = Array.from({ length: 450 }, (_, index) => `c${String(index).padStart(3, '0')}`);
    for (let from = 0; from < names.length; from += 200)
      await org.createAll(
        'Contact',
        names.slice(from, from + 200).map((LastName) => ({ LastName, AccountId })),
      );
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    interface Page {
      readonly records: Row[];
      readonly done: boolean;
      readonly nextRecordsUrl: string;
      readonly totalSize: number;
    }
    const soql = encodeURIComponent('SELECT Id, (SELECT LastName FROM Contacts ORDER BY LastName) FROM Account');
    const first = await org.call<{ records: { Contacts: Page }[] }>('GET', `query?q=${soql}`, undefined, headers);
    let page = first.body.records[0]?.Contacts as Page;
    expect(page.totalSize).toBe(450);
    const seen = page.records.map((row) => row['LastName']);
    while (!page.done) {
      page = (await org.call<Page>('GET', page.nextRecordsUrl, undefined, headers)).body;
      seen.push(...page.records.map((row) => row['LastName']));
    }
    expect(seen).toEqual(names);
  });

  test('groups by an alias, by parts of a date, by a parent', async () => {
    const org = await openOrg();
    const AccountId = await org.create('Account', { Name: 'Acme' });
    const deal = (CloseDate: string, Amount: number) => ({ Name: 'd', StageName: 'Prospecting', CloseDate, Amount, AccountId });
    await org.createAll('Opportunity', [deal('2026-01-15', 1), deal('2026-02-15', 2), deal('2026-05-15', 4)]);
    const quarters = await org.query(
      'SELECT CALENDAR_QUARTER(CloseDate) q, SUM(Amount) total FROM Opportunity GROUP BY CALENDAR_QUARTER(CloseDate) ORDER BY CALENDAR_QUARTER(CloseDate)',
    );
    expect(quarters.map(({ q, total }) => [q, total])).toEqual([
      [1, 3],
      [2, 4],
    ]);
    expect(await org.query('SELECT Account.Name, COUNT(Id) n FROM Opportunity GROUP BY Account.Name')).toMatchObject([
      { Name: 'Acme', n: 3 },
    ]);
    expect(
      await org.query('SELECT AccountId a, MAX(CloseDate) last FROM Opportunity GROUP BY AccountId HAVING COUNT(Id) > 2'),
    ).toMatchObject([{ a: AccountId, last: '2026-05-15' }]);
  });

  test('what may be owned by users and queues alike is told by Type, and has the URL of what it is', async () => {
    const org = await openOrg();
    const queue = await org.create('Group', { Name: 'Triage', Type: 'Queue' });
    await org.create('QueueSobject', { QueueId: queue, SobjectType: 'Lead' });
    await org.createAll('Lead', [
      { LastName: 'a', Company: 'x', OwnerId: queue },
      { LastName: 'b', Company: 'x' },
    ]);
    const [a, b] = await org.query<{ Owner: { attributes: Row; Name: string; Type: string; Username: string | null } }>(
      'SELECT Owner.Name, Owner.Type, Owner.Username FROM Lead ORDER BY LastName',
    );
    expect(a?.Owner).toEqual({
      attributes: { type: 'Name', url: `/services/data/v64.0/sobjects/Group/${queue}` },
      Name: 'Triage',
      Type: 'Queue',
      Username: null,
    });
    expect(b?.Owner).toMatchObject({ Type: 'User', Username: 'admin@example.com' });
    expect(await org.query("SELECT Id FROM Lead WHERE Owner.Type = 'Queue'")).toHaveLength(1);
  });

  test('semi-joins stand at the top, on another object, one field each', async () => {
    const org = await openOrg();
    const refusal = async (where: string) =>
      (await org.call<RowError[]>('GET', `query?q=${encodeURIComponent(`SELECT Id FROM Account WHERE ${where}`)}`)).body[0]?.message;
    expect(await refusal("Name = 'a' OR Id IN (SELECT AccountId FROM Contact)")).toContain('only allowed at the top level');
    expect(await refusal('Id IN (SELECT ParentId FROM Account)')).toContain('should not be on the same object type');
    expect(await refusal('Id IN (SELECT Id, AccountId FROM Contact)')).toContain('exactly one field');
  });
});

describe('date literals', () => {
  const cases: [name: string, count: number, from: string, to: string][] = [
    ['TODAY', 0, '2026-11-21', '2026-11-22'],
    ['LAST_N_DAYS', 3, '2026-11-18', '2026-11-22'],
    ['NEXT_N_DAYS', 3, '2026-11-22', '2026-11-25'],
    ['N_DAYS_AGO', 3, '2026-11-18', '2026-11-19'],
    ['THIS_WEEK', 0, '2026-11-15', '2026-11-22'],
    ['LAST_WEEK', 0, '2026-11-08', '2026-11-15'],
    ['LAST_N_WEEKS', 2, '2026-11-01', '2026-11-15'],
    ['NEXT_MONTH', 0, '2026-12-01', '2027-01-01'],
    ['N_MONTHS_AGO', 1, '2026-10-01', '2026-11-01'],
    ['LAST_N_MONTHS', 2, '2026-09-01', '2026-11-01'],
    ['THIS_QUARTER', 0, '2026-10-01', '2027-01-01'],
    ['LAST_QUARTER', 0, '2026-07-01', '2026-10-01'],
    ['NEXT_N_QUARTERS', 2, '2027-01-01', '2027-07-01'],
    ['THIS_YEAR', 0, '2026-01-01', '2027-01-01'],
    ['LAST_N_YEARS', 2, '2024-01-01', '2026-01-01'],
    ['THIS_FISCAL_QUARTER', 0, '2026-10-01', '2027-01-01'],
  ];
  test.each(cases)('%s:%i on Saturday 2026-11-21', (name, count, from, to) => {
    expect(periodOf(name, count, '2026-11-21')).toEqual({ from, to });
  });

  test('a day begins where its person lives', async () => {
    const org = await openOrg({ clock: () => Date.parse('2026-11-21T03:30:00Z') });
    await org.addUser('tokyo@example.com', { TimeZoneSidKey: 'Asia/Tokyo' });
    await org.addUser('la@example.com', { TimeZoneSidKey: 'America/Los_Angeles' });
    for (const [username, today] of [
      ['tokyo@example.com', '2026-11-21'],
      ['la@example.com', '2026-11-20'],
    ] as const) {
      const person = await org.as(username);
      await person.create('Task', { Subject: username, ActivityDate: today });
      expect(await person.query('SELECT Id FROM Task WHERE ActivityDate = TODAY')).toHaveLength(1);
    }
  });
});
