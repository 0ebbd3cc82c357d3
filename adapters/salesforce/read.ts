// Reading in sets: the calls depend on types and pages, not on records.
import pLimit from 'p-limit';
import type { Address } from '../../resources/core.ts';
import type { LiveObject } from '../../plans/plan.ts';
import { readFields } from './fields.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { whereIn } from './soql.ts';
import type { Row } from './columns.ts';
import { ME, type People, typeTable } from './types.ts';

/** At most so many queries at once: an org allows 25 long-running requests in all. */
const AT_ONCE = 5;

export async function readRecords(session: Session, addresses: readonly Address[], me: People['me']): Promise<readonly LiveObject[]> {
  const keys = Map.groupBy([...addresses, ...membersAsUsers(addresses)], (address) => address.type);
  const limit = pLimit(AT_ONCE);
  const answers = new Map<string, Promise<readonly Row[]>>();
  for (const [type, some] of keys) {
    if (type === 'CustomField') continue;
    const row = typeTable[type];
    if (row === undefined) throw new Error(`The Salesforce adapter has no row for records of type ${type}.`);
    const statements = row.ask(
      some.map((address) => address.key),
      me,
    );
    answers.set(
      type,
      Promise.all(statements.map((soql) => limit(() => query(session, soql)))).then((pages) => pages.flat()),
    );
  }
  const [fields, ...tables] = await Promise.all([
    readFields(
      session,
      (keys.get('CustomField') ?? []).map((address) => address.key),
    ),
    ...[...answers].map(async ([type, rows]) => ({ type, rows: await rows })),
  ]);
  const people = await whoIsWho(
    session,
    me,
    tables.find((table) => table.type === 'User')?.rows ?? [],
    fields.map((field) => field.byId),
  );
  const live = tables.flatMap(({ type, rows }) => rows.flatMap((row) => toLive(type, row, people)));
  if (keys.get('User')?.some((address) => address.key === ME))
    live.push({ address: { type: 'User', key: ME }, id: me.id, fields: { IsActive: true } });
  for (const { byId, ...field } of fields) live.push(withAuthor(field, byId === null ? undefined : people.usernames.get(byId)));
  return live;
}

/** A member of a queue is held by id: its row means nothing without the user's. */
function membersAsUsers(addresses: readonly Address[]): readonly Address[] {
  const members = addresses.filter((address) => address.type === 'GroupMember');
  return members.map(({ key }) => ({ type: 'User', key: key.slice(key.indexOf('/') + 1) }));
}

function toLive(type: string, row: Row, people: People): readonly LiveObject[] {
  const found = typeTable[type]?.live(row, people);
  if (found === undefined) return [];
  const by = (row.LastModifiedBy as Row | null | undefined)?.Username;
  const at = row.LastModifiedDate;
  const object: LiveObject = {
    address: { type, key: found.key },
    id: String(row.Id),
    fields: found.fields,
    ...(typeof at === 'string' && { at: new Date(at).toISOString() }),
  };
  return [withAuthor(object, typeof by === 'string' ? by : undefined)];
}

function withAuthor(object: LiveObject, by: string | undefined): LiveObject {
  return by === undefined ? object : { ...object, by };
}

/** Usernames by id; one more query only for people whom nobody asked for. */
async function whoIsWho(session: Session, me: People['me'], users: readonly Row[], others: readonly (string | null)[]): Promise<People> {
  const usernames = new Map<string, string>([[me.id, me.username]]);
  for (const row of users) usernames.set(String(row.Id), String(row.Username).toLowerCase());
  const unknown = others.filter((id): id is string => id !== null && !usernames.has(id));
  for (const soql of whereIn('SELECT Id, Username FROM User WHERE', 'Id', unknown)) {
    for (const row of await query(session, soql)) usernames.set(String(row.Id), String(row.Username));
  }
  return { me, usernames };
}
