// The rules of matching on rows made for them, and that the index says what asking every row says.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainTerritory } from '../../../engines/territories/explain.ts';
import { type Place, placeOf } from '../../../engines/territories/place.ts';
import { compileTerritories, territoryOf } from '../../../engines/territories/territories.ts';
import type { MatchRow } from '../../../resources/territory-match/schema.ts';
import { askingEveryRow } from './every-row.ts';

const parentOf = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : undefined);
const of = (rows: readonly MatchRow[], place: Place) => {
  const territories = compileTerritories(rows, { parentOf });
  const answer = territoryOf(territories, place);
  expect(explainTerritory(territories, place).answer).toEqual(answer);
  return answer.status === 'matched' ? answer.path : answer.status === 'ambiguous' ? answer.candidates : null;
};

describe('postal codes', () => {
  const rows: readonly MatchRow[] = [
    { territory: 'wide', country: 'US', postal: ['94000-95199'] },
    { territory: 'narrow', country: 'US', postal: '94100-94199' },
    { territory: 'prefix', country: 'US', postal: '9410*' },
    { territory: 'one', country: 'US', postal: '94105' },
    { territory: 'gb', country: 'GB', postal: ['SW*', 'SW1A 1AA'] },
    { territory: 'gb/palace', country: 'GB', postal: 'sw1a-1aa' },
  ];

  test.each([
    ['95000', 'wide'],
    ['94150', 'narrow'],
    ['94105', 'one'],
    // A range and a beginning cannot be compared.
    ['94104', ['narrow', 'prefix']],
    ['941041234', ['narrow', 'prefix']],
    ['9415', null],
    [94150, 'narrow'],
  ])('%s is in %s', (postal, wanted) => {
    expect(of(rows, { country: 'us', postal })).toEqual(wanted);
  });

  test('of one row count by the narrowest that takes the code, and a child stands for its parent', () => {
    expect(of(rows, { country: 'GB', postal: 'SW9 9ZZ' })).toBe('gb');
    expect(of(rows, { country: 'GB', postal: 'SW1A1AA' })).toBe('gb/palace');
  });
});

describe('levels', () => {
  const rows: readonly MatchRow[] = [
    { territory: 'named', accounts: ['Globex.example', 'The Initech Corporation'] },
    { territory: 'named-us', accounts: ['umbrella.example'], country: 'US' },
    { territory: 'anywhere', city: 'Springfield' },
    { territory: 'il', country: 'US', state: ['IL'], city: 'Springfield' },
    { territory: 'il/large', country: 'US', state: 'il', employees: { min: 1000 } },
    { territory: 'mid', country: ['US', 'CA'], employees: { min: 50, max: 100 } },
    { territory: 'us', country: 'US' },
    { territory: 'by', country: 'DE', state: 'Bayern' },
    { territory: 'small', employees: { max: 10 } },
  ];

  test.each<[Place, unknown]>([
    [{ country: 'US', name: 'INITECH, Corp.' }, 'named'],
    [{ country: 'US', domain: 'globex.example', state: 'IL', city: 'Springfield' }, 'named'],
    [{ country: 'DE', domain: 'umbrella.example' }, null],
    [{ country: 'US', domain: 'umbrella.example' }, 'named-us'],
    // Two rows of one level, neither above the other.
    [{ country: 'US', state: 'IL', city: 'Springfield' }, ['anywhere', 'il']],
    [{ country: 'US', state: 'MA', city: 'springfield' }, 'anywhere'],
    [{ city: 'Springfield' }, 'anywhere'],
    [{ country: 'US', state: 'IL', employees: '1,000' }, 'il/large'],
    [{ country: 'US', state: 'IL', employees: 60 }, 'mid'],
    [{ country: 'CA', employees: 50 }, 'mid'],
    [{ country: 'CA', employees: 101 }, null],
    [{ country: 'US' }, 'us'],
    [{ country: 'ZZ', employees: 3 }, 'small'],
    [{ country: 'US', employees: 3 }, 'us'],
    [{ employees: 'many' }, null],
    // A state written out meets the code that facts have.
    [{ country: 'DE', state: 'BY' }, 'by'],
    [{ country: 'DE', state: 'bayern' }, 'by'],
    [{}, null],
  ])('%j is in %j', (place, wanted) => {
    expect(of(rows, place)).toEqual(wanted);
  });
});

test('a parent that is declared elsewhere than the path says counts', () => {
  const rows: readonly MatchRow[] = [
    { territory: 'enterprise', country: 'US' },
    { territory: 'ams/us', country: 'US' },
  ];
  const parents: Readonly<Record<string, string>> = { enterprise: 'ams/us' };
  const territories = compileTerritories(rows, { parentOf: (path) => parents[path] });
  expect(territoryOf(territories, { country: 'US' })).toMatchObject({ status: 'matched', path: 'enterprise' });
});

test('an explanation names every row that holds and by what it lost', () => {
  const rows: readonly MatchRow[] = [
    { territory: 'us', country: 'US' },
    { territory: 'us/west', country: 'US', postal: '90000-96199' },
    { territory: 'us/west/bay', country: 'US', postal: '94000-94999' },
    { territory: 'us/west/sf', country: 'US', postal: '94100-94199' },
    { territory: 'us/west/sf/soma', country: 'US', postal: '94100-94199' },
    { territory: 'de', country: 'DE' },
  ];
  const { answer, trace } = explainTerritory(compileTerritories(rows, { parentOf }), { country: 'US', postal: '94105-1234' });
  expect(answer).toEqual({ status: 'matched', path: 'us/west/sf/soma', level: 'postal', candidates: ['us/west/sf/soma'], rows: [4] });
  expect(trace).toEqual([
    {
      rule: 'rows[1] us/west',
      result: 'passed over',
      because: 'postal code 94105 is in 90000-96199, country is US; a row with narrower postal codes goes before it',
    },
    {
      rule: 'rows[2] us/west/bay',
      result: 'passed over',
      because: 'postal code 94105 is in 94000-94999, country is US; a row with narrower postal codes goes before it',
    },
    {
      rule: 'rows[3] us/west/sf',
      result: 'passed over',
      because: 'postal code 94105 is in 94100-94199, country is US; a territory below us/west/sf matches as well, and stands for it',
    },
    { rule: 'rows[4] us/west/sf/soma', result: 'matched', because: 'postal code 94105 is in 94100-94199, country is US' },
    { rule: 'rows[0] us', result: 'passed over', because: 'country is US; postal goes before country' },
  ]);
});

test('a name of signs alone is nobody and nowhere', () => {
  expect(
    of(
      [
        { territory: 'a', accounts: ['***'] },
        { territory: 'b', country: 'US', city: '--' },
      ],
      { country: 'US', name: '!', city: '…' },
    ),
  ).toBeNull();
});

test("a place is made of a record's facts", () => {
  expect(placeOf({ billing_country: 'US', employee_count: 5, company: 'Acme', website: 'https://www.acme.example/x' })).toMatchObject({
    country: 'US',
    employees: 5,
    name: 'Acme',
    domain: 'acme.example',
  });
  expect(placeOf({ email_kind: 'company', email_domain: 'acme.example' }).domain).toBe('acme.example');
  expect(placeOf({ email_kind: 'free', email_domain: 'gmail.com' }).domain).toBeUndefined();
});

describe('the index', () => {
  const some = <T>(...values: readonly T[]) => fc.constantFrom(...values);
  const list = <T>(...values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
  const row = fc.record(
    {
      territory: some('a', 'a/b', 'a/b/c', 'a/d', 'e', 'e/f', 'g'),
      country: list('US', 'CA', 'de'),
      state: list('CA', 'NY', 'BY'),
      city: list('Springfield', 'St. Louis', 'München', '--'),
      postal: list('94000-94999', '94100-94199', '94105', '941*', '9*', 'M5*', '100-199', '94105-1234'),
      employees: some({ min: 10 }, { max: 100 }, { min: 50, max: 60 }),
      accounts: list('acme.example', 'Acme Inc', 'globex.example', '***'),
    },
    { requiredKeys: ['territory'] },
  );
  const place = fc.record(
    {
      country: some<unknown>('US', 'us', ' CA ', 'DE', 'FR', '', null, 7),
      state: some<unknown>('CA', 'ny', 'BY', 'XX', null),
      city: some<unknown>('springfield', 'Saint Louis', 'MUNCHEN', 'Paris', '…', null),
      postal: some<unknown>('94105', 94150, '94105-1234', 'm5v 3l9', '150', '9', '941051234', '', null),
      employees: some<unknown>(10, 55, '1,000', 'x', null),
      name: some<unknown>('ACME, Inc.', 'Globex', '!', null),
      domain: some<unknown>('acme.example', 'globex.example', 'other.example', null),
    },
    { requiredKeys: [] },
  );

  test('says what asking every row says', () => {
    fc.assert(
      fc.property(
        fc.array(
          row.filter((one) => Object.keys(one).length > 1),
          { maxLength: 12 },
        ),
        place,
        (rows, where) => {
          const territories = compileTerritories(rows, { parentOf });
          const wanted = askingEveryRow(territories, where);
          expect(territoryOf(territories, where)).toEqual(wanted);
          expect(explainTerritory(territories, where).answer).toEqual(wanted);
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(
        fc.array(
          row.filter((one) => Object.keys(one).length > 1),
          { maxLength: 8 },
        ),
        place,
        (rows, where) => {
          const there = territoryOf(compileTerritories(rows, { parentOf }), where);
          const back = territoryOf(compileTerritories([...rows].reverse(), { parentOf }), where);
          expect({ ...back, rows: [] }).toEqual({ ...there, rows: [] });
        },
      ),
    );
  });
});
