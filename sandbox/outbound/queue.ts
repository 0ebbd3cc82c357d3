// Outbound messages: who is to be told of which object, and the notifications that are owed, kept with the records until they are
// acknowledged. A notification names a record; what it says of it is read when it is sent, as Salesforce does.
import type { RowChange } from '../changes/touched.ts';
import type { Org } from '../org.ts';

export interface OutboundAction {
  readonly id: string;
  readonly object: string;
  readonly url: string;
  readonly fields: readonly string[];
  /** What the envelopes carry as session id; none by default. */
  readonly session: string | null;
}

export interface Notification {
  readonly id: string;
  readonly record: string;
  readonly created: number;
  readonly attempts: number;
}

export function createOutboundTables(org: Org): void {
  org.store.exec(
    'CREATE TABLE IF NOT EXISTS "_outbound" (id TEXT PRIMARY KEY, object TEXT NOT NULL, url TEXT NOT NULL, fields TEXT NOT NULL, session TEXT)',
  );
  org.store.exec(
    'CREATE TABLE IF NOT EXISTS "_notification" (id TEXT PRIMARY KEY, action TEXT NOT NULL, record TEXT NOT NULL, created INTEGER NOT NULL, attempts INTEGER NOT NULL, due INTEGER NOT NULL)',
  );
  org.store.exec('CREATE INDEX IF NOT EXISTS "_notification.due" ON "_notification" (action, due)');
}

export function addAction(org: Org, action: Omit<OutboundAction, 'id'>): OutboundAction {
  const id = org.nextId('04k');
  const { object, url, fields, session } = action;
  org.store.run('INSERT INTO "_outbound" VALUES (?, ?, ?, ?, ?)', id, object, url, JSON.stringify(fields), session);
  return { id, ...action };
}

/** What was owed is forgotten too. */
export function clearActions(org: Org): void {
  org.store.atomically(() => {
    org.store.run('DELETE FROM "_outbound"');
    org.store.run('DELETE FROM "_notification"');
  });
}

export function actionsOf(org: Org): OutboundAction[] {
  return org.store.all('SELECT id, object, url, fields, session FROM "_outbound" ORDER BY id').map((row) => ({
    ...(row as unknown as OutboundAction),
    fields: JSON.parse(String(row['fields'])) as string[],
  }));
}

/** In the transaction of the change: created and edited records are told, deleted ones are not. */
export function queueMessages(org: Org, changes: readonly RowChange[]): void {
  const now = org.clock.now();
  for (const action of actionsOf(org)) {
    for (const { object, id, type } of changes) {
      if (object.name !== action.object || type === 'DELETE') continue;
      org.store.run('INSERT INTO "_notification" VALUES (?, ?, ?, ?, 0, ?)', org.nextId('04l'), action.id, id, now, now);
    }
  }
}

export function waiting(org: Org, action: string): number {
  return Number(org.store.one('SELECT count(*) AS n FROM "_notification" WHERE action = ?', action)?.['n']);
}

/** Those that are due, oldest first. */
export function dueOf(org: Org, action: string, most: number): Notification[] {
  return org.store.all(
    'SELECT id, record, created, attempts FROM "_notification" WHERE action = ? AND due <= ? ORDER BY due, id LIMIT ?',
    action,
    org.clock.now(),
    most,
  ) as unknown as Notification[];
}

/** When the next one of any action is due, by the org's clock. */
export function nextDue(org: Org): number | undefined {
  const due = org.store.one('SELECT min(due) AS due FROM "_notification"')?.['due'];
  return typeof due === 'number' ? due : undefined;
}

export function settle(org: Org, notifications: readonly Notification[]): void {
  for (const { id } of notifications) org.store.run('DELETE FROM "_notification" WHERE id = ?', id);
}

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 2 * 3_600_000;
const GIVEN_UP_AFTER_MS = 24 * 3_600_000;

/** Each attempt waits twice as long as the one before, two hours at most; after a day nothing more is tried. */
export function postpone(org: Org, notifications: readonly Notification[]): void {
  const now = org.clock.now();
  for (const { id, created, attempts } of notifications) {
    const due = now + Math.min(FIRST_DELAY_MS * 2 ** attempts, LONGEST_DELAY_MS);
    if (now - created >= GIVEN_UP_AFTER_MS) org.store.run('DELETE FROM "_notification" WHERE id = ?', id);
    else org.store.run('UPDATE "_notification" SET attempts = ?, due = ? WHERE id = ?', attempts + 1, due, id);
  }
}
