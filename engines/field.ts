// How engines read a field of a record of facts.

/** Facts by the product's names. */
export type Facts = Readonly<Record<string, unknown>>;
export type ReadField = (record: Facts) => unknown;

/** A name with dots may be the name of a file's column as it stands, or a path into facts (`matched_account.is_customer`). */
export function readerOf(field: string): ReadField {
  if (!field.includes('.')) {
    // What every object inherits is no fact.
    return field in Object.prototype ? (record) => (Object.hasOwn(record, field) ? record[field] : undefined) : (record) => record[field];
  }
  const names = field.split('.');
  return (record) => (Object.hasOwn(record, field) ? record[field] : factAt(record, names));
}

/** What a path leads to; nothing where a part of it is not there. */
export function factAt(facts: unknown, names: readonly string[]): unknown {
  let here = facts;
  for (const name of names) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Facts)[name];
  }
  return here;
}
