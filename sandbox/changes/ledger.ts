// The events of the last 72 hours, kept with the records and written in the transaction that changes them. Replay ids grow and have gaps;
// nobody may count on more. One event tells of all records of a transaction that had the very same change, as Salesforce merges them.
import { randomBytes, randomUUID } from 'node:crypto';
import type { Org } from '../org.ts';
import type { Content } from './payload.ts';
import type { RowChange } from './touched.ts';

export interface ChangeEvent {
  readonly replayId: number;
  readonly object: string;
  readonly header: Readonly<Record<string, unknown>>;
  readonly content: Content;
}

const RETENTION_MS = 72 * 3_600_000;

export function createEventTables(org: Org): void {
  org.store.exec(
    'CREATE TABLE IF NOT EXISTS "_event" (id INTEGER PRIMARY KEY, object TEXT NOT NULL, at INTEGER NOT NULL, header TEXT NOT NULL, content TEXT NOT NULL)',
  );
  org.store.exec('CREATE INDEX IF NOT EXISTS "_event.at" ON "_event" (at)');
  if (org.store.note('replay') === undefined)
    org.store.setNote('replay', String(1_000_000 + (randomBytes(3).readUIntBE(0, 3) % 9_000_000)));
}

interface ToldChange extends RowChange {
  readonly content: Content;
}

/** The last work of a transaction. */
export function writeEvents(org: Org, changes: readonly ToldChange[]): void {
  const merged = new Map<string, { readonly change: ToldChange; readonly content: string; readonly recordIds: string[] }>();
  for (const change of changes) {
    const content = JSON.stringify(change.content);
    const key = [change.object.name, change.type, change.user, content].join(' ');
    const same = merged.get(key);
    if (same) same.recordIds.push(change.id);
    else merged.set(key, { change, content, recordIds: [change.id] });
  }
  const transactionKey = randomUUID();
  let replayId = newest(org);
  const commitNumber = replayId + 1;
  const now = org.clock.now();
  let sequenceNumber = 0;
  for (const { change, content, recordIds } of merged.values()) {
    sequenceNumber += 1;
    replayId += 1 + (replayId % 3);
    const header = {
      entityName: change.object.name,
      recordIds,
      changeType: change.type,
      changeOrigin: org.origin,
      transactionKey,
      sequenceNumber,
      commitTimestamp: now,
      commitNumber,
      commitUser: change.user,
    };
    org.store.run('INSERT INTO "_event" VALUES (?, ?, ?, ?, ?)', replayId, change.object.name, now, JSON.stringify(header), content);
  }
  org.store.setNote('replay', String(replayId));
  org.store.run('DELETE FROM "_event" WHERE at <= ?', now - RETENTION_MS);
}

/** The last replay id that was given; the next one is greater. */
export function newest(org: Org): number {
  return Number(org.store.note('replay'));
}

/** Whether events can be told from this id on without a hole: it is that of an event that is still kept. */
export function isRetained(org: Org, replayId: number): boolean {
  return org.store.one('SELECT 1 AS yes FROM "_event" WHERE id = ? AND at > ?', replayId, oldestMoment(org)) !== undefined;
}

/** Events after an id, oldest first, of one object or of all. */
export function eventsAfter(org: Org, object: string | undefined, replayId: number, most: number): ChangeEvent[] {
  return org.store
    .all(
      'SELECT id, object, header, content FROM "_event" WHERE id > ? AND at > ? AND object = coalesce(?, object) ORDER BY id LIMIT ?',
      replayId,
      oldestMoment(org),
      object ?? null,
      most,
    )
    .map((row) => ({
      replayId: Number(row['id']),
      object: String(row['object']),
      header: JSON.parse(String(row['header'])) as Record<string, unknown>,
      content: JSON.parse(String(row['content'])) as Content,
    }));
}

function oldestMoment(org: Org): number {
  return org.clock.now() - RETENTION_MS;
}
