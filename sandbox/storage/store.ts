// One SQLite file behind the org. A request that was answered is on the disk: WAL, synchronous=FULL, one transaction a request.
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

export type Bound = string | number | null | Uint8Array;
type Statement = Database.Statement<Bound[]>;

export interface Store {
  /** A statement of this text, compiled once. */
  statement(sql: string): Statement;
  all(sql: string, ...params: Bound[]): Record<string, Bound>[];
  /** Rows as arrays, in the order of the columns: what answers are shaped from. */
  arrays(sql: string, ...params: Bound[]): Bound[][];
  one(sql: string, ...params: Bound[]): Record<string, Bound> | undefined;
  run(sql: string, ...params: Bound[]): void;
  exec(sql: string): void;
  /** All or nothing; inside another one it is a savepoint. */
  atomically<T>(work: () => T): T;
  /** What goes with every transaction: `within` is its last work, `after` is done when it is on the disk. */
  onCommit(within: () => void, after: () => void): void;
  note(key: string): string | undefined;
  setNote(key: string, text: string): void;
  close(): void;
}

/** Enough for every shape of request that one client makes; the oldest go first. */
const STATEMENTS = 600;

export function openStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const database = new Database(file);
  try {
    database.pragma('journal_mode = WAL');
  } catch (cause) {
    database.close();
    throw new Error(`${file} can not be opened as the data of an embedded org: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
  // The file holds the key that tokens are made from.
  if (file !== ':memory:') chmodSync(file, 0o600);
  database.pragma('synchronous = FULL');
  database.pragma('temp_store = MEMORY');
  database.pragma('cache_size = -65536');
  database.function('fold', { deterministic: true }, (text) => (typeof text === 'string' ? text.toLowerCase() : text));
  database.exec('CREATE TABLE IF NOT EXISTS "_note" (key TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID');

  const statements = new Map<string, Statement>();
  const statement = (sql: string): Statement => {
    const known = statements.get(sql);
    if (known) {
      statements.delete(sql);
      statements.set(sql, known);
      return known;
    }
    const made: Statement = database.prepare(sql);
    statements.set(sql, made);
    if (statements.size > STATEMENTS) statements.delete(statements.keys().next().value ?? '');
    return made;
  };
  let closing = { within: () => undefined as void, after: () => undefined as void };
  const store: Store = {
    statement,
    all: (sql, ...params) => statement(sql).all(...params) as Record<string, Bound>[],
    arrays: (sql, ...params) =>
      statement(sql)
        .raw(true)
        .all(...params) as Bound[][],
    one: (sql, ...params) => statement(sql).get(...params) as Record<string, Bound> | undefined,
    run: (sql, ...params) => void statement(sql).run(...params),
    exec: (sql) => void database.exec(sql),
    atomically(work) {
      if (database.inTransaction) return database.transaction(work)();
      const result = database.transaction(() => {
        const done = work();
        closing.within();
        return done;
      })();
      closing.after();
      return result;
    },
    onCommit: (within, after) => {
      closing = { within, after };
    },
    note: (key) => store.one('SELECT text FROM "_note" WHERE key = ?', key)?.['text'] as string | undefined,
    setNote: (key, text) => store.run('INSERT INTO "_note" VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET text = excluded.text', key, text),
    close: () => void database.close(),
  };
  return store;
}
