// What came of a tick, for the log: what somebody may want to do something about.
import type { Log } from '../../ports/log.ts';
import type { Ticked } from './schedule.ts';

/** Told once: when it failed first, and when the day's budget has just been used up. */
export function logTicks(log: Log): (scan: string, ticked: Ticked) => void {
  const spent = new Set<string>();
  return (scan, { begun, failed, problems, isSpent }) => {
    for (const problem of problems) log.warn({ event: 'scan', scan }, `scan ${scan}: ${problem}`);
    for (const { account, failures } of failed)
      if (failures === 1)
        log.warn({ event: 'scan', scan, account }, `scan ${scan}: nothing came of the look at ${account}; it is looked at again later`);
    if (begun.length > 0) log.info({ event: 'scan', scan, accounts: begun }, `scan ${scan}: looking at ${begun.join(', ')}`);
    if (isSpent && !spent.has(scan)) log.warn({ event: 'scan', scan }, `scan ${scan}: the budget of the day is used up`);
    if (isSpent) spent.add(scan);
    else spent.delete(scan);
  };
}
