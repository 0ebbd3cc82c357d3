// A branch of a git remote. What was fetched last is kept in a bare clone, but only what the remote says now counts as the newest: a
// remote that can not be asked is a problem, and the branch as it was is never passed off as the branch as it is.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Branches } from '../../ports/branches.ts';
import type { Head, Upstream } from '../../ports/upstream.ts';
import type { Tree } from '../../ports/source.ts';
import type { Checked, Problem } from '../../resources/core.ts';
import { nearest } from '../../resources/suggest.ts';
import { type Address, addressOf, type Environment, surroundings } from './address.ts';
import { blamed } from './blame.ts';
import { fileAt } from './file-at.ts';
import { type Clone, cloneOf } from './clone.ts';
import { badBranch, isBranchName, subtreeOf } from './followed.ts';
import { CloneBroken, type Failure, judge, problemOf } from './refusal.ts';
import { remoteBranches } from './remote-branches.ts';
import { blobsOf, treeAt } from './tree.ts';

export interface RemoteOptions {
  /** A path, a URL, or `user@host:path`; a credential in it is taken out at once. */
  readonly url: string;
  readonly branch: string;
  /** The folder of `loopctl.yaml`, from the top of the repository. Default: the top. */
  readonly path?: string;
  /** The data folder: the clone is kept in its folder `git`. */
  readonly folder: string;
  /** What git may know of the process: where its home is, proxies, `GITHUB_TOKEN` and `GITHUB_API_URL`. */
  readonly environment: Environment;
  /** How long the remote may say nothing. Default: 60 s. */
  readonly timeoutMs?: number;
}

const SILENCE_MS = 60_000;
const MOST_TRIES_FOR_A_LOCK = 3;
const LOCK_PAUSE_MS = 100;
const MOST_BRANCHES_NAMED = 10;
const MOST_FILES = 100;

export function followRemote(options: RemoteOptions): Upstream {
  const branch = options.branch.replace(/^refs\/heads\//, '');
  const address = addressOf(options.url, options.environment);
  const subtree = subtreeOf(options.path ?? '');
  if (!address.ok) return unfollowable(`a remote (${branch})`, address.problems);
  const name = `${address.value.shown} (${branch})`;
  if (!subtree.ok) return unfollowable(name, subtree.problems);
  return new RemoteBranch(name, address.value, branch, subtree.value, options);
}

class RemoteBranch implements Upstream {
  readonly name: string;
  readonly source: Upstream['source'];
  readonly branches: Branches;
  readonly #address: Address;
  readonly #branch: string;
  readonly #subtree: string;
  readonly #folder: string;
  readonly #timeoutMs: number;
  readonly #clone: Clone;
  /** Ours alone, and without a slash, so that no two branches are in each other's way. */
  readonly #ref: string;
  /** The commit that was told last. Absent: the clone may know one from before. */
  #seen: string | undefined;
  /** The commits whose files are all here. */
  readonly #brought = new Set<string>();
  /** Files that were asked for: they are asked for with every lead. */
  readonly #files = new Map<string, Promise<string | undefined>>();
  #asking: Promise<Checked<Head>> | undefined;

  constructor(name: string, address: Address, branch: string, subtree: string, options: RemoteOptions) {
    this.name = name;
    this.#address = address;
    this.#branch = branch;
    this.#subtree = subtree;
    this.#folder = options.folder;
    this.#timeoutMs = options.timeoutMs ?? SILENCE_MS;
    this.#ref = `refs/loopctl/${encodeURIComponent(branch)}`;
    const environment = surroundings(address, options.environment);
    this.#clone = cloneOf({ address, folder: options.folder, environment, timeoutMs: this.#timeoutMs });
    this.branches = remoteBranches({ clone: this.#clone, address, subtree, followed: branch, timeoutMs: this.#timeoutMs });
    this.source = { readAt: (revision) => this.#readAt(revision), lastChange: (path, line, last) => this.#lastChange(path, line, last) };
  }

  /** Those who ask at once get one answer. */
  head(): Promise<Checked<Head>> {
    this.#asking ??= this.#newest().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async read({ commit }: Head): Promise<Tree> {
    if (commit === null) throw new Error('a branch of a remote has a commit');
    try {
      return await this.#treeAt(commit);
    } catch (error) {
      // A clone that broke between the two: the next head mends it, so ask for it, and read once more.
      const failure = judge(error);
      if (isOfRemote(failure)) return unread(commit, this.#problem(failure));
      this.#discard();
      const head = await this.head();
      if (!head.ok) return unread(commit, ...head.problems);
      return await this.#treeAt(commit).catch((again: unknown) => unread(commit, this.#problem(judge(again))));
    }
  }

  async #newest(): Promise<Checked<Head>> {
    const notices: Problem[] = [];
    let locked = 0;
    let isWhole = false;
    for (;;) {
      try {
        return await this.#fetched(notices);
      } catch (error) {
        const failure = judge(error);
        if (failure.cause === 'no-branch') return { ok: false, problems: [await this.#missingBranch()] };
        if (failure.cause === 'locked' && (locked += 1) <= MOST_TRIES_FOR_A_LOCK) {
          await pause(LOCK_PAUSE_MS * locked);
          continue;
        }
        if (failure.cause === 'no-single-objects' && !isWhole) {
          isWhole = true;
          this.#discard({ whole: true });
          continue;
        }
        // A lock that nobody lets go of was left by somebody who is gone.
        const isBroken = failure.cause === 'corrupt' || failure.cause === 'locked';
        if (!isBroken || notices.length > 0) return { ok: false, problems: [this.#problem(failure)] };
        this.#discard();
        notices.push(remade(this.#address.shown, failure));
      }
    }
  }

  async #fetched(notices: readonly Problem[]): Promise<Checked<Head>> {
    if (!(await isBranchName(this.#branch))) return { ok: false, problems: [badBranch(this.#branch)] };
    await this.#clone.open();
    this.#seen ??= await this.#commitOf(this.#ref);
    // With progress, so that silence means that nothing comes.
    const options = ['--progress', '--force', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules'];
    await this.#clone.ask(['fetch', ...options, 'origin', `+refs/heads/${this.#branch}:${this.#ref}`]);
    const commit = await this.#commitOf(this.#ref);
    if (commit === undefined) throw new CloneBroken('the branch was fetched, and is not there');
    await this.#bring(commit);
    const rewritten = await this.#rewritten(commit);
    this.#seen = commit;
    return { ok: true, value: { commit, notices: [...notices, ...rewritten] } };
  }

  async file(path: string): Promise<string | undefined> {
    const commit = this.#seen ?? (await this.#commitOf(this.#ref));
    if (commit === undefined) return undefined;
    const full = this.#subtree === '' ? path : `${this.#subtree}/${path}`;
    const key = `${commit} ${full}`;
    const before = await this.#files.get(key);
    if (before !== undefined && existsSync(before)) return before;
    const found = fileAt(this.#clone.git, commit, full, join(this.#folder, 'tables'));
    if (this.#files.size >= MOST_FILES) this.#files.clear();
    this.#files.set(key, found);
    // What failed is tried again by whoever asks next.
    found.catch(() => this.#files.delete(key));
    return found;
  }

  /** Brings the files of a commit that the clone does not have yet, in one go. */
  async #bring(commit: string): Promise<void> {
    if (this.#brought.has(commit)) return;
    const { git } = this.#clone;
    const listed = await inClone(git(['rev-list', '--objects', '--no-walk', '--missing=print', commit]));
    const missing = new Set(listed.split('\n').flatMap((line) => (line.startsWith('?') ? [line.slice(1)] : [])));
    const read = missing.size === 0 ? [] : await inClone(blobsOf(git, commit, this.#subtree));
    const wanted = new Set(read.flatMap(({ id }) => (missing.has(id) ? [id] : [])));
    if (wanted.size > 0) {
      const options = ['--progress', '--no-tags', '--no-write-fetch-head', '--no-recurse-submodules', '--filter=blob:none', '--stdin'];
      await this.#clone.ask(['-c', 'fetch.negotiationAlgorithm=noop', 'fetch', ...options, 'origin'], `${[...wanted].join('\n')}\n`);
    }
    this.#brought.add(commit);
  }

  async #rewritten(commit: string): Promise<readonly Problem[]> {
    const before = this.#seen;
    if (before === undefined || before === commit) return [];
    const isContained = await this.#clone.git(['merge-base', '--is-ancestor', before, commit]).then(
      () => true,
      () => false,
    );
    if (isContained) return [];
    // What was applied from it can still be asked for.
    await this.#clone.git(['update-ref', `refs/loopctl-rewritten/${before}`, before]).catch(() => undefined);
    return [
      {
        severity: 'warning',
        code: 'history-rewritten',
        message: `${this.name} was rewritten: it was at ${before}, and is at ${commit}, which does not contain it.`,
        hint: 'The new history is followed. If it was not meant, push the old commit again.',
      },
    ];
  }

  #discard(next?: { readonly whole: boolean }): void {
    this.#brought.clear();
    this.#clone.discard(next);
  }

  #treeAt(commit: string): Promise<Tree> {
    return treeAt(this.#clone.git, commit, this.#subtree);
  }

  /** By the names of the remote: `main`, `HEAD~1`, a commit. */
  async #readAt(revision: string): Promise<Tree | undefined> {
    const isNamed = [this.#branch, 'HEAD'].find((name) => revision.startsWith(name) && /^([~^@]|$)/.test(revision.slice(name.length)));
    const commit = await this.#commitOf(isNamed === undefined ? revision : `${this.#ref}${revision.slice(isNamed.length)}`);
    if (commit === undefined) return undefined;
    try {
      await this.#bring(commit);
      return await this.#treeAt(commit);
    } catch (error) {
      return unread(commit, this.#problem(judge(error)));
    }
  }

  async #lastChange(path: string, line: number, last = line) {
    const commit = this.#seen ?? (await this.#commitOf(this.#ref));
    if (commit === undefined) return undefined;
    return blamed(this.#clone.git, [line, last], [commit, '--', this.#subtree === '' ? path : `${this.#subtree}/${path}`]);
  }

  #commitOf(revision: string): Promise<string | undefined> {
    return this.#clone.git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]).then(
      (id) => id.trim(),
      () => undefined,
    );
  }

  async #missingBranch(): Promise<Problem> {
    const told = await this.#clone.ask(['ls-remote', '--heads', 'origin']).catch(() => undefined);
    const branches = (told ?? '').split('\n').flatMap((line) => line.split('\trefs/heads/')[1]?.trim() ?? []);
    const near = nearest(this.#branch, branches);
    const more = branches.length > MOST_BRANCHES_NAMED ? `, and ${branches.length - MOST_BRANCHES_NAMED} more` : '';
    const none = told === undefined ? 'Check its name.' : 'It has no branches: push one.';
    const there = `There are: ${branches.slice(0, MOST_BRANCHES_NAMED).join(', ')}${more}.`;
    return {
      severity: 'error',
      code: 'branch-missing',
      message: `${this.#address.shown} has no branch ${this.#branch}${this.#seen === undefined ? '' : ' any more'}.`,
      hint: branches.length === 0 ? none : `${near === undefined ? '' : `Did you mean "${near}"? `}${there}`,
    };
  }

  #problem(failure: Failure): Problem {
    const { shown, authorization } = this.#address;
    return problemOf(failure, { shown, hasCredential: authorization !== undefined, timeoutMs: this.#timeoutMs });
  }
}

/** What git says of the clone itself means that the clone is no good, unless it could not even look. */
async function inClone<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { cause } = judge(error);
    if (cause === 'timeout' || cause === 'disk') throw error;
    throw new CloneBroken(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function isOfRemote({ cause }: Failure): boolean {
  return cause !== 'corrupt' && cause !== 'unknown' && cause !== 'locked';
}

function unread(commit: string, ...problems: readonly Problem[]): Tree {
  return { commit, dirty: false, files: [], problems };
}

function remade(shown: string, { said }: Failure): Problem {
  return {
    severity: 'warning',
    code: 'clone-remade',
    message: `The clone of ${shown} was broken (${said}) and was made anew.`,
    hint: 'Nothing is lost. If it happens again, check the disk of LOOPCTL_DATA.',
  };
}

function unfollowable(name: string, problems: readonly Problem[]): Upstream {
  return {
    name,
    head: async () => ({ ok: false, problems }),
    read: async () => ({ commit: null, dirty: false, files: [], problems }),
    source: { readAt: async () => undefined, lastChange: async () => undefined },
  };
}
