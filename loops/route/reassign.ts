// A record that is to go to somebody else: the rules as if whoever has it were not there, or what was said in their place.
import { compileRules } from '../../engines/routing/rules.ts';
import type { Reassign } from '../event.ts';
import type { StepInput } from '../loop.ts';
import type { RouteObject } from './loop.ts';
import type { Owner } from './owner.ts';

/** With one rule in the place of all, where it was said where the record is to go. The default stays. */
export function reassigning(here: RouteObject, reassign: Reassign | undefined): RouteObject {
  const { to, reason_code: id, because: reason } = reassign ?? {};
  const action = to === undefined ? undefined : actionOf(to);
  if (action === undefined || id === undefined) return here;
  const { name, spec } = here.routing.rules;
  const rules = compileRules(name, {
    ...spec,
    rules: [{ id, priority: 0, enabled: true, action, ...(reason !== undefined && { reason }) }],
  });
  return { ...here, routing: { ...here.routing, rules } };
}

function actionOf(to: string) {
  const [kind, name] = [to.slice(0, to.indexOf('/')), to.slice(to.indexOf('/') + 1)];
  if (kind === 'pool') return { assign_to_pool: name };
  if (kind === 'seat') return { assign_to_user: name };
  return kind === 'queue' ? { assign_to_queue: name } : undefined;
}

/** Seats of whoever had it. */
export function seatsBefore({ routing }: Pick<RouteObject, 'routing'>, reassign: Reassign | undefined): readonly string[] {
  const user = reassign?.from?.toLowerCase();
  return user === undefined ? [] : (routing.coverage.roster.ofUser.get(user) ?? []).map(({ seat }) => seat);
}

/** Why it is not taken from them any more; nothing where it is. */
export function tooLate({ event: { reassign } }: Pick<StepInput<unknown>, 'event'>, owner: Owner | undefined): string | undefined {
  const from = reassign?.from?.toLowerCase();
  if (from === undefined || owner?.username.toLowerCase() === from) return undefined;
  return `it was to be taken from ${reassign?.from}, and is with somebody else by now`;
}

export function reassigned({ event: { reassign } }: Pick<StepInput<unknown>, 'event'>): Readonly<Record<string, unknown>> {
  if (reassign === undefined) return {};
  const { reason_code, from } = reassign;
  return { reason_code, ...(from !== undefined && { reassigned_from: from }) };
}
