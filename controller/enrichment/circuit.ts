// A provider that does not answer at all is left in peace for a while, so that a thousand leads do not each wait for it. Of our own and not
// of a library, because those read the machine's clock, and the product's is the one that everything else goes by.

export interface Circuit {
  /** Milliseconds for which it is not asked yet; 0: it may be. */
  pausedFor(now: number): number;
  answered(): void;
  failed(now: number, pause: { readonly after: number; readonly for: number }): void;
}

export function circuit(): Circuit {
  let inARow = 0;
  let until = 0;
  return {
    pausedFor: (now) => Math.max(0, until - now),
    answered() {
      inARow = 0;
      until = 0;
    },
    failed(now, pause) {
      inARow += 1;
      // After a pause the first failure is enough for the next one.
      if (inARow >= pause.after) until = now + pause.for;
    },
  };
}
