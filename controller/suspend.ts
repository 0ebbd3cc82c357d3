// A person takes an environment, or one resource, out of the controller's hands, and gives it back.
import { type Checked, type Ref, refText } from '../resources/core.ts';
import type { Scope, Store, Suspension } from '../ports/store.ts';
import type { Deps } from './deps.ts';

type Where = Pick<Scope, 'project' | 'environment'>;

/** How it stands afterwards; `suspended` is null where it goes on. */
export interface Suspended {
  readonly environment: string;
  readonly ref?: string;
  readonly suspended: Suspension | null;
}

/** Whole, its plans are held; of one resource the steps are held and the drift is left alone. */
export async function suspend(
  deps: Pick<Deps, 'clock' | 'identity'>,
  store: Store,
  where: Where,
  { ref, reason: text }: { readonly ref?: Ref; readonly reason: string },
): Promise<Checked<Suspended>> {
  const reason = text.trim();
  if (reason === '') return refuse('no-reason', 'A reason is needed.', 'Say why: --reason "The org is being migrated"');
  const suspended: Suspension = { by: deps.identity, at: deps.clock.now().toISOString(), reason };
  if (ref === undefined) {
    await store.updateStanding(where, { suspended });
    return { ok: true, value: { environment: where.environment, suspended } };
  }
  const { suspendedResources } = await store.standing(where.project, where.environment);
  await store.updateStanding(where, { suspendedResources: { ...suspendedResources, [refText(ref)]: suspended } });
  return { ok: true, value: { environment: where.environment, ref: refText(ref), suspended } };
}

export async function resume(store: Store, where: Where, ref?: Ref): Promise<Checked<Suspended>> {
  const { suspended, suspendedResources = {} } = await store.standing(where.project, where.environment);
  if (ref === undefined) {
    if (suspended === undefined) return refuse('not-suspended', `${where.environment} is not suspended.`, listed(suspendedResources));
    await store.updateStanding(where, { suspended: undefined });
    return { ok: true, value: { environment: where.environment, suspended: null } };
  }
  const { [refText(ref)]: mine, ...others } = suspendedResources;
  if (mine === undefined) return refuse('not-suspended', `${refText(ref)} is not suspended.`, listed(suspendedResources));
  await store.updateStanding(where, { suspendedResources: Object.keys(others).length === 0 ? undefined : others });
  return { ok: true, value: { environment: where.environment, ref: refText(ref), suspended: null } };
}

function listed(resources: Readonly<Record<string, Suspension>>): string {
  const refs = Object.keys(resources);
  return refs.length === 0 ? 'Nothing is to be done.' : `Suspended are: ${refs.join(', ')}.`;
}

function refuse(code: string, message: string, hint: string): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
