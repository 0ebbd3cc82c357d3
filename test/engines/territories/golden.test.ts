// Every company of the Fortune 500 of 2017 and the small accounts, on the 83 territories: by the index, and by asking every row.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import { registrableDomain } from '../../../engines/matching/domains.ts';
import { explainTerritory } from '../../../engines/territories/explain.ts';
import type { Place } from '../../../engines/territories/place.ts';
import type { TerritoryAnswer } from '../../../engines/territories/resolve.ts';
import { compileTerritories, territoryOf, type Territories } from '../../../engines/territories/territories.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { Territory } from '../../../resources/territory/schema.ts';
import { parentOf } from '../../../resources/territory/tree.ts';
import { TerritoryMatch } from '../../../resources/territory-match/schema.ts';
import { golden } from '../../golden.ts';
import { filesIn } from '../../resources/fixture.ts';
import { askingEveryRow } from './every-row.ts';

interface Expected {
  readonly result: TerritoryAnswer['status'];
  readonly territory?: string;
  readonly level?: string;
  readonly candidates?: readonly string[];
}
interface Golden {
  readonly results: readonly (Expected & { readonly fid: number; readonly name: string })[];
  readonly cases: readonly { readonly id: string; readonly account: Place; readonly expected: Expected }[];
}

const path = golden('cases/demand/territory-matches.json');

describe.skipIf(path === undefined)('golden accounts', () => {
  const file = path === undefined ? { results: [], cases: [] } : (JSON.parse(readFileSync(path, 'utf8')) as Golden);
  const territories = path === undefined ? undefined : goldenTerritories();
  const companies = path === undefined ? new Map<number, Place>() : headquarters();

  test('are all there', () => {
    expect(file.results).toHaveLength(500);
    expect(companies.size).toBe(500);
    expect(file.cases.length).toBeGreaterThanOrEqual(50);
  });

  test.each(file.results)('$name', ({ fid, name, ...expected }) => {
    expect(name).toBeTruthy();
    const place = companies.get(fid) ?? {};
    expect(brief(territoryOf(territories as Territories, place))).toEqual(expected);
    expect(brief(explainTerritory(territories as Territories, place).answer)).toEqual(expected);
    expect(brief(askingEveryRow(territories as Territories, place))).toEqual(expected);
  });

  test.each(file.cases)('$id', ({ account, expected }) => {
    expect(brief(territoryOf(territories as Territories, account))).toEqual(expected);
    expect(brief(explainTerritory(territories as Territories, account).answer)).toEqual(expected);
  });
});

function brief(answer: TerritoryAnswer): Expected {
  switch (answer.status) {
    case 'matched':
      return { result: answer.status, territory: answer.path, level: answer.level };
    case 'ambiguous':
      return { result: answer.status, candidates: answer.candidates, level: answer.level };
    default:
      return { result: answer.status };
  }
}

function goldenTerritories(): Territories {
  const { organisation } = readOrganisation(filesIn(golden('cases/demand/organisation') as string));
  const tree = new Map(organisation.all(Territory).map((territory) => [territory.ref.name, parentOf(territory)]));
  const rows = organisation.all(TerritoryMatch).flatMap(({ spec }) => spec.rows);
  return compileTerritories(rows, { parentOf: (name) => tree.get(name) });
}

function headquarters(): ReadonlyMap<number, Place> {
  const rows = parse(readFileSync(golden('data/fortune-500/headquarters.csv') as string), { bom: true, columns: true }) as Record<
    string,
    string
  >[];
  return new Map(
    rows.map((row) => [
      Number(row['FID']),
      {
        country: 'US',
        state: row['STATE'],
        city: row['CITY'],
        postal: row['ZIP'],
        employees: row['EMPLOYEES'],
        name: row['NAME'],
        domain: registrableDomain(row['WEBSITE'] ?? ''),
      },
    ]),
  );
}
