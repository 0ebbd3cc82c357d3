// A line that tells how far long work is, on a terminal alone.
import type { Session } from './session.ts';

export interface Progress {
  update(done: number, of: number): void;
  end(): void;
}

const QUIET_FOR = 1_000;

export function progressLine({ host, terminal }: Session): Progress {
  const started = host.now().getTime();
  let shown = false;
  return {
    update(done, of) {
      if (!host.interactive || terminal.json || host.now().getTime() - started < QUIET_FOR) return;
      host.err(`\r${done} of ${of} steps …\u001b[K`);
      shown = true;
    },
    end() {
      if (shown) host.err('\r\u001b[K');
      shown = false;
    },
  };
}
