// Names in a query, resolved: a path of relationships becomes joins, its last part a column. What the caller may not see is not there.
import { type Caller, visibleField, visibleFields } from '../access/caller.ts';
import type { Org } from '../org.ts';
import { type Field, text } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import { fieldOf } from '../schema/schema.ts';
import type { Path } from './ast.ts';
import { complain } from './tokens.ts';

/** One object in the FROM clause of the SQL. */
export interface Node {
  readonly object: ObjectType;
  readonly alias: string;
}

/** Where a relationship leads: to one object, or to any of several, of which each row has one. */
export interface Place {
  /** By path in lower case; the root is ''. */
  readonly path: string;
  readonly nodes: readonly Node[];
  /** The column that holds the id of what is referred to. */
  readonly id: string;
  readonly polymorphic: boolean;
}

export interface Column {
  readonly field: Field;
  readonly expression: string;
  readonly place: Place;
}

export interface Scope {
  readonly org: Org;
  readonly caller: Caller;
  readonly source: string;
  readonly root: Node;
  readonly rootAlias: string | null;
  readonly places: Map<string, Place>;
  /** LEFT JOINs in the order in which they were found necessary. */
  readonly joins: string[];
  readonly nextAlias: () => string;
}

const DEEPEST = 5;
const MOST_RELATIONSHIPS = 55;

/** What a reference to any of several objects shows of them. */
const SHOWN_BY_NAME = [
  'Id',
  'Name',
  'FirstName',
  'LastName',
  'Alias',
  'Email',
  'Phone',
  'Title',
  'IsActive',
  'Username',
  'UserRoleId',
  'ProfileId',
];

export function openScope(
  org: Org,
  caller: Caller,
  source: string,
  object: ObjectType,
  rootAlias: string | null,
  aliases?: () => string,
): Scope {
  let count = 0;
  const nextAlias = aliases ?? (() => `t${count++}`);
  const root = { object, alias: nextAlias() };
  const place: Place = { path: '', nodes: [root], id: `${root.alias}."Id"`, polymorphic: false };
  return { org, caller, source, root, rootAlias, places: new Map([['', place]]), joins: [], nextAlias };
}

export function resolve(scope: Scope, path: Path): Column {
  const parts = withoutRoot(scope, path.parts);
  if (parts.length - 1 > DEEPEST) {
    complain(scope.source, path.at, 'INVALID_FIELD', `SOQL relationships go at most ${DEEPEST} levels from child to parent`);
  }
  let place = scope.places.get('') as Place;
  for (const name of parts.slice(0, -1)) place = follow(scope, place, name, path.at);
  return columnOf(scope, place, parts[parts.length - 1] ?? '', path.at);
}

/** `Account.Name` from Account itself, or `a.Name` where the query says `FROM Account a`. */
function withoutRoot(scope: Scope, parts: readonly string[]): readonly string[] {
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return parts;
  const name = first.toLowerCase();
  const isRoot =
    name === scope.rootAlias?.toLowerCase() ||
    (name === scope.root.object.name.toLowerCase() && !relationshipOf(scope, scope.root.object, first));
  return isRoot ? rest : parts;
}

function columnOf(scope: Scope, place: Place, name: string, at: number): Column {
  if (place.polymorphic) {
    const column = namedColumn(place, name);
    if (column) return column;
  } else {
    const [node] = place.nodes as [Node];
    const field = visibleField(scope.caller, node.object, name);
    if (field) return { field, expression: `${node.alias}."${field.name}"`, place };
  }
  const entity = place.polymorphic ? 'Name' : place.nodes[0]?.object.name;
  return complain(
    scope.source,
    at,
    'INVALID_FIELD',
    `No such column '${name}' on entity '${entity}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.`,
  );
}

function namedColumn(place: Place, name: string): Column | undefined {
  if (name.toLowerCase() === 'type') {
    const cases = place.nodes.map(({ object }) => `WHEN '${object.prefix}' THEN '${object.name === 'Group' ? 'Queue' : object.name}'`);
    return { field: text('Type', 40), expression: `(CASE substr(${place.id}, 1, 3) ${cases.join(' ')} END)`, place };
  }
  const shown = SHOWN_BY_NAME.find((known) => known.toLowerCase() === name.toLowerCase());
  const having = shown === undefined ? [] : place.nodes.filter(({ object }) => fieldOf(object, shown));
  const field = having[0] && fieldOf(having[0].object, shown ?? '');
  if (!field) return undefined;
  const columns = having.map(({ alias }) => `${alias}."${field.name}"`);
  return { field, expression: columns.length === 1 ? (columns[0] ?? '') : `COALESCE(${columns.join(', ')})`, place };
}

// ---- relationships ----

function relationshipOf(scope: Scope, object: ObjectType, name: string): Field | undefined {
  const wanted = name.toLowerCase();
  return visibleFields(scope.caller, object).find((field) => field.relationship?.toLowerCase() === wanted);
}

function follow(scope: Scope, from: Place, name: string, at: number): Place {
  const path = from.path === '' ? name.toLowerCase() : `${from.path}.${name.toLowerCase()}`;
  const known = scope.places.get(path);
  if (known) return known;
  const candidates = from.nodes.map((node) => ({ node, field: relationshipOf(scope, node.object, name) }));
  const found = candidates.find(({ field }) => field !== undefined);
  if (!found?.field) {
    const hint =
      "be sure to append the '__r' after the custom relationship name. Please reference your WSDL or the describe call for the appropriate names.";
    return complain(
      scope.source,
      at,
      'INVALID_FIELD',
      `Didn't understand relationship '${name}' in field path. If you are attempting to use a custom relationship, ${hint}`,
    );
  }
  if (scope.places.size > MOST_RELATIONSHIPS)
    complain(scope.source, at, 'MALFORMED_QUERY', `at most ${MOST_RELATIONSHIPS} relationships are allowed`);
  const id = `${found.node.alias}."${found.field.name}"`;
  const targets = found.field.refersTo.map((target) => scope.org.schema.object(target)).filter((target) => target !== undefined);
  const nodes = targets.map((object) => ({ object, alias: scope.nextAlias() }));
  for (const node of nodes) scope.joins.push(`LEFT JOIN "${node.object.name}" ${node.alias} ON ${node.alias}."Id" = ${id}`);
  const place = { path, nodes, id, polymorphic: targets.length > 1 };
  scope.places.set(path, place);
  return place;
}

/** The name under which answers hold a relationship, spelled as the schema spells it. */
export function spelling(scope: Scope, parts: readonly string[]): string[] {
  const names: string[] = [];
  let place = scope.places.get('') as Place;
  for (const part of withoutRoot(scope, parts).slice(0, -1)) {
    const field = place.nodes.map(({ object }) => relationshipOf(scope, object, part)).find((found) => found !== undefined);
    names.push(field?.relationship ?? part);
    place = scope.places.get(names.join('.').toLowerCase()) ?? place;
  }
  return names;
}

/** The source line, for complaints about the query as a whole. */
export function malformed(scope: Scope, at: number, message: string): never {
  return complain(scope.source, at, 'MALFORMED_QUERY', message);
}
