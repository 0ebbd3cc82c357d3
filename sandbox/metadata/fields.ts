// Custom fields by their full names, as the Metadata API writes them: the same rows and columns as through the Tooling API.
import { refuseRow } from '../refusal.ts';
import { createField, deleteField, updateField } from '../rest/fields.ts';
import type { Work } from '../rows/work.ts';

export interface Written {
  readonly id: string;
  readonly created: boolean;
}

function fieldId(work: Work, fullName: string): string | undefined {
  return work.org.store.one('SELECT "Id" FROM "CustomField" WHERE "FullName" = ?', fullName)?.['Id'] as string | undefined;
}

/** Creates the field or changes it. Refuses as a row is refused. */
export function putField(work: Work, fullName: string, metadata: Readonly<Record<string, unknown>>): Written {
  const { fullName: _, ...Metadata } = metadata;
  const id = fieldId(work, fullName);
  if (id === undefined) return { id: createField(work, { FullName: fullName, Metadata }), created: true };
  updateField(work, id, { Metadata });
  return { id, created: false };
}

export function removeField(work: Work, fullName: string): string {
  const id = fieldId(work, fullName) ?? refuseRow('INVALID_CROSS_REFERENCE_KEY', `no CustomField named ${fullName} found`);
  deleteField(work, id);
  return id;
}
