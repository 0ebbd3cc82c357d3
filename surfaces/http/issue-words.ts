// What a schema found wrong in a request, in the words of whoever sends it. A schema's own words stay as they are.

export interface Found {
  /** Zod's code. */
  readonly keyword: string;
  readonly message?: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
}

const SORTS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const UNITS: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
};

export function issueWords({ keyword, message = 'cannot be read', params }: Found): string {
  // Where the schema says nothing of its own, the library's words begin so.
  if (!/^(?:Invalid|Too |Unrecognized)/.test(message)) return message;
  const { expected, keys, values, origin, minimum, maximum, pattern } = params;
  switch (keyword) {
    case 'invalid_type':
      return message.endsWith('received undefined') ? 'is missing' : `${SORTS[String(expected)] ?? String(expected)} is wanted`;
    case 'unrecognized_keys':
      return `there is no ${listed(keys, 'and no')}`;
    case 'invalid_value':
      return `${listed(values, 'or')} is wanted`;
    case 'too_small':
      return `at least ${counted(minimum, origin)} wanted`;
    case 'too_big':
      return `at most ${counted(maximum, origin)} taken`;
    case 'invalid_format':
      return typeof pattern === 'string' ? `has to match ${pattern}` : 'is not in the form that is wanted';
    default:
      return 'cannot be read';
  }
}

function counted(limit: unknown, origin: unknown): string {
  const units = UNITS[String(origin)];
  if (units === undefined) return `${String(limit)} is`;
  return limit === 1 ? `1 ${units[0]} is` : `${String(limit)} ${units[1]} are`;
}

function listed(words: unknown, between: string): string {
  return Array.isArray(words) ? words.map((word) => `"${String(word)}"`).join(` ${between} `) : '';
}
