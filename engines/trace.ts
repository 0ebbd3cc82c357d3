// How engines say what they looked at. Sentences are made when somebody asks, never on the way to a decision.

export interface TraceEntry {
  /** What was looked at: a rule, a step of a cascade, a member of a pool. */
  readonly rule: string;
  /** What came of it. */
  readonly result: string;
  /** Why, as the end of a sentence. */
  readonly because: string;
}
