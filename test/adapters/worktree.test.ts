// The configuration from a folder and its git history, with git itself.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { worktree } from '../../adapters/git/worktree.ts';
import type { Source } from '../../ports/source.ts';
import type { Checked } from '../../resources/core.ts';
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

  test('resources in a *.yml are told, as they are not read; another program’s are nobody’s business', async () => {
    repo.write('deploy/queues.yml', 'apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: smb}\n');
    repo.write('compose.yml', 'services: {}\n');
    const { files, problems } = await worktree(repo.folder).read();
    expect(files).toEqual([]);
    expect(problems).toMatchObject([
      { severity: 'warning', code: 'not-read', at: { path: 'deploy/queues.yml' }, hint: expect.stringContaining('queues.yaml') as string },
    ]);
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

describe('what is no plain folder', () => {
  test('a submodule is a problem, with its folder filled or empty, in the working tree and in a commit', async () => {
    const other = repository();
    other.write('inner.yaml', 'i: 1\n');
    other.commit('inner');
    repo.write('config/a.yaml', 'a: 1\n');
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder, 'config/territories');
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder, 'elsewhere');
    repo.commit('A submodule');
    other.remove();
    const source = worktree(join(repo.folder, 'config'));
    const want = { files: [{ path: 'a.yaml' }], problems: [{ severity: 'error', code: 'submodule', at: { path: 'territories' } }] };
    expect(await source.read()).toMatchObject(want);
    expect(await source.readAt('HEAD')).toMatchObject(want);
    repo.git('submodule', '--quiet', 'deinit', '--force', 'config/territories');
    expect(await source.read()).toMatchObject(want);
  });

  test('a link to a folder or to nothing is a problem, one to another file is not', async () => {
    repo.write('real/a.yaml', 'a: 1\n');
    repo.write('note.txt', 'n\n');
    for (const [name, target] of [
      ['folder', 'real'],
      ['lost', 'nowhere'],
      ['note', 'note.txt'],
      ['out', '/etc'],
    ] as const)
      symlinkSync(target, join(repo.folder, name));
    repo.commit('one');
    const source = worktree(repo.folder);
    for (const tree of [await source.read(), await source.readAt('HEAD')]) {
      expect(tree?.files.map(({ path }) => path)).toEqual(['real/a.yaml']);
      expect(tree?.problems.map(({ code, at }) => `${code} ${at?.path}`)).toEqual([
        'linked-folder folder',
        'linked-folder lost',
        'linked-folder out',
      ]);
    }
  });

  test('a root that a commit does not have is a problem, not an empty configuration', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    repo.write('config/loopctl.yaml', 'a: 1\n');
    repo.commit('two');
    const tree = await worktree(join(repo.folder, 'config')).readAt('HEAD~1');
    expect(tree).toMatchObject({ files: [], problems: [{ code: 'path-missing', hint: 'There is no loopctl.yaml anywhere in it.' }] });
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

  test('of several lines it is the newest commit; with one that is not committed, none', async () => {
    const lines = ['a: 1', 'b: 1', 'c: 1', 'd: 1'];
    const commit = (at: number, name: string, date: string) => {
      lines[at] = `${lines[at]} # ${name}`;
      repo.write('a.yaml', `${lines.join('\n')}\n`);
      process.env['GIT_COMMITTER_DATE'] = date;
      onTestFinished(() => void delete process.env['GIT_COMMITTER_DATE']);
      return repo.commit(name);
    };
    commit(0, 'first', '2026-01-01T00:00:00Z');
    const second = commit(2, 'second', '2026-03-01T00:00:00Z');
    const third = commit(1, 'third', '2026-02-01T00:00:00Z');
    const source = worktree(repo.folder);
    expect(await source.lastChange('a.yaml', 1, 4)).toMatchObject({ commit: second, subject: 'second' });
    expect(await source.lastChange('a.yaml', 1, 2)).toMatchObject({ commit: third, subject: 'third' });
    repo.write('a.yaml', `${lines.join('\n')}5\n`);
    expect(await source.lastChange('a.yaml', 1, 4)).toBeUndefined();
    expect(await source.lastChange('a.yaml', 1, 3)).toMatchObject({ commit: second });
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

describe('a branch with some files different', () => {
  type Files = Record<string, string | null>;
  /** A commit on top of the current one, and the branch there. */
  const branchWith = async ({ read, branches }: Source, files: Files): Promise<Checked<string>> => {
    const base = (await read()).commit ?? '';
    const made = await branches.commit({ base, files: new Map(Object.entries(files)), message: 'Another\n\nwith a reason' });
    const moved = made.ok ? await branches.move('loopctl/other', made.value, null, 'here') : made;
    return moved.ok ? made : moved;
  };
  const known = () => {
    repo.git('config', 'user.name', 'Ada');
    repo.git('config', 'user.email', 'ada@acme.example');
  };
  const codes = (answer: Checked<string>) => (answer.ok ? [] : answer.problems.map(({ code, at }) => `${code} ${at?.path ?? ''}`));

  test.each(['', 'config/'])('stands on the current commit (root %j); working tree, index and branch stay as they are', async (prefix) => {
    known();
    repo.write(`${prefix}a.yaml`, 'a: 1\n');
    repo.write(`${prefix}gone.yaml`, 'g: 1\n');
    repo.write('other.txt', 'kept\n');
    const head = repo.commit('one');
    repo.write(`${prefix}staged.yaml`, 's: 1\n');
    repo.git('add', `${prefix}staged.yaml`);
    repo.write('other.txt', 'changed\n');
    const before = repo.git('status', '--porcelain', '--branch');
    const made = await branchWith(worktree(join(repo.folder, prefix)), { 'a.yaml': 'a: ü\n', 'gone.yaml': null, 'new/b.yaml': 'b: 1\n' });
    expect(made).toEqual({ ok: true, value: repo.git('rev-parse', 'loopctl/other') });
    expect(repo.git('diff', '--name-status', head, 'loopctl/other').split('\n')).toEqual([
      `M\t${prefix}a.yaml`,
      `D\t${prefix}gone.yaml`,
      `A\t${prefix}new/b.yaml`,
    ]);
    expect(repo.git('show', `loopctl/other:${prefix}a.yaml`)).toBe('a: ü');
    expect(repo.git('log', '-1', '--format=%P %B', 'loopctl/other').trim()).toBe(`${head} Another\n\nwith a reason`);
    expect(repo.git('status', '--porcelain', '--branch')).toBe(before);
  });

  test('a branch that is there already, and was not expected, is left alone', async () => {
    known();
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    const source = worktree(repo.folder);
    expect(codes(await branchWith(source, { 'a.yaml': 'a: 2\n' }))).toEqual([]);
    expect(codes(await branchWith(source, { 'a.yaml': 'a: 3\n' }))).toEqual(['branch-moved ']);
    expect(repo.git('show', 'loopctl/other:a.yaml')).toBe('a: 2');
  });

  test('line ends and modes are those of the repository', async () => {
    known();
    repo.write('.gitattributes', '*.yaml text eol=crlf\n');
    repo.write('a.yaml', 'a: 1\r\n');
    repo.git('add', '-A');
    repo.git('update-index', '--chmod=+x', 'a.yaml');
    chmodSync(join(repo.folder, 'a.yaml'), 0o755);
    repo.commit('one');
    await branchWith(worktree(repo.folder), { 'a.yaml': 'a: 2\r\n' });
    expect(repo.git('cat-file', '-p', 'loopctl/other:a.yaml')).toBe('a: 2');
    expect(repo.git('diff', '--stat', 'HEAD', 'loopctl/other')).toContain('1 insertion(+), 1 deletion(-)');
    expect(repo.git('ls-tree', 'loopctl/other', 'a.yaml')).toMatch(/^100755 /);
  });

  test('what is not as it was committed is refused, all at once, and no branch is made', async () => {
    known();
    for (const name of ['changed', 'staged', 'deleted', 'clean']) repo.write(`${name}.yaml`, 'a: 1\n');
    repo.write('.gitignore', 'ignored.yaml\n');
    symlinkSync('clean.yaml', join(repo.folder, 'link.yaml'));
    repo.commit('one');
    for (const name of ['changed', 'staged', 'untracked', 'ignored']) repo.write(`${name}.yaml`, 'a: 2\n');
    repo.git('add', 'staged.yaml');
    rmSync(join(repo.folder, 'deleted.yaml'));
    const names = ['changed', 'staged', 'deleted', 'clean', 'untracked', 'ignored', 'link'];
    const answer = await branchWith(worktree(repo.folder), Object.fromEntries(names.map((name) => [`${name}.yaml`, 'a: 9\n'])));
    expect(codes(answer)).toEqual([
      'uncommitted-changes changed.yaml',
      'uncommitted-changes staged.yaml',
      'uncommitted-changes deleted.yaml',
      'uncommitted-changes untracked.yaml',
      'not-in-git ignored.yaml',
      'linked-file link.yaml',
    ]);
    expect(repo.git('branch', '--list', 'loopctl/*')).toBe('');
  });

  test('outside git, before the first commit, and without a name for the author: told with the remedy', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'loopctl-plain-'));
    expect(codes(await branchWith(worktree(folder), { 'a.yaml': 'a: 1\n' }))).toEqual(['no-git ']);
    rmSync(folder, { recursive: true });
    expect(codes(await branchWith(worktree(repo.folder), { 'a.yaml': 'a: 1\n' }))).toEqual(['no-git ']);
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    repo.git('config', 'user.useConfigOnly', 'true');
    const home = process.env['HOME'];
    process.env['HOME'] = repo.folder;
    try {
      expect(codes(await branchWith(worktree(repo.folder), { 'a.yaml': 'a: 2\n' }))).toEqual(['no-git-identity ']);
    } finally {
      process.env['HOME'] = home;
    }
  });
});
