// The plan of files that somebody sends, against the inventory that the controller has: what a pull request would do. Applied is nothing.
import type { Checked, Ref } from '../resources/core.ts';
import type { Plan } from '../plans/plan.ts';
import type { Tree } from '../ports/source.ts';
import type { Identity } from './follow/run.ts';
import { loadTree, sceneOf } from './load.ts';
import { preview } from './preview.ts';
import type { Site } from './reconcile.ts';

export interface FilesRequest {
  readonly tree: Tree;
  readonly targets: readonly Ref[];
  readonly allowMissing: boolean;
}

/** Kept, so that it can be approved before the commit is merged: the same change has the same id then. */
export async function planFiles(
  { deps, store }: Pick<Site, 'deps' | 'store'>,
  { project, environment }: Identity,
  { tree, targets, allowMissing }: FilesRequest,
): Promise<Checked<Plan>> {
  const scene = sceneOf(loadTree(tree, NOTHING_KEPT), deps, { environment: environment.name });
  if (!scene.ok) return scene;
  const sent = scene.value.resolved.project.ref.name;
  if (sent !== project) {
    const message = `These files are of the project ${sent}; this controller follows ${project}.`;
    return { ok: false, problems: [{ severity: 'error', code: 'other-project', message }] };
  }
  // The environment as it is followed, not as it is sent: what is sent must not choose whose credentials are used.
  const connected = await deps.connect(environment);
  if (!connected.ok) return connected;
  const made = await preview(deps, connected.value, store, scene.value, {
    actor: 'person',
    ...(targets.length > 0 && { targets }),
    ...(allowMissing && { allowMissing }),
  });
  if (!made.ok) return made;
  await store.savePlan(made.value.observation.scope, made.value.plan);
  return { ok: true, value: made.value.plan };
}

/** What strangers send does not fill the cache of what is followed. */
const NOTHING_KEPT = { get: () => undefined, set: () => {} };
