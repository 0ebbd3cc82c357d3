// Records that have changed in the CRM, however that is noticed: told by a stream, brought by a webhook, found by a poll. Each way may tell of
// a change twice and none promises all of them; whoever takes them in goes by object, id and time.

export interface RecordChange {
  readonly object: string;
  readonly id: string;
  readonly kind: 'created' | 'updated' | 'deleted';
  /** When the org committed it, ISO 8601 in UTC. */
  readonly at: string;
  readonly source: 'stream' | 'outbound' | 'poll';
  /** Where the same source goes on with this object after this change. Opaque; kept as text. */
  readonly cursor?: string;
  /** Fields that have changed, by the org's names. Absent where the source does not say. */
  readonly fields?: readonly string[];
  /** The id of the user who changed it. Absent where the source does not say. */
  readonly by?: string;
}

export interface FeedOptions {
  readonly objects: readonly string[];
  /** Where to go on, by object; without it with what changes from now on. */
  readonly from?: Readonly<Record<string, string>>;
  /**
   * Changes of one object that belong together, in the order in which they were committed; they share a cursor. The next ones come when the
   * promise is fulfilled. Where it is rejected the same ones come again.
   */
  onChanges(changes: readonly RecordChange[]): Promise<void> | void;
  /** Changes of this object may have been missed. It is called when the feed runs again: a poll from here on misses nothing. */
  onGap(gap: Gap): void;
  /** The feed does not run at present; it goes on trying. */
  onTrouble(trouble: FeedTrouble): void;
}

export interface Gap {
  readonly object: string;
  readonly reason: string;
}

export interface FeedTrouble {
  readonly object: string;
  /** `auth`: the sign-in is refused; `refused`: the org does not tell of the object; `lost`: no connection; `taker`: `onChanges` failed. */
  readonly kind: 'auth' | 'refused' | 'lost' | 'taker';
  readonly message: string;
}

export interface ChangeFeed {
  /** Begins to tell. Fulfilled when each object has been tried once: it is listened to, or its trouble was told. */
  start(options: FeedOptions): Promise<RunningFeed>;
}

export interface RunningFeed {
  /** Nothing is told after it. */
  close(): Promise<void>;
}
