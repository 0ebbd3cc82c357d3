// SOSL, the smallest part that is of use: `FIND {words} IN ALL FIELDS RETURNING Account(Id, Name), Lead`.
import { visibleField } from '../access/caller.ts';
import { Refusal, refuse } from '../refusal.ts';
import type { ObjectType } from '../schema/object.ts';
import { compileQuery, runQuery } from '../soql/run.ts';
import { type Context, type RestRequest, type RestResponse, basePath, objectOf } from './request.ts';

const SOSL =
  /^\s*FIND\s+\{((?:[^}\\]|\\.)*)\}\s*(?:IN\s+(ALL|NAME|EMAIL|PHONE)\s+FIELDS\s*)?(?:RETURNING\s+(.*?))?(?:\s+LIMIT\s+(\d+))?\s*$/is;
const SEARCHED: Readonly<Record<string, readonly string[]>> = {
  ALL: ['Name', 'Email', 'Phone', 'Company', 'Website', 'Title', 'Username'],
  NAME: ['Name'],
  EMAIL: ['Email'],
  PHONE: ['Phone', 'MobilePhone'],
};
const DEFAULT_OBJECTS = ['Account', 'Contact', 'Lead', 'Opportunity'];
const MOST = 2000;

export function search(context: Context, request: RestRequest): RestResponse {
  const found = SOSL.exec(request.query.get('q') ?? '');
  if (!found) return malformed('FIND {…} is expected');
  const [, words = '', where = 'ALL', returning, limit] = found;
  const term = words.replace(/\\(.)/g, '$1').replace(/[*"]/g, '').trim();
  if (term.length < 2) malformed('search term must be longer than one character');
  const wanted = returning === undefined ? DEFAULT_OBJECTS.map((name) => ({ name, fields: ['Id'] })) : returningOf(returning);
  const records = wanted.flatMap(({ name, fields }) =>
    matches(context, objectOf(context, name), fields, SEARCHED[where.toUpperCase()] ?? [], term),
  );
  return { status: 200, body: { searchRecords: records.slice(0, limit === undefined ? MOST : Number(limit)) } };
}

function malformed(message: string): never {
  return refuse('MALFORMED_SEARCH', message);
}

function returningOf(text: string): { name: string; fields: string[] }[] {
  return [...text.matchAll(/(\w+)\s*(?:\(([^)]*)\))?\s*(?:,|$)/g)].map(([, name = '', fields]) => ({
    name,
    fields: fields === undefined ? ['Id'] : fields.split(',').map((field) => field.trim()),
  }));
}

function matches(
  context: Context,
  object: ObjectType,
  fields: readonly string[],
  searched: readonly string[],
  term: string,
): readonly object[] {
  const there = searched.filter((name) => visibleField(context.caller, object, name));
  if (there.length === 0) return [];
  const pattern = term.replace(/[\\'%_]/g, '\\$&');
  const soql = `SELECT ${fields.join(', ')} FROM ${object.name} WHERE (${there.map((name) => `${name} LIKE '%${pattern}%'`).join(' OR ')}) LIMIT ${MOST}`;
  const options = { all: false, tooling: false, batchSize: MOST, base: basePath(context) };
  try {
    return runQuery(context.org, context.caller, compileQuery(context.org, context.caller, soql, options), options).records;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return malformed(cause.troubles.map(({ message }) => message).join('; '));
  }
}
