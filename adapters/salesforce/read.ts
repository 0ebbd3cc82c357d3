// Reading in sets: the calls depend on types and pages, not on records.
import pLimit from 'p-limit';
import { type Address, type Link, linkTo } from '../../resources/core.ts';
import type { LiveObject } from '../../plans/plan.ts';
import { fieldsOf, type LiveField, readFields } from './fields.ts';
import { eachPage, query } from './query.ts';
import type { Session } from './session.ts';
import { whereIn } from './soql.ts';
import type { Row } from './columns.ts';
import { ME, type People, type TypeRow, typeTable } from './types.ts';

/** At most so many queries at once: an org allows 25 long-running requests in all. */
const AT_ONCE = 5;

export async function readRecords(session: Session, addresses: readonly Address[], me: People['me']): Promise<readonly LiveObject[]> {
  const keys = Map.groupBy([...addresses, ...membersAsUsers(addresses)], (address) => address.type);
  const asked = (type: string) => (keys.get(type) ?? []).map((address) => address.key);
  const statements = [...keys.keys()]
    .filter((type) => type !== 'CustomField')
    .map((type) => ({ type, soql: rowOf(type).ask(asked(type), me) }));
  const live = await gather(session, me, statements, readFields(session, asked('CustomField')));
  if (asked('User').includes(ME)) live.push({ address: { type: 'User', key: ME }, id: me.id, fields: { IsActive: true } });
  return live;
}

/** What a user may see of some types, whoever is asked for. Members of queues that are no users come with a link to what they are. */
export async function listRecords(
  session: Session,
  types: readonly string[],
  objects: readonly string[],
  me: People['me'],
): Promise<readonly LiveObject[]> {
  const statements = types
    .filter((type) => type !== 'CustomField')
    .map((type) => {
      const { all } = rowOf(type);
      if (all === undefined) throw new Error(`Records of type ${type} are never listed.`);
      return { type, soql: all(objects) };
    });
  const fields = types.includes('CustomField') ? fieldsOf(session, objects, () => true) : Promise.resolve([]);
  return gather(session, me, statements, fields, (ids) => whatTheyAre(session, ids));
}

function rowOf(type: string): TypeRow {
  const row = typeTable[type];
  if (row === undefined) throw new Error(`The Salesforce adapter has no row for records of type ${type}.`);
  return row;
}

interface Statements {
  readonly type: string;
  readonly soql: readonly string[];
}

/** `members`: who is behind ids of members of queues that nobody asked for. */
async function gather(
  session: Session,
  me: People['me'],
  statements: readonly Statements[],
  fieldsAsked: Promise<readonly LiveField[]>,
  members?: (ids: readonly string[]) => Promise<Pick<People, 'usernames' | 'groups'>>,
): Promise<LiveObject[]> {
  const limit = pLimit(AT_ONCE);
  const live: LiveObject[] = [];
  // What is told by a user's id waits for the users; everything else is converted page by page.
  const waiting: { readonly type: string; readonly row: Row }[] = [];
  const nobody: People = { me, usernames: new Map() };
  const queries = statements.flatMap(({ type, soql }) =>
    soql.map((one) =>
      limit(() =>
        eachPage(session, one, (rows) => {
          for (const row of rows) {
            if (rowOf(type).needsPeople === true) waiting.push({ type, row });
            else live.push(...toLive(type, row, nobody));
          }
        }),
      ),
    ),
  );
  const [fields] = await Promise.all([fieldsAsked, ...queries]);
  const people = await whoIsWho(
    session,
    me,
    live,
    fields.map((field) => field.byId),
  );
  const unknown = waiting.map(({ row }) => String(row.UserOrGroupId)).filter((id) => !people.usernames.has(id));
  const others = members === undefined || unknown.length === 0 ? undefined : await members(unknown);
  const everybody: People =
    others === undefined ? people : { ...people, ...others, usernames: new Map([...people.usernames, ...others.usernames]) };
  for (const { type, row } of waiting) live.push(...toLive(type, row, everybody));
  for (const { byId, ...field } of fields) live.push(withAuthor(field, byId === null ? undefined : people.usernames.get(byId)));
  return live;
}

/** Users by name; groups, roles and the like as links that name their sort: `Regular/All_Sales`. */
async function whatTheyAre(session: Session, ids: readonly string[]): Promise<Pick<People, 'usernames' | 'groups'>> {
  const usernames = new Map<string, string>();
  const groups = new Map<string, Link>();
  for (const soql of whereIn('SELECT Id, Username FROM User WHERE', 'Id', ids)) {
    for (const row of await query(session, soql)) usernames.set(String(row.Id), String(row.Username).toLowerCase());
  }
  const left = ids.filter((id) => !usernames.has(id));
  for (const soql of whereIn('SELECT Id, Type, Name, DeveloperName FROM Group WHERE', 'Id', left)) {
    for (const row of await query(session, soql))
      groups.set(String(row.Id), linkTo(String(row.Type), String(row.DeveloperName ?? row.Name ?? row.Id)));
  }
  return { usernames, groups };
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
