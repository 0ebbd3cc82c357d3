// backtest at the command line: the guard on real leads, and what is said of models, columns and rows that can not be judged.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { golden } from '../golden.ts';
import { loopctl, temporary } from './command.ts';

interface Report {
  readonly ok: boolean;
  readonly model: { readonly name: string };
  readonly n: number;
  readonly as_of: unknown;
  readonly unseen: readonly { readonly field: string; readonly factors: readonly string[]; readonly near?: string }[];
  readonly auc: { readonly value: number };
  readonly findings: readonly (LeakFound & { readonly message: string; readonly hint: string })[];
}

interface LeakFound {
  readonly code: string;
  readonly factor?: string;
  readonly auc?: number;
}

/** A configuration with these models and nothing else; nothing listens where its org would be. */
function configuration(files: Readonly<Record<string, string>>) {
  const root = temporary('config');
  mkdirSync(join(root, 'qualify'));
  const write = (name: string, text: string) => writeFileSync(join(root, name), text);
  write('loopctl.yaml', 'apiVersion: loopctl/v1\nkind: Project\nmetadata: {name: demo}\nspec: {environments: [{name: local}]}\n');
  for (const [name, text] of Object.entries(files)) write(name, text);
  const env = { SALESFORCE_INSTANCE_URL: 'http://127.0.0.1:1', SALESFORCE_ACCESS_TOKEN: 'x', LOOPCTL_DATA: join(root, 'data') };
  const run = (...args: readonly string[]) => loopctl(['backtest', ...args], { cwd: root, env });
  return { root, write, run };
}

const [models, leads, cases] = [
  golden('cases/demand/backtest-models.yaml'),
  golden('data/x-education/leads.csv'),
  golden('cases/demand/backtest.json'),
];

describe.skipIf(models === undefined || leads === undefined || cases === undefined)('real leads', () => {
  const expected = JSON.parse(cases === undefined ? '{"guard": {}, "reports": []}' : readFileSync(cases, 'utf8')) as {
    readonly guard: Readonly<Record<string, unknown>>;
    readonly reports: readonly { readonly model: string; readonly auc: { readonly value: number }; readonly guard: readonly LeakFound[] }[];
  };

  /** The models as they stand there, with the guard of the cases. */
  function guarded(): string {
    const { min_lift_A, meaning, ...guard } = expected.guard;
    expect(meaning).toContain('deny_fields');
    return parseAllDocuments(readFileSync(models ?? '', 'utf8'))
      .map((document) => {
        document.setIn(['spec', 'guard'], document.createNode({ ...guard, min_lift_a: min_lift_A }));
        return String(document);
      })
      .join('---\n');
  }

  const named = ({ code, factor, auc = 0 }: LeakFound) => ({ code, factor, auc: auc.toFixed(6) });

  test.each(expected.reports)('$model', ({ model, auc, guard }) => {
    const { run } = configuration({ 'qualify/models.yaml': guarded() });
    const found = run(model, '--file', leads ?? '', '--outcome', 'Converted', '--order', 'Lead Number', '-o', 'json');
    const report = found.json<Report>();
    expect(found.code).toBe(guard.length === 0 ? 0 : 1);
    expect([report.n, report.ok, report.unseen]).toEqual([9240, guard.length === 0, []]);
    expect(report.auc.value).toBeCloseTo(auc.value, 9);
    expect(report.findings.map(named)).toEqual(guard.map(named));
    expect(report.findings.every(({ message, hint }) => message !== '' && hint !== '')).toBe(true);
  });

  test('the report names each finding with what to do about it', () => {
    const { run } = configuration({ 'qualify/models.yaml': guarded() });
    const { code, stdout } = run('x-education-leaky', '--file', leads ?? '', '--outcome', 'Converted', '--order', 'Lead Number');
    expect(code).toBe(1);
    expect(stdout).toMatch(/The guard refuses it: 4 findings\./);
    expect(stdout).toMatch(/tags reads "Tags", which guard\.deny_fields names.*\n\s+Take the factor out/);
  });
});

const MODEL = `apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: webinars}
spec:
  version: 1.0.0
  max_score: 100
  fit: {weight: 50, components: [{id: size, field: Employees, weight: 50, rules: [{condition: ">= 100", points: 50}, {condition: exists, points: 10}]}]}
  intent: {weight: 50, components: [{id: seen, field: Last Seen, weight: 50, rules: [{condition: age_days <= 30, points: 50}]}]}
  grades: {A: ">= 60", B: ">= 20", C: ">= 0"}
  guard: {max_factor_auc: 1, min_lift_a: 1}
`;

/** Large ones that were seen lately convert; every date lies years back. */
const ROWS = Array.from({ length: 60 }, (_, at) => {
  const day = (back: number) => new Date(Date.UTC(2020, 0, 1 + at * 7 - back)).toISOString().slice(0, 10);
  return [
    at % 3 === 0 ? '5,000' : '12',
    day(at % 2 === 0 ? 3 : 90),
    [0, 6, 12, 18, 24, 1, 21].includes(at % 30) ? 'yes' : 'no',
    day(0),
  ] as const;
});
const table = (rows: readonly (readonly string[])[], head = 'Employees,Last Seen,Won,Created') =>
  `${[head, ...rows.map((cells) => cells.map((cell) => `"${cell}"`).join(','))].join('\r\n')}\r\n`;

describe('any table', () => {
  test('records are scored as of their own day, or the day that is given', () => {
    const { run } = configuration({ 'qualify/model.yaml': MODEL, 'past.csv': `\ufeff${table(ROWS)}` });
    const args = ['webinars', '--file', 'past.csv', '--outcome', 'Won', '-o', 'json'];
    const own = run(...args, '--order', 'Created').json<Report & { grades: { grade: string; n: number }[] }>();
    expect(own).toMatchObject({ ok: true, n: 60, as_of: { order: 'Created' } });
    expect(own.grades).toMatchObject([
      { grade: 'A', n: 30 },
      { grade: 'B', n: 10 },
      { grade: 'C', n: 20 },
    ]);
    const later = run(...args, '--order', 'Created', '--as-of', '2026-01-01').json<typeof own>();
    expect(later).toMatchObject({ as_of: '2026-01-01T00:00:00.000Z' });
    expect(later.grades[0]?.n).toBe(0);
  });

  test('every row that can not be read is named with its line, and nothing is judged', () => {
    const rows = [...ROWS.slice(0, 3), ['1', '', 'maybe', '2020-01-01'], ['two\nlines', '', '', '2020-01-02'], ['1', '', 'no', '17']];
    const { run } = configuration({ 'qualify/model.yaml': MODEL, 'past.csv': `${table(rows)}1,2\r\n` });
    const { code, stdout, stderr } = run('webinars', '--file', 'past.csv', '--outcome', 'Won', '--order', 'Created');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/past\.csv:5:1 error Won is "maybe": it must say whether/);
    expect(stderr).toMatch(/past\.csv:6:1 error Won is empty: leave records out/);
    expect(stderr).toMatch(/past\.csv:8:1 error Created is "17": it must be a date/);
    expect(stderr).toMatch(/past\.csv:9:1 error has 2 cells, and the first line names 4 columns/);
    expect(stderr).not.toMatch(/at .*\.ts/);
  });

  test('thousands of bad rows are a few and a number; a quote that does not close is told with its line', () => {
    const many = table(Array.from({ length: 3000 }, () => ['1', '', 'Closed Won', '2020-01-01']));
    const { run, write } = configuration({ 'qualify/model.yaml': MODEL, 'past.csv': many });
    const args = ['webinars', '--file', 'past.csv', '--outcome', 'Won'];
    const { stderr } = run(...args);
    expect(stderr.match(/Closed Won/g)).toHaveLength(20);
    expect(stderr).toMatch(/2,980 more rows of past\.csv/);
    write('past.csv', `${table(ROWS.slice(0, 2))}1,"2020-01-01,yes,2020-01-01\r\n`);
    expect(run(...args).stderr).toMatch(/past\.csv:\d+:1 error can not be read, nor what follows it: Quote Not Closed/);
  });

  test.each([
    [['webinar'], 'past.csv', 'Won', /There is no ScoringModel "webinar".*Did you mean "webinars"/s],
    [['webinars'], 'past.csv', 'Wonn', /past\.csv:1:1 error There is no column "Wonn".*Did you mean "Won"/s],
    [['webinars', '--order', 'Date'], 'past.csv', 'Won', /There is no column "Date".*One of: Employees, Last Seen, Won, Created/s],
    [['webinars'], 'nowhere.csv', 'Won', /nowhere\.csv can not be read/],
    [['webinars'], 'qualify', 'Won', /qualify is no table|qualify can not be read/],
    [['webinars'], 'empty.csv', 'Won', /empty\.csv is empty: its first line names the columns/],
    [['webinars'], 'twice.csv', 'Won', /names the column "Won" twice/],
    [['webinars', '--threshold', 'high'], 'past.csv', 'Won', /A score is a number/],
    [['webinars', '--as-of', '2026-02-30'], 'past.csv', 'Won', /2026-02-30 is no day/],
  ])('%j on %s by %s is refused with a remedy', (args, file, outcome, message) => {
    const tables = { 'past.csv': table(ROWS), 'empty.csv': '', 'twice.csv': 'Won,Won\n1,0\n' };
    const { run } = configuration({ 'qualify/model.yaml': MODEL, ...tables });
    const { code, stdout, stderr } = run(...args, '--file', file, '--outcome', outcome);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/at .*\.ts/);
  });

  test('a file without an outcome of each kind fails; a field that no record has is told', () => {
    const { run } = configuration({ 'qualify/model.yaml': MODEL, 'past.csv': table([], 'Employes,Last Seen,Won') });
    const { code, stdout } = run('webinars', '--file', 'past.csv', '--outcome', 'Won');
    expect(code).toBe(1);
    expect(stdout).toMatch(/No record has Employees, which size reads: judged without it\. Did you mean "Employes"/);
    expect(stdout).toMatch(/\[nothing_to_learn\]/);
  });

  test('fields go through the FieldMap of the model’s object, by either name, with what follows from an address', () => {
    const model = MODEL.replace('version: 1.0.0', 'version: 1.0.0\n  object: Lead')
      .replace('field: Employees', 'field: employee_count')
      .replace('field: Last Seen', 'field: email_kind')
      .replace('age_days <= 30', '"== company"');
    const map =
      'apiVersion: loopctl/v1\nkind: FieldMap\nmetadata: {name: lead}\nspec: {object: Lead, fields: {employee_count: NumberOfEmployees, email: Email}}\n';
    const rows = ROWS.map(([size, , won], at) => [size, at % 2 === 0 ? 'a@northwind.example' : 'a@gmail.com', won]);
    const { run } = configuration({
      'qualify/model.yaml': model,
      'qualify/fields.yaml': map,
      'past.csv': table(rows, 'NumberOfEmployees,email,Won'),
    });
    const found = run('webinars', '--file', 'past.csv', '--outcome', 'Won', '-o', 'json');
    expect(found.json()).toMatchObject({ unseen: [], n: 60, model: { object: 'Lead' }, grades: [{ grade: 'A', n: 30 }, {}, {}] });
  });
});
