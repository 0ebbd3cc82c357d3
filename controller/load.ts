// From text to the organisation on a day. Any problem stops here: a failed read never means "empty".
import { posix } from 'node:path';
import type { Checked, Problem } from '../resources/core.ts';
import { missingTables } from '../resources/enrichment-policy/tables.ts';
import { readOrganisation } from '../resources/organisation.ts';
import { Project } from '../resources/project/schema.ts';
import { resolve } from '../resources/resolve.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { Organisation } from '../resources/resource.ts';
import { dayIn } from '../ports/clock.ts';
import type { Tree } from '../ports/source.ts';
import type { Deps } from './deps.ts';

export const PROJECT_FILE = 'loopctl.yaml';

export interface Loaded {
  readonly organisation: Organisation;
  readonly commit: string | null;
  readonly dirty: boolean;
  /** Errors and warnings of all files. */
  readonly problems: readonly Problem[];
}

/** What can be read of a tree, and all that is wrong with it. */
export function loadTree(tree: Tree, cache: Deps['cache']): Loaded {
  const ignored = ignoredBy(tree);
  const files = tree.files.filter((file) => !ignored(file.path));
  const { organisation, problems } = readOrganisation(files, { cache });
  const unread = tree.problems.filter((problem) => problem.at === undefined || !ignored(problem.at.path));
  const missing = tree.has === undefined ? [] : missingTables(organisation, (path) => tree.has?.(path) === true);
  return { organisation, commit: tree.commit, dirty: tree.dirty, problems: [...unread, ...problems, ...missing] };
}

/** `source.ignore` is read from the project's own file before any other is looked at. */
function ignoredBy(tree: Tree): (path: string) => boolean {
  const file = tree.files.find(({ path }) => path === PROJECT_FILE);
  if (file === undefined) return () => false;
  const [project] = readOrganisation([file]).organisation.all(Project);
  const patterns = project?.spec.source.ignore ?? [];
  return (path) => path !== PROJECT_FILE && patterns.some((pattern) => posix.matchesGlob(path, pattern));
}

export interface Scene {
  readonly loaded: Loaded;
  readonly resolved: Resolved;
}

/** The organisation without an error, on a day, in an environment. */
export function sceneOf(
  loaded: Loaded,
  deps: Pick<Deps, 'clock'>,
  options: { readonly environment?: string; readonly asOf?: string },
): Checked<Scene> {
  const errors = loaded.problems.filter((problem) => problem.severity === 'error');
  if (errors.length > 0) return { ok: false, problems: loaded.problems };
  const [project] = loaded.organisation.all(Project);
  const asOf = options.asOf ?? dayIn(project?.spec.timezone ?? 'UTC', deps.clock.now());
  const resolved = resolve(loaded.organisation, { asOf, ...(options.environment !== undefined && { environment: options.environment }) });
  return resolved.ok ? { ok: true, value: { loaded, resolved: resolved.value } } : resolved;
}
