// What the schema found wrong → problems in the words of the people who write the files.
import type { z } from 'zod';
import type { Place } from './positions.ts';
import { type Path, isMapping, pathText, valueAt } from './path.ts';
import { descriptionAt, keysAt } from './shape.ts';
import { nearest, suggestion } from './suggest.ts';

type Issue = z.core.$ZodIssue;

export interface ShapeProblem extends Place {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export function shapeProblems(issues: readonly Issue[], schema: z.ZodType, document: unknown): readonly ShapeProblem[] {
  // A mapping with a misspelt key has one mistake: what the key would have meant is not missing besides.
  const misspelt = new Set(issues.filter(({ code }) => code === 'unrecognized_keys').map(({ path }) => JSON.stringify(path)));
  const own = issues.filter(({ code, path }) => code !== 'custom' || !misspelt.has(JSON.stringify(path)));
  return own.flatMap((issue) => explain(issue, schema, document));
}

function explain(issue: Issue, schema: z.ZodType, document: unknown): readonly ShapeProblem[] {
  const path = issue.path as Path;
  const value = valueAt(document, path);
  const name = pathText(document, path) || 'the document';
  const one = (code: string, message: string, more: Partial<ShapeProblem> = {}): readonly ShapeProblem[] => [
    { code, path, message: `${name}: ${message}`, ...more },
  ];
  if (value === undefined && issue.code !== 'custom' && issue.code !== 'unrecognized_keys') return [missing(path, name, schema)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, path, schema, document));
    case 'invalid_type':
      return one('wrong-type', `${sort(issue.expected)} is expected, not ${shown(value)}`, typeHint(issue.expected, value));
    case 'invalid_value': {
      const words = issue.values.map(String);
      return one(
        'not-allowed',
        words.length === 1 ? `must be ${words[0]}, not ${shown(value)}` : `${shown(value)} is not one of ${words.join(', ')}`,
        nearHint(value, words),
      );
    }
    case 'invalid_union':
      return bestBranch(issue, value).flatMap((error) => explain(error, schema, document));
    case 'invalid_key':
    case 'invalid_element':
      return one('bad-name', `"${path.at(-1)}" is not ${issue.issues[0]?.message ?? 'a key that may stand here'}`, { of: 'key' });
    case 'too_small':
      return one(
        'too-small',
        `${shown(value)} is too ${issue.origin === 'string' ? 'short' : 'small'}: ${limit(issue.origin, Number(issue.minimum), 'at least')}`,
      );
    case 'too_big':
      return one(
        'too-large',
        `${shown(value)} is too ${issue.origin === 'string' ? 'long' : 'large'}: ${limit(issue.origin, Number(issue.maximum), 'at most')}`,
      );
    case 'custom':
      return [custom(issue, name, path, value)];
    default:
      return one('bad-format', `${shown(value)} is not ${issue.message}`);
  }
}

function missing(path: Path, name: string, schema: z.ZodType): ShapeProblem {
  const hint = descriptionAt(schema, path);
  return { code: 'missing-key', path, of: 'key', message: `${name} is missing`, ...(hint === undefined ? {} : { hint }) };
}

function unknownKey(key: string, path: Path, schema: z.ZodType, document: unknown): ShapeProblem {
  const where = path.length === 0 ? 'the document' : pathText(document, path);
  const at: Place = { path: [...path, key], of: 'key' };
  if (key === '<<') return { code: 'merge-key', ...at, message: `${where}: merge keys (<<) are not read`, hint: 'Write the keys out.' };
  return { code: 'unknown-key', ...at, message: `${where}: there is no key "${key}"`, ...suggestion(key, keysAt(schema, path)) };
}

/** Conditions bring their own code, and the place inside the text. Other rules say what a text is not, or of other values what is wrong. */
function custom(issue: Extract<Issue, { code: 'custom' }>, name: string, path: Path, value: unknown): ShapeProblem {
  const { code, offset, hint, sentence } = (issue.params ?? {}) as { code?: string; offset?: number; hint?: string; sentence?: true };
  if (code === undefined) {
    const message = typeof value === 'string' && sentence !== true ? `${shown(value)} is not ${issue.message}` : issue.message;
    return { code: 'not-valid', path, message: `${name}: ${message}` };
  }
  return {
    code: code.replaceAll('_', '-'),
    path,
    message: `${name}: ${issue.message} (in ${shown(value)})`,
    ...(offset === undefined ? {} : { inside: offset }),
    ...(hint === undefined ? {} : { hint }),
  };
}

/** What is wrong with the branch of a choice that was meant: of the right sort, with the fewest mistakes. */
function bestBranch(issue: Extract<Issue, { code: 'invalid_union' }>, value: unknown): readonly Issue[] {
  const branches: readonly (readonly Issue[])[] = issue.errors.map((errors) =>
    errors.map((error) => ({ ...error, path: [...issue.path, ...error.path] })),
  );
  const meant = branches.filter(
    (errors) => !errors.some((error) => error.code === 'invalid_type' && error.path.length === issue.path.length),
  );
  const [best] = meant.toSorted((a, b) => a.length - b.length);
  if (best !== undefined) return best;
  const sorts = branches.flatMap((errors) => errors.flatMap((error) => (error.code === 'invalid_type' ? [sort(error.expected)] : [])));
  const message = `${[...new Set(sorts)].join(' or ') || 'another value'} is expected, not ${shown(value)}`;
  return [{ code: 'custom', path: issue.path, message, input: value, params: { sentence: true } }];
}

function sort(expected: string): string {
  const names: Record<string, string> = {
    string: 'text',
    int: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
    array: 'a list',
    object: 'a mapping',
    record: 'a mapping',
    tuple: 'a list',
  };
  return names[expected] ?? expected;
}

function typeHint(expected: string, value: unknown): Partial<ShapeProblem> {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return { hint: `Put it in quotes: "${value}".` };
  if (expected === 'array' && typeof value === 'string') return { hint: `Write a list: [${value}].` };
  return {};
}

function nearHint(value: unknown, words: readonly string[]): Partial<ShapeProblem> {
  const near = nearest(String(value), words);
  return near === undefined ? {} : { hint: `Did you mean "${near}"?` };
}

function limit(origin: string, bound: number, word: string): string {
  const unit = { string: ` character${bound === 1 ? '' : 's'}`, array: ` row${bound === 1 ? '' : 's'}` }[origin] ?? '';
  return `${word} ${bound}${unit}`;
}

function shown(value: unknown): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isMapping(value)) return 'a mapping';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
