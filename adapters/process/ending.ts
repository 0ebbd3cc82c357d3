// How the process ends: when it is asked to, or by a fault of its own.
import { constants } from 'node:os';
import type { Log } from '../../ports/log.ts';

const SIGNALS = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Ctrl-C reaches everybody at the terminal at once, and what started us passes it on: that is one wish, told twice. */
const ONE_WISH_MS = 500;

/** Resolves when the process is asked to end. Who asks once more ends it at once, as by the signal itself. */
export function untilStopped(): Promise<void> {
  return new Promise((stop) => {
    let first: number | undefined;
    const asked = (signal: (typeof SIGNALS)[number]) => {
      first ??= performance.now();
      if (performance.now() - first > ONE_WISH_MS) process.exit(128 + constants.signals[signal]);
      stop();
    };
    for (const signal of SIGNALS) process.on(signal, asked);
  });
}

/** What nobody caught is a fault of the program: it is logged, and the process ends with 1. What it was at is settled by the next start. */
export function endOnFault(log: Log): void {
  // A promise that nobody waits for comes here too.
  process.on('uncaughtException', (error) => {
    const told = error instanceof Error ? { message: error.message, stack: error.stack } : { message: String(error) };
    log.error({ event: 'fault', error: told }, `loopctl ends by a fault of its own: ${told.message}`);
    process.exit(1);
  });
}
