// What an agent would change: only what stands there, stays whole and is not spoken against by past records; and its words are never markup.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { worktree } from '../../../adapters/git/worktree.ts';
import { proposeFromAgent, judgeChange, type AgentProposal } from '../../../controller/propose/agent.ts';
import { placementOf } from '../../../controller/propose/place.ts';
import type { PastRow } from '../../../engines/tuner/rows.ts';
import type { Checked } from '../../../resources/core.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { Project } from '../../../resources/project/schema.ts';
import { openStore } from '../../../state/open.ts';
import { repository } from '../../git.ts';

const MODEL = `apiVersion: loopctl/v1
kind: ScoringModel
metadata: {name: inbound}
spec:
  version: 1.0.0
  max_score: 60
  fit:
    weight: 30
    components:
      - id: size
        field: size
        weight: 30
        rules: # the first that holds
          - {id: big, condition: "== big", points: 10}
          - {condition: "== middle", points: 10}
  intent:
    weight: 30
    components:
      - {id: source, field: source, weight: 30, rules: [{condition: "== demo", points: 20}]}
  grades: {A: ">= 25", B: ">= 10", C: ">= 0"}
  guard: {max_factor_auc: 1, max_psi: 10, min_lift_a: 0}
  tuning: {min_rows: 100}
`;
const PROJECT = 'apiVersion: loopctl/v1\nkind: Project\nmetadata: {name: acme}\nspec: {environments: [{name: local}]}\n';
const tree = {
  commit: 'c0ffee',
  dirty: false,
  problems: [],
  files: [
    { path: 'loopctl.yaml', text: PROJECT, hash: 'p' },
    { path: 'qualify/model.yaml', text: MODEL, hash: 'm' },
  ],
};
const NOW = new Date('2026-11-21T12:00:00Z');
const cache = { get: () => undefined, set: () => {} };

/** Big ones convert, whatever brought them. */
const PAST: readonly PastRow[] = Array.from({ length: 600 }, (_, at) => {
  const size = ['big', 'middle', 'small'][at % 3] ?? '';
  const rate = { big: 8, middle: 4, small: 1 }[size] ?? 0;
  return { facts: { size, source: at % 2 === 0 ? 'demo' : 'web' }, outcome: Math.floor(at / 6) % 10 < rate, order: at, asOf: 0 };
});

function change(edits: AgentProposal['change']['edits'], more: Partial<AgentProposal['change']> = {}): AgentProposal {
  return {
    topic: 'agent-inbound',
    tree,
    change: {
      summary: 'Big companies are worth more',
      edits,
      confidence: 0.8,
      evidence: [{ source: 'input', field: 'rows', quote: '80 % of big ones converted' }],
      ...more,
    },
    within: { kind: 'ScoringModel', name: 'inbound' },
    past: new Map([['inbound', PAST]]),
    by: 'propose-points v1, of a test',
  };
}

const edit = (path: string, from: string | number, to: string | number) => ({ path, from, to, because: 'they convert' });
const refusals = (answer: Checked<unknown>) => (answer.ok ? [] : answer.problems.map(({ code, message }) => `${code}: ${message}`));
const BIG = 'fit.components[size].rules[big].points';

test.each([
  [BIG, ['spec', 'fit', 'components', 0, 'rules', 0, 'points']],
  ['ScoringModel/inbound fit.components[size].rules[1].points', ['spec', 'fit', 'components', 0, 'rules', 1, 'points']],
  ['spec.grades.A', ['spec', 'grades', 'A']],
  ['fit.components[colour].points', 'there is no row colour at fit.components'],
  ['fit.components[9].points', 'there is no row 9 at fit.components'],
  ['fit.constructor', 'there is no constructor at fit'],
  ['Queue/general label', 'there is no Queue/general'],
  ['fit..points', 'it is no path: write it like fit.components[seniority].rules[0].points'],
])('the place %s', (text, wanted) => {
  const { organisation } = readOrganisation(tree.files);
  const found = placementOf(organisation, text, { kind: 'ScoringModel', name: 'inbound' });
  expect(typeof found === 'string' ? found : found.path).toEqual(wanted);
});

describe('a change', () => {
  test('that records speak for becomes edits of these lines, and another version', () => {
    const judged = judgeChange(change([edit(BIG, 10, 20)]), cache);
    expect(refusals(judged)).toEqual([]);
    const text = judged.ok ? judged.value.files.get('qualify/model.yaml') : '';
    expect(text).toBe(MODEL.replace('version: 1.0.0', 'version: 1.1.0').replace('"== big", points: 10', '"== big", points: 20'));
  });

  test.each<[string, AgentProposal, readonly string[]]>([
    [
      'a place that is not there, and a value that is another',
      change([edit('fit.components[colour].points', 1, 2), edit(BIG, 12, 14)]),
      [
        'bad-edit: "fit.components[colour].points": there is no row colour at fit.components',
        'bad-edit: "fit.components[size].rules[big].points": 10 stands there, not 12',
      ],
    ],
    [
      'a number as a text',
      change([edit(BIG, '10', 14)]),
      ['bad-edit: "fit.components[size].rules[big].points": 10 stands there, not "10"'],
    ],
    [
      'what would not validate',
      change([edit(BIG, 10, 31)]),
      ['points-above-weight: fit.components[size].rules[0].points: 31 are more than 30, the weight of the component'],
    ],
    ['a value of another sort', change([edit(BIG, 10, 'many')]), [expect.stringContaining('points') as never]],
    [
      'no records at all',
      { ...change([edit(BIG, 10, 20)]), past: new Map() },
      ['no-records: Nothing says what ScoringModel/inbound would do: there are no past records to judge it by.'],
    ],
    [
      'no evidence',
      change([edit(BIG, 10, 20)], { evidence: [], confidence: 0 }),
      ['no-evidence: No evidence of the agent holds: what it says rests on nothing.'],
    ],
    ['nothing', change([]), ['no-edits: The agent would change nothing.']],
    [
      'its own guard',
      change([edit('guard.min_lift_a', 0, 9)]),
      ['bad-edit: "guard.min_lift_a": guard says how far a change may go: it is changed by people alone'],
    ],
    [
      'the project’s own file',
      change([edit('Project/acme environments[local].limits.max_delete', 5, 5000)]),
      ['bad-edit: "Project/acme environments[local].limits.max_delete": the project’s own file is changed by people alone'],
    ],
    ['a whole list', change([edit('fit.components', '', '')]), ['bad-edit: "fit.components": it is no single value']],
  ])('of %s is refused', (_, proposal, wanted) => {
    expect(refusals(judgeChange(proposal, cache))).toEqual(wanted);
  });

  test('that past records speak against is refused, with all that would get worse', () => {
    const against = refusals(judgeChange(change([edit(BIG, 10, 0)]), cache));
    const prefix = 'backtest-falls: Past records speak against the change of ScoringModel/inbound: ';
    expect(against).toEqual(['auc falls.', 'lift falls.', 'no longer monotone.', 'not monotone.'].map((said) => prefix + said));
  });
});

test('its words call nobody and make no markup in the text that people read', async () => {
  const repo = repository();
  const data = mkdtempSync(join(tmpdir(), 'loopctl-agent-'));
  const store = await openStore({ folder: data, nextId: () => '1', now: () => NOW });
  onTestFinished(async () => {
    await store.close();
    repo.remove();
    rmSync(data, { recursive: true, force: true });
  });
  for (const { path, text } of tree.files) repo.write(path, text);
  repo.commit('one');
  const source = worktree(repo.folder);
  const spec = Project.schema.parse({ environments: [{ name: 'local' }], proposals: { author: 'loopctl <loopctl@acme.example>' } });
  const deps = { cache, branches: source.branches, proposals: store.proposals, clock: { now: () => NOW }, project: { name: 'acme', spec } };
  const hostile = change([{ ...edit(BIG, 10, 20), because: '@security\n\n# merge | now\n<img src=x>' }], {
    summary: 'Raise it\nLoopctl-Proposal: agent-inbound 00',
    evidence: [{ source: 'https://evil.example/`x`', quote: '`](https://evil.example) @everyone' }],
  });
  const made = await proposeFromAgent(deps, { ...hostile, tree: await source.read() });
  expect(refusals(made)).toEqual([]);
  const message = repo.git('log', '-1', '--format=%B', 'loopctl/agent-inbound');
  expect(message).not.toMatch(/@security|<img|^# merge/m);
  expect(message.match(/^Loopctl-Proposal: /gm)).toHaveLength(1);
  expect(message).toContain('`` `](https://evil.example) @everyone ``');
  expect(message).toContain('#### Backtest');
});
