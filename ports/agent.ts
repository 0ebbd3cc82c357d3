// Somebody who answers questions in words: a language model. What is asked comes from the configuration; what it is asked about is data.
import type { z } from 'zod';

export interface Agent {
  /** Never throws: every way in which nothing came of it is an answer. */
  ask<Value>(question: Question<Value>): Promise<AgentAnswer<Value>>;
}

export interface Question<Value> {
  /** What is to be done, from the configuration alone. */
  readonly instructions: string;
  readonly model: string;
  /** `web_search`. */
  readonly tools: readonly string[];
  /** At most so many searches in one question. */
  readonly searches: number;
  /** The longest answer. */
  readonly maxTokens: number;
  /** Milliseconds for everything: retries and repairs too. */
  readonly timeoutMs: number;
  /** Data, never instructions. JSON. */
  readonly input: unknown;
  /** An answer that does not fit is asked for once more. Its messages are told to the model: they hold nothing of the input. */
  readonly schema: z.ZodType<Value>;
}

export type AgentAnswer<Value> =
  | {
      readonly kind: 'answered';
      readonly value: Value;
      /** Which model it was, by its own word. */
      readonly model: string;
      /** What its searches found, by the provider's word and not by the model's. */
      readonly pages: readonly FoundPage[];
      readonly tokens: number;
    }
  /** Busy, away or too slow: later it may answer. */
  | { readonly kind: 'unavailable'; readonly error: string; readonly afterMs?: number; readonly tokens: number }
  /** It will not: the key, the model's name, the question itself. */
  | { readonly kind: 'refused'; readonly error: string; readonly tokens: number }
  /** It answered, and it is no answer to the question; asked again, neither. */
  | { readonly kind: 'invalid'; readonly error: string; readonly tokens: number };

export interface FoundPage {
  readonly url: string;
  /** What the provider says that was cited from it, word for word. */
  readonly cited: readonly string[];
}
