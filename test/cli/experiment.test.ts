// experiment at the command line: a candidate becomes what acts, as a branch of a real repository that changes these lines and nothing else.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { gitIn } from '../git-remote.ts';
import { loopctl, temporary } from './command.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'organisation');
const EXPERIMENT = `apiVersion: loopctl/v1
kind: Experiment
metadata: {name: titles}
spec: {candidate: scoringmodel/inbound-next, control: scoringmodel/inbound}
`;

function configuration(candidate: (model: string) => string = (model) => model) {
  const root = temporary('config');
  const data = temporary('data');
  cpSync(FIXTURE, root, { recursive: true });
  const model = readFileSync(join(root, 'qualify/scoring_model.yaml'), 'utf8');
  const next = candidate(
    model
      .replace('{name: inbound}', '{name: inbound-next, owner: somebody}')
      .replace(
        'weight: 15\n        rules:\n          - {condition: "in:vp',
        'weight: 15                 # titles tell more\n        rules:\n          - {condition: "in:vp',
      )
      .replace('"in:director", points: 10', '"in:director", points: 11'),
  );
  writeFileSync(join(root, 'qualify/trial.yaml'), `# What we try in winter.\n${next}---\n${EXPERIMENT}`);
  gitIn(root, 'init', '-q', '-b', 'main');
  gitIn(root, 'add', '-A');
  gitIn(root, 'commit', '-q', '-m', 'one');
  const run = (...args: readonly string[]) =>
    loopctl(['experiment', ...args], { cwd: root, env: { LOOPCTL_DATA: data, GITHUB_TOKEN: '', GITHUB_API_URL: '' } });
  return { root, run };
}

test('promote: what would change, then a branch with the lines of the candidate, a raised version, and nothing of the experiment', () => {
  const { root, run } = configuration();
  const would = run('promote', 'titles', '-o', 'json');
  expect([would.code, would.json()]).toEqual([
    2,
    expect.objectContaining({
      control: 'ScoringModel/inbound',
      candidate: 'ScoringModel/inbound-next',
      version: { before: '3.1.0', after: '3.2.0' },
      files: [
        { path: 'qualify/scoring_model.yaml', change: 'changed' },
        { path: 'qualify/trial.yaml', change: 'removed' },
      ],
      report: null,
      proposal: null,
    }),
  ]);
  expect(gitIn(root, 'branch', '--list', 'loopctl/*')).toBe('');
  const made = run('promote', 'titles', '--propose', '-o', 'json');
  expect([made.code, made.json<{ proposal: { branch: string } }>().proposal.branch]).toEqual([0, 'loopctl/promote-titles']);
  const diff = gitIn(root, 'diff', '-U0', 'main', 'loopctl/promote-titles', '--', 'qualify/scoring_model.yaml').split('\n');
  expect(diff.filter((line) => /^[-+] /.test(line))).toEqual([
    '-  version: 3.1.0',
    '+  version: 3.2.0',
    '-        weight: 15',
    '+        weight: 15                 # titles tell more',
    '-          - {condition: "in:director", points: 10}',
    '+          - {condition: "in:director", points: 11}',
  ]);
  expect(gitIn(root, 'ls-tree', '-r', '--name-only', 'loopctl/promote-titles')).not.toContain('trial.yaml');
  expect(gitIn(root, 'log', '-1', '--format=%B', 'loopctl/promote-titles')).toContain('Nothing is known here of how the experiment did.');
  expect([gitIn(root, 'status', '--porcelain'), gitIn(root, 'branch', '--show-current').trim()]).toEqual(['', 'main']);
  gitIn(root, 'merge', '-q', 'loopctl/promote-titles');
  const after = run('promote', 'titles');
  expect([after.code, after.stderr]).toEqual([1, expect.stringContaining('There is no Experiment "titles"')]);
});

test('a version that the candidate has raised itself is kept; a spec on no lines of its own is told, and nothing is made', () => {
  const raised = configuration((model) => model.replace('version: 3.1.0', 'version: 4.0.0'));
  expect(raised.run('promote', 'titles', '-o', 'json').json()).toMatchObject({ version: { after: '4.0.0' } });
  const flow = configuration((model) => `${JSON.stringify(parse(model))}\n`);
  const told = flow.run('promote', 'titles', '--propose', '-o', 'json');
  expect([told.code, told.json<{ error: { code: string } }>().error.code]).toEqual([1, 'not-editable']);
  expect(gitIn(flow.root, 'branch', '--list', 'loopctl/*')).toBe('');
});

test('where nothing was reconciled there is no experiment; its name is told with those that there are', () => {
  const { run } = configuration();
  expect(run('list').stdout).toContain('No experiment was reconciled');
  const shown = run('show', 'titles', '-o', 'json');
  expect([shown.code, shown.json<{ error: { code: string } }>().error.code]).toEqual([1, 'unknown-experiment']);
});
