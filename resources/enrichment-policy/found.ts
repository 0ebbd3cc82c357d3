// In what form providers are asked and answer, whichever they are. Answers are kept as JSON and read again months later.
import type { About } from './values.ts';

/** What a company or a person is known by. The same question has the same words, so an answer can be kept under them. */
export interface Query {
  readonly about: About;
  /** Registrable, in ASCII. */
  readonly domain?: string;
  readonly company?: string;
  /** ISO 3166-1, where it is known as one. */
  readonly country?: string;
  readonly state?: string;
  readonly city?: string;
  /** In lower case. */
  readonly email?: string;
  /** `linkedin.com/in/…` or `linkedin.com/company/…`, without protocol. */
  readonly linkedin?: string;
  readonly phone?: string;
}

export type Value = string | number | boolean | readonly string[];
/** By the provider's names: `industry`, `employee_count`. What it does not know is absent. */
export type Values = Readonly<Record<string, Value>>;

/** One company or person that may be the one. */
export interface Candidate {
  /** The provider's. */
  readonly id: string;
  /** For people. */
  readonly label: string;
  readonly values: Values;
  readonly domains?: readonly string[];
  readonly name?: string;
  readonly country?: string;
  readonly state?: string;
  readonly emails?: readonly string[];
  readonly linkedin?: string;
  /** What of the query the provider itself says to have found it by; it may know more than it tells. */
  readonly matched?: readonly ('domain' | 'email' | 'linkedin')[];
}

export type Found =
  /** One or several: which it is, is not for the provider to say. */
  | { readonly kind: 'found'; readonly candidates: readonly Candidate[] }
  | { readonly kind: 'none' }
  /** It did not answer, or is to be left in peace. `afterMs`: as it wished. */
  | { readonly kind: 'unavailable'; readonly error: string; readonly afterMs?: number }
  /** It will not answer this question, however often it is asked. */
  | { readonly kind: 'refused'; readonly error: string };

export type Answer = Extract<Found, { readonly kind: 'found' | 'none' }>;

/** What is remembered of a question to a provider. */
export interface Kept {
  readonly answer?: Answer;
  /** ISO: when it was given. */
  readonly at?: string;
  /** Later than the answer, if there is one. */
  readonly failure?: Failure;
}

export interface Failure {
  readonly error: string;
  /** ISO: the first time without an answer in between. */
  readonly since: string;
  readonly attempts: number;
  /** ISO: when it is asked again. */
  readonly due: string;
  /** It will not answer this: it is not tried again until then. */
  readonly left: boolean;
}
