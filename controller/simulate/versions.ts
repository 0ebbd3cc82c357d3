// Which two versions are compared: the working tree comes after what is active in the org, or after a revision of git.
import type { Checked } from '../../resources/core.ts';
import type { SnapshotRow } from '../../ports/store.ts';
import type { Tree } from '../../ports/source.ts';
import type { Deps } from '../deps.ts';
import { loadTree, type Scene, sceneOf } from '../load.ts';
import { snapshotOf } from '../runtime.ts';
import { NOBODY_AWAY, type Version, versionsFrom } from './version.ts';

export interface Versions {
  readonly before: Version;
  readonly after: Version;
}

export function versionsSince(row: SnapshotRow, scene: Scene): Versions {
  return versionsFrom(row, `what is reconciled${commitText(row.commit)}`, treeVersion(scene));
}

/** On the same day: a seat that begins tomorrow begins on neither side. Problems where the revision can not be read without errors. */
export function versionsAgainst(deps: Pick<Deps, 'cache' | 'clock'>, revision: string, tree: Tree, scene: Scene): Checked<Versions> {
  const { environment, asOf } = scene.resolved;
  const old = sceneOf(loadTree(tree, deps.cache), deps, { environment: environment.name, asOf });
  if (!old.ok) return old;
  const { content } = snapshotOf(old.value.resolved);
  const name = tree.commit?.startsWith(revision) === true ? tree.commit.slice(0, 7) : `${revision}${commitText(tree.commit)}`;
  return {
    ok: true,
    value: {
      before: { label: name, commit: tree.commit, content, people: NOBODY_AWAY },
      after: { ...treeVersion(scene), people: NOBODY_AWAY },
    },
  };
}

function treeVersion({ loaded, resolved }: Scene): Omit<Version, 'people'> {
  const { commit, dirty } = loaded;
  const { content } = snapshotOf(resolved);
  return { label: `the working tree${dirty ? '' : commitText(commit)}`, commit: dirty ? null : commit, content };
}

function commitText(commit: string | null): string {
  return commit === null ? '' : ` (${commit.slice(0, 7)})`;
}
