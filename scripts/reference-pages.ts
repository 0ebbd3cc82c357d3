// The reference of all kinds, made from their schemas: what is written there is what the loader takes.
import type { z } from 'zod';
import { API_VERSION, MOVED_FROM, PROTECT } from '../resources/envelope.ts';
import { kinds } from '../resources/index.ts';
import { type Kind, references, sorts } from '../resources/kind.ts';
import { describedShape, optionsOf, rowOf, shapeOf, typeOf, wrapped } from '../resources/shape.ts';

const NOTE = '<!-- Generated from the schemas by scripts/reference.ts. Do not edit. -->';

/** Markdown by file name: an index and a page a kind. */
export function reference(): ReadonlyMap<string, string> {
  return new Map([['README.md', index()], ...kinds.map((kind) => [`${kind.name}.md`, page(kind)] as const)]);
}

function index(): string {
  const rows = kinds.map(({ name, summary, becomes }) => `| [${name}](${name}.md) | ${cell(summary)} | ${cell(becomes)} |`);
  return `${NOTE}
# Kinds

Every resource has the same frame. Several go into one file, separated by \`---\`. \`loopctl schema\` writes the JSON Schema for editors;
how conditions are written is in [conditions.md](conditions.md).

\`\`\`yaml
apiVersion: ${API_VERSION}
kind: Queue                     # one of the kinds below
metadata:
  name: triage                  # unique among its kind
  owner: revops                 # the team that answers for it
  labels: {region: ams}         # words of your own
  annotations:
    ${MOVED_FROM}: Queue/old    # what it was called before: its record is kept
    ${PROTECT}: "true"          # never deleted or replaced
spec: {}                        # what the kind's page says
\`\`\`

| kind | what it declares | what it becomes in Salesforce |
|---|---|---|
${rows.join('\n')}
`;
}

function page(kind: Kind): string {
  return `${NOTE}
# ${kind.name}

${kind.summary}

- **In Salesforce**: ${kind.becomes}
- **When it leaves git**: ${kind.whenRemoved}
- **Name**: ${kind.names.text}.

\`\`\`yaml
${kind.example.trimEnd()}
\`\`\`

## spec

| key | value | default | meaning |
|---|---|---|---|
${rows(kind.schema, '').join('\n')}
`;
}

/** A row a key; keys of mappings inside follow, with their path. */
function rows(schema: z.ZodType, prefix: string): readonly string[] {
  return Object.entries(describedShape(schema)).flatMap(([key, value]) => {
    const name = `${prefix}${key}`;
    const row = `| \`${name}\` | ${cell(typeText(value))} | ${defaultText(value)} | ${cell(value.description ?? '')} |`;
    const inner = innerMapping(value);
    return inner === undefined ? [row] : [row, ...rows(inner.schema, `${name}${inner.suffix}.`)];
  });
}

/** The mapping with known keys that a value is, or is a list or a map of. */
function innerMapping(schema: z.ZodType): { readonly schema: z.ZodType; readonly suffix: string } | undefined {
  if (Object.keys(shapeOf(schema)).length > 0) return { schema, suffix: '' };
  const inner = wrapped(schema);
  if (inner !== undefined) return innerMapping(inner);
  const row = rowOf(schema);
  if (row !== undefined) {
    const found = innerMapping(row);
    return found === undefined
      ? undefined
      : { schema: found.schema, suffix: `${typeOf(schema) === 'record' ? '.*' : '[]'}${found.suffix}` };
  }
  return optionsOf(schema)
    .map(innerMapping)
    .find((found) => found !== undefined);
}

function typeText(schema: z.ZodType): string {
  const refers = references.get(schema);
  if (refers !== undefined)
    return refers.kinds.length === 1
      ? `name of a ${refers.kinds[0]}`
      : `${refers.alone === true ? '' : 'word or '}${refers.kinds.map((kind) => `${kind.toLowerCase()}/NAME`).join(', ')}`;
  const sort = sorts.get(schema);
  if (sort !== undefined) return sort.name;
  const inner = wrapped(schema);
  if (inner !== undefined) return typeOf(schema) === 'nullable' ? `${typeText(inner)}, or null` : typeText(inner);
  const row = rowOf(schema);
  switch (typeOf(schema)) {
    case 'string':
      return 'text';
    case 'boolean':
      return 'true or false';
    case 'literal':
    case 'enum':
      return valuesOf(schema)
        .map((value) => `\`${value}\``)
        .join(', ');
    case 'array':
      return row === undefined ? 'list' : `list of ${plural(typeText(row))}`;
    case 'record':
      return row === undefined ? 'map' : `map to ${plural(typeText(row))}`;
    case 'union':
      return [...new Set(optionsOf(schema).map(typeText))].join(', or ');
    case 'tuple':
      return 'two numbers';
    case 'object':
      return 'mapping';
    default:
      return typeOf(schema);
  }
}

function plural(type: string): string {
  if (type.startsWith('name of a ')) return `names of ${type.slice('name of a '.length)}s`;
  return /^(?:text|word|number|mapping|date|username|API name|duration|condition)$/.test(type) ? `${type}s` : type;
}

function valuesOf(schema: z.ZodType): readonly string[] {
  const { values, entries } = schema.def as { values?: readonly unknown[]; entries?: Readonly<Record<string, unknown>> };
  return (values ?? Object.values(entries ?? {})).map(String);
}

/** What stands there when nothing is said; `required` where something must be. */
function defaultText(schema: z.ZodType): string {
  const read = schema.safeParse(undefined);
  if (!read.success) return 'required';
  const { data } = read;
  if (Array.isArray(data)) return data.length > 0 ? `\`${JSON.stringify(data)}\`` : '';
  return typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' ? `\`${data}\`` : '';
}

/** Bars would end the cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
