// How a command talks: its result on stdout, everything else on stderr; JSON is one line a value.
import { relative } from 'node:path';
import picocolors from 'picocolors';
import { originText, type Problem, refText } from '../../resources/core.ts';
import type { Host } from './host.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

export interface Terminal {
  readonly json: boolean;
  readonly color: boolean;
  readonly colors: Colors;
  /** The result. */
  print(text: string): void;
  /** The result as one line of JSON. */
  value(value: unknown): void;
  /** A word beside the result; silent with --quiet. */
  note(text: string): void;
  error(text: string): void;
}

export interface TerminalOptions {
  readonly json: boolean;
  readonly color: boolean;
  readonly quiet: boolean;
}

export function terminal(host: Host, { json, color, quiet }: TerminalOptions): Terminal {
  const line = (text: string) => (text.endsWith('\n') ? text : `${text}\n`);
  return {
    json,
    color,
    colors: picocolors.createColors(color),
    print: (text) => host.out(line(text)),
    value: (value) => host.out(`${JSON.stringify(value)}\n`),
    note: (text) => {
      if (!quiet) host.err(line(text));
    },
    error: (text) => host.err(line(text)),
  };
}

/** What a person reads of a problem: where, what, how to mend it. */
export function problemText(problem: Problem, colors: Colors, place: (path: string) => string = (path) => path): string {
  const severity = problem.severity === 'error' ? colors.red('error') : colors.yellow('warning');
  const at = problem.at === undefined ? '' : `${colors.bold(originText({ ...problem.at, path: place(problem.at.path) }))} `;
  const ref = problem.ref === undefined ? '' : `${refText(problem.ref)}: `;
  const hint = problem.hint === undefined ? '' : `\n    ${problem.hint}`;
  return `${at}${severity} ${ref}${problem.message}${colors.dim(` [${problem.code}]`)}${hint}`;
}

/** The contract's form: severity, code, message, path, line, column, ref, hint. */
export function publicProblem({ severity, code, message, at, ref, hint }: Problem): Readonly<Record<string, unknown>> {
  return { severity, code, message, ...at, ...(ref !== undefined && { ref }), ...(hint !== undefined && { hint }) };
}

/** Paths of a configuration as they can be opened from where the person is. */
export function placeIn(root: string, cwd: string): (path: string) => string {
  const prefix = relative(cwd, root);
  return (path) => (prefix === '' ? path : `${prefix}/${path}`);
}
