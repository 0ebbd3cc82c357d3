// tune at the command line: what it prints and ends with, and a proposal on a real remote with GitHub's double behind it.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { golden } from '../golden.ts';
import { gitIn } from '../git-remote.ts';
import { loopctl, temporary } from './command.ts';

const [models, leads] = [golden('cases/demand/backtest-models.yaml'), golden('data/x-education/leads.csv')];
const PROJECT = `apiVersion: loopctl/v1
kind: Project
metadata: {name: demo}
spec: {environments: [{name: local}], proposals: {author: loopctl <loopctl@acme.example>}}
`;

interface Told {
  readonly ok: boolean;
  readonly verdict: {
    readonly kind: string;
    readonly gain?: number;
    readonly reasons?: readonly { readonly code: string; readonly message: string; readonly hint: string }[];
  };
  readonly model: object;
  readonly rules: readonly { readonly id: string; readonly points: number; readonly after: number }[];
  readonly proposal: {
    readonly outcome: string;
    readonly branch: string;
    readonly pushed: boolean;
    readonly url: string | null;
    readonly notices: readonly { readonly code: string }[];
  } | null;
}

function configuration(text: string) {
  const root = temporary('config');
  const data = temporary('data');
  mkdirSync(join(root, 'qualify'));
  writeFileSync(join(root, 'loopctl.yaml'), PROJECT);
  writeFileSync(join(root, 'qualify', 'models.yaml'), text);
  gitIn(root, 'init', '-q', '-b', 'main');
  gitIn(root, 'add', '-A');
  gitIn(root, 'commit', '-q', '-m', 'one');
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    loopctl(['tune', ...args], { cwd: root, env: { LOOPCTL_DATA: data, GITHUB_TOKEN: '', GITHUB_API_URL: '', ...env } });
  return { root, run };
}

describe.skipIf(models === undefined || leads === undefined)('real leads', () => {
  const text = models === undefined ? '' : readFileSync(models, 'utf8');
  const args = (model: string) => [model, '--file', leads ?? '', '--outcome', 'Converted', '--time', 'Lead Number'];

  test('a suggestion: points before and after, exit 2; the files stay as they are', () => {
    const { root, run } = configuration(text);
    const told = run([...args('x-education-safe'), '-o', 'json']);
    expect(told.code).toBe(2);
    const found = told.json<Told>();
    expect(found).toMatchObject({
      ok: true,
      verdict: { kind: 'suggested' },
      model: { version: 'v1.0.0', next_version: 'v1.1.0' },
      proposal: null,
    });
    expect(found.rules.filter(({ points, after }) => points !== after)).toHaveLength(11);
    const words = run(args('x-education-safe'));
    expect(words.code).toBe(2);
    expect(words.stdout).toMatch(/time_on_site +>= 600 +20 +→ +22 +938 +67\.2 % +\+0\.595/);
    expect(words.stdout).toMatch(/AUC +0\.7951 +→ +0\.8068/);
    expect(words.stdout).toContain('1,100 records of all 9,240 would have another grade:');
    expect(gitIn(root, 'status', '--porcelain')).toBe('');
    expect(gitIn(root, 'branch', '--list', 'loopctl/*')).toBe('');
  });

  test('--propose: a branch that edits these lines and raises the version, exit 0; once more it is the same', () => {
    const { root, run } = configuration(text);
    const made = run([...args('x-education-safe'), '--propose', '-o', 'json']);
    expect(made.code).toBe(0);
    expect(made.json<Told>().proposal).toMatchObject({
      outcome: 'made',
      branch: 'loopctl/tune-x-education-safe',
      pushed: false,
      url: null,
      notices: [{ code: 'no-forge' }],
    });
    const diff = gitIn(root, 'diff', '-U0', 'main', 'loopctl/tune-x-education-safe').split('\n');
    expect(diff.filter((line) => /^[-+] /.test(line))).toHaveLength(24);
    expect(diff).toContain('+  version: v1.1.0');
    expect(diff).toContain('+          - {condition: ">= 600", points: 22}');
    const words = gitIn(root, 'log', '-1', '--format=%B', 'loopctl/tune-x-education-safe');
    expect(words).toContain('learned from leads.csv: 6,191 older records');
    expect(words).toContain('| AUC, the newest 3,049 records | 0.7951 | 0.8068 |');
    expect(gitIn(root, 'status', '--porcelain')).toBe('');
    const again = run([...args('x-education-safe'), '--propose']);
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('proposes just this already')]);
    // Merged, there is little left to gain by the next step: whatever it says, it says of the new points.
    gitIn(root, 'merge', '-q', 'loopctl/tune-x-education-safe');
    expect(run([...args('x-education-safe'), '-o', 'json']).json<Told>().model).toMatchObject({ version: 'v1.1.0' });
  });

  test('a model that has seen the answer: refused with what to do, exit 1', () => {
    const told = configuration(text).run([...args('x-education-leaky'), '--propose', '-o', 'json']);
    expect(told.code).toBe(1);
    const { ok, verdict, proposal } = told.json<Told>();
    expect([ok, verdict.kind, proposal]).toEqual([false, 'refused', null]);
    expect(verdict.reasons?.map(({ message }) => message)).toEqual([
      expect.stringContaining('tags alone predicts with an AUC of 0.920'),
      expect.stringContaining('lead_quality alone predicts'),
    ]);
  });

  test('a file of changes that are not committed is not gone around', () => {
    const { root, run } = configuration(text);
    writeFileSync(join(root, 'qualify', 'models.yaml'), text.replace('points: 30}', 'points: 29}'));
    const told = run([...args('x-education-safe'), '--propose', '-o', 'json']);
    expect([told.code, told.json<{ error: { code: string } }>().error.code]).toEqual([1, 'uncommitted-changes']);
  });

  test('few records, a model and a column that are not there', () => {
    const { root, run } = configuration(text);
    copyFileSync(leads ?? '', join(root, 'all.csv'));
    writeFileSync(
      join(root, 'few.csv'),
      `${readFileSync(leads ?? '', 'utf8')
        .split('\n')
        .slice(0, 200)
        .join('\n')}\n`,
    );
    const few = run(['x-education-safe', '--file', 'few.csv', '--outcome', 'Converted']);
    expect(few.code).toBe(1);
    expect(few.stdout).toContain('tuning.min_rows wants 500');
    expect(run(['x-educaton-safe', '--file', 'all.csv', '--outcome', 'Converted']).stderr).toContain('Did you mean "x-education-safe"?');
    expect(run(['x-education-safe', '--file', 'all.csv', '--outcome', 'Convertd']).stderr).toContain('Did you mean "Converted"?');
  });
});

test('a lock on nothing is an error with its place', () => {
  const model = `apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: small}
spec:
  version: 1.0.0
  max_score: 20
  fit: {weight: 10, components: [{id: size, field: size, weight: 10, rules: [{condition: exists, points: 10}]}]}
  intent: {weight: 10, components: [{id: source, field: source, weight: 10, rules: [{condition: exists, points: 10}]}]}
  grades: {A: ">= 10", B: ">= 0"}
  tuning: {locked: [siz]}
`;
  const { root } = configuration(model);
  const told = loopctl(['validate', '-o', 'json'], { cwd: root }).json<{
    problems: readonly { code: string; line: number; hint?: string }[];
  }>();
  expect(told.problems).toMatchObject([{ code: 'unknown-id', line: 10, hint: 'Did you mean "size"?' }]);
});
