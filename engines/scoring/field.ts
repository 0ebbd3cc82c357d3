// How a model reads a field of a record of facts.

/** Facts by the product's names; a path leads into facts of earlier steps (`matched_account.is_customer`). */
export type Facts = Readonly<Record<string, unknown>>;
export type ReadField = (record: Facts) => unknown;

/** A name with dots may be the name of a file's column as it stands, or a path. */
export function readerOf(field: string): ReadField {
  const names = field.split('.');
  if (names.length === 1) {
    // What every object inherits is no fact.
    return field in Object.prototype ? (record) => (Object.hasOwn(record, field) ? record[field] : undefined) : (record) => record[field];
  }
  return (record) => (Object.hasOwn(record, field) ? record[field] : at(record, names));
}

function at(record: Facts, names: readonly string[]): unknown {
  let here: unknown = record;
  for (const name of names) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Facts)[name];
  }
  return here;
}
