// What waits for people: a question of a decision, and what somebody answered. The answer is an event of the record, decided on in its turn.
export interface NewReview {
  readonly id: string;
  readonly topic: string;
  /** A `ReviewQuestion` of the loop contract. */
  readonly question: unknown;
}

export type ReviewStatus = 'open' | 'answered' | 'rejected' | 'superseded';

export interface ReviewRow extends NewReview {
  readonly loop: string;
  readonly object: string;
  readonly record: string;
  /** The decision that asks. */
  readonly decision: string;
  readonly at: string;
  readonly status: ReviewStatus;
  readonly answer?: { readonly choice: unknown; readonly reason: string; readonly by: string; readonly at: string };
}

export interface ReviewVerdict {
  readonly status: 'answered' | 'rejected';
  readonly choice: unknown;
  readonly by: string;
  readonly reason: string;
  /** ISO. */
  readonly at: string;
}

export interface Reviews {
  /** Newest first. */
  list(
    project: string,
    environment: string,
    of: { readonly status?: ReviewStatus; readonly limit: number; readonly loop?: string },
  ): Promise<readonly ReviewRow[]>;
  /** By its id, or by a prefix of it that only one has. */
  find(project: string, environment: string, id: string): Promise<ReviewRow | undefined>;
  /** Written with the event that carries the answer, in one transaction. False where it is not open any more. */
  answer(project: string, environment: string, id: string, verdict: ReviewVerdict): Promise<boolean>;
}
