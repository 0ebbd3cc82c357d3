// A statement of SQL is compiled once: the queries of the store are few and come often, and compiling one takes longer than running it.
import type { Database, Statement } from 'better-sqlite3';
import type { SqliteDatabase } from 'kysely';

/** More than these are forgotten, and compiled again when they come. */
const MOST_REMEMBERED = 300;
/** Long ones write many rows at once: they take long anyway, and hardly two are alike. */
const LONGEST_REMEMBERED = 8_000;

/** The database as the query builder wants it. SQLite itself compiles a statement anew where another process changed the tables. */
export function remembering(database: Database): SqliteDatabase {
  const known = new Map<string, Statement>();
  return {
    prepare(sql) {
      const before = known.get(sql);
      if (before !== undefined) return before;
      const statement = database.prepare(sql);
      if (known.size >= MOST_REMEMBERED) known.clear();
      if (sql.length <= LONGEST_REMEMBERED) known.set(sql, statement);
      return statement;
    },
    close() {
      known.clear();
      database.close();
    },
  };
}
