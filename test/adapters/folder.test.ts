// Following a folder: news of files and of commits.
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followFolder } from '../../adapters/git/folder.ts';
import { type Repository, repository } from '../git.ts';

let repo: Repository;
const ends: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  repo = repository();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  repo.remove();
});

/** The folder is watched. `news` waits until something was told since it was last called, and says how often. */
async function watched(folder: string) {
  let count = 0;
  let waiting: (() => void) | undefined;
  const watcher = await followFolder(folder).watch?.(() => {
    count += 1;
    waiting?.();
  });
  ends.push(async () => watcher?.close());
  return {
    async news(): Promise<number> {
      if (count === 0)
        await new Promise<void>((told) => {
          waiting = told;
        });
      const times = count;
      count = 0;
      waiting = undefined;
      return times;
    },
    count: () => count,
  };
}

describe('the newest state', () => {
  test('the commit and the files as they are saved', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    const upstream = followFolder(join(repo.folder, 'config'));
    expect(await upstream.head()).toEqual({ ok: true, value: { commit: null, notices: [] } });
    const commit = repo.commit('one');
    repo.write('config/a.yaml', 'a: 2\n');
    const head = await upstream.head();
    expect(head).toEqual({ ok: true, value: { commit, notices: [] } });
    expect(await upstream.read({ commit, notices: [] })).toMatchObject({
      commit,
      dirty: true,
      files: [{ path: 'a.yaml', text: 'a: 2\n' }],
    });
    expect((await upstream.source.readAt('HEAD'))?.files[0]?.text).toBe('a: 1\n');
    expect(await upstream.source.lastChange('a.yaml', 1)).toBeUndefined();
  });

  test('outside git there is no commit; a folder that is not there is a problem, and never an empty one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-plain-'));
    const upstream = followFolder(folder);
    expect(await upstream.head()).toEqual({ ok: true, value: { commit: null, notices: [] } });
    rmSync(folder, { recursive: true });
    expect(await upstream.head()).toMatchObject({ ok: false, problems: [{ code: 'folder-missing' }] });
    expect(await upstream.read({ commit: null, notices: [] })).toMatchObject({ files: [], problems: [{ code: 'unreadable-folder' }] });
  });
});

describe('news', () => {
  test('of a file that is made, changed, moved or deleted, at any depth', async () => {
    repo.write('a.yaml', 'a: 1\n');
    const { news } = await watched(repo.folder);
    repo.write('a.yaml', 'a: 2\n');
    expect(await news()).toBeGreaterThan(0);
    repo.write('new/deep/b.yaml', 'b: 1\n');
    expect(await news()).toBeGreaterThan(0);
    renameSync(join(repo.folder, 'new'), join(repo.folder, 'newer'));
    expect(await news()).toBeGreaterThan(0);
    rmSync(join(repo.folder, 'newer'), { recursive: true });
    expect(await news()).toBeGreaterThan(0);
    writeFileSync(join(repo.folder, 'a.yaml.tmp'), 'a: 3\n');
    renameSync(join(repo.folder, 'a.yaml.tmp'), join(repo.folder, 'a.yaml'));
    expect(await news()).toBeGreaterThan(0);
  });

  test('of a commit, a branch and a reset that change no file, in a folder below the top', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.commit('one');
    const { news } = await watched(join(repo.folder, 'config'));
    repo.git('commit', '-q', '--allow-empty', '-m', 'two');
    expect(await news()).toBeGreaterThan(0);
    repo.git('checkout', '-q', '-b', 'other');
    expect(await news()).toBeGreaterThan(0);
    repo.git('reset', '-q', '--soft', 'HEAD~1');
    expect(await news()).toBeGreaterThan(0);
    repo.git('pack-refs', '--all');
    repo.git('commit', '-q', '--allow-empty', '-m', 'three');
    expect(await news()).toBeGreaterThan(0);
  });

  test('of a commit in a working tree beside its repository, and of the first commit ever', async () => {
    repo.write('a.yaml', 'a: 1\n');
    const first = await watched(repo.folder);
    repo.commit('one');
    expect(await first.news()).toBeGreaterThan(0);
    const beside = `${repo.folder}-beside`;
    repo.git('worktree', 'add', '-q', beside);
    ends.push(() => rmSync(beside, { recursive: true, force: true }));
    const { news } = await watched(beside);
    repo.git('-C', beside, 'commit', '-q', '--allow-empty', '-m', 'two');
    expect(await news()).toBeGreaterThan(0);
  });

  test('not of what is no part of the configuration', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.write('data/state.db', '1');
    const { news, count } = await watched(repo.folder);
    for (const path of ['.loopctl/state.db', '.loopctl/x.yaml', 'node_modules/x/y.yaml', 'data/state.db', 'notes.txt', '.a.yaml.swp'])
      repo.write(path, 'x');
    repo.git('add', '-A');
    // What comes later was heard, so what came before would have been.
    const fence = await watched(join(repo.folder, 'node_modules'));
    repo.write('node_modules/fence.yaml', 'x');
    expect(await fence.news()).toBeGreaterThan(0);
    expect(count()).toBe(0);
    repo.write('a.yaml', 'a: 2\n');
    expect(await news()).toBeGreaterThan(0);
  });

  test('of a mounted folder whose files are changed by one link', async () => {
    const mount = mkdtempSync(join(tmpdir(), 'loopctl-mount-'));
    ends.push(() => rmSync(mount, { recursive: true }));
    for (const n of ['1', '2']) {
      mkdirSync(join(mount, `..at_${n}`));
      writeFileSync(join(mount, `..at_${n}`, 'loopctl.yaml'), `n: ${n}\n`);
    }
    symlinkSync('..at_1', join(mount, '..data'));
    symlinkSync('..data/loopctl.yaml', join(mount, 'loopctl.yaml'));
    const text = async () => (await followFolder(mount).read({ commit: null, notices: [] })).files.map((file) => file.text);
    expect(await text()).toEqual(['n: 1\n']);
    const { news } = await watched(mount);
    symlinkSync('..at_2', join(mount, '..tmp'));
    renameSync(join(mount, '..tmp'), join(mount, '..data'));
    expect(await news()).toBeGreaterThan(0);
    expect(await text()).toEqual(['n: 2\n']);
  });

  test('no more after it was closed, not even of what it had seen', async () => {
    repo.write('a.yaml', 'a: 1\n');
    let told = 0;
    const watcher = await followFolder(repo.folder).watch?.(() => (told += 1));
    repo.write('a.yaml', 'a: 2\n');
    await watcher?.close();
    const { news } = await watched(repo.folder);
    repo.write('a.yaml', 'a: 3\n');
    expect(await news()).toBeGreaterThan(0);
    expect(told).toBe(0);
  });
});
