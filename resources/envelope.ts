// What every document has around its spec: apiVersion, kind, metadata.
import { z } from 'zod';
import type { Kind } from './kind.ts';
import { text } from './words.ts';

export const API_VERSION = 'loopctl/v1';
/** Annotations that mean something. */
export const MOVED_FROM = 'loopctl/moved-from';
export const PROTECT = 'loopctl/protect';

const ANNOTATION_PREFIX = 'loopctl/';

export function documentSchema(kind: Kind) {
  return z.strictObject({
    apiVersion: z.literal(API_VERSION).describe('The version of the language.'),
    kind: z.literal(kind.name).describe('What is declared.'),
    metadata: metadataSchema(kind),
    spec: kind.schema.describe(kind.summary),
  });
}

function metadataSchema({ names }: Kind) {
  return z.strictObject({
    name: z
      .string()
      .max(255)
      .regex(names.pattern, { error: `a name: ${names.text}` })
      .describe(`Its name, unique among its kind: ${names.text}.`),
    owner: text(120).optional().describe('The team that answers for it.'),
    labels: z.record(text(120), text(255)).optional().describe('Words of your own, for finding and grouping.'),
    annotations: z
      .record(text(120), z.string().max(4000))
      .superRefine((annotations, context) => {
        for (const [key, value] of Object.entries(annotations)) {
          const message = annotationProblem(key, value);
          if (message !== undefined) context.addIssue({ code: 'custom', path: [key], message, input: value });
        }
      })
      .optional()
      .describe(
        `Notes of your own. \`${MOVED_FROM}: Kind/old\` says what it was called before; \`${PROTECT}: "true"\` keeps it from being deleted or replaced.`,
      ),
  });
}

function annotationProblem(key: string, value: string): string | undefined {
  if (!key.startsWith(ANNOTATION_PREFIX)) return undefined;
  if (key === PROTECT) return value === 'true' || value === 'false' ? undefined : '"true" or "false"';
  if (key === MOVED_FROM) return /^[A-Z][A-Za-z]+\/.+$/.test(value) ? undefined : 'Kind/name, like Territory/ams/west';
  return `something that loopctl reads: of the annotations that begin with ${ANNOTATION_PREFIX} there are ${MOVED_FROM} and ${PROTECT}`;
}
