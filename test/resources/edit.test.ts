// Edits change exactly what they say and leave every other line as it was written.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { dropDocument, editFile, partAt } from '../../resources/edit.ts';
import { type Edit, edited } from '../../resources/edit/value.ts';

function done(text: string, ...edits: readonly Edit[]): string {
  const made = editFile(
    text,
    edits.map((edit) => ({ part: 0, edit })),
  );
  if (!made.ok) throw new Error(`cannot be made: ${JSON.stringify(made.failed)}`);
  return made.text;
}

const set = (path: string, value: Extract<Edit, { op: 'set' }>['value']): Edit => ({ op: 'set', path: parts(path), value });
const unset = (path: string): Edit => ({ op: 'unset', path: parts(path) });
const take = (path: string, item: string): Edit => ({ op: 'take', path: parts(path), item });
const parts = (path: string) => path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));

describe('a value takes the place of another', () => {
  test.each<[what: string, before: string, edit: Edit, after: string]>([
    [
      'with its comment and what stands beside it',
      'spec: {label: East,  type: Area}   # why',
      set('spec.label', 'West'),
      'spec: {label: West,  type: Area}   # why',
    ],
    [
      'on a line of its own',
      'spec:\n  label: East   # why\n  type: Area\n',
      set('spec.label', 'West'),
      'spec:\n  label: West   # why\n  type: Area\n',
    ],
    ['in the quotes of the old one', 'spec:\n  label: "East"\n', set('spec.label', 'West'), 'spec:\n  label: "West"\n'],
    ['in quotes where it needs them', 'spec: {label: East}\n', set('spec.label', 'East, and West'), 'spec: {label: "East, and West"}\n'],
    ['a text that looks like something else', 'spec:\n  label: East\n', set('spec.label', '12'), 'spec:\n  label: "12"\n'],
    [
      'nothing by something',
      'spec:\n  label:    # why\n  type: Area\n',
      set('spec.label', 'East'),
      'spec:\n  label: East    # why\n  type: Area\n',
    ],
    ['something by nothing', 'spec: {label: East}\n', set('spec.label', null), 'spec: {label: null}\n'],
    [
      'several lines by one',
      'spec:\n  text: |\n    one\n    two\n\n  # next\n  label: x\n',
      set('spec.text', 'three'),
      'spec:\n  text: three\n\n  # next\n  label: x\n',
    ],
    [
      'one line by several',
      'spec:\n  text: one\n  label: x\n',
      set('spec.text', 'two\nthree'),
      'spec:\n  text: |-\n    two\n    three\n  label: x\n',
    ],
    ['several lines between brackets', 'spec: {text: one}\n', set('spec.text', 'two\nthree'), 'spec: {text: "two\\nthree"}\n'],
    ['in a row of a list', 'spec:\n  - {a: 1}\n  - {a: 2}   # two\n', set('spec.1.a', 3), 'spec:\n  - {a: 1}\n  - {a: 3}   # two\n'],
    ['in a file of another system', 'spec:\r\n  a: 1   # x\r\n  b: 2\r\n', set('spec.a', 3), 'spec:\r\n  a: 3   # x\r\n  b: 2\r\n'],
  ])('%s', (_, before, edit, after) => {
    expect(done(before, edit)).toBe(after);
  });
});

const QUEUE = 'apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: q}\n';
const TERRITORY = 'apiVersion: loopctl/v1\nkind: Territory\nmetadata: {name: t}\n';
const FIELD = 'apiVersion: loopctl/v1\nkind: CustomField\nmetadata: {name: Lead.A__c}\n';

describe('a key that is not there is put where the schema has it', () => {
  test.each<[what: string, before: string, edit: Edit, after: string]>([
    [
      'between brackets',
      `${QUEUE}spec: {label: Q, objects: [Lead], members: [], owner: o, sla: 1h}\n`,
      set('spec.email', 'q@x.example'),
      `${QUEUE}spec: {label: Q, objects: [Lead], members: [], owner: o, sla: 1h, email: q@x.example}\n`,
    ],
    [
      'on a line of its own, the comments staying with what they are about',
      `${TERRITORY}spec:\n  label: T       # the name\n  type: Area     # the type\n\n  # inform\n  segment: smb\n`,
      set('spec.parent', 'ams'),
      `${TERRITORY}spec:\n  label: T       # the name\n  type: Area     # the type\n  parent: ams\n\n  # inform\n  segment: smb\n`,
    ],
    [
      'behind a value of several lines',
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  access:\n    account: edit   # own\n`,
      set('spec.description', 'D'),
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  access:\n    account: edit   # own\n  description: D\n`,
    ],
    [
      'with the mapping around it',
      `${TERRITORY}spec: {label: T, type: Area}\n`,
      set('spec.access.account', 'all'),
      `${TERRITORY}spec: {label: T, type: Area, access: {account: all}}\n`,
    ],
    [
      'before all others',
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  access:\n    # own\n    case: read\n`,
      set('spec.access.account', 'all'),
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  access:\n    account: all\n    # own\n    case: read\n`,
    ],
    [
      'in an empty mapping',
      `${FIELD}spec: {label: A, type: Url, profiles: {}}\n`,
      set('spec.profiles.read', ['P']),
      `${FIELD}spec: {label: A, type: Url, profiles: {read: [P]}}\n`,
    ],
    [
      'at an end without a newline',
      `${TERRITORY}spec:\n  label: T\n  type: Area`,
      set('spec.description', null),
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  description: null`,
    ],
    [
      'in a row over two lines',
      'apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: s}\nspec:\n  title: S\n  roster:\n    # Managers\n    - {seat: a, role: AE, territory: x,\n       user: u@x, status: active}   # who\n',
      set('spec.roster.0.primary', true),
      'apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: s}\nspec:\n  title: S\n  roster:\n    # Managers\n    - {seat: a, role: AE, territory: x, primary: true,\n       user: u@x, status: active}   # who\n',
    ],
    [
      'in a row of lines of its own',
      'apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: s}\nspec:\n  roster:\n    - seat: a\n      role: AE\n    - seat: b\n',
      set('spec.roster.1.role', 'SE'),
      'apiVersion: loopctl/v1\nkind: Scenario\nmetadata: {name: s}\nspec:\n  roster:\n    - seat: a\n      role: AE\n    - seat: b\n      role: SE\n',
    ],
  ])('%s', (_, before, edit, after) => {
    expect(done(before, edit)).toBe(after);
  });
});

describe('what goes takes its line and its comment along, and nothing else', () => {
  test.each<[what: string, before: string, edit: Edit, after: string]>([
    ['the first between brackets', 'spec: {a: 1, b: 2}\n', unset('spec.a'), 'spec: {b: 2}\n'],
    ['the last between brackets', 'spec: {a: 1, b: 2 }  # c\n', unset('spec.b'), 'spec: {a: 1 }  # c\n'],
    ['the only one', 'spec: {a: 1}\n', unset('spec.a'), 'spec: {}\n'],
    ['a key on its line', 'spec:\n  # above\n  a: 1   # of a\n  b: 2   # of b\n', unset('spec.a'), 'spec:\n  # above\n  b: 2   # of b\n'],
    ['the only key on its line', 'spec:\n  a:\n    b: 1\n  c: 2\n', unset('spec.a.b'), 'spec:\n  a: {}\n  c: 2\n'],
    ['the first key behind a dash', 'spec:\n  - a: 1   # of a\n    b: 2\n', unset('spec.0.a'), 'spec:\n  - b: 2\n'],
    ['an item between brackets', 'spec: [a, b, c]\n', take('spec', 'b'), 'spec: [a, c]\n'],
    [
      'an item with a line of its own',
      'spec: [a,   # one\n  b,   # two\n  c]   # three\n',
      take('spec', 'b'),
      'spec: [a,   # one\n  c]   # three\n',
    ],
    ['the last item, with a line of its own', 'spec: [\n  a,   # one\n  b   # two\n]\n', take('spec', 'b'), 'spec: [\n  a   # one\n]\n'],
    ['the last item before the bracket', 'spec: [a,   # one\n  b]\n', take('spec', 'b'), 'spec: [a   # one\n  ]\n'],
    [
      'an item on its line',
      'spec:\n  - a   # one\n  # group\n  - b   # two\n  - c\n',
      take('spec', 'b'),
      'spec:\n  - a   # one\n  # group\n  - c\n',
    ],
    ['the only item on its line', 'spec:\n  l:\n    - a   # one\n  m: 1\n', take('spec.l', 'a'), 'spec:\n  l: []   # one\n  m: 1\n'],
    [
      'a mapping that would be left empty',
      `${TERRITORY}spec:\n  label: T\n  type: Area\n  access: {account: all}   # own\n`,
      unset('spec.access.account'),
      `${TERRITORY}spec:\n  label: T\n  type: Area\n`,
    ],
  ])('%s', (_, before, edit, after) => {
    expect(done(before, edit)).toBe(after);
  });
});

test('a list that gets other values keeps those that stay, with their comments', () => {
  const before = 'spec:\n  values:\n    - A   # best\n    - B\n    - D   # worst\n';
  expect(done(before, set('spec.values', ['A', 'C', 'D', 'E']))).toBe(
    'spec:\n  values:\n    - A   # best\n    - C\n    - D   # worst\n    - E\n',
  );
  expect(done('spec: {values: [A, B]}\n', set('spec.values', ['B', 'A'])), 'in another order').toBe('spec: {values: [B, A]}\n');
});

test('what cannot be changed without changing something else is not changed', () => {
  const anchored = 'spec:\n  a: &x 1\n  b: *x\n';
  expect(editFile(anchored, [{ part: 0, edit: set('spec.a', 2) }])).toMatchObject({ ok: false });
  expect(done(anchored, set('spec.b', 2)), 'the one that only refers to it').toBe('spec:\n  a: &x 1\n  b: 2\n');
  expect(editFile('spec: {a: 1}\n', [{ part: 0, edit: set('spec.a.b', 2) }]), 'a number is in the way').toMatchObject({ ok: false });
  expect(editFile('spec: {a: 1}\n', [{ part: 0, edit: unset('spec.b') }])).toMatchObject({ ok: false });
  expect(editFile('spec: {a: 1}\n', [{ part: 3, edit: set('spec.a', 2) }])).toMatchObject({ ok: false });
});

describe('files of several documents', () => {
  const file = '# About all of it.\nspec: {a: 1}\n---   # second\nspec: {b: 2}   # two\n---\n# third\nspec: {c: 3}\n';

  test('one is edited, its marker and the others stay', () => {
    const made = editFile(file, [
      { part: 1, edit: set('spec.b', 22) },
      { part: 2, edit: set('spec.c', 33) },
    ]);
    expect(made).toEqual({ ok: true, text: file.replace('b: 2', 'b: 22').replace('c: 3', 'c: 33') });
  });

  test('one goes, with what is said of it alone', () => {
    expect(dropDocument(file, 0)).toBe(
      '# About all of it.\n   # second\nspec: {b: 2}   # two\n---\n# third\nspec: {c: 3}\n'.replace('   # second\n', '---   # second\n'),
    );
    expect(dropDocument(file, 1)).toBe('# About all of it.\nspec: {a: 1}\n---\n# third\nspec: {c: 3}\n');
    expect(dropDocument(file, 2)).toBe('# About all of it.\nspec: {a: 1}\n---   # second\nspec: {b: 2}   # two\n');
    expect(dropDocument('# head\na: 1\n---\nb: 2\n', 0)).toBe('# head\nb: 2\n');
    expect(dropDocument('---\na: 1\n---\nb: 2\n', 1)).toBe('b: 2\n');
    expect(dropDocument('# only\nspec: {a: 1}\n', 0)).toBeUndefined();
  });

  test('a line says which one', () => {
    expect([1, 2, 3, 4, 5, 7].map((line) => partAt(file, line))).toEqual([0, 0, 1, 1, 2, 2]);
  });
});

// ---- whatever is written, in whatever way ----

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

const scalar = fc.oneof(
  fc.constantFrom(
    'a',
    'East, West',
    'x: y',
    '12',
    'true',
    'null',
    '# no',
    '- no',
    'it’s',
    '"q"',
    "'s'",
    '2027-02-01',
    'two\nlines\n',
    ' lead',
    'é',
    '@x',
    '[',
    '}',
  ),
  fc.integer({ min: -5, max: 1000 }),
  fc.boolean(),
  fc.constant(null),
);
const key = fc.constantFrom('alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta');
const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value; map: Value; list: Value }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, scalar, tie('map'), tie('list')),
  map: fc.dictionary(key, tie('value'), { minKeys: 1, maxKeys: 4, noNullPrototype: true }),
  list: fc.oneof(
    fc.uniqueArray(fc.constantFrom('p', 'q', 'r', 's t', 'u,v'), { minLength: 1, maxLength: 4 }),
    fc.array(tie('map'), { minLength: 1, maxLength: 3 }),
  ),
})).value;
const root = fc.dictionary(key, value, { minKeys: 1, maxKeys: 4, noNullPrototype: true });

/** Writes a value as somebody might: on one line or several, with comments and quotes as they please. */
function write(it: Value, indent: number, flow: boolean, next: () => number): string {
  const pad = ' '.repeat(indent);
  const note = (): string => (next() % 3 === 0 ? `   # note ${next()}` : '');
  const above = (): string => (next() % 6 === 0 ? `${pad}# above\n` : next() % 6 === 1 ? '\n' : '');
  if (typeof it !== 'object' || it === null) {
    if (typeof it !== 'string') return it === null && !flow && next() % 2 === 0 ? '' : JSON.stringify(it);
    const isPlain = /^[a-zé’][a-zé’ ]*$/.test(it) && !['true', 'null'].includes(it);
    return isPlain && next() % 2 === 0 ? it : it.includes('\n') || next() % 2 === 0 ? JSON.stringify(it) : `'${it.replaceAll("'", "''")}'`;
  }
  const entries = Array.isArray(it) ? it.map((item) => ['', item] as const) : Object.entries(it);
  const isFlow = flow || next() % 2 === 0;
  if (isFlow) {
    const apart = next() % 4 === 0 && !flow ? `,\n${pad}  ` : ', ';
    const inner = entries.map(([name, item]) => `${Array.isArray(it) ? '' : `${name}: `}${write(item, indent, true, next)}`).join(apart);
    return Array.isArray(it) ? `[${inner}]` : `{${inner}}`;
  }
  const lines = entries.map(([name, item]) => {
    const isBlock = typeof item === 'object' && item !== null;
    const text = write(item, indent + 2, false, next);
    const isOnOneLine = !isBlock || /^[[{]/.test(text);
    if (Array.isArray(it)) return `${above()}${pad}- ${isOnOneLine ? `${text}${note()}` : text.replace(/^(?:\s*#.*\n|\s*\n)*\s*/, '')}`;
    return `${above()}${pad}${name}:${isOnOneLine ? ` ${text}${note()}` : `${note()}\n${text}`}`;
  });
  return lines.join('\n');
}

const written = fc.tuple(root, fc.infiniteStream(fc.nat({ max: 60 }))).map(([it, stream]) => {
  const text = `${write(it, 0, false, () => stream.next().value as number)}\n`;
  return { it, text };
});

/** Every path of a value, with what stands there. */
function* places(it: unknown, path: readonly (string | number)[] = []): Generator<{ path: readonly (string | number)[]; it: unknown }> {
  if (path.length > 0) yield { path, it };
  if (Array.isArray(it)) for (const [index, item] of it.entries()) yield* places(item, [...path, index]);
  else if (typeof it === 'object' && it !== null) for (const [name, item] of Object.entries(it)) yield* places(item, [...path, name]);
}

function parsed(text: string): unknown {
  const [document] = parseAllDocuments(text, { stringKeys: true });
  return document?.toJS() as unknown;
}

/** How many lines of the one are not, in order, in the other. */
function missing(from: string, among: string): number {
  const [a, b] = [from.split('\n'), among.split('\n')];
  const longest = Array.from({ length: a.length + 1 }, () => Array.from({ length: b.length + 1 }, () => 0));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const row = longest[i] as number[];
      row[j] = a[i] === b[j] ? (longest[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(longest[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return a.length - (longest[0]?.[0] ?? 0);
}

function tried(text: string, edit: Edit): string | undefined {
  const made = editFile(text, [{ part: 0, edit }]);
  return made.ok ? made.text : undefined;
}

describe('whatever is written', () => {
  test('a scalar takes the place of another: the value is that, all other lines are as they were, and back again gives the old text', () => {
    let undone = 0;
    fc.assert(
      fc.property(written, fc.nat(), scalar, ({ it, text }, pick, to) => {
        expect(parsed(text)).toEqual(it);
        const scalars = [...places(it)].filter((place) => typeof place.it !== 'object' || place.it === null);
        const place = scalars[pick % scalars.length];
        if (place === undefined) return;
        const edit: Edit = { op: 'set', path: place.path, value: to };
        const after = tried(text, edit);
        if (after === undefined) throw new Error('not made');
        expect(parsed(after)).toEqual(edited(it, edit));
        expect(missing(text, after)).toBeLessThanOrEqual(1);
        const back = tried(after, { op: 'set', path: place.path, value: place.it as string });
        if (back === text) undone += 1;
        expect(parsed(back ?? '')).toEqual(it);
      }),
      { numRuns: 500 },
    );

    expect(undone).toBeGreaterThan(300);
  });

  test('a key is added and taken away again: the text is what it was', () => {
    fc.assert(
      fc.property(written, fc.nat(), value, ({ it, text }, pick, to) => {
        const maps = [{ path: [], it }, ...places(it)].filter(
          (place) => typeof place.it === 'object' && place.it !== null && !Array.isArray(place.it),
        );
        const place = maps[pick % maps.length];
        const edit: Edit = { op: 'set', path: [...(place?.path ?? []), 'omega'], value: to };
        const after = tried(text, edit);
        if (after === undefined) throw new Error('not made');
        expect(parsed(after)).toEqual(edited(it, edit));
        expect(missing(text, after)).toBeLessThanOrEqual(1);
        expect(tried(after, { op: 'unset', path: edit.path })).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  test('a key goes: what is left is what was there without it', () => {
    fc.assert(
      fc.property(written, fc.nat(), ({ it, text }, pick) => {
        const keys = [...places(it)].filter(({ path }) => typeof path.at(-1) === 'string' && path.length > 1);
        const place = keys[pick % keys.length];
        if (place === undefined) return;
        const edit: Edit = { op: 'unset', path: place.path };
        const after = tried(text, edit);
        if (after === undefined) throw new Error('not made');
        expect(parsed(after)).toEqual(edited(it, edit));
        expect(missing(after, text), 'no line is new but for one that is shorter').toBeLessThanOrEqual(1);
      }),
      { numRuns: 500 },
    );
  });

  test('an item leaves a list and comes back', () => {
    fc.assert(
      fc.property(written, fc.nat(), fc.nat(), ({ it, text }, pick, which) => {
        const lists = [...places(it)].filter((place) => Array.isArray(place.it) && typeof place.it[0] === 'string');
        const place = lists[pick % lists.length];
        if (place === undefined) return;
        const list = place.it as string[];
        const at = which % list.length;
        const item = list[at] ?? '';
        const after = tried(text, { op: 'take', path: place.path, item });
        if (after === undefined) throw new Error('not made');
        expect(parsed(after)).toEqual(edited(it, { op: 'take', path: place.path, item }));
        expect(missing(after, text)).toBeLessThanOrEqual(1);
        const back = tried(after, { op: 'put', path: place.path, at, item });
        expect(parsed(back ?? '')).toEqual(it);
      }),
      { numRuns: 500 },
    );
  });
});
