// Which runs of experiments were stopped: their candidates act on nothing more, until something of the experiment is changed in git.
import type { Scope, Store } from '../../ports/store.ts';
import type { Trial } from './trials.ts';

const NONE: ReadonlySet<string> = new Set();

/** By run. The store is asked only where a candidate may act. */
export async function stoppedIn(
  store: Pick<Store, 'standing'>,
  { project, environment }: Pick<Scope, 'project' | 'environment'>,
  trials: readonly Trial[],
): Promise<ReadonlySet<string>> {
  if (!trials.some(({ mode }) => mode === 'share')) return NONE;
  const { experiments = {} } = await store.standing(project, environment);
  return new Set(Object.values(experiments).flatMap(({ state, run }) => (state === 'stopped' ? [run] : [])));
}
