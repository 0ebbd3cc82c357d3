import type { Checked } from '../resources/core.ts';
import type { Drift } from '../plans/plan.ts';
import type { Deps } from './deps.ts';
import type { Scene } from './load.ts';
export async function adoptDrift(
  _deps: Deps,
  _scene: Scene,
  _drift: readonly Drift[],
): Promise<Checked<{ branch: string; changes: number }>> {
  return { ok: false, problems: [{ severity: 'error', code: 'x', message: 'x' }] };
}
