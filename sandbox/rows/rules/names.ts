// Names that are made of other fields, and names that have to look like identifiers.
import { refuseRow } from '../../refusal.ts';
import type { Row } from '../../schema/field.ts';

const DEVELOPER_NAME = /^[A-Za-z](?:_?[A-Za-z0-9])*$/;

export function fullName(row: Row): string {
  return [row['FirstName'], row['LastName']].filter((part) => part !== null && part !== undefined).join(' ');
}

/** Letters, digits, single underscores; a letter first, no underscore last. */
export function checkDeveloperName(name: unknown, field = 'DeveloperName'): void {
  if (typeof name !== 'string' || DEVELOPER_NAME.test(name)) return;
  refuseRow(
    'INVALID_FIELD',
    `${field}: The name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores: ${name}`,
    [field],
  );
}

/** A developer name for a label: `Lead Review` → `Lead_Review`. */
export function developerNameOf(label: string): string {
  const made = label.replace(/[^A-Za-z0-9]+/g, '_').replace(/^[_\d]+|_+$/g, '');
  return (made === '' ? 'X' : made).slice(0, 80);
}
