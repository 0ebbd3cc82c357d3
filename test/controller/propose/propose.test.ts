// A change becomes a branch and a pull request: real git with a bare remote, a real store, GitHub's double over HTTP.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { followRemote } from '../../../adapters/git/remote.ts';
import { worktree } from '../../../adapters/git/worktree.ts';
import { githubForges } from '../../../adapters/github/forge.ts';
import { type Proposal, propose, type ProposeDeps, type Proposed } from '../../../controller/propose/propose.ts';
import type { Branches } from '../../../ports/branches.ts';
import type { ForgeOf } from '../../../ports/forge.ts';
import type { Tree } from '../../../ports/source.ts';
import type { Checked } from '../../../resources/core.ts';
import { Project } from '../../../resources/project/schema.ts';
import { openStore } from '../../../state/open.ts';
import { type Repository, repository } from '../../git.ts';
import { type GitHub, github } from '../../github.ts';

const SPEC = Project.schema.parse({ environments: [{ name: 'local' }], proposals: { author: 'loopctl <loopctl@acme.example>' } });

let repo: Repository;
let bare: Repository;

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'loopctl-propose-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A clone of a bare remote, which is GitHub's address to git's eyes. */
beforeEach(() => {
  repo = repository();
  bare = repository();
  bare.git('config', 'core.bare', 'true');
  onTestFinished(() => {
    repo.remove();
    bare.remove();
  });
  repo.write('config/a.yaml', 'a: 1\nb: 1\n');
  repo.write('other.txt', 'kept\n');
  repo.commit('one');
});

function published(remote: string): void {
  repo.git('remote', 'add', 'origin', remote);
  repo.git('config', `url.${bare.folder}/.git.insteadOf`, remote);
  repo.git('push', '-q', 'origin', 'main');
}

const there = (...args: readonly string[]) => bare.git('--git-dir', join(bare.folder, '.git'), ...args);

async function depsOf(branches: Branches, forgeOf?: ForgeOf): Promise<ProposeDeps> {
  let ids = 0;
  const store = await openStore({ folder: folder(), nextId: () => String((ids += 1)), now: () => new Date('2026-11-21T12:00:00Z') });
  onTestFinished(() => store.close());
  const clock = { now: () => new Date('2026-11-21T12:00:00Z') };
  return { branches, proposals: store.proposals, ...(forgeOf && { forgeOf }), clock, project: { name: 'acme', spec: SPEC } };
}

function of(tree: Tree, text: string | null, more: Partial<Proposal> = {}): Proposal {
  return { topic: 'tune-inbound', title: 'Tune inbound', body: 'Because of **this**.', files: new Map([['a.yaml', text]]), tree, ...more };
}

function done(answer: Checked<Proposed>): Proposed {
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.value;
}

const codes = (answer: Checked<unknown>) => (answer.ok ? [] : answer.problems.map(({ code }) => code));
const noticed = (answer: Checked<Proposed>) => done(answer).notices.map(({ code, message }) => `${code}: ${message}`);

const BRANCH = 'loopctl/tune-inbound';

describe('from a working tree', () => {
  test('without a remote: a branch here, which is brought up to date in place; nothing of the person’s is touched', async () => {
    const source = worktree(join(repo.folder, 'config'));
    const deps = await depsOf(source.branches);
    repo.write('other.txt', 'changed\n');
    const before = repo.git('status', '--porcelain', '--branch');
    const first = await propose(deps, of(await source.read(), 'a: 2\nb: 1\n'));
    expect(done(first)).toMatchObject({ outcome: 'made', branch: BRANCH, pushed: false, commit: repo.git('rev-parse', BRANCH) });
    expect(noticed(first)[0]).toContain('the repository has no remote: the branch alone was made');
    expect(repo.git('diff', 'main', BRANCH, '--stat')).toContain('config/a.yaml');
    expect(repo.git('log', '-1', '--format=%an <%ae>|%s|%b', BRANCH)).toMatch(
      /^loopctl <loopctl@acme.example>\|Tune inbound\|Because of \*\*this\*\*\.\n\nLoopctl-Proposal: tune-inbound [0-9a-f]{32}/,
    );
    expect(done(await propose(deps, of(await source.read(), 'a: 2\nb: 1\n')))).toMatchObject({
      outcome: 'unchanged',
      commit: done(first).commit,
    });
    expect(done(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n')))).toMatchObject({ outcome: 'updated' });
    expect(repo.git('rev-list', '--count', `main..${BRANCH}`)).toBe('1');
    expect(repo.git('show', `${BRANCH}:config/a.yaml`)).toBe('a: 3\nb: 1');
    expect(repo.git('status', '--porcelain', '--branch')).toBe(before);
    expect(await deps.proposals.list('acme')).toMatchObject([{ topic: 'tune-inbound', branch: BRANCH }]);
  });

  test('what the configuration says already is no proposal', async () => {
    const source = worktree(join(repo.folder, 'config'));
    expect(done(await propose(await depsOf(source.branches), of(await source.read(), 'a: 1\nb: 1\n')))).toMatchObject({
      outcome: 'nothing',
    });
    expect(repo.git('branch', '--list', 'loopctl/*')).toBe('');
  });

  test('another data folder knows the branch by its commit; one that is checked out is left alone', async () => {
    const source = worktree(join(repo.folder, 'config'));
    await propose(await depsOf(source.branches), of(await source.read(), 'a: 2\nb: 1\n'));
    expect(done(await propose(await depsOf(source.branches), of(await source.read(), 'a: 3\nb: 1\n')))).toMatchObject({
      outcome: 'updated',
    });
    repo.git('checkout', '-q', BRANCH);
    const tree = await source.readAt('main');
    expect(codes(await propose(await depsOf(source.branches), of(tree as Tree, 'a: 4\nb: 1\n')))).toEqual(['branch-open']);
  });

  test.each([
    ['a commit on top', () => repo.git('commit', '-q', '--allow-empty', '-m', 'Mine')],
    ['the commit amended', () => repo.git('commit', '-q', '--amend', '--no-edit', '--date', '2030-01-01T00:00:00Z')],
  ])('somebody’s work on it is never written over: %s', async (_, work) => {
    const source = worktree(join(repo.folder, 'config'));
    const deps = await depsOf(source.branches);
    await propose(deps, of(await source.read(), 'a: 2\nb: 1\n'));
    repo.git('checkout', '-q', BRANCH);
    work();
    const theirs = repo.git('rev-parse', BRANCH);
    repo.git('checkout', '-q', 'main');
    expect(codes(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n')))).toEqual(['branch-there']);
    expect(repo.git('rev-parse', BRANCH)).toBe(theirs);
    // Deleted, it begins anew.
    repo.git('branch', '-D', BRANCH);
    expect(done(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n')))).toMatchObject({ outcome: 'made' });
  });
});

describe('with a forge', () => {
  let hub: GitHub;
  const forgeOf = (token = hub.token) => githubForges({ token, api: hub.url, version: '0.0.0' });
  beforeEach(async () => {
    hub = await github();
    published(hub.remote);
  });

  test('one pull request a topic: opened with its text and labels, changed in place, left alone where nothing is new', async () => {
    const source = worktree(join(repo.folder, 'config'));
    const deps = await depsOf(source.branches, forgeOf());
    const first = done(await propose(deps, of(await source.read(), 'a: 2\nb: 1\n')));
    expect(first).toMatchObject({ outcome: 'made', pushed: true, url: expect.stringContaining('/pull/1'), notices: [] });
    expect(there('show', `${BRANCH}:config/a.yaml`)).toBe('a: 2\nb: 1');
    expect(await hub.pulls()).toMatchObject([
      {
        state: 'open',
        title: 'Tune inbound',
        body: 'Because of **this**.',
        head: { ref: BRANCH },
        base: { ref: 'main' },
        labels: [{ name: 'loopctl' }],
      },
    ]);
    expect(done(await propose(deps, of(await source.read(), 'a: 2\nb: 1\n')))).toMatchObject({
      outcome: 'unchanged',
      commit: first.commit,
    });
    expect(await hub.comments(1)).toEqual([]);
    const second = done(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n', { title: 'Tune inbound again', body: 'More.' })));
    expect(second).toMatchObject({ outcome: 'updated', url: first.url });
    expect(there('rev-list', '--count', `main..${BRANCH}`)).toBe('1');
    expect(await hub.pulls()).toMatchObject([{ state: 'open', title: 'Tune inbound again', body: 'More.' }]);
    expect(await hub.comments(1)).toEqual(['Made anew: Tune inbound again']);
    // Numbers that changed in the text alone move no branch, and call nobody.
    expect(
      done(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n', { title: 'Tune inbound again', body: 'Newer numbers.' }))),
    ).toMatchObject({
      outcome: 'updated',
      commit: second.commit,
    });
    expect(await hub.pulls()).toMatchObject([{ body: 'Newer numbers.' }]);
    expect(await hub.comments(1)).toHaveLength(1);
    expect(there('rev-parse', 'main')).toBe(repo.git('rev-parse', 'main'));
  });

  test('closed, it begins anew for who asks for it, and stays closed for who only looks; something else is a proposal again', async () => {
    const source = worktree(join(repo.folder, 'config'));
    const deps = await depsOf(source.branches, forgeOf());
    const asked = async (text: string, again?: boolean) =>
      done(await propose(deps, of(await source.read(), text, again === undefined ? {} : { again })));
    await asked('a: 2\nb: 1\n');
    await hub.close(1);
    expect(await asked('a: 2\nb: 1\n', false)).toMatchObject({ outcome: 'declined' });
    expect(await hub.pulls()).toHaveLength(1);
    expect(await asked('a: 3\nb: 1\n', false)).toMatchObject({ outcome: 'made', url: expect.stringContaining('/pull/2') });
    await hub.close(2);
    expect(await asked('a: 3\nb: 1\n')).toMatchObject({ outcome: 'made', url: expect.stringContaining('/pull/3') });
  });

  test('a pull request that the forge refused is made good the next time; the branch stands meanwhile', async () => {
    const source = worktree(join(repo.folder, 'config'));
    const refused = await depsOf(source.branches, forgeOf(hub.reader));
    const first = await propose(refused, of(await source.read(), 'a: 2\nb: 1\n'));
    expect(done(first)).toMatchObject({ outcome: 'made', pushed: true });
    expect(noticed(first)[0]).toContain('forge-credential');
    expect(await hub.pulls()).toEqual([]);
    const second = done(await propose({ ...refused, forgeOf: forgeOf() }, of(await source.read(), 'a: 2\nb: 1\n')));
    expect(second).toMatchObject({ commit: done(first).commit, url: expect.stringContaining('/pull/1'), notices: [] });
  });

  test('somebody pushed to the branch, before we looked or while we were at it: theirs stays', async () => {
    const source = worktree(join(repo.folder, 'config'));
    const deps = await depsOf(source.branches, forgeOf());
    const first = done(await propose(deps, of(await source.read(), 'a: 2\nb: 1\n')));
    const theirs = there('commit-tree', `${BRANCH}^{tree}`, '-p', BRANCH, '-m', 'Mine');
    const late: Branches = {
      ...source.branches,
      commit: async (change) => {
        there('update-ref', `refs/heads/${BRANCH}`, theirs);
        return source.branches.commit(change);
      },
    };
    expect(codes(await propose({ ...deps, branches: late }, of(await source.read(), 'a: 3\nb: 1\n')))).toEqual(['branch-moved']);
    expect(there('rev-parse', BRANCH)).toBe(theirs);
    expect(codes(await propose(deps, of(await source.read(), 'a: 3\nb: 1\n')))).toEqual(['branch-there']);
    expect(there('rev-parse', BRANCH)).not.toBe(first.commit);
  });

  test('what the remote’s rules do not let in is told', async () => {
    const source = worktree(join(repo.folder, 'config'));
    writeFileSync(join(bare.folder, '.git', 'hooks', 'pre-receive'), '#!/bin/sh\necho no >&2\nexit 1\n', { mode: 0o755 });
    const answer = await propose(await depsOf(source.branches, forgeOf()), of(await source.read(), 'a: 2\nb: 1\n'));
    expect(codes(answer)).toEqual(['push-refused']);
    expect(await hub.pulls()).toEqual([]);
  });

  test('from the clone of a controller: on the newest commit of the branch that is followed, below its folder', async () => {
    const home = folder();
    writeFileSync(join(home, '.gitconfig'), `[url "${bare.folder}/.git"]\n  insteadOf = ${hub.remote}\n`);
    const environment = { PATH: process.env['PATH'], HOME: home, GITHUB_API_URL: hub.url, GITHUB_TOKEN: hub.token };
    const upstream = followRemote({ url: hub.remote, branch: 'main', path: 'config', folder: folder(), environment });
    const read = async () => {
      const head = await upstream.head();
      if (!head.ok) throw new Error(JSON.stringify(head.problems));
      return upstream.read(head.value);
    };
    const deps = await depsOf(upstream.branches as Branches, forgeOf());
    expect(done(await propose(deps, of(await read(), 'a: 2\nb: 1\n')))).toMatchObject({
      outcome: 'made',
      pushed: true,
      url: expect.stringContaining('/pull/1'),
    });
    expect(there('diff', '--name-only', 'main', BRANCH)).toBe('config/a.yaml');
    expect(there('log', '-1', '--format=%an', BRANCH)).toBe('loopctl');
    repo.write('config/a.yaml', 'a: 1\nb: 5\n');
    const next = repo.commit('two');
    repo.git('push', '-q', 'origin', 'main');
    expect(done(await propose(deps, of(await read(), 'a: 2\nb: 5\n')))).toMatchObject({ outcome: 'updated' });
    expect(there('rev-parse', `${BRANCH}^`)).toBe(next);
    expect(await hub.pulls()).toHaveLength(1);
    // Without a forge the branch alone is pushed.
    const { forgeOf: _, ...alone } = deps;
    const answer = await propose(alone, of(await read(), 'a: 9\nb: 5\n', { topic: 'other' }));
    expect(noticed(answer)[0]).toContain('the branch alone was pushed');
    expect(there('show', 'loopctl/other:config/a.yaml')).toBe('a: 9\nb: 5');
  });
});
