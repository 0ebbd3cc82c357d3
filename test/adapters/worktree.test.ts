// The configuration from a folder and its git history, with git itself.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { worktree } from '../../adapters/git/worktree.ts';
import { type Repository, repository } from '../git.ts';

let repo: Repository;
beforeEach(() => {
  repo = repository();
});
afterEach(() => repo.remove());

describe('reading', () => {
  test('every yaml file below the root, in order; dot-folders, node_modules and other files are left out', async () => {
    for (const path of ['b.yaml', 'a/c.yaml', '.hidden/d.yaml', 'node_modules/e.yaml', 'README.md']) repo.write(path, `file: ${path}\n`);
    const { files, commit, dirty } = await worktree(repo.folder).read();
    expect(files.map((file) => [file.path, file.text])).toEqual([
      ['a/c.yaml', 'file: a/c.yaml\n'],
      ['b.yaml', 'file: b.yaml\n'],
    ]);
    expect([commit, dirty]).toEqual([null, true]);
  });

  test('the commit, and whether something differs from it', async () => {
    repo.write('a.yaml', 'a: 1\n');
    const commit = repo.commit('one');
    const source = worktree(repo.folder);
    expect(await source.read()).toMatchObject({ commit, dirty: false });
    repo.write('a.yaml', 'a: 2\n');
    expect(await source.read()).toMatchObject({ commit, dirty: true });
  });

  test('a root below the top of the repository is dirty only by what is in it', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.commit('one');
    repo.write('elsewhere.yaml', 'x: 1\n');
    expect(await worktree(join(repo.folder, 'config')).read()).toMatchObject({ dirty: false });
  });

  test('a hash is git’s own id of the content', async () => {
    repo.write('a.yaml', 'a: ü\n');
    const { files } = await worktree(repo.folder).read();
    expect(files[0]?.hash).toBe(repo.git('hash-object', 'a.yaml'));
  });

  test('outside git there is no commit and nothing is dirty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-plain-'));
    writeFileSync(join(folder, 'a.yaml'), 'a: 1\n');
    expect(await worktree(folder).read()).toMatchObject({ commit: null, dirty: false, files: [{ path: 'a.yaml' }] });
    rmSync(folder, { recursive: true });
  });

  test('what cannot be read is a problem with its path, and hides nothing else', async () => {
    repo.write('good.yaml', 'a: 1\n');
    writeFileSync(join(repo.folder, 'latin.yaml'), Buffer.from([0x61, 0xff, 0xfe]));
    symlinkSync('/etc/hostname', join(repo.folder, 'out.yaml'));
    symlinkSync('nowhere', join(repo.folder, 'dangling.yaml'));
    mkdirSync(join(repo.folder, 'x'));
    symlinkSync('../good.yaml', join(repo.folder, 'x', 'inside.yaml'));
    const { files, problems } = await worktree(repo.folder).read();
    expect(files.map((file) => file.path)).toEqual(['good.yaml', 'x/inside.yaml']);
    expect(problems.map((problem) => [problem.code, problem.at?.path])).toEqual([
      ['unreadable-file', 'dangling.yaml'],
      ['unreadable-file', 'latin.yaml'],
      ['link-out-of-tree', 'out.yaml'],
    ]);
    chmodSync(repo.folder, 0o755);
  });
});

describe('history', () => {
  test('the files of an earlier commit, with the working tree and the index left alone', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.write('config/b.yaml', 'b: 1\n');
    const first = repo.commit('one');
    repo.git('rm', '-q', 'config/b.yaml');
    repo.write('config/a.yaml', 'a: 2\n');
    repo.commit('two');
    repo.write('config/a.yaml', 'a: 3\n');
    const before = repo.git('status', '--porcelain');
    const tree = await worktree(join(repo.folder, 'config')).readAt('HEAD~1');
    expect(tree?.commit).toBe(first);
    expect(tree?.files.map((file) => file.text)).toEqual(['a: 1\n', 'b: 1\n']);
    expect(repo.git('status', '--porcelain')).toBe(before);
  });

  test('a revision that git does not know is nothing; one that looks like an option too', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    expect(await worktree(repo.folder).readAt('nonsense')).toBeUndefined();
    expect(await worktree(repo.folder).readAt('--all')).toBeUndefined();
  });

  test('who wrote a line, and in which commit; nothing for a line that is not committed', async () => {
    repo.write('a.yaml', 'a: 1\nb: 2\n');
    const first = repo.commit('Two lines');
    repo.write('a.yaml', 'a: 1\nb: 3\n');
    const source = worktree(repo.folder);
    expect(await source.lastChange('a.yaml', 1)).toMatchObject({ commit: first, author: 'Ada <ada@acme.example>', subject: 'Two lines' });
    expect(await source.lastChange('a.yaml', 2)).toBeUndefined();
    expect(await source.lastChange('none.yaml', 1)).toBeUndefined();
  });

  test.each(['', 'config/'])('a branch that has the root (%j) as it was, beside what else changed', async (prefix) => {
    repo.write(`${prefix}a.yaml`, 'a: 1\n');
    const first = repo.commit('one');
    repo.write(`${prefix}a.yaml`, 'a: 2\n');
    repo.write(`${prefix}new.yaml`, 'n: 1\n');
    if (prefix !== '') repo.write('other.txt', 'kept\n');
    repo.commit('two');
    repo.write(`${prefix}a.yaml`, 'a: 3\n');
    repo.git('config', 'user.name', 'Ada');
    repo.git('config', 'user.email', 'ada@acme.example');
    await worktree(join(repo.folder, prefix)).revertBranch(first, 'loopctl/back', 'Back to one');
    expect(repo.git('ls-tree', '-r', '--name-only', 'loopctl/back').split('\n')).toEqual([
      `${prefix}a.yaml`,
      ...(prefix === '' ? [] : ['other.txt']),
    ]);
    expect(repo.git('show', `loopctl/back:${prefix}a.yaml`)).toBe('a: 1');
    expect(repo.git('log', '-1', '--format=%s', 'loopctl/back')).toBe('Back to one');
    expect(repo.git('diff', '--name-only')).toBe(`${prefix}a.yaml`);
  });
});
