// Records as loops read them: fields of one, and who owns how many that are open.
import type { CrmRecords } from '../../ports/records.ts';
import { CallFailed } from '../../ports/crm.ts';
import { candidates } from './candidates.ts';
import { changedSince } from './poll.ts';
import { outOfOffice } from './out-of-office.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { literal, whereIn } from './soql.ts';

/** What "open" is. Of other objects every record counts. */
const OPEN: Readonly<Record<string, string>> = {
  Lead: 'IsConverted = false',
  Opportunity: 'IsClosed = false',
  Case: 'IsClosed = false',
  Task: 'IsClosed = false',
};

/** Names come from configuration and requests: nothing else than a name gets into a statement. */
const NAME = /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*$/;

export function salesforceRecords(session: Session): CrmRecords {
  const search: CrmRecords['candidatesOfMany'] = async (keys, by, fields) => {
    for (const name of [...fields, ...Object.values(by)]) named(name);
    return candidates(session, keys, by, fields);
  };
  return {
    async record(object, id, fields) {
      const names = withId(fields);
      const [row] = await query(session, `SELECT ${names.map(named).join(', ')} FROM ${named(object)} WHERE Id = ${literal(id)}`);
      return row === undefined ? undefined : picked(row, names);
    },
    async records(object, ids, fields) {
      const names = withId(fields);
      const found = new Map<string, Readonly<Record<string, unknown>>>();
      for (const soql of whereIn(`SELECT ${names.map(named).join(', ')} FROM ${named(object)} WHERE`, 'Id', ids)) {
        for (const row of await query(session, soql)) {
          const record = picked(row, names);
          found.set(String(record['Id']), record);
        }
      }
      return found;
    },
    async children(object, by, record, fields, { newest } = {}) {
      const names = withId(fields);
      const condition = `${named(by)} = ${literal(record)}`;
      const soql = `SELECT ${names.map(named).join(', ')} FROM ${named(object)} WHERE ${condition} ORDER BY ${newest === true ? 'CreatedDate DESC, Id DESC' : 'Id'} LIMIT ${MOST_CHILDREN}`;
      return (await query(session, soql)).map((row) => picked(row, names));
    },
    async childrenOf(object, by, values, fields, { open, since } = {}) {
      const names = withId([...new Set([by, ...fields])]);
      const tail = `${open === true ? also(OPEN[object]) : ''}${since === undefined ? '' : ` AND SystemModstamp >= ${moment(since)}`}`;
      const found: Readonly<Record<string, unknown>>[] = [];
      for (const soql of whereIn(`SELECT ${names.map(named).join(', ')} FROM ${named(object)} WHERE`, named(by), values, tail))
        for (const row of await query(session, soql)) found.push(picked(row, names));
      return found;
    },
    async page(object, fields, { after, limit, open, where }) {
      const names = withId(fields);
      const conditions = [
        ...(after === undefined ? [] : [`Id > ${literal(after)}`]),
        ...(open === true && OPEN[object] !== undefined ? [OPEN[object]] : []),
        ...(where === undefined ? [] : [`(${closed(where)})`]),
      ];
      const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
      const soql = `SELECT ${names.map(named).join(', ')} FROM ${named(object)}${filter} ORDER BY Id LIMIT ${limit}`;
      return (await query(session, soql)).map((row) => picked(row, names));
    },
    changedSince: (object, since) => changedSince(session, object, since),
    async openRecords(object, owners) {
      const condition = OPEN[object];
      const counts = new Map<string, number>(owners.map((owner) => [owner, 0]));
      const byName = new Map(owners.map((owner) => [owner.toLowerCase(), owner]));
      const head = `SELECT Owner.Username who, COUNT(Id) n FROM ${named(object)} WHERE ${condition === undefined ? '' : `${condition} AND `}`;
      for (const soql of whereIn(head.trimEnd(), 'Owner.Username', owners, ' GROUP BY Owner.Username')) {
        for (const row of await query(session, soql)) {
          const owner = byName.get(String(row['who']).toLowerCase());
          if (owner !== undefined) counts.set(owner, Number(row['n']));
        }
      }
      return counts;
    },
    outOfOffice: (from, to) => outOfOffice(session, from, to),
    async candidates(keys, by, fields) {
      const { accounts, cut } = await search([keys], by, fields);
      return { accounts, cut: cut[0] === true };
    },
    candidatesOfMany: search,
  };
}

/** More records than these hang on none that a loop looks at. */
const MOST_CHILDREN = 200;

/** A condition stands in brackets: one that closes more than it opens would say something else than it seems to. */
function closed(where: string): string {
  let depth = 0;
  for (const [token] of where.matchAll(/'(?:\\.|[^'\\])*'|[()]/g)) {
    if (token === '(') depth += 1;
    if (token === ')') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) throw new CallFailed('MALFORMED_QUERY', `the parentheses of "${where}" do not match`, undefined);
  return where;
}

function also(condition: string | undefined): string {
  return condition === undefined ? '' : ` AND ${condition}`;
}

/** A literal of SOQL: it bears no quotes, so it is made of nothing but a moment. */
function moment(iso: string): string {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) throw new CallFailed('INVALID_MOMENT', `"${iso}" is no moment`, undefined);
  return new Date(at).toISOString();
}

function withId(fields: readonly string[]): readonly string[] {
  return ['Id', ...fields.filter((field) => field !== 'Id')];
}

function picked(row: object, names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(names.map((name) => [name, at(row, name)]));
}

function named(text: string): string {
  if (!NAME.test(text)) throw new CallFailed('INVALID_NAME', `"${text}" is no name of an object or a field`, undefined);
  return text;
}

function at(row: object, name: string): unknown {
  let here: unknown = row;
  for (const part of name.split('.'))
    here = typeof here === 'object' && here !== null ? (here as Readonly<Record<string, unknown>>)[part] : undefined;
  return here ?? null;
}
