// A folder that is followed as it is: files count when they are saved, and a commit without a change of files counts too, because
// plans name it.
import { statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { watch } from 'chokidar';
import type { Head, Upstream } from '../../ports/upstream.ts';
import type { Checked, Problem } from '../../resources/core.ts';
import { hasFile, isSkipped } from '../files/read.ts';
import type { Environment } from './address.ts';
import { run } from './run.ts';
import { worktree } from './worktree.ts';

/** Editors and git write several files at a time. */
const SETTLE_MS = 200;

export function followFolder(folder: string, environment: Environment = {}): Upstream {
  const root = resolve(folder);
  const source = worktree(root, environment);
  const { branches } = source;
  return {
    name: root,
    head: () => head(root),
    read: () => source.read(),
    watch: (changed) => follow(root, changed),
    file: async (path) => (hasFile(root, path) ? join(root, path) : undefined),
    source,
    branches,
  };
}

async function head(root: string): Promise<Checked<Head>> {
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true) {
    const message = `There is no folder ${root}.`;
    const hint = 'Is it mounted? --config names the folder of loopctl.yaml.';
    return { ok: false, problems: [{ severity: 'error', code: 'folder-missing', message, hint }] };
  }
  try {
    const commit = (await run(root, ['rev-parse', '--verify', '--end-of-options', 'HEAD^{commit}'])).trim();
    return { ok: true, value: { commit, notices: [] } };
  } catch (error) {
    return { ok: true, value: { commit: null, notices: noticeOf(root, String(error)) } };
  }
}

/** Git that refuses is not the same as no git. */
function noticeOf(root: string, said: string): readonly Problem[] {
  if (!/dubious ownership/.test(said)) return [];
  const message = `git does not read ${root}, because somebody else owns it: its commits are not known here.`;
  const hint = `If that is as it should be: git config --global --add safe.directory ${root}`;
  return [{ severity: 'warning', code: 'git-refused', message, hint }];
}

async function follow(root: string, changed: () => void): Promise<{ close(): Promise<void> }> {
  const states = await gitStates(root);
  const isState = (path: string) => states.some((state) => path === state || path.startsWith(`${state}${sep}`));
  const watcher = watch([root, ...states], {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path, stats) => (isState(path) ? path.endsWith('.lock') : isIgnored(root, path, stats?.isFile() === true)),
  });
  let due: NodeJS.Timeout | undefined;
  const told = () => {
    due ??= setTimeout(() => {
      due = undefined;
      changed();
    }, SETTLE_MS);
  };
  // Whoever can not be told of everything looks for himself: a watcher that fails is no reason to stop.
  watcher.on('all', told).on('error', told);
  await new Promise<void>((ready) => {
    watcher.once('ready', () => ready());
  });
  return {
    async close() {
      clearTimeout(due);
      await watcher.close();
    },
  };
}

/** The files of git that say which commit is the current one, also in a working tree beside its repository. */
async function gitStates(root: string): Promise<readonly string[]> {
  const places = await run(root, ['rev-parse', '--absolute-git-dir', '--git-common-dir']).catch(() => `${join(root, '.git')}\n.git`);
  const [own = '', common = ''] = places.trim().split('\n');
  const shared = resolve(root, common);
  return [...new Set([join(own, 'HEAD'), join(own, 'logs', 'HEAD'), join(shared, 'refs', 'heads'), join(shared, 'packed-refs')])];
}

function isIgnored(root: string, path: string, isFile: boolean): boolean {
  const below = relative(root, path);
  if (below === '' || below === '..' || below.startsWith(`..${sep}`)) return false;
  const parts = below.split(sep);
  // A mounted ConfigMap changes by this link alone.
  if (parts.length === 1 && below === '..data') return false;
  return parts.some(isSkipped) || (isFile && !basename(path).endsWith('.yaml'));
}
