// What a change of the organisation does to records of the past: exactly those that it touches, told apart from those whose turn it was.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PastRecord } from '../../../controller/simulate/replay.ts';
import { differences, type Fields, leads, NOW, through, version } from './fixture.ts';

const BEFORE = version();

const SF = { Country: 'US', State: 'CA', City: 'San Francisco' };
const NY = { Country: 'US', State: 'NY', City: 'New York' };
/** Grade A, commercial, from the US: of the pool na-commercial. */
const pooled = (name: string, other: Fields = {}): Fields => ({
  Id: name,
  Company: name,
  Email: 'q@bayside-software.example',
  Title: 'CEO',
  NumberOfEmployees: 800,
  Industry: 'Software',
  LeadSource: 'Demo Request',
  Technologies__c: 'crm; marketing automation',
  ...SF,
  ...other,
});

describe('a band of the scoring model', () => {
  const after = version(['qualify/scoring_model.yaml', 'in:vp,vice president", points: 12', 'in:vp,vice president", points: 14']);
  const people = leads(
    { Company: 'VP', Title: 'VP of Sales', NumberOfEmployees: 20, ...NY },
    { Company: 'Chief', Title: 'CEO', NumberOfEmployees: 20, ...NY },
    { Company: 'Director', Title: 'Director, Sales', ...NY },
    { Company: 'Nobody', ...NY },
    // 62 points.
    {
      Company: 'Limit',
      Title: 'Vice President',
      NumberOfEmployees: 5000,
      Email: 'a@limit.example',
      ...NY,
      Industry: 'Retail',
      Country: 'FR',
      State: null,
    },
  );

  test('12 → 14 touches exactly the records that it gave points, by so much, and says so', async () => {
    const found = await through(BEFORE, after, people);
    expect(Object.keys(differences(found)).sort()).toEqual(['Limit', 'VP']);
    expect(found).toMatchObject({
      records: 5,
      changed: 2,
      score_changes: 2,
      owner_changes: 0,
      turn_changes: 0,
      territory_changes: 0,
      undetermined: 0,
    });
    for (const { score = [0, 0], why } of found.examples) {
      expect(Number(score[1]) - Number(score[0])).toBe(2);
      expect(why).toContain('seniority 12 → 14');
    }
    expect(found.content).toEqual(['ScoringModel/inbound fit.components[seniority].rules[0].points']);
  });

  test('who comes over a limit is another grade, in the matrix and by name', async () => {
    const lower = version(['qualify/scoring_model.yaml', 'B: ">= 65"', 'B: ">= 60"']);
    const found = await through(BEFORE, lower, people);
    expect([found.grade_changes, found.score_changes]).toEqual([1, 0]);
    expect(found.grades.filter(({ before, after: now }) => before !== now)).toEqual([{ before: 'C', after: 'B', records: 1 }]);
    expect(found.grades.reduce((sum, { records }) => sum + records, 0)).toBe(5);
    expect(found.examples).toEqual([{ name: 'Limit', object: 'Lead', grade: ['C', 'B'], why: ['the grades’ limits'] }]);
  });

  test('a model that is not there any more is said, not a score of nothing', async () => {
    const gone = {
      ...BEFORE,
      content: {
        resources: Object.fromEntries(Object.entries(BEFORE.content.resources).filter(([key]) => !key.startsWith('ScoringModel/'))),
      },
    };
    const [first] = (await through(BEFORE, gone, people)).examples;
    expect(first).toMatchObject({ score: [expect.any(Number), null], why: ['there is no model for such records'] });
  });
});

describe('a seat', () => {
  test('that is moved to somebody else moves exactly its owner’s records', async () => {
    const after = version(['design/scenarios/fy27-base.yaml', 'ae.east1@acme.example', 'ae.other@acme.example']);
    const records = leads(
      { Company: 'East 1', ...NY },
      { Company: 'East 2', ...NY, City: 'Albany' },
      { Company: 'West', ...SF },
      { Company: 'DACH', Country: 'DE' },
      { Company: 'Nowhere', Country: 'JP' },
    );
    const found = await through(BEFORE, after, records);
    const owner = ['ae.east1@acme.example', 'ae.other@acme.example'];
    expect(differences(found)).toEqual({ 'East 1': { owner, owner_by: 'rule' }, 'East 2': { owner, owner_by: 'rule' } });
    expect(found.examples[0]?.why).toEqual(['seat ae-east-1 is another’s']);
    expect(found.load.filter(({ before, after: now }) => before !== now)).toEqual([
      { owner: 'ae.east1@acme.example', before: 2, after: 0 },
      { owner: 'ae.other@acme.example', before: 0, after: 2 },
    ]);
  });

  test('that is taken out of a pool: its records change by rule, those of the others by turn alone', async () => {
    const after = version(['deploy/pools.yaml', ', {seat: ae-east-1}]', ']']);
    const found = await through(BEFORE, after, leads(...Array.from({ length: 9 }, (_, at) => pooled(`lead-${at + 1}`))));
    const told = Object.values(differences(found));
    expect(told.filter(({ owner_by: by }) => by === 'rule').map(({ owner }) => owner?.[0])).toEqual(
      Array.from({ length: 3 }, () => 'ae.east1@acme.example'),
    );
    expect(told.filter(({ owner_by: by }) => by === 'turn').every(({ owner }) => !owner?.includes('ae.east1@acme.example'))).toBe(true);
    expect([found.owner_changes, found.turn_changes]).toEqual([3, told.length - 3]);
    expect(found.turn_changes).toBeGreaterThan(0);
  });
});

test('one record that a rule sends elsewhere shifts the turns of the others, and only it counts as an owner that changes', async () => {
  const after = version(['route/rules.yaml', 'segment == commercial and', 'segment == commercial and employee_count != 801 and']);
  const others = Array.from({ length: 6 }, (_, at) => pooled(`lead-${at + 2}`));
  const found = await through(BEFORE, after, leads(pooled('lead-1', { NumberOfEmployees: 801, ...NY }), ...others));
  const [first, ...rest] = found.examples;
  expect(first).toMatchObject({ name: 'lead-1', owner_by: 'rule', owner: ['ae.sfbay1@acme.example', 'ae.east1@acme.example'] });
  expect(first?.why).toEqual(['rule a_grade_na_commercial → geography_territory']);
  expect([found.owner_changes, found.turn_changes]).toEqual([1, rest.length]);
  expect(rest.length).toBeGreaterThan(0);
  expect(rest.every(({ owner_by: by, why }) => by === 'turn' && why.includes('another’s turn in pool/na-commercial'))).toBe(true);
});

test('a territory: where a record lies, and with it whose it is', async () => {
  const after = version(
    ['deploy/match_rules.yaml', 'state: [NY, NJ,', 'state: [NJ,'],
    ['deploy/match_rules.yaml', 'state: [CA, OR,', 'state: [NY, CA, OR,'],
  );
  const found = await through(
    BEFORE,
    after,
    leads({ Company: 'NY', ...NY }, { Company: 'NJ', ...NY, State: 'NJ', City: 'Newark' }, { Company: 'SF', ...SF }),
  );
  expect(differences(found)).toEqual({
    NY: { territory: ['ams/east', 'ams/west'], owner: ['ae.east1@acme.example', expect.any(String)], owner_by: 'rule' },
  });
  expect(found.examples[0]?.why[0]).toBe('territory ams/east → ams/west');
});

describe('limits of a day', () => {
  const capped = version([
    'deploy/pools.yaml',
    '[{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]',
    '[{seat: ae-sf-bay-1, cap: {day: 1}}]',
  ]);
  const some = (created: (at: number) => string | null) =>
    leads(...Array.from({ length: 4 }, (_, at) => ({ ...pooled(`lead-${at}`), CreatedDate: created(at) })));
  const queued = async (records: readonly PastRecord[]) =>
    (await through(capped, capped, records)).load.find(({ owner }) => owner === 'queue/general')?.before ?? 0;

  test('count by the records’ own days, and not at all where these are not known', async () => {
    expect(await queued(some(() => '2026-10-05T08:00:00Z'))).toBe(3);
    expect(await queued(some((at) => `2026-10-0${5 + at}T08:00:00Z`))).toBe(0);
    expect(await queued(some(() => null))).toBe(0);
  });
});

describe('what can not be told', () => {
  const answered = (value: object): PastRecord => ({
    name: 'one',
    turn: 'one',
    event: { object: 'Lead', id: '00Q000000000001AAA' },
    facts: new Map([['record', { value, source: 'org', at: '2026-11-01T00:00:00.000Z' }]]),
  });
  const all = Object.fromEntries(
    [
      'Email',
      'Company',
      'Title',
      'Industry',
      'NumberOfEmployees',
      'LeadSource',
      'Technologies__c',
      'Company_Type__c',
      'LinkedIn__c',
      'Country',
      'State',
      'City',
      'PostalCode',
    ].map((field) => [field, null]),
  );

  test('records that neither side scores or routes are told to be none of it, not the same', async () => {
    const found = await through(BEFORE, BEFORE, [{ name: 'one', turn: 'one', event: { object: 'Contact', record: {} }, facts: new Map() }]);
    expect(found).toMatchObject({ records: 1, changed: 0, undetermined: 1, load: [], grades: [] });
    expect(found.causes[0]?.because).toContain('no ScoringModel is for such records');
  });

  test('a field that nobody read then is named; the record is neither the same nor different', async () => {
    const after = version(['qualify/fields.yaml', '    email: Email\n', '    email: Email\n    phone: Phone\n']);
    const found = await through(BEFORE, after, [answered(all)]);
    expect(found).toMatchObject({ records: 1, changed: 0, undetermined: 1, load: [] });
    expect(found.causes).toEqual([{ because: 'Phone of the record was not read then', records: 1, names: ['one'] }]);
    expect(await through(BEFORE, BEFORE, [answered(all)])).toMatchObject({ changed: 0, undetermined: 0 });
  });

  test('an agent is never asked: who would be asked is told, and who would be asked the same is the same', async () => {
    const asks = (text: string) =>
      version(
        ['route/rules.yaml', 'when: "territory.candidates > 1"', 'when: "billing_country == JP"'],
        ['route/prompts.yaml', 'Decide which', text],
      );
    const records = leads({ Company: 'Tokyo', Country: 'JP' }, { Company: 'West', ...SF });
    const found = await through(BEFORE, asks('Decide which'), records);
    expect(found).toMatchObject({
      changed: 0,
      undetermined: 1,
      causes: [{ because: 'an agent would be asked, and is not', names: ['Tokyo'] }],
    });
    expect(await through(asks('Decide which'), asks('Decide which'), records)).toMatchObject({ changed: 0, undetermined: 0 });
    expect(await through(asks('Decide which'), asks('Say which'), records)).toMatchObject({ undetermined: 1 });
  });
});

test('a version against itself: whatever the records, nothing is different', async () => {
  const text = (...values: readonly string[]) => fc.constantFrom(...values, null);
  const record = fc.record({
    Company: fc.string({ minLength: 1, maxLength: 12 }),
    Title: text('VP of Sales', 'CEO', 'Director', 'Intern'),
    NumberOfEmployees: fc.option(fc.integer({ min: 0, max: 20_000 })),
    Email: text('a@northwind.example', 'a@gmail.com', 'broken'),
    Industry: text('Software', 'Healthcare'),
    LeadSource: text('Demo Request', 'Webinar'),
    Country: text('US', 'CA', 'DE', 'JP', 'BR'),
    State: text('CA', 'NY', 'TX'),
    City: text('San Francisco', 'Albany'),
    CreatedDate: fc
      .date({ min: new Date(NOW - 90 * 86_400_000), max: new Date(NOW), noInvalidDate: true })
      .map((date) => date.toISOString()),
  });
  const versions = fc.constantFrom(
    BEFORE,
    version(['deploy/pools.yaml', 'least_open', 'weighted']),
    version(['deploy/pools.yaml', '{seat: ae-east-1}', '{seat: ae-east-1, cap: {day: 1, week: 2}}']),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(record, { maxLength: 30 }), versions, async (records, one) => {
      const found = await through(one, one, leads(...records));
      expect(found).toMatchObject({ records: records.length, changed: 0, examples: [], content: [] });
      expect(found.load.every(({ before, after }) => before === after)).toBe(true);
      expect(found.load.reduce((sum, { before }) => sum + before, 0)).toBe(records.length);
    }),
    { numRuns: 60 },
  );
});
