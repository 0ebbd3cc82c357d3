// The language as JSON Schema, for editors. A file holds documents of any kind, so `kind` says which shape a document has.
import { z } from 'zod';
import { API_VERSION } from './envelope.ts';
import { kinds, kindsByName } from './index.ts';
import type { Kind } from './kind.ts';
import { schemaOf } from './read-document.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

const DRAFT = 'http://json-schema.org/draft-07/schema#';

/** Of one kind, or of all of them in one. Nothing for a kind that is not there. */
export function jsonSchema(kind?: string): JsonSchema | undefined {
  if (kind === undefined) return languageSchema();
  const found = kindsByName.get(kind);
  return found === undefined ? undefined : { $schema: DRAFT, title: `loopctl ${kind}`, ...documentOf(found) };
}

/**
 * `if` and `then` rather than a choice of shapes: an editor then completes the keys of the one kind that is named, and complains about
 * that kind's mistakes alone.
 */
function languageSchema(): JsonSchema {
  return {
    $schema: DRAFT,
    title: 'loopctl',
    description: 'Revenue operations as code: a resource of an organisation.',
    type: 'object',
    required: ['apiVersion', 'kind', 'metadata', 'spec'],
    properties: {
      apiVersion: { const: API_VERSION, description: 'The version of the language.' },
      kind: { enum: kinds.map(({ name }) => name), markdownDescription: kindList(), description: 'What is declared.' },
      metadata: { type: 'object', description: 'Its name, who answers for it, notes.' },
      spec: { type: 'object', description: 'What is declared about it.' },
    },
    allOf: kinds.map(({ name }) => ({
      // While somebody types, editors take the beginning of a constant for the whole of it: the pattern keeps Territory from being
      // TerritoryModel too.
      if: { required: ['kind'], properties: { kind: { const: name, pattern: `^${name}$` } } },
      // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
      then: { $ref: `#/definitions/${name}` },
    })),
    definitions: Object.fromEntries(kinds.map((kind) => [kind.name, documentOf(kind)])),
  };
}

function documentOf(kind: Kind): JsonSchema {
  const { $schema: _, ...schema } = z.toJSONSchema(schemaOf(kind), {
    io: 'input',
    target: 'draft-7',
    override: ({ jsonSchema }) => dropSafeInteger(jsonSchema),
  });
  return schema;
}

/** Bounds that only say "a number that JavaScript holds exactly" would be noise in every tooltip. */
function dropSafeInteger(schema: { minimum?: number; maximum?: number }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function kindList(): string {
  return kinds.map(({ name, summary }) => `- \`${name}\`: ${summary}`).join('\n');
}
