// sObject Tree: records with their children nested below them, stored together or not at all.
import { Refusal, type Trouble, refuse } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import type { Work } from '../rows/work.ts';
import { createRow } from '../rows/write.ts';
import type { ObjectType } from '../schema/object.ts';
import type { ChildLink } from '../schema/schema.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject, objectOf, rowErrors } from './request.ts';

const MOST_RECORDS = 200;
const MOST_TYPES = 5;
const DEEPEST = 5;

interface Branch {
  readonly referenceId: string;
  readonly object: ObjectType;
  readonly fields: Record<string, unknown>;
  /** Which field of the children refers to this record, and who they are. */
  readonly children: readonly { readonly link: ChildLink; readonly branches: readonly Branch[] }[];
}

class RolledBack extends Error {}

export function tree(context: Context, request: RestRequest, params: Readonly<Record<string, string>>): RestResponse {
  const roots = branchesOf(context, objectOf(context, params['object']), bodyObject(request)['records'], 1);
  const all = roots.flatMap(flattened);
  if (all.length > MOST_RECORDS) refuse('INVALID_INPUT', `a tree has at most ${MOST_RECORDS} records`);
  if (new Set(all.map(({ object }) => object.name)).size > MOST_TYPES)
    refuse('INVALID_INPUT', `a tree has at most ${MOST_TYPES} types of records`);
  const twice = all.find(({ referenceId }, index) => all.findIndex((other) => other.referenceId === referenceId) !== index);
  if (twice) refuse('INVALID_INPUT', `Duplicate ReferenceId provided in the request: ${twice.referenceId}`);
  return store(context, roots);
}

function store(context: Context, roots: readonly Branch[]): RestResponse {
  const ids: { referenceId: string; id: string }[] = [];
  const failed: { referenceId: string; errors: object[] }[] = [];
  const work = beginWork(context.org, context.caller);
  let index = 0;
  const plant = (branches: readonly Branch[], parent: Record<string, unknown>) => {
    for (const branch of branches) {
      const made = attempt(work, branch, parent, context.rowFault(index));
      index += 1;
      if (typeof made !== 'string') {
        failed.push({ referenceId: branch.referenceId, errors: rowErrors(made) });
        continue;
      }
      ids.push({ referenceId: branch.referenceId, id: made });
      for (const { link, branches: below } of branch.children) plant(below, { [link.field.name]: made });
    }
  };
  try {
    context.org.store.atomically(() => {
      plant(roots, {});
      if (failed.length > 0) throw new RolledBack();
    });
  } catch (cause) {
    if (!(cause instanceof RolledBack)) throw cause;
    return { status: 400, body: { hasErrors: true, results: failed } };
  }
  return { status: 201, body: { hasErrors: false, results: ids } };
}

function attempt(work: Work, branch: Branch, parent: Record<string, unknown>, fault: Trouble | undefined): string | readonly Trouble[] {
  if (fault) return [fault];
  try {
    return createRow(work, branch.object, { ...branch.fields, ...parent });
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return cause.troubles;
  }
}

function flattened(branch: Branch): Branch[] {
  return [branch, ...branch.children.flatMap(({ branches }) => branches.flatMap(flattened))];
}

// ---- what came in ----

function branchesOf(context: Context, object: ObjectType, records: unknown, depth: number): Branch[] {
  if (!Array.isArray(records)) return refuse('JSON_PARSER_ERROR', 'records: a list of records is required');
  if (depth > DEEPEST) refuse('INVALID_INPUT', `a tree is at most ${DEEPEST} levels deep`);
  return records.map((record: unknown) => branchOf(context, object, record, depth));
}

function branchOf(context: Context, object: ObjectType, record: unknown, depth: number): Branch {
  if (typeof record !== 'object' || record === null) return refuse('JSON_PARSER_ERROR', 'a record is an object');
  const { attributes, ...rest } = record as Record<string, unknown>;
  const { type, referenceId } = (attributes ?? {}) as Record<string, unknown>;
  if (typeof referenceId !== 'string') return refuse('INVALID_INPUT', 'Include a reference ID for each record in the request.');
  if (typeof type === 'string' && type.toLowerCase() !== object.name.toLowerCase())
    refuse('INVALID_INPUT', `the record ${referenceId} is of type ${type}, where ${object.name} is wanted`);
  const fields: Record<string, unknown> = {};
  const children: { link: ChildLink; branches: Branch[] }[] = [];
  for (const [name, value] of Object.entries(rest)) {
    const nested = typeof value === 'object' && value !== null && 'records' in value ? value.records : undefined;
    const link =
      nested === undefined
        ? undefined
        : context.org.schema.childLinks(object).find((entry) => entry.name?.toLowerCase() === name.toLowerCase());
    if (link) children.push({ link, branches: branchesOf(context, link.child, nested, depth + 1) });
    else fields[name] = value;
  }
  return { referenceId, object, fields, children };
}
