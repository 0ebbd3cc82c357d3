// Files beside the declarations: a table is there as the commit has it, and where it is missing that is told with its position.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { followFolder } from '../../adapters/git/folder.ts';
import { followRemote } from '../../adapters/git/remote.ts';
import { worktree } from '../../adapters/git/worktree.ts';
import { loadTree } from '../../controller/load.ts';
import { originText } from '../../resources/core.ts';
import { type Repository, repository } from '../git.ts';
import { serveGit } from '../git-remote.ts';

let repo: Repository;
let data: string;
beforeEach(() => {
  repo = repository();
  data = mkdtempSync(join(tmpdir(), 'loopctl-data-'));
});
afterEach(() => {
  repo.remove();
  rmSync(data, { recursive: true, force: true });
});

const POLICY = `apiVersion: loopctl/v1
kind: EnrichmentPolicy
metadata: {name: leads}
spec:
  object: Lead
  providers:
    - {name: house, type: csv, path: qualify/companies.csv}
  fields: {industry: {from: [house]}}
`;
const TABLE = '\uFEFFdomain,industry\nacme.com,"Tools, ""heavy"""\n';
const { PATH, HOME } = process.env;

describe('of a remote', () => {
  test.each([true, false])('that sends single files (%s): each commit has its own', async (filter) => {
    if (filter) repo.git('config', 'uploadpack.allowFilter', 'true');
    repo.write('config/qualify/companies.csv', TABLE);
    repo.write('config/a.yaml', 'a: 1\n');
    repo.commit('a table');
    const { url } = await serveGit(repo.folder, '.git');
    const upstream = followRemote({ url, branch: 'main', path: 'config', folder: data, environment: { PATH, HOME } });
    expect((await upstream.head()).ok).toBe(true);
    const first = await upstream.file?.('qualify/companies.csv');
    expect(readFileSync(first ?? '', 'utf8')).toBe(TABLE);
    expect(await upstream.file?.('qualify/companies.csv')).toBe(first);
    expect(await upstream.file?.('qualify')).toBeUndefined();
    expect(await upstream.file?.('other.csv')).toBeUndefined();
    repo.write('config/qualify/companies.csv', `${TABLE}other.com,Shops\n`);
    repo.commit('a longer one');
    await upstream.head();
    expect(readFileSync((await upstream.file?.('qualify/companies.csv')) ?? '', 'utf8')).toBe(`${TABLE}other.com,Shops\n`);
  });
});

describe('of a folder', () => {
  test('is the file as it is, and none that a link leads out to', async () => {
    repo.write('companies.csv', TABLE);
    writeFileSync(join(data, 'secret.csv'), 'domain\n');
    symlinkSync(join(data, 'secret.csv'), join(repo.folder, 'linked.csv'));
    const { file } = followFolder(repo.folder);
    expect(await file?.('companies.csv')).toBe(join(repo.folder, 'companies.csv'));
    expect(await file?.('linked.csv')).toBeUndefined();
    expect(await file?.('nothing.csv')).toBeUndefined();
  });
});

test('a table that is missing is an error where the policy names it, in a folder and in a commit', async () => {
  const told = async (revision?: string) => {
    const source = worktree(repo.folder);
    const tree = revision === undefined ? await source.read() : await source.readAt(revision);
    if (tree === undefined) throw new Error('no such revision');
    const { problems } = loadTree(tree, { get: () => undefined, set: () => undefined });
    return problems
      .filter(({ code }) => code === 'missing-file')
      .map(({ at, message }) => `${at === undefined ? '' : originText(at)} ${message}`);
  };
  repo.write('enrichment.yaml', POLICY);
  repo.commit('without its table');
  expect(await told()).toEqual(['enrichment.yaml:7:38 path: there is no file qualify/companies.csv']);
  expect(await told('HEAD')).toHaveLength(1);
  repo.write('qualify/companies.csv', TABLE);
  expect(await told()).toEqual([]);
  expect(await told('HEAD')).toHaveLength(1);
  repo.commit('with it');
  expect(await told('HEAD')).toEqual([]);
});
