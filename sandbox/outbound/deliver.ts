// Sends what is owed: one message at a time to each receiver, up to a hundred notifications in it, again and again until it is
// acknowledged. What is owed is on the disk: a restart goes on with it.
import type { Org } from '../org.ts';
import { isAcknowledged, messageOf } from './message.ts';
import { type OutboundAction, actionsOf, dueOf, nextDue, postpone, settle } from './queue.ts';

export interface Delivery {
  close(): void;
}

const MOST_IN_ONE = 100;
const TIMEOUT_MS = 60_000;
const LARGEST_ANSWER = 65_536;
/** Timers hold no more; what is due later is looked at again. */
const LONGEST_WAIT_MS = 3_600_000;

interface Desk {
  readonly org: Org;
  /** Where receivers find the org. */
  readonly origin: string;
  readonly log: (line: string) => void;
  readonly busy: Set<string>;
  readonly ended: AbortController;
  timer?: NodeJS.Timeout;
}

export function deliverMessages(org: Org, origin: string, log: (line: string) => void): Delivery {
  const desk: Desk = { org, origin, log, busy: new Set(), ended: new AbortController() };
  const deaf = org.pulse.listen(() => wake(desk));
  wake(desk);
  return {
    close() {
      deaf();
      clearTimeout(desk.timer);
      desk.ended.abort();
    },
  };
}

function wake(desk: Desk): void {
  clearTimeout(desk.timer);
  for (const action of actionsOf(desk.org)) {
    if (desk.busy.has(action.id)) continue;
    desk.busy.add(action.id);
    run(desk, action).catch((cause: unknown) => desk.org.bug(cause));
  }
  const due = nextDue(desk.org);
  if (due === undefined) return;
  const wait = Math.min(Math.max(due - desk.org.clock.now(), 0), LONGEST_WAIT_MS);
  // What is due now is being sent, or waits for what is being sent.
  if (wait > 0) desk.timer = setTimeout(() => wake(desk), wait).unref();
}

async function run(desk: Desk, action: OutboundAction): Promise<void> {
  const { org } = desk;
  try {
    for (;;) {
      const notifications = dueOf(org, action.id, MOST_IN_ONE);
      if (notifications.length === 0) break;
      const message = messageOf(org, action, notifications, desk.origin);
      const acknowledged = message === undefined || (await isTaken(desk, action, message));
      if (desk.ended.signal.aborted) return;
      org.store.atomically(() => (acknowledged ? settle : postpone)(org, notifications));
      // The address may hold a secret: the log has its host alone.
      desk.log(`outbound ${action.id} ${notifications.length} to ${new URL(action.url).host} ${acknowledged ? 'acknowledged' : 'refused'}`);
    }
  } finally {
    desk.busy.delete(action.id);
  }
  wakeLater(desk);
}

/** Whatever was put off has its time now. */
function wakeLater(desk: Desk): void {
  const due = nextDue(desk.org);
  if (due === undefined || desk.ended.signal.aborted) return;
  clearTimeout(desk.timer);
  desk.timer = setTimeout(() => wake(desk), Math.min(Math.max(due - desk.org.clock.now(), 1), LONGEST_WAIT_MS)).unref();
}

async function isTaken(desk: Desk, action: OutboundAction, message: string): Promise<boolean> {
  try {
    const response = await fetch(action.url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' },
      body: message,
      signal: AbortSignal.any([desk.ended.signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    const answer = await response.text();
    return answer.length <= LARGEST_ANSWER && isAcknowledged(response.status, answer);
  } catch {
    return false;
  }
}
