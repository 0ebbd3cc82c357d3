// Who waits for something to happen is woken here: clients that listen, messages that are due.

export interface Pulse {
  /** Calls back at every beat, until what it returns is called. */
  listen(wake: () => void): () => void;
  beat(): void;
}

export function createPulse(): Pulse {
  const listeners = new Set<() => void>();
  return {
    listen(wake) {
      listeners.add(wake);
      return () => void listeners.delete(wake);
    },
    beat() {
      for (const wake of listeners) wake();
    },
  };
}
