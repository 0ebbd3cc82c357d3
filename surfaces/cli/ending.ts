// How a command ends: an exit code, or a refusal that a person can do something about.
import type { Problem } from '../../resources/core.ts';

export const EXIT = { done: 0, error: 1, differs: 2, partial: 3, stale: 4, held: 5 } as const;

/** Ends the command with an error: said in words, or as `{error: {code, message, problems}}`. */
export class Refusal extends Error {
  readonly code: string;
  readonly problems: readonly Problem[];
  /** The configuration's folder, for paths in problems. */
  readonly root: string | undefined;
  constructor(code: string, message: string, problems: readonly Problem[] = [], root?: string) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.problems = problems;
    this.root = root;
  }
}

/** The first problem speaks for all; the others follow. */
export function refusedBy(problems: readonly Problem[], root?: string): Refusal {
  const [first] = problems.filter((problem) => problem.severity === 'error');
  const errors = problems.filter((problem) => problem.severity === 'error').length;
  const message = errors > 1 ? `${errors} errors; nothing was done.` : (first?.message ?? 'Refused.');
  return new Refusal(first?.code ?? 'refused', message, problems, root);
}
