// What is generated from the schemas: the JSON Schema says what the loader says, and the pages on disk are those of today.
import { readFileSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { kinds } from '../../resources/index.ts';
import { jsonSchema } from '../../resources/json-schema.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { describedShape, optionsOf, rowOf, wrapped } from '../../resources/shape.ts';
import { generated } from '../../scripts/generated.ts';
import { file, files } from './fixture.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const validator = new Ajv({ strict: false, allErrors: true, validateFormats: false });
const validate = validator.compile(jsonSchema() ?? {});

function complaints(text: string): readonly string[] {
  return parseAllDocuments(text).flatMap((document) => {
    validate(document.toJS());
    return (validate.errors ?? []).map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`);
  });
}

describe('the JSON Schema', () => {
  test('takes what the loader takes', () => {
    for (const { path, text } of files()) expect({ path, complaints: complaints(text) }).toEqual({ path, complaints: [] });
    for (const { name, example } of kinds) expect({ name, complaints: complaints(example) }).toEqual({ name, complaints: [] });
  });

  test.each([
    ['a key that is misspelt', 'kind: Territory\nmetadata: {name: a}\nspec: {lable: A, label: A, type: T}', '"additionalProperty":"lable"'],
    [
      'a key that another kind has',
      'kind: Queue\nmetadata: {name: a}\nspec: {label: A, objects: [Lead], members: [], owner: o, sla: 1h, parent: x}',
      '"additionalProperty":"parent"',
    ],
    ['a key that is missing', 'kind: Territory\nmetadata: {name: a}\nspec: {label: A}', '"missingProperty":"type"'],
    [
      'a word that is none of those',
      'kind: Pool\nmetadata: {name: a}\nspec: {strategy: fair, members: [{seat: s}]}',
      'must be equal to one of the allowed values',
    ],
    ['a kind that is not there', 'kind: Teritory\nmetadata: {name: a}\nspec: {}', '/kind must be equal to one of the allowed values'],
  ])('complains of %s, and of that alone', (_, text, expected) => {
    const found = complaints(`apiVersion: loopctl/v1\n${text}\n`);
    expect(found.filter((complaint) => !complaint.includes('must match "then"'))).toEqual([expect.stringContaining(expected)]);
  });

  test('complains of another version', () => {
    expect(complaints('apiVersion: loopctl/v2\nkind: Territory\nmetadata: {name: a}\nspec: {label: A, type: T}\n').length).toBeGreaterThan(
      0,
    );
  });

  test('of one kind stands alone', () => {
    const one = validator.compile(jsonSchema('Queue') ?? {});
    expect(
      one({
        apiVersion: 'loopctl/v1',
        kind: 'Queue',
        metadata: { name: 'q' },
        spec: { label: 'Q', objects: ['Lead'], members: [], owner: 'o', sla: '1h' },
      }),
    ).toBe(true);
    expect(one({ apiVersion: 'loopctl/v1', kind: 'Pool', metadata: { name: 'q' }, spec: {} })).toBe(false);
    expect(jsonSchema('Nothing')).toBeUndefined();
  });
});

describe('every kind', () => {
  test.each(kinds)('$name: its example is free of mistakes of its own', ({ name, example }) => {
    const { problems } = readOrganisation([file('x.yaml', example)]);
    // What it refers to is not there; its own shape and its own rules must hold.
    const own = problems.filter(
      ({ code }) =>
        ![
          'dangling-reference',
          'unknown-seat',
          'orphan-territory',
          'unknown-path',
          'unknown-segment',
          'no-project',
          'no-active-scenario',
          'unknown-role',
          'nothing-declared',
          'segment-gap',
          'no-territory-model',
          'target-without-seat',
        ].includes(code),
    );
    expect({ name, own }).toEqual({ name, own: [] });
  });

  test('every key says what it means', () => {
    const silent = kinds.flatMap(({ name, schema }) => undescribed(schema, name));
    expect(silent).toEqual([]);
  });
});

function undescribed(schema: z.ZodType, path: string): readonly string[] {
  const own = Object.entries(describedShape(schema)).flatMap(([key, value]) => [
    ...(value.description === undefined ? [`${path}.${key}`] : []),
    ...undescribed(value, `${path}.${key}`),
  ]);
  const inside = [wrapped(schema), rowOf(schema), ...optionsOf(schema)].flatMap((inner) =>
    inner === undefined || Object.keys(describedShape(schema)).length > 0 ? [] : undescribed(inner, path),
  );
  return [...own, ...inside];
}

describe('what is generated', () => {
  test.each([...generated(ROOT)])('%s is that of today (node bin/with-node.js scripts/reference.ts writes it)', (path, text) => {
    expect(readFileSync(join(ROOT, path), 'utf8')).toBe(text);
  });

  test('no page is left of a kind that is gone', () => {
    const pages = globSync('*.md', { cwd: join(ROOT, 'docs', 'reference') });
    expect(pages.sort()).toEqual(['README.md', 'conditions.md', ...kinds.map(({ name }) => `${name}.md`)].sort());
  });
});
