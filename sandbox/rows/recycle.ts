// The recycle bin keeps rows for 15 days. Records' assignments to territories do not go there: they can be queried for 12 hours.
import type { Work } from './work.ts';

const HOUR = 3_600_000;
const BIN_HOURS = 15 * 24;
const ASSOCIATION_HOURS = 12;
const LEDGER_HOURS = 30 * 24;

export function emptyRecycleBin(work: Work): void {
  const { store, schema } = work.org;
  for (const object of schema.objects.filter(({ recycled }) => recycled)) {
    const hours = object.name === 'ObjectTerritory2Association' ? ASSOCIATION_HOURS : BIN_HOURS;
    store.run(`DELETE FROM "${object.name}" WHERE "IsDeleted" = 1 AND "SystemModstamp" < ?`, work.now - hours * HOUR);
  }
  store.run('DELETE FROM "_deletion" WHERE at < ?', work.now - LEDGER_HOURS * HOUR);
}
