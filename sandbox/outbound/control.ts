// Control of outbound messages: what an administrator sets up in Setup, for tests and for trying it out.
import { isWatched, WATCHED } from '../changes/touched.ts';
import type { Org } from '../org.ts';
import { fieldOf } from '../schema/schema.ts';
import { type OutboundAction, actionsOf, addAction, clearActions, waiting } from './queue.ts';

/** Registers a receiver, or says what is wrong with the order. */
export function orderOutbound(org: Org, input: Readonly<Record<string, unknown>>): OutboundAction | string {
  const { object, url, fields = [], token = null } = input;
  const type = typeof object === 'string' ? org.schema.object(object) : undefined;
  if (!type || !isWatched(type.name)) return `object: one of ${WATCHED.join(', ')}`;
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return 'url: an address with http or https';
  if (!Array.isArray(fields)) return 'fields: a list of names';
  const names = fields.map((name: unknown) => (typeof name === 'string' ? fieldOf(type, name)?.name : undefined));
  const unknown = names.indexOf(undefined);
  if (unknown >= 0) return `fields: ${type.name} has no field ${String(fields[unknown])}`;
  if (token !== null && typeof token !== 'string') return 'token: a text, which is sent as the session id';
  return addAction(org, { object: type.name, url, fields: names.filter((name) => name !== undefined), session: token });
}

export function listOutbound(org: Org): object {
  const messages = actionsOf(org).map(({ id, object, url, fields }) => ({ id, object, url, fields, waiting: waiting(org, id) }));
  return { messages };
}

export function clearOutbound(org: Org): object {
  clearActions(org);
  return {};
}
