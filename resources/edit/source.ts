// A document that is edited: its text, its nodes with their places, what it says, and what it may say.
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { YAML_OPTIONS } from '../documents.ts';
import { kindsByName } from '../index.ts';
import { isMapping } from '../path.ts';
import { schemaOf } from '../read-document.ts';

export interface Source {
  readonly text: string;
  readonly document: ReturnType<typeof parseDocument>;
  readonly value: unknown;
  /** Absent: it is no resource. Keys are then added at the end. */
  readonly schema: z.ZodType | undefined;
}

/** Nothing where the text cannot be read. */
export function openSource(text: string): Source | undefined {
  const document = parseDocument(text, { ...YAML_OPTIONS, keepSourceTokens: true });
  if (document.errors.length > 0) return undefined;
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch {
    // The library throws on an alias without its anchor.
    return undefined;
  }
  const kind = isMapping(value) ? kindsByName.get(String(value['kind'])) : undefined;
  return { text, document, value, schema: kind && schemaOf(kind) };
}
