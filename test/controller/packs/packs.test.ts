// What people expect of rules, tried: cases that hold, cases that fail at their place, and what no case expects.
import { describe, expect, test } from 'vitest';
import { openParseCache } from '../../../adapters/files/parse-cache.ts';
import { loadTree, type Loaded } from '../../../controller/load.ts';
import { problemsOf, runPacks } from '../../../controller/packs/run.ts';
import { snapshotOf } from '../../../controller/runtime.ts';
import { originText } from '../../../resources/core.ts';
import { temporary } from '../product.ts';
import { brief, type Edit, file, files, filesIn, problems, resolved } from '../../resources/fixture.ts';
import { join } from 'node:path';

const clock = { now: () => new Date('2026-11-21T12:00:00Z'), sleep: async () => {}, random: () => 0.5 };
const TODAY = '2026-12-01';
const PACK = 'route/tests.yaml';

function pack(cases: string, more = ''): Edit {
  return {
    path: PACK,
    to: `apiVersion: loopctl/v1\nkind: RoutingTestPack\nmetadata: {name: inbound-leads}\nspec:\n  rule_set: inbound-leads\n${more}  cases:\n${cases}`,
  };
}

function loaded(...edits: readonly Edit[]): Loaded {
  return loadTree(
    { files: files(...edits), problems: [], commit: null, dirty: true },
    openParseCache(join(temporary('cache'), 'cache.json')),
  );
}

async function told(cases: string, more = ''): Promise<readonly string[]> {
  const results = await runPacks({ clock }, loaded(pack(cases, more)), { today: TODAY });
  if (!results.ok) throw new Error(JSON.stringify(results.problems));
  return problemsOf(results.value).map(({ at, message }) => `${at === undefined ? '' : originText(at)} ${message}`);
}

describe('a case', () => {
  test('that is so says nothing', async () => {
    expect(
      await told(
        `    - {name: the pool, record: {company: Acme, employee_count: 400, billing_country: United States}, grade: A, expect: {rule: a_grade_na_commercial}}\n` +
          `    - {name: nothing, record: {company: Acme}, grade: C, expect: {rule: default, queue: general, fallback: false}}\n`,
      ),
    ).toEqual([]);
  });

  test('that is not is told at what was expected, with what came', async () => {
    expect(
      await told(
        `    - name: nothing\n      record: {company: Acme}\n      grade: C\n      expect: {rule: geography_territory, queue: triage}\n`,
      ),
    ).toEqual([
      `${PACK}:10:22 "nothing": rule is default, expected geography_territory`,
      `${PACK}:10:50 "nothing": queue is general, expected triage`,
    ]);
  });

  test('has the grade that the model gives, where it names none', async () => {
    const given = (title: string) =>
      `    - {name: ${title}, record: {title: ${title}, email: a@acme.example, company: Acme, industry: Software, employee_count: 400, billing_country: US}, expect: {rule: a_grade_na_commercial}}\n`;
    expect(await told(given('CEO'), '  as_of: 2026-12-01\n')).toEqual([
      expect.stringContaining('"CEO": rule is geography_territory') as string,
    ]);
    expect(await told(given('CEO').replace('expect', 'grade: A, expect'))).toEqual([]);
  });

  test('counts what people have, and who is away', async () => {
    const record = '{company: Acme, employee_count: 400, billing_country: US}';
    const one = (name: string, more: string) =>
      `    - {name: ${name}, record: ${record}, grade: A, ${more}expect: {rule: a_grade_na_commercial}}\n`;
    const cases = [
      one('first', ''),
      one('open', 'open: {ae-sf-bay-1: 2, ae-sf-bay-2: 1, ae-east-1: 3}, '),
      one('away', 'open: {ae-sf-bay-1: 2, ae-sf-bay-2: 1, ae-east-1: 3}, away: [ae-sf-bay-2], '),
    ];
    const results = await runPacks({ clock }, loaded(pack(cases.join(''))), { today: TODAY });
    if (!results.ok) throw new Error(JSON.stringify(results.problems));
    expect(results.value.map(({ got }) => got.seat)).toEqual(['ae-sf-bay-1', 'ae-sf-bay-2', 'ae-sf-bay-1']);
  });

  test('happens on its day', async () => {
    const edits: Edit[] = [
      pack(
        `    - {name: before, record: {company: Acme, billing_country: DE}, grade: B, as_of: 2026-12-31, expect: {rule: geography_territory}}\n` +
          `    - {name: after, record: {company: Acme, billing_country: DE}, grade: B, as_of: 2027-01-01, expect: {rule: default}}\n`,
      ),
      { path: 'route/rules.yaml', from: 'when: territory.exists', to: 'when: territory.exists\n      effective: {to: 2026-12-31}' },
    ];
    const results = await runPacks({ clock }, loaded(...edits), { today: TODAY });
    expect(results).toMatchObject({
      ok: true,
      value: [
        { name: 'before', ok: true },
        { name: 'after', ok: true },
      ],
    });
  });
});

test('what is not there is refused with its place', () => {
  const cases = `    - {name: a, record: {compny: Acme}, open: {ae-east-9: 1}, expect: {rule: a_grade_na_comercial}}\n    - {name: a, record: {}, expect: {queue: genral}}\n`;
  const found = problems(pack(cases)).filter(({ at }) => at?.path === PACK);
  expect(found.map((one) => `${brief(one).replace(/:\d+ /, ' ')} ${one.hint ?? ''}`)).toEqual([
    expect.stringMatching(/^route\/tests.yaml:7 error unknown-path Did you mean "company"\?/) as string,
    expect.stringMatching(/^route\/tests.yaml:7 error unknown-seat Did you mean "ae-east-1"\?/) as string,
    expect.stringMatching(/^route\/tests.yaml:7 error unknown-rule Did you mean "a_grade_na_commercial"\?/) as string,
    expect.stringMatching(/^route\/tests.yaml:8 error duplicate-id/) as string,
    expect.stringMatching(/^route\/tests.yaml:8 error dangling-reference Did you mean "general"\?/) as string,
  ]);
});

test('where every rule is to be expected, those that are not are told at their place', () => {
  const cases = `    - {name: a, record: {}, expect: {rule: geography_territory}}\n`;
  const codes = (more: string) =>
    problems(pack(cases, more))
      .filter(({ code }) => code === 'untested-rule')
      .map(({ message, at }) => `${at?.path} ${message}`);
  expect(codes('')).toEqual([]);
  expect(codes('  cover: all\n')).toEqual(
    ['existing_customer_domain', 'a_grade_na_commercial', 'ambiguous_geography'].map(
      (id) => `route/rules.yaml rules[${id}]: no case of inbound-leads expects it`,
    ),
  );
});

test('it is no part of what loops read: the plan does not change', () => {
  const cases = `    - {name: a, record: {}, expect: {rule: geography_territory}}\n`;
  expect(snapshotOf(resolved([pack(cases)])).content).toEqual(snapshotOf(resolved()).content);
});

test('the cases of the starter hold', async () => {
  const starter = filesIn(join(import.meta.dirname, '..', '..', '..', 'config')).map(({ path, text }) => file(path, text));
  const tree = loadTree(
    { files: starter, problems: [], commit: null, dirty: true },
    openParseCache(join(temporary('cache'), 'cache.json')),
  );
  const results = await runPacks({ clock }, tree, { today: TODAY });
  if (!results.ok) throw new Error(JSON.stringify(results.problems));
  expect(results.value.length).toBeGreaterThan(10);
  expect(results.value.filter(({ ok }) => !ok)).toEqual([]);
});

test('a pack of a candidate is tried as if it acted, beside one of what acts', async () => {
  const rules =
    filesIn(join(import.meta.dirname, '..', '..', 'fixtures', 'organisation')).find(({ path }) => path === 'route/rules.yaml')?.text ?? '';
  const candidate = rules.replace('name: inbound-leads', 'name: leads-next').replace('assign_to_queue: general', 'assign_to_queue: triage');
  const experiment =
    'apiVersion: loopctl/v1\nkind: Experiment\nmetadata: {name: e}\nspec: {candidate: routingruleset/leads-next, control: routingruleset/inbound-leads}\n';
  const packOf = (name: string, queue: string) =>
    `apiVersion: loopctl/v1\nkind: RoutingTestPack\nmetadata: {name: ${name}}\nspec:\n  rule_set: ${name}\n  cases:\n    - {name: nothing, record: {company: Acme}, grade: C, expect: {queue: ${queue}}}\n`;
  const all = loaded(
    { path: 'zz/trial.yaml', to: `${candidate}---\n${experiment}` },
    { path: PACK, to: `${packOf('inbound-leads', 'general')}---\n${packOf('leads-next', 'triage')}` },
  );
  const results = await runPacks({ clock }, all, { today: TODAY });
  if (!results.ok) throw new Error(JSON.stringify(results.problems));
  expect(results.value.map((one) => [one.pack, one.ok])).toEqual([
    ['inbound-leads', true],
    ['leads-next', true],
  ]);
});
