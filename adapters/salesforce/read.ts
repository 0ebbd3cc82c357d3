// Reading in sets: the calls depend on types and pages, not on records.
import pLimit from 'p-limit';
import type { Address } from '../../resources/core.ts';
import type { LiveObject } from '../../plans/plan.ts';
import { readFields } from './fields.ts';
import { eachPage, query } from './query.ts';
import type { Session } from './session.ts';
import { whereIn } from './soql.ts';
import type { Row } from './columns.ts';
import { ME, type People, typeTable } from './types.ts';

/** At most so many queries at once: an org allows 25 long-running requests in all. */
const AT_ONCE = 5;

export async function readRecords(session: Session, addresses: readonly Address[], me: People['me']): Promise<readonly LiveObject[]> {
  const keys = Map.groupBy([...addresses, ...membersAsUsers(addresses)], (address) => address.type);
  const asked = (type: string) => (keys.get(type) ?? []).map((address) => address.key);
  const limit = pLimit(AT_ONCE);
  const live: LiveObject[] = [];
  // What is told by a user's id waits for the users; everything else is converted page by page.
  const waiting: { readonly type: string; readonly row: Row }[] = [];
  const nobody: People = { me, usernames: new Map() };
  const queries = [...keys.keys()].flatMap((type) => {
    if (type === 'CustomField') return [];
    const table = typeTable[type];
    if (table === undefined) throw new Error(`The Salesforce adapter has no row for records of type ${type}.`);
    return table.ask(asked(type), me).map((soql) =>
      limit(() =>
        eachPage(session, soql, (rows) => {
          for (const row of rows) {
            if (table.needsPeople === true) waiting.push({ type, row });
            else live.push(...toLive(type, row, nobody));
          }
        }),
      ),
    );
  });
  const [fields] = await Promise.all([readFields(session, asked('CustomField')), ...queries]);
  const people = await whoIsWho(
    session,
    me,
    live,
    fields.map((field) => field.byId),
  );
  for (const { type, row } of waiting) live.push(...toLive(type, row, people));
  if (asked('User').includes(ME)) live.push({ address: { type: 'User', key: ME }, id: me.id, fields: { IsActive: true } });
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
    ...(typeof at === 'string' && { at: at.replace('+0000', 'Z') }),
  };
  return [withAuthor(object, typeof by === 'string' ? by : undefined)];
}

function withAuthor(object: LiveObject, by: string | undefined): LiveObject {
  return by === undefined ? object : { ...object, by };
}

/** Usernames by id; one more query only for people whom nobody asked for. */
async function whoIsWho(
  session: Session,
  me: People['me'],
  live: readonly LiveObject[],
  others: readonly (string | null)[],
): Promise<People> {
  const usernames = new Map<string, string>([[me.id, me.username]]);
  for (const { address, id } of live) if (address.type === 'User') usernames.set(id, address.key);
  const unknown = others.filter((id): id is string => id !== null && !usernames.has(id));
  for (const soql of whereIn('SELECT Id, Username FROM User WHERE', 'Id', unknown)) {
    for (const row of await query(session, soql)) usernames.set(String(row.Id), String(row.Username));
  }
  return { me, usernames };
}
