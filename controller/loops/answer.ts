// What a caller of a loop gets: a decision, or why there is none.
import type { Problem } from '../../resources/core.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';

export interface LoopRequest {
  /** A record of the org, by id, or one that is given. */
  readonly object: string;
  readonly id?: string;
  readonly record?: Readonly<Record<string, unknown>>;
  /** Nothing is kept, and no turn is taken. */
  readonly dry?: boolean;
}

export type LoopAnswer =
  | { readonly kind: 'decided'; readonly decision: DecisionRecord }
  /** Nothing was reconciled yet: there is nothing to decide by. */
  | { readonly kind: 'no-snapshot' }
  /** The record is not one that the loop can read; each problem names its field in `path`. */
  | { readonly kind: 'invalid'; readonly problems: readonly { readonly path: string; readonly message: string }[] }
  /** No such record in the org. */
  | { readonly kind: 'not-found'; readonly message: string }
  /** The org does not answer. */
  | { readonly kind: 'unavailable'; readonly problem: Problem };

/** The loops of an environment, on what was reconciled there. */
export interface LoopHost {
  readonly loops: readonly string[];
  decide(loop: string, request: LoopRequest): Promise<LoopAnswer>;
}
