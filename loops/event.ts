// What a loop is rung by: a record that is new or has changed, a person who answered, another loop.

export interface LoopEvent {
  /** The subject: an object of the org, and its id where it has one. */
  readonly object: string;
  readonly id?: string;
  /** Its fields where the caller gives them: the product's names, or the org's. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** It happened in the org, and the loop acts on it: it may have decided on the same values before, and what it decides is written. */
  readonly live?: boolean;
  /** One of many that are decided on again, as a batch: nothing is news but a different outcome. */
  readonly batch?: boolean;
  /** Which side of experiments on a share of the records it is on, by their name: what it is decided by. */
  readonly arms?: Readonly<Record<string, 'control' | 'candidate'>>;
  /** What a person decided, where a review asked one. */
  readonly answer?: ReviewAnswer;
  /** The record is to go to somebody else. */
  readonly reassign?: Reassign;
  /** People want another owner than the rules found, or said that they do not. */
  readonly override?: Override;
}

/** What came of a case that asks for another owner. */
export interface Override {
  readonly case: string;
  /** late: nobody decided in time. impossible: it can not be done, whoever wants it. */
  readonly verdict: 'approved' | 'refused' | 'late' | 'impossible';
  /** Who is to get it. */
  readonly owner?: { readonly id: string; readonly username: string; readonly name: string };
  /** Who decided; nobody where it is late. */
  readonly by?: string;
  /** Who opened the case. */
  readonly asked_by: string;
  readonly reason: string;
  /** Why it is late, or impossible, as a sentence. */
  readonly because?: string;
  /** The decision that is overruled. */
  readonly decision?: string;
  /** Fields of Case that are written, by the org's names. */
  readonly fields: { readonly decision: string; readonly answer: string };
  readonly notify: boolean;
}

/** Why a record is taken from its owner, and where it is to go. */
export interface Reassign {
  readonly reason_code: string;
  /** In a sentence. */
  readonly because: string;
  /** Who had it, by username: they do not get it again. */
  readonly from?: string;
  /** `pool/NAME`, `queue/NAME` or `seat/NAME`; without it the rules say. */
  readonly to?: string;
}

/** A person's answer to a review. */
export interface ReviewAnswer {
  readonly review: string;
  /** The decision that asked, which this one supersedes. */
  readonly decision: string;
  readonly topic: string;
  /** Of the options that were given, or what was put in their place. */
  readonly choice: unknown;
  readonly by: string;
  readonly reason: string;
}
