// One apply at a time in an environment: whoever wants to write takes the lease first.
import type { Checked, Problem } from '../resources/core.ts';
import type { Lease, Scope, Store } from '../ports/store.ts';
import type { Deps } from './deps.ts';

/** Runs with the lease of the environment, which another holder is given `waitMs` to release; `onWait` is told of it once. */
export async function inTurn<T>(
  deps: Deps,
  store: Store,
  scope: Scope,
  waitMs: number,
  body: () => Promise<T>,
  onWait?: (heldBy: string) => void,
): Promise<T | { readonly kind: 'refused'; readonly problems: readonly Problem[] }> {
  const lease = await patientLease(deps, store, scope, waitMs, onWait);
  if (!lease.ok) return { kind: 'refused', problems: lease.problems };
  try {
    return await body();
  } finally {
    await lease.value.release();
  }
}

async function patientLease(
  deps: Deps,
  store: Store,
  scope: Scope,
  waitMs: number,
  onWait: ((heldBy: string) => void) | undefined,
): Promise<Checked<Lease>> {
  let told = false;
  const until = deps.clock.now().getTime() + waitMs;
  for (;;) {
    const lease = await store.lease(scope, deps.identity);
    if (!('heldBy' in lease)) return { ok: true, value: lease };
    if (deps.clock.now().getTime() >= until) {
      const problem: Problem = {
        severity: 'error',
        code: 'lease-taken',
        message: `Another apply of ${scope.environment} is at work: ${lease.heldBy}.`,
        hint: 'Run it again when that one is done.',
      };
      return { ok: false, problems: [problem] };
    }
    if (!told) onWait?.(lease.heldBy);
    told = true;
    await deps.clock.sleep(250 * (0.5 + deps.clock.random()));
  }
}
