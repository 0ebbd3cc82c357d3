// What a loop remembers of a record: the values it decided on, so that the same values are not decided on twice. Who changed a record is
// never asked: it may have been the loop's own write-back.
import type { StepInput } from './loop.ts';
import type { Request, States } from './requests.ts';

export interface Remembered {
  /** The values of the last decision, as text. */
  readonly values: string;
  /** Whose the record was when it was decided on, and whose the decision made it: ids of the org. */
  readonly from?: string;
  readonly owner?: string;
  /** What came of it, as text: in a batch the same outcome is no news. */
  readonly outcome?: string;
  /** The pool in which it waits for somebody. */
  readonly held?: string;
  /** Which company a person said it is of. */
  readonly company?: unknown;
  /** What people said where rules could not tell, by topic. */
  readonly said?: Said;
  /** An agent had not answered when it was decided on. */
  readonly waits?: true;
}

/** By topic: the choice, and the question as text. Another question is not answered by it. */
export type Said = Readonly<Record<string, { readonly choice: unknown; readonly of: string }>>;

export interface Memory {
  readonly key: string;
  readonly version: number;
  readonly last: Remembered | undefined;
}

/** The memory of the subject, or the question for it. */
export function memoryOf(loop: string, { event, facts }: StepInput<unknown>): Memory | Request {
  const key = seenKey(loop, event.object, event.id ?? '');
  const id = `state ${key}`;
  const fact = facts.get(id);
  if (fact === undefined) return { id, kind: 'state', keys: [key] };
  const found = (fact.value as States)[key];
  return { key, version: found?.version ?? 0, last: (found?.value as Remembered | null | undefined) ?? undefined };
}

export function seenKey(loop: string, object: string, record: string): string {
  return `seen/${loop}/${object}/${record}`;
}

export function isQuestion(memory: Memory | Request): memory is Request {
  return 'kind' in memory;
}

/** Values in one order and one form: a number that came as text, an empty text and nothing are what they are. */
export function valuesText(values: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}
