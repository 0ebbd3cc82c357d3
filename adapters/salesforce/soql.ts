// SOQL is written as text, with full escaping: the builder of the client drops conditions and escapes quotes alone.

/** Longest statement that we send: the URL of a query may have 16,384 bytes once encoded. */
const LONGEST = 12_000;

/** A string literal. Every character that SOQL gives a meaning to is escaped. */
export function literal(text: string): string {
  return `'${text
    .replace(/[\\'"]/g, '\\$&')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')}'`;
}

/** A pattern for LIKE: `text` as it stands between `before` and `after`, which alone may hold wildcards. */
export function like(before: string, text: string, after = ''): string {
  return `'${before}${literal(text).slice(1, -1).replace(/[%_]/g, '\\$&')}${after}'`;
}

/**
 * `SELECT … WHERE <field> IN (…)` for a list of any length, as few statements as the URL's length allows.
 * No values: no statement, never one without the condition.
 */
export function whereIn(head: string, field: string, values: Iterable<string>, tail = ''): readonly string[] {
  const statements: string[] = [];
  let list: string[] = [];
  let length = 0;
  const close = () => {
    if (list.length > 0) statements.push(`${head} ${field} IN (${list.join(',')})${tail}`);
    list = [];
    length = head.length + field.length + tail.length;
  };
  close();
  for (const value of new Set(values)) {
    const text = literal(value);
    const size = encodeURIComponent(text).length + 3;
    if (length + size > LONGEST) close();
    list.push(text);
    length += size;
  }
  close();
  return statements;
}
