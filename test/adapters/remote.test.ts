// Following a branch of a remote, with git itself over HTTP and from the file system.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followRemote, type RemoteOptions } from '../../adapters/git/remote.ts';
import type { Head, Upstream } from '../../ports/upstream.ts';
import type { Checked } from '../../resources/core.ts';
import { type Repository, repository } from '../git.ts';
import { gitIn, type Remote, serveGit } from '../git-remote.ts';

let repo: Repository;
let data: string;
const ends: (() => void)[] = [];

beforeEach(() => {
  repo = repository();
  data = folder();
});
afterEach(() => {
  repo.remove();
  for (const end of ends.splice(0)) end();
});

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'loopctl-data-'));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const { PATH, HOME } = process.env;
function follow(url: string, more: Partial<RemoteOptions> = {}): Upstream {
  return followRemote({ url, branch: 'main', folder: data, environment: { PATH, HOME }, ...more });
}

async function served(more: { filter?: boolean } = {}): Promise<Remote> {
  if (more.filter === true) repo.git('config', 'uploadpack.allowFilter', 'true');
  return serveGit(repo.folder, '.git');
}

function good(head: Checked<Head>): Head {
  if (!head.ok) throw new Error(JSON.stringify(head.problems));
  return head.value;
}

async function problem(upstream: Upstream) {
  const head = await upstream.head();
  if (head.ok) throw new Error(`followed ${head.value.commit}`);
  expect(head.problems).toHaveLength(1);
  return head.problems[0];
}

async function texts(upstream: Upstream, head?: Head) {
  const tree = await upstream.read(head ?? good(await upstream.head()));
  expect(tree.problems).toEqual([]);
  return Object.fromEntries(tree.files.map(({ path, text }) => [path, text]));
}

function clone(): string {
  const [name = ''] = readdirSync(join(data, 'git'));
  return join(data, 'git', name);
}

function everyFile(below: string): string[] {
  return readdirSync(below, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
}

describe('what is followed', () => {
  const places: Record<string, () => Promise<string>> = {
    'HTTP from a server that sends single files': async () => (await served({ filter: true })).url,
    'HTTP from a server that sends everything': async () => (await served()).url,
    'a file URL': async () => `file://${repo.folder}`,
    'a path': async () => repo.folder,
  };

  test.each(Object.entries(places))('%s: the newest commit and its files, commit after commit', async (_, place) => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.write('README.md', 'not ours\n');
    const first = repo.commit('one');
    const upstream = follow(await place(), { path: './config/' });
    const head = good(await upstream.head());
    expect(head).toEqual({ commit: first, notices: [] });
    expect(await upstream.read(head)).toMatchObject({
      commit: first,
      dirty: false,
      files: [{ path: 'a.yaml', text: 'a: 1\n' }],
      problems: [],
    });
    repo.write('config/a.yaml', 'a: 2\n');
    repo.write('config/x/b.yaml', 'b: 1\n');
    const second = repo.commit('two');
    const next = good(await upstream.head());
    expect(next).toEqual({ commit: second, notices: [] });
    expect(await texts(upstream, next)).toEqual({ 'a.yaml': 'a: 2\n', 'x/b.yaml': 'b: 1\n' });
    expect(await texts(upstream, head)).toEqual({ 'a.yaml': 'a: 1\n' });
  });

  test('files outside the configuration are not brought, and what was told of is read without the remote', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.write('config/picture.png', 'p'.repeat(1000));
    repo.write('huge.yaml', 'h: 1\n'.repeat(1000));
    repo.commit('one');
    const remote = await served({ filter: true });
    const upstream = follow(remote.url, { path: 'config' });
    const head = good(await upstream.head());
    await remote.close();
    expect(await texts(upstream, head)).toEqual({ 'a.yaml': 'a: 1\n' });
    const missing = gitIn(clone(), 'rev-list', '--objects', '--missing=print', '--all')
      .split('\n')
      .filter((line) => line.startsWith('?'));
    expect(missing.sort()).toEqual(
      [`?${repo.git('rev-parse', 'HEAD:huge.yaml')}`, `?${repo.git('rev-parse', 'HEAD:config/picture.png')}`].sort(),
    );
  });

  test('a commit while one is reading: each head has its own files', async () => {
    repo.write('a.yaml', 'a: 0\n');
    repo.commit('zero');
    const upstream = follow((await served({ filter: true })).url);
    const readings: Promise<[string, string]>[] = [];
    for (let n = 1; n <= 5; n += 1) {
      repo.write('a.yaml', `a: ${n}\n`);
      repo.commit(`${n}`);
      const head = good(await upstream.head());
      readings.push(upstream.read(head).then((tree) => [`a: ${n}\n`, tree.files[0]?.text ?? '']));
    }
    for (const [wanted, text] of await Promise.all(readings)) expect(text).toBe(wanted);
  });

  test('those who ask at once are one fetch', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    const remote = await served();
    const upstream = follow(remote.url);
    await upstream.head();
    const before = remote.asked.length;
    await upstream.head();
    const alone = remote.asked.length - before;
    const heads = await Promise.all([upstream.head(), upstream.head(), upstream.head()]);
    expect(new Set(heads).size).toBe(1);
    expect(remote.asked.length - before).toBe(2 * alone);
  });

  test('several followers on one clone at once, from nothing and while the branch moves', async () => {
    repo.write('a.yaml', 'a: 0\n');
    repo.commit('zero');
    const { url } = await served({ filter: true });
    const followers = Array.from({ length: 4 }, () => follow(url));
    for (let n = 1; n <= 6; n += 1) {
      repo.write('a.yaml', `a: ${n}\n`);
      const commit = repo.commit(`${n}`);
      const heads = await Promise.all(followers.map((follower) => follower.head()));
      expect(heads).toEqual(followers.map(() => ({ ok: true, value: { commit, notices: [] } })));
      for (const follower of followers) expect(await texts(follower, { commit, notices: [] })).toEqual({ 'a.yaml': `a: ${n}\n` });
    }
    expect(readdirSync(join(data, 'git'))).toHaveLength(1);
  });

  test('a branch whose name begins with the name of one that is gone', async () => {
    repo.write('a.yaml', 'a: 1\n');
    const commit = repo.commit('one');
    repo.git('branch', 'release');
    const { url } = await served();
    expect(good(await follow(url, { branch: 'release' }).head()).commit).toBe(commit);
    repo.git('branch', '-D', 'release');
    repo.git('branch', 'release/ü 1'.replace(' ', '-'));
    expect(good(await follow(url, { branch: 'refs/heads/release/ü-1' }).head()).commit).toBe(commit);
  });

  test('earlier commits and who wrote a line, by the names of the remote', async () => {
    repo.write('config/a.yaml', 'a: 1\nb: 1\n');
    const first = repo.commit('The first');
    repo.write('config/a.yaml', 'a: 1\nb: 2\n');
    const second = repo.commit('The second');
    const upstream = follow((await served({ filter: true })).url, { path: 'config' });
    await upstream.head();
    for (const [revision, commit] of [
      ['HEAD', second],
      ['HEAD~1', first],
      ['main^', first],
      ['main', second],
      [first, first],
    ] as const) {
      expect(await upstream.source.readAt(revision)).toMatchObject({ commit, problems: [], files: [{ path: 'a.yaml' }] });
    }
    expect((await upstream.source.readAt('HEAD~1'))?.files[0]?.text).toBe('a: 1\nb: 1\n');
    expect(await upstream.source.readAt('HEAD~2')).toBeUndefined();
    expect(await upstream.source.readAt('--all')).toBeUndefined();
    expect(await upstream.source.lastChange('a.yaml', 1)).toMatchObject({
      commit: first,
      subject: 'The first',
      author: 'Ada <ada@acme.example>',
    });
    expect(await upstream.source.lastChange('a.yaml', 2)).toMatchObject({ commit: second, subject: 'The second' });
    expect(await upstream.source.lastChange('none.yaml', 2)).toBeUndefined();
  });

  test('line ends are written as the repository says, above the configuration too', async () => {
    repo.write('.gitattributes', '*.yaml text eol=crlf\n');
    repo.write('config/a.yaml', 'a: 1\r\n');
    repo.commit('one');
    expect(await texts(follow((await served({ filter: true })).url, { path: 'config' }))).toEqual({ 'a.yaml': 'a: 1\r\n' });
  });
});

describe('what can not be followed is told, and is followed again when it can', () => {
  beforeEach(() => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
  });

  test.each([
    ['remote-unreachable', { status: 503 }],
    ['remote-unreachable', { fault: 'hang-up' }],
    ['remote-unreachable', { fault: 'cut' }],
    ['remote-timeout', { fault: 'hang' }],
    ['remote-missing', { status: 404 }],
    ['remote-credential', { status: 403 }],
    ['remote-credential', { password: 'ada:secret' }],
  ] as const)('%s: %j', async (code, how) => {
    const remote = await served();
    for (const isFirst of [true, false]) {
      const upstream = follow(remote.url, { timeoutMs: 1500 });
      if (!isFirst) good(await upstream.head());
      repo.write('a.yaml', `a: ${isFirst}\n`);
      repo.commit('more');
      remote.behave(how);
      const told = await problem(upstream);
      expect(told).toMatchObject({ severity: 'error', code, message: expect.stringContaining('127.0.0.1'), hint: expect.any(String) });
      remote.behave({});
      expect(good(await upstream.head())).toEqual({ commit: repo.git('rev-parse', 'HEAD'), notices: [] });
    }
  });

  test('nobody listens', async () => {
    const remote = await served();
    const upstream = follow(remote.url);
    await remote.close();
    expect(await problem(upstream)).toMatchObject({ code: 'remote-unreachable' });
  });

  test('a folder that is no repository, and one that is not there', async () => {
    for (const url of [folder(), join(data, 'nowhere'), `file://${data}/nowhere`]) {
      expect(await problem(follow(url))).toMatchObject({ code: 'remote-missing' });
    }
  });

  test('a branch that is not there, or not any more, with those that are', async () => {
    repo.git('branch', 'production');
    const { url } = await served();
    expect(await problem(follow(url, { branch: 'prodution' }))).toMatchObject({
      code: 'branch-missing',
      message: expect.stringContaining('prodution'),
      hint: 'Did you mean "production"? There are: main, production.',
    });
    const upstream = follow(url, { branch: 'production' });
    good(await upstream.head());
    repo.git('branch', '-D', 'production');
    expect(await problem(upstream)).toMatchObject({
      code: 'branch-missing',
      message: expect.stringContaining('any more'),
      hint: 'There are: main.',
    });
    repo.git('branch', 'production');
    expect(good(await upstream.head()).notices).toEqual([]);
  });

  test('a repository without a commit', async () => {
    const empty = repository();
    ends.push(() => empty.remove());
    expect(await problem(follow(empty.folder))).toMatchObject({ code: 'branch-missing', hint: 'It has no branches: push one.' });
  });

  test.each([
    ['bad-remote', { url: '--upload-pack=touch /tmp/x' }],
    ['bad-remote', { url: 'ext::sh -c "touch /tmp/x"' }],
    ['bad-remote', { url: 'ftp://acme.example/x.git' }],
    ['bad-remote', { url: 'ada:secret@acme.example:x.git' }],
    ['bad-branch', { branch: 'main:refs/heads/x' }],
    ['bad-branch', { branch: '*' }],
    ['bad-branch', { branch: '' }],
    ['bad-path', { path: '../elsewhere' }],
    ['bad-path', { path: '/etc' }],
  ])('%s: %j', async (code, more) => {
    const told = await problem(follow(repo.folder, more));
    expect(told).toMatchObject({ code, hint: expect.any(String) });
    expect(JSON.stringify(told)).not.toContain('secret');
  });

  test('a clone that can not be written', async () => {
    writeFileSync(join(data, 'git'), 'a file in the way');
    expect(await problem(follow(repo.folder))).toMatchObject({ code: 'clone-unwritable' });
  });
});

describe('credentials', () => {
  beforeEach(() => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
  });

  /** Whoever lists the processes of the machine while git speaks to the remote. */
  function commandLines(): string {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => {
        try {
          return readFileSync(`/proc/${name}/cmdline`, 'utf8');
        } catch {
          return '';
        }
      })
      .join('\n');
  }

  test.runIf(existsSync('/proc/self/cmdline')).each([
    ['in the address', (remote: Remote) => follow(remote.url.replace('://', '://ada:s3cr%3At@'))],
    [
      'GITHUB_TOKEN',
      (remote: Remote) =>
        follow(remote.url, { environment: { PATH, HOME, GITHUB_TOKEN: 's3cr:t', GITHUB_API_URL: `${remote.origin}/api/v3` } }),
    ],
  ] as const)('%s: let in, and in no name, clone, command line or problem', async (_, open) => {
    const remote = await served({ filter: true });
    const user = _ === 'GITHUB_TOKEN' ? 'x-access-token' : 'ada';
    const secrets = ['s3cr:t', 's3cr%3At', Buffer.from(`${user}:s3cr:t`).toString('base64')];
    const seen: string[] = [];
    remote.before(() => seen.push(commandLines()));
    remote.behave({ password: `${user}:s3cr:t` });
    const upstream = open(remote);
    expect(await texts(upstream)).toEqual({ 'a.yaml': 'a: 1\n' });
    remote.behave({ password: 'changed:since' });
    const told = await problem(upstream);
    expect(told).toMatchObject({ code: 'remote-credential', message: expect.stringContaining('refused the credential') });
    expect(seen.join('\n')).toContain('fetch');
    const everything = [upstream.name, JSON.stringify(told), ...seen, ...everyFile(data).map((path) => readFileSync(path, 'latin1'))];
    for (const secret of secrets) expect(everything.filter((text) => text.includes(secret))).toEqual([]);
  });

  test('the token of GitHub goes nowhere else', async () => {
    const remote = await served();
    const environment = { PATH, HOME, GITHUB_TOKEN: 's3cr3t', GITHUB_API_URL: 'https://api.acme.ghe.com' };
    good(await follow(remote.url, { environment }).head());
    remote.behave({ password: 'a:b' });
    expect(await problem(follow(remote.url, { environment }))).toMatchObject({
      code: 'remote-credential',
      message: expect.stringContaining('wants a credential'),
      hint: expect.stringContaining('GITHUB_TOKEN'),
    });
    expect(remote.credentials).toEqual([]);
  });
});

describe('over ssh', () => {
  /** In the place of ssh: runs on this machine what would be run on the other one. */
  function ssh(script: string): RemoteOptions['environment'] {
    const path = join(data, 'ssh');
    writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return { PATH, HOME, GIT_SSH_COMMAND: path };
  }

  beforeEach(() => {
    repo.write('config/a.yaml', 'a: 1\n');
    repo.write('huge.yaml', 'h: 1\n');
    repo.commit('one');
    repo.git('config', 'uploadpack.allowFilter', 'true');
  });

  test.each([
    ['that sends single files', ''],
    ['that speaks an older protocol, and sends no single files', 'unset GIT_PROTOCOL\n'],
  ])('from a server %s', async (_, before) => {
    const environment = ssh(`${before}for last; do :; done\nexec sh -c "$last"`);
    for (const url of [`git@acme.example:${repo.folder}`, `ssh://git@acme.example${repo.folder}`]) {
      const upstream = follow(url, { path: 'config', environment });
      expect(await texts(upstream)).toEqual({ 'a.yaml': 'a: 1\n' });
      repo.write('config/a.yaml', 'a: 2\n');
      repo.commit('two');
      expect(await texts(upstream)).toEqual({ 'a.yaml': 'a: 2\n' });
      repo.write('config/a.yaml', 'a: 1\n');
      repo.commit('three');
    }
  });

  test.each([
    ['remote-credential', 'git@acme.example: Permission denied (publickey).'],
    ['remote-host-key', 'Host key verification failed.'],
    ['remote-unreachable', 'ssh: Could not resolve hostname acme.example: Name or service not known'],
    ['remote-unreachable', 'ssh: connect to host acme.example port 22: Connection refused'],
    ['remote-missing', 'ERROR: Repository not found.'],
  ])('%s: %s', async (code, words) => {
    const environment = ssh(`echo '${words}' >&2\nexit 255`);
    expect(await problem(follow('git@acme.example:config.git', { environment }))).toMatchObject({ code });
  });
});

describe('history', () => {
  test('a force-push is followed, told once, and the old commit can still be read', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    repo.write('a.yaml', 'a: 2\n');
    const old = repo.commit('two');
    const { url } = await served({ filter: true });
    const upstream = follow(url);
    good(await upstream.head());
    repo.git('reset', '-q', '--hard', 'HEAD~1');
    repo.write('a.yaml', 'a: 3\n');
    const next = repo.commit('three');
    // Another process may be the first to fetch it.
    const other = good(await follow(url).head());
    const head = good(await upstream.head());
    for (const { commit, notices } of [other, head]) {
      expect(commit).toBe(next);
      expect(notices).toMatchObject([{ severity: 'warning', code: 'history-rewritten' }]);
      expect(notices[0]?.message).toContain(old);
      expect(notices[0]?.message).toContain(next);
    }
    expect(good(await upstream.head())).toEqual({ commit: next, notices: [] });
    expect(await texts(upstream, head)).toEqual({ 'a.yaml': 'a: 3\n' });
    gitIn(clone(), 'gc', '-q', '--prune=now');
    expect((await upstream.source.readAt(old))?.files[0]?.text).toBe('a: 2\n');
  });

  test('a restart in between changes nothing about that', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    const { url } = await served();
    good(await follow(url).head());
    repo.git('commit', '-q', '--amend', '-m', 'another one');
    expect(good(await follow(url).head()).notices).toMatchObject([{ code: 'history-rewritten' }]);
  });
});

describe('what is in the commit', () => {
  const problems = async (upstream: Upstream) => {
    const tree = await upstream.read(good(await upstream.head()));
    return { files: tree.files.map(({ path }) => path), problems: tree.problems.map(({ code, at }) => [code, at?.path]) };
  };

  function withSubmodule(path: string): void {
    const other = repository();
    other.write('inner.yaml', 'i: 1\n');
    other.commit('inner');
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder, path);
    repo.commit('A submodule');
    other.remove();
  }

  test('a submodule is a problem, here and outside of what is looked at not', async () => {
    repo.write('config/a.yaml', 'a: 1\n');
    withSubmodule('config/territories');
    withSubmodule('elsewhere');
    withSubmodule('config/.hidden');
    const { url } = await served({ filter: true });
    expect(await problems(follow(url, { path: 'config' }))).toEqual({ files: ['a.yaml'], problems: [['submodule', 'territories']] });
    expect(await problems(follow(url, { path: 'elsewhere' }))).toEqual({ files: [], problems: [['submodule', '.']] });
    expect(await problems(follow(url, { path: 'elsewhere/deeper' }))).toEqual({ files: [], problems: [['submodule', '.']] });
  });

  test('links: inside they are read, out of the tree and to folders they are problems', async () => {
    repo.write('config/real/a.yaml', 'a: 1\n');
    repo.write('config/note.txt', 'n: 1\n');
    repo.write('outside/b.yaml', 'b: 1\n');
    repo.write('README.md', 'read\n');
    const links = {
      'README.md': '../README.md',
      away: '../outside',
      'b.yaml': '../outside/b.yaml',
      'chain.yaml': 'inside.yaml',
      'dangling.yaml': 'nowhere.yaml',
      folder: 'real',
      'host.yaml': '/etc/hostname',
      'inside.yaml': 'real/a.yaml',
      lost: 'nowhere',
      'note.yaml': 'note.txt',
      'top.yaml': '../../../../etc/hostname',
    };
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(repo.folder, 'config', name));
    repo.commit('one');
    expect(await problems(follow((await served({ filter: true })).url, { path: 'config' }))).toEqual({
      files: ['chain.yaml', 'inside.yaml', 'note.yaml', 'real/a.yaml'],
      problems: [
        ['linked-folder', 'away'],
        ['link-out-of-tree', 'b.yaml'],
        ['unreadable-file', 'dangling.yaml'],
        ['linked-folder', 'folder'],
        ['link-out-of-tree', 'host.yaml'],
        ['linked-folder', 'lost'],
        ['link-out-of-tree', 'top.yaml'],
      ],
    });
  });

  test('a path that is not there, is a file, or is a link: told with the places that could be meant', async () => {
    repo.write('org/config/loopctl.yaml', 'a: 1\n');
    repo.write('file', 'x');
    symlinkSync('org/config', join(repo.folder, 'linked'));
    repo.commit('one');
    const { url } = await served({ filter: true });
    for (const [path, why] of [
      ['config', 'is not there'],
      ['org/conf', 'is not there'],
      ['file', 'is a file'],
      ['linked', 'is a symbolic link'],
    ] as const) {
      const upstream = follow(url, { path });
      const tree = await upstream.read(good(await upstream.head()));
      expect(tree.files).toEqual([]);
      expect(tree.problems).toMatchObject([
        { severity: 'error', code: 'path-missing', message: expect.stringContaining(why), hint: 'There is a loopctl.yaml in: org/config.' },
      ]);
    }
  });
});

describe('a clone that is broken is made anew', () => {
  const damages: Record<string, (at: string) => void> = {
    'it is empty': (at) => {
      rmSync(at, { recursive: true });
      writeFileSync(at, '');
    },
    'no HEAD': (at) => rmSync(join(at, 'HEAD')),
    'HEAD is garbage': (at) => writeFileSync(join(at, 'HEAD'), '\0\0\0'),
    'settings are garbage': (at) => writeFileSync(join(at, 'config'), '[[['),
    'settings are gone': (at) => writeFileSync(join(at, 'config'), ''),
    'the branch is garbage': (at) => writeFileSync(join(at, 'refs', 'loopctl', 'main'), 'zzz\n'),
    'objects are gone': (at) => rmSync(join(at, 'objects'), { recursive: true }),
    'objects are cut': (at) => {
      for (const path of everyFile(join(at, 'objects'))) spoil(path);
    },
    'somebody was killed with the lock': (at) => writeFileSync(join(at, 'refs', 'loopctl', 'main.lock'), ''),
  };

  /** Written anew, because git's files may be hard links to those of the remote. */
  function spoil(path: string): void {
    const bytes = readFileSync(path);
    rmSync(path);
    writeFileSync(path, bytes);
    truncateSync(path, Math.floor(bytes.length / 2));
  }

  describe.each([true, false])('partial: %s', (filter) => {
    test.each(Object.entries(damages))('%s', async (_, damage) => {
      repo.write('a.yaml', 'a: 1\n');
      repo.commit('one');
      const { url } = await served({ filter });
      const upstream = follow(url);
      good(await upstream.head());
      damage(clone());
      // One that is running, and one that starts on it.
      repo.write('a.yaml', 'a: 2\n');
      const commit = repo.commit('two');
      for (const follower of [upstream, follow(url)]) {
        const head = good(await follower.head());
        expect(head.commit).toBe(commit);
        expect(await texts(follower, head)).toEqual({ 'a.yaml': 'a: 2\n' });
      }
      gitIn(clone(), 'fsck', '--connectivity-only');
    });
  });

  test('between a head and its reading', async () => {
    repo.write('a.yaml', 'a: 1\n');
    repo.commit('one');
    const remote = await served();
    const upstream = follow(remote.url);
    const head = good(await upstream.head());
    rmSync(clone(), { recursive: true });
    expect(await texts(upstream, head)).toEqual({ 'a.yaml': 'a: 1\n' });
    rmSync(clone(), { recursive: true });
    await remote.close();
    const tree = await upstream.read(head);
    expect(tree).toMatchObject({ commit: head.commit, files: [], problems: [{ code: 'remote-unreachable' }] });
  });
});
