// A line that tells how far long work is, on a terminal alone.
import { counted } from '../../plans/show.ts';
import type { Session } from './session.ts';

export interface Progress {
  update(done: number, of: number): void;
  /** Where nobody knows how many there are: `12,000 rows …`. */
  count(done: number, one: string): void;
  end(): void;
}

const QUIET_FOR = 1_000;

export function progressLine({ host, terminal }: Session): Progress {
  const started = host.now().getTime();
  let shown = false;
  const show = (text: string) => {
    if (!host.interactive || terminal.json || host.now().getTime() - started < QUIET_FOR) return;
    host.err(`\r${text} …\u001b[K`);
    shown = true;
  };
  return {
    update: (done, of) => show(`${done} of ${of} steps`),
    count: (done, one) => show(counted(done, one)),
    end() {
      if (shown) host.err('\r\u001b[K');
      shown = false;
    },
  };
}
