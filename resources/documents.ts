// A file's text as documents. Each document is read apart from the others, so that a mistake in one never hides those of the rest.
// Values only: where something stands is found by reading the document once more, when a problem has to be reported (positions.ts).
import { parseDocument, type YAMLError } from 'yaml';
import type { Origin, Problem } from './core.ts';
import { isMapping } from './path.ts';

/** A mapping as it was written: plain JSON, which a cache may keep. */
export interface RawDocument {
  /** Which part of the file it is, counted from 0 over `---` lines. */
  readonly part: number;
  /** Where its first key stands, from 1. */
  readonly line: number;
  readonly column: number;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A document that could not be read, with the name that it seems to have: others may refer to it. */
export interface UnreadDocument {
  readonly kind?: string;
  readonly name?: string;
}

export interface FileDocuments {
  readonly documents: readonly RawDocument[];
  readonly unread: readonly UnreadDocument[];
  readonly problems: readonly Problem[];
}

/** A part of a file between `---` lines. Its text has the file's columns; `line` is the file's line of its first one, from 1. */
export interface Part {
  readonly text: string;
  readonly line: number;
}

export const YAML_OPTIONS = { prettyErrors: false, logLevel: 'silent', stringKeys: true } as const;

const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_NODES = 200_000;
const MAX_SYNTAX_PROBLEMS = 20;
const INDEPENDENT: ReadonlySet<string> = new Set(['DUPLICATE_KEY', 'TAG_RESOLVE_FAILED']);

/**
 * What a running process remembers of single documents, by their text: of a file in which one document changed, one is parsed.
 * Values are shared and never changed.
 */
export type KnownParts = Map<string, { readonly value: RawDocument['value']; readonly linesDown: number; readonly column: number }>;

export function readDocuments(path: string, text: string, known?: KnownParts): FileDocuments {
  const refused = refusal(path, text);
  if (refused !== undefined) return { documents: [], unread: [guess(text.slice(0, 10_000))], problems: [refused] };

  const documents: RawDocument[] = [];
  const unread: UnreadDocument[] = [];
  const problems: Problem[] = [];
  for (const [index, part] of splitDocuments(text).entries()) {
    const read = readKnown(path, part, known);
    if (read.problems.length > 0) {
      problems.push(...read.problems);
      unread.push(guess(part.text));
    } else if (read.value !== undefined) {
      documents.push({ part: index, line: read.line, column: read.column, value: read.value });
    }
  }
  if (documents.length === 0 && problems.length === 0) {
    problems.push(
      problem(
        'no-resource',
        { path, line: 1, column: 1 },
        'the file declares nothing',
        'Declare a resource in it, or take it away; `source.ignore` of the project leaves files out.',
      ),
    );
  }
  return { documents, unread, problems };
}

/** A `---` or `...` at the start of a line ends a document whatever stands around it: YAML itself says so. */
export function splitDocuments(text: string): readonly Part[] {
  const marker = /^(---|\.\.\.)(?=[ \t\r\n]|$)/gm;
  const parts: Part[] = [];
  let start = 0;
  let line = 1;
  const end = (at: number, blank: string): void => {
    parts.push({ text: blank + text.slice(start + blank.length, at), line });
    line += count(text, start, at);
    start = at;
  };
  let blank = '';
  for (const match of text.matchAll(marker)) {
    end(match.index, blank);
    blank = '   ';
  }
  end(text.length, blank);
  return parts;
}

interface ReadPart {
  readonly value?: Readonly<Record<string, unknown>>;
  readonly line: number;
  readonly column: number;
  readonly problems: readonly Problem[];
}

function readKnown(path: string, part: Part, known: KnownParts | undefined): ReadPart {
  const before = known?.get(part.text);
  if (before !== undefined) return { value: before.value, line: part.line + before.linesDown, column: before.column, problems: [] };
  const read = readPart(path, part);
  if (read.value !== undefined) known?.set(part.text, { value: read.value, linesDown: read.line - part.line, column: read.column });
  return read;
}

function readPart(path: string, part: Part): ReadPart {
  const place = (offset: number): Origin => originIn(path, part, offset);
  const bad = (code: string, offset: number, message: string, hint?: string): ReadPart => ({
    line: part.line,
    column: 1,
    problems: [problem(code, place(offset), message, hint)],
  });
  if (!/^[^\S\n]*[^\s#]/m.test(part.text)) return { line: part.line, column: 1, problems: [] };
  const directive = part.text.search(/^%/m);
  if (directive >= 0) return bad('yaml-directive', directive, 'YAML directives are not read', 'Remove the line.');

  const document = parseDocument(part.text, YAML_OPTIONS);
  const errors = [...document.errors, ...document.warnings];
  if (errors.length > 0) {
    // Of errors in the syntax the later ones are consequences of the first; others stand alone.
    const first = errors.find(({ code }) => !INDEPENDENT.has(code));
    const alone = errors.filter(({ code }) => INDEPENDENT.has(code)).slice(0, MAX_SYNTAX_PROBLEMS);
    const problems = [...(first === undefined ? [] : [first]), ...alone].map((error) => syntaxProblem(error, part, place));
    return { line: part.line, column: 1, problems };
  }
  const start = document.contents?.range?.[0] ?? 0;
  const value = plainValue(() => document.toJS({ maxAliasCount: 100 }));
  if (!value.ok) return bad(value.code, start, value.message, value.hint);
  if (!isMapping(value.value)) {
    return bad('not-a-mapping', start, `a document is a mapping of apiVersion, kind, metadata and spec; this is ${whatItIs(value.value)}`);
  }
  const { line, column } = place(start);
  return { value: value.value, line, column, problems: [] };
}

type Plain = { ok: true; value: unknown } | { ok: false; code: string; message: string; hint?: string };

/** The document as JSON. Aliases may expand a little; a bomb, a loop or a value that JSON cannot hold is refused. */
function plainValue(read: () => unknown): Plain {
  let value: unknown;
  try {
    value = read();
  } catch (error) {
    // The library throws on an alias without its anchor and on too many of them: both are in what was written.
    return {
      ok: false,
      code: 'yaml-alias',
      message: `an alias cannot be read: ${(error as Error).message}`,
      hint: 'Write the values out.',
    };
  }
  let nodes = 0;
  const stack: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    nodes += 1;
    if (nodes > MAX_NODES)
      return { ok: false, code: 'too-large', message: `the document has more than ${MAX_NODES} values, aliases counted` };
    if (next.depth > MAX_DEPTH) return tooDeep();
    if (typeof next.value === 'number' && !Number.isFinite(next.value)) {
      return {
        ok: false,
        code: 'not-a-number',
        message: 'a number must be finite',
        hint: 'Write null for a value that is known to be empty.',
      };
    }
    if (typeof next.value === 'object' && next.value !== null) {
      for (const child of Object.values(next.value)) stack.push({ value: child, depth: next.depth + 1 });
    }
  }
  return { ok: true, value };
}

function tooDeep() {
  return { ok: false, code: 'too-deep', message: `values are nested more than ${MAX_DEPTH} levels deep` } as const;
}

/** What makes a whole file unreadable, before any parser looks at it. */
function refusal(path: string, text: string): Problem | undefined {
  const start: Origin = { path, line: 1, column: 1 };
  if (text.length > MAX_BYTES || (text.length * 3 > MAX_BYTES && new TextEncoder().encode(text).length > MAX_BYTES)) {
    return problem(
      'file-too-large',
      start,
      `the file is larger than ${MAX_BYTES / 1024} KiB`,
      'Split it: any number of files may declare resources.',
    );
  }
  // oxlint-disable-next-line no-control-regex -- these are what tells a binary file
  const binary = text.search(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/);
  if (binary >= 0)
    return problem(
      'binary-file',
      originIn(path, { text, line: 1 }, binary),
      'the file is not text',
      'Save it as UTF-8, or keep it outside the configuration.',
    );
  // Brackets alone would cost the parser seconds at this depth, so they are counted first. Text never has so many left open.
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 91 || code === 123) depth += 1;
    else if (code === 93 || code === 125) depth -= 1;
    if (depth > MAX_DEPTH * 4) return problem('too-deep', originIn(path, { text, line: 1 }, index), tooDeep().message);
  }
  const dashes = text.search(/(?:[-?:] ){65}/);
  if (dashes >= 0) return problem('too-deep', originIn(path, { text, line: 1 }, dashes), tooDeep().message);
  return undefined;
}

function syntaxProblem(error: YAMLError, part: Part, place: (offset: number) => Origin): Problem {
  const at = place(error.pos[0]);
  const rest = part.text.slice(error.pos[0]);
  switch (error.code) {
    case 'DUPLICATE_KEY':
      return problem(
        'duplicate-key',
        at,
        `the key ${/^[^:\s]+/.exec(rest)?.[0] ?? ''} is written twice in one mapping`,
        'Keep one of them.',
      );
    case 'TAB_AS_INDENT':
      return problem('tab', at, 'a tab stands where only spaces may', 'Indent with spaces.');
    case 'TAG_RESOLVE_FAILED':
      return problem(
        'yaml-tag',
        at,
        `the tag ${/^\S+/.exec(rest)?.[0] ?? ''} means nothing here`,
        'Put the text in quotes if it begins with "!".',
      );
    default:
      return problem(
        'yaml-syntax',
        at,
        `not YAML: ${error.message}`,
        part.text.slice(Math.max(0, error.pos[0] - 1), error.pos[0] + 1).includes('>')
          ? 'Put a condition in quotes: ">= 1000".'
          : undefined,
      );
  }
}

/** Kind and name of a document that cannot be read, as far as they can be seen. */
function guess(text: string): UnreadDocument {
  const kind = /^[ \t]*kind:[ \t]*["']?(\w+)/m.exec(text)?.[1];
  const name = /^metadata:\s*\{?\s*(?:#.*\n\s*)?name:[ \t]*["']?([^\s"',}#]+)/m.exec(text)?.[1];
  return { ...(kind === undefined ? {} : { kind }), ...(name === undefined ? {} : { name }) };
}

/** The place of an offset inside a part of a file. */
export function originIn(path: string, part: Part, offset: number): Origin {
  const lineStart = part.text.lastIndexOf('\n', offset - 1) + 1;
  return { path, line: part.line + count(part.text, 0, offset), column: offset - lineStart + 1 };
}

function count(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

function whatItIs(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return value === null || value === undefined ? 'empty' : `the ${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
}

function problem(code: string, at: Origin, message: string, hint?: string): Problem {
  return { severity: 'error', code, message, at, ...(hint === undefined ? {} : { hint }) };
}
