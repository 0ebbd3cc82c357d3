// Rows of the Tooling API: custom fields.
import { visibleFields } from '../access/caller.ts';
import { normalizeId } from '../ids.ts';
import { Refusal, notFound } from '../refusal.ts';
import { beginWork } from '../rows/begin.ts';
import { createField, deleteField, updateField } from './fields.ts';
import { type Context, type RestRequest, type RestResponse, bodyObject, objectOf } from './request.ts';
import { readVisible, recordOut } from './rows.ts';

type Params = Readonly<Record<string, string>>;

export function postTooling(context: Context, request: RestRequest, params: Params): RestResponse {
  requireCustomField(context, params);
  failOnPurpose(context);
  const id = createField(beginWork(context.org, context.caller), bodyObject(request));
  return { status: 201, body: { id, success: true, errors: [], warnings: [], infos: [] } };
}

export function getTooling(context: Context, _request: RestRequest, params: Params): RestResponse {
  const object = objectOf(context, params['object'], 'tooling');
  const id = normalizeId(params['id'] ?? '') ?? params['id'] ?? '';
  const row = readVisible(context.org, context.caller, object, [id]).get(id) ?? notFound();
  return { status: 200, body: recordOut(context, object, visibleFields(context.caller, object), row) };
}

export function patchTooling(context: Context, request: RestRequest, params: Params): RestResponse {
  requireCustomField(context, params);
  failOnPurpose(context);
  updateField(beginWork(context.org, context.caller), normalizeId(params['id'] ?? '') ?? notFound(), bodyObject(request));
  return { status: 204 };
}

export function destroyTooling(context: Context, _request: RestRequest, params: Params): RestResponse {
  requireCustomField(context, params);
  failOnPurpose(context);
  deleteField(beginWork(context.org, context.caller), normalizeId(params['id'] ?? '') ?? notFound());
  return { status: 204 };
}

function requireCustomField(context: Context, params: Params): void {
  if (objectOf(context, params['object'], 'tooling').name !== 'CustomField') {
    throw new Refusal([
      { code: 'INVALID_TYPE_FOR_OPERATION', message: 'only CustomField can be written through the Tooling API of this double', fields: [] },
    ]);
  }
}

function failOnPurpose(context: Context): void {
  const trouble = context.rowFault(0);
  if (trouble) throw new Refusal([trouble]);
}
