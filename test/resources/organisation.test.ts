// Reading: everything that is wrong is said at once, each with its place and a remedy, and nothing that is written makes it throw.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ParseCache, readOrganisation, type SourceFile } from '../../resources/organisation.ts';
import { Queue } from '../../resources/queue/schema.ts';
import { golden } from '../golden.ts';
import { brief, type Edit, file, files, filesIn, problems } from './fixture.ts';

const QUEUE = 'spec: {label: Q, objects: [Lead], members: [], owner: revops, sla: 1h}';

describe('what is free of mistakes', () => {
  test('the fixture loads without a word', () => {
    const { organisation, problems: found } = readOrganisation(files());
    expect(found).toEqual([]);
    expect(organisation.resources.size).toBe(39);
    expect(organisation.get(Queue, 'triage')?.spec).toEqual({
      label: 'Lead Triage',
      objects: ['Lead', 'Case'],
      members: ['mgr.west@acme.example'],
      owner: 'revops',
      sla: '4h',
    });
  });

  test.each(['cases/demand/organisation', 'design/example'])('%s loads without an error', (path) => {
    const folder = golden(path);
    if (folder === undefined) return;
    const { organisation, problems: found } = readOrganisation(filesIn(folder));
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(organisation.resources.size).toBeGreaterThan(30);
  });
});

test('a resource knows the lines of its document, from its first key to its last', () => {
  const one = (name: string, after: string) =>
    `# about ${name}\napiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: ${name}}\n${QUEUE}${after}`;
  const { organisation } = readOrganisation([
    file('q.yaml', `${one('first', '\n\n\n')}---\n${one('second', '  # said\n')}--- # next\n${one('third', '')}`),
  ]);
  const lines = ['first', 'second', 'third']
    .map((name) => organisation.get(Queue, name))
    .map((queue) => [queue?.origin.line, queue?.lastLine()]);
  expect(lines).toEqual([
    [2, 5],
    [10, 13],
    [16, 19],
  ]);
});

describe('many mistakes at once', () => {
  const breakages: readonly Edit[] = [
    { path: 'design/territories/emea.yaml', from: 'type: Area', to: 'type: Aera' },
    { path: 'design/territories/ams.yaml', from: 'label: SF Bay', to: 'lable: SF Bay' },
    {
      path: 'deploy/queues.yaml',
      from: 'members: [mgr.west@acme.example], owner: revops, sla: 1h',
      to: 'members: mgr.west@acme.example, owner: revops, sla: soon',
    },
    { path: 'deploy/pools.yaml', from: '{seat: ae-east-1}', to: '{seat: ae-est-1}' },
    { path: 'route/rules.yaml', from: 'assign_to_pool: na-commercial', to: 'assign_to_pool: na-comercial' },
    { path: 'route/rules.yaml', from: '  default: {assign_to_queue: general}', to: '' },
    { path: 'qualify/scoring_model.yaml', from: 'condition: ">= 1000", points: 20', to: 'condition: ">== 1000", points: 20' },
    { path: 'qualify/scoring_model.yaml', from: 'weight: 50\n', to: 'weight: 55\n' },
    { path: 'design/scenarios/fy27-base.yaml', from: 'territory: emea/dach, user', to: 'territory: emea/dahc, user' },
  ];

  test('are all reported, each where it stands, with what was meant', () => {
    expect(problems(...breakages).map((problem) => `${brief(problem)}${problem.hint === undefined ? '' : `: ${problem.hint}`}`)).toEqual([
      'deploy/pools.yaml:7:79 error unknown-seat: Did you mean "ae-east-1"?',
      'deploy/queues.yaml:4:50 error wrong-type: Write a list: [mgr.west@acme.example].',
      'deploy/queues.yaml:4:93 error bad-format',
      'design/scenarios/fy27-base.yaml:21:67 error dangling-reference: Did you mean "emea/dach"?',
      'design/territories/ams.yaml:28:1 error missing-key: The name that people see.',
      'design/territories/ams.yaml:29:3 error unknown-key: Did you mean "label"?',
      'design/territories/emea.yaml:9:27 error dangling-reference: Did you mean "Area"?',
      'qualify/scoring_model.yaml:7:14 error weights-do-not-add-up',
      'qualify/scoring_model.yaml:15:26 error bad-operator: Did you mean ">="?',
      'qualify/scoring_model.yaml:42:13 error weights-do-not-add-up',
      'route/rules.yaml:4:1 error missing-key: What happens when no rule holds: no record stays unassigned.',
      'route/rules.yaml:18:32 error dangling-reference: Did you mean "na-commercial"?',
    ]);
  });

  test('say what they are about', () => {
    const texts = problems(...breakages).map(({ message, hint }) => `${message} ${hint ?? ''}`);
    for (const word of ['Aera', 'lable', 'sla', 'ae-est-1', 'na-comercial', 'default', '>==', '55', 'emea/dahc']) {
      expect(texts.filter((text) => text.includes(word))).not.toEqual([]);
    }
  });

  test('a document that cannot be read is still there for those who refer to it', () => {
    const broken = problems(
      {
        path: 'deploy/queues.yaml',
        from: 'metadata: {name: general}\nspec: {label: General',
        to: 'metadata: {name: general}\nspec: {label: [General',
      },
      { path: 'deploy/pools.yaml', from: 'kind: Pool', to: 'kind: Pol' },
    );
    expect(broken.map(brief)).toEqual(['deploy/pools.yaml:2:7 error unknown-kind', 'deploy/queues.yaml:4:98 error yaml-syntax']);
  });

  test('seats of a scenario that cannot be read are not called unknown', () => {
    const broken = problems({ path: 'design/scenarios/fy27-base.yaml', from: 'title: FY27 base plan', to: 'title: {FY27: base plan' });
    expect(broken.filter(({ code }) => code === 'unknown-seat' || code === 'dangling-reference')).toEqual([]);
    expect(broken).toHaveLength(1);
  });
});

describe('a document that is not one', () => {
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...'bcdefghi'.split('').map((letter, index) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`),
  ].join('\n');

  test.each<[string, string, string]>([
    ['broken YAML', 'a: [1,\nb: }', 'x.yaml:2:1 error yaml-syntax'],
    ['an alias bomb', bomb, 'x.yaml:1:1 error yaml-alias'],
    ['an alias into nothing', 'kind: *a', 'x.yaml:1:1 error yaml-alias'],
    ['a loop of aliases', 'kind: &a [*a]', 'x.yaml:1:1 error too-deep'],
    ['a list', '- 1\n- 2\n', 'x.yaml:1:1 error not-a-mapping'],
    ['a binary file', '\u0000\u0001\u0002kind', 'x.yaml:1:1 error binary-file'],
    ['a huge line', `kind: "${'x'.repeat(2_000_000)}"`, 'x.yaml:1:1 error file-too-large'],
    ['a thousand brackets', `a: ${'['.repeat(1000)}`, 'x.yaml:1:260 error too-deep'],
    ['a thousand dashes', `${'- '.repeat(1000)}x`, 'x.yaml:1:1 error too-deep'],
    ['nothing', '', 'x.yaml:1:1 error no-resource'],
    ['a comment alone', '# later\n---\n# much later\n', 'x.yaml:1:1 error no-resource'],
    ['YAML of something else', 'name: CI\non: push\n', 'x.yaml:1:1 error no-resource'],
    ['a tab', 'kind:\n\tx: 1', 'x.yaml:2:1 error tab'],
    ['a tag', 'kind: !Territory x', 'x.yaml:1:7 error yaml-tag'],
    ['a directive', '%YAML 1.1\n', 'x.yaml:1:1 error yaml-directive'],
    ['not a number', 'kind: .nan', 'x.yaml:1:1 error not-a-number'],
    ['a key twice', `apiVersion: loopctl/v1\nkind: Queue\nkind: Queue\nmetadata: {name: q}\n${QUEUE}\n`, 'x.yaml:3:1 error duplicate-key'],
    ['a merge key', `apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: q, <<: {owner: x}}\n${QUEUE}\n`, 'x.yaml:3:21 error merge-key'],
    [
      'a bare condition',
      'apiVersion: loopctl/v1\nkind: Segment\nmetadata: {name: s}\nspec:\n  priority: 90\n  when: >= 1000\n',
      'x.yaml:6:10 error yaml-syntax',
    ],
    [
      'a kind that is near another',
      `apiVersion: loopctl/v1\nkind: Queeu\nmetadata: {name: q}\n${QUEUE}\n`,
      'x.yaml:2:7 error unknown-kind',
    ],
    ['another version', `apiVersion: loopctl/v2\nkind: Queue\nmetadata: {name: q}\n${QUEUE}\n`, 'x.yaml:1:13 error not-allowed'],
    ['a name that is a number', `apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: 7}\n${QUEUE}\n`, 'x.yaml:3:18 error wrong-type'],
    [
      'an annotation that means nothing',
      `apiVersion: loopctl/v1\nkind: Queue\nmetadata:\n  name: q\n  annotations: {loopctl/moved_from: Queue/x}\n${QUEUE}\n`,
      'x.yaml:5:37 error not-valid',
    ],
  ])('%s', (_, text, expected) => {
    expect(problems({ path: 'x.yaml', to: text }).map(brief)).toContain(expected);
    expect(problems({ path: 'x.yaml', to: text })).toHaveLength(1);
  });

  test('a mistake in one document hides none of the next', () => {
    const text = `- 1\n---\n${'a: ['.repeat(3)}\n---\napiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: q}\nspec: {label: ""}\n`;
    expect(problems({ path: 'x.yaml', to: text }).map(brief)).toEqual([
      'x.yaml:1:1 error not-a-mapping',
      'x.yaml:4:1 error yaml-syntax',
      'x.yaml:8:1 error missing-key',
      'x.yaml:8:1 error missing-key',
      'x.yaml:8:1 error missing-key',
      'x.yaml:8:1 error missing-key',
      'x.yaml:8:15 error too-small',
    ]);
  });
});

test('all that is wrong with a choice is told, for the branch that was meant', () => {
  const text =
    'apiVersion: loopctl/v1\nkind: FieldMap\nmetadata: {name: f}\nspec:\n  object: Case\n  fields: {a: {feild: Type, in: []}, b: 7}\n';
  expect(problems({ path: 'x.yaml', to: text }).map(({ code, message }) => `${code} ${message}`)).toEqual([
    'missing-key fields.a.field is missing',
    'unknown-key fields.a: there is no key "feild"',
    'too-small fields.a.in: a list is too small: at least 1 row',
    'not-valid fields.b: text or a mapping is expected, not 7',
  ]);
});

describe('names', () => {
  test('two of one name: the second is told where the first is', () => {
    const [problem] = problems({
      path: 'deploy/zz.yaml',
      to: `apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: general}\n${QUEUE}\n`,
    });
    expect(problem).toMatchObject({ code: 'duplicate-name', at: { path: 'deploy/zz.yaml', line: 3, column: 18 } });
    expect(problem?.message).toContain('deploy/queues.yaml:1:1');
  });

  test('an active scenario that is not there is named, with the near one', () => {
    const [problem] = problems({ path: 'design/capacity_config.yaml', from: 'fy27-base', to: 'fy27-bse' });
    expect(problem).toMatchObject({
      code: 'dangling-reference',
      at: { path: 'design/capacity_config.yaml', line: 5 },
      hint: 'Did you mean "fy27-base"?',
    });
  });

  test('scenarios that stand on each other, and a territory without its parent', () => {
    const scenario = (name: string, base: string) =>
      `apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: ${name}}\nspec: {title: X, base: ${base}}\n`;
    const found = problems(
      { path: 'design/scenarios/loop.yaml', to: `${scenario('one', 'two')}---\n${scenario('two', 'one')}` },
      {
        path: 'design/territories/orphan.yaml',
        to: 'apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: apac/anz}\nspec: {label: ANZ, type: Area}\n',
      },
    );
    expect(found.map(brief)).toEqual([
      'design/scenarios/loop.yaml:4:24 error circular-reference',
      'design/territories/orphan.yaml:3:18 error orphan-territory',
    ]);
    expect(found[0]?.message).toContain('one → two → one');
  });
});

describe('nothing declared', () => {
  test('is an error, never an order to delete everything', () => {
    const only = (path: string) => readOrganisation(files().filter((one) => one.path === path)).problems.map(({ code }) => code);
    expect(only('loopctl.yaml')).toEqual(['nothing-declared']);
    expect(readOrganisation([]).problems.map(({ code }) => code)).toEqual(['no-project']);
    expect(only('deploy/queues.yaml')).toEqual(['no-project']);
  });
});

describe('a cache', () => {
  test('changes nothing about what is read', () => {
    const kept = new Map<string, string>();
    const cache: ParseCache = {
      get: (key) => (kept.has(key) ? JSON.parse(kept.get(key) ?? '') : undefined),
      set: (key, value) => void kept.set(key, JSON.stringify(value)),
    };
    const all = files({ path: 'deploy/pools.yaml', from: 'ae-east-1', to: 'ae-est-1' }, { path: 'bad.yaml', to: 'kind: [' });
    const cold = readOrganisation(all, { cache });
    const warm = readOrganisation(all, { cache });
    expect(warm.problems).toEqual(cold.problems);
    expect([...warm.organisation.resources.values()].map(({ ref, spec, metadata, origin }) => ({ ref, spec, metadata, origin }))).toEqual(
      [...cold.organisation.resources.values()].map(({ ref, spec, metadata, origin }) => ({ ref, spec, metadata, origin })),
    );
    // Only files without a mistake of their own are kept.
    expect(kept.size).toBe(all.length - 1);
  });

  test('that holds rubbish is not believed', () => {
    const cache: ParseCache = { get: () => [{ kind: 'Nonsense' }], set: () => {} };
    expect(readOrganisation(files(), { cache }).problems).toEqual([]);
  });
});

test('no text makes it throw, and every problem has a place in a file', () => {
  const all = files();
  const kept = new Map<string, unknown>();
  const cache: ParseCache = { get: (key) => kept.get(key), set: (key, value) => void kept.set(key, value) };
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ':',
    '- ',
    '\n',
    '  ',
    '---\n',
    '#',
    '"',
    "'",
    '|',
    '&a ',
    '*a',
    '!x ',
    '\t',
    'null',
    '0',
    '\u0000',
    'spec:',
    'kind: ',
    '<<: ',
    'é',
    '🙂',
    'in:',
  ];
  const mutation = fc.tuple(
    fc.nat(all.length - 1),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.nat(12),
    fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 8 })),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 6 }), (mutations) => {
      const texts = all.map(({ text }) => text);
      for (const [index, place, cut, piece] of mutations) {
        const text = texts[index] ?? '';
        const at = Math.floor(place * text.length);
        texts[index] = text.slice(0, at) + piece + text.slice(at + cut);
      }
      const mutated: readonly SourceFile[] = all.map(({ path }, index) => file(path, texts[index] ?? ''));
      for (const { at, message } of readOrganisation(mutated, { cache }).problems) {
        const lines = (texts[all.findIndex(({ path }) => path === at?.path)] ?? '').split('\n');
        expect(at?.line).toBeGreaterThanOrEqual(1);
        expect(at?.line).toBeLessThanOrEqual(lines.length);
        expect(at?.column).toBeLessThanOrEqual((lines[(at?.line ?? 1) - 1]?.length ?? 0) + 1);
        expect(message).not.toMatch(/undefined|\[object/);
      }
    }),
    { numRuns: 300 },
  );
});
