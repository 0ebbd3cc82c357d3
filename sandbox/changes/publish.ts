// Changes are told when their transaction ends: the events and the messages that are owed are written in it, listeners are woken after it.
import type { Org } from '../org.ts';
import { createOutboundTables, queueMessages } from '../outbound/queue.ts';
import { createEventTables, writeEvents } from './ledger.ts';
import { contentOf } from './payload.ts';
import { createTouched, takeChanges } from './touched.ts';

export function createChangeTables(org: Org): void {
  createTouched(org);
  createEventTables(org);
  createOutboundTables(org);
}

export function publishChanges(org: Org): void {
  let changed = false;
  org.store.onCommit(
    () => {
      const told = takeChanges(org).flatMap((change) => {
        const content = contentOf(org.schema, change);
        return content ? [{ ...change, content }] : [];
      });
      changed = told.length > 0;
      if (!changed) return;
      writeEvents(org, told);
      queueMessages(org, told);
    },
    () => {
      if (changed) org.pulse.beat();
    },
  );
}
