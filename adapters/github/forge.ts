// Pull requests of GitHub, by its own client. What it refuses is said with a remedy.
import type { Octokit } from '@octokit/rest';
import type { Forge, ForgeOf, PullRequest } from '../../ports/forge.ts';
import type { Checked, Problem } from '../../resources/core.ts';
import { apiOf, type Repository, repositoryOf } from './repository.ts';

const TIMEOUT_MS = 30_000;

export interface GitHubOptions {
  /** GITHUB_TOKEN */
  readonly token: string | undefined;
  /** GITHUB_API_URL; default: github.com's. */
  readonly api: string | undefined;
  readonly version: string;
}

export function githubForges({ token, api, version }: GitHubOptions): ForgeOf {
  return (remote) => {
    const address = apiOf(api);
    if (!URL.canParse(address)) return { none: `GITHUB_API_URL is no address: ${address}` };
    const repository = repositoryOf(remote, address);
    if (repository === undefined)
      return { none: `${remote} is no repository of ${new URL(address).host}, the only forge that is spoken to` };
    if (token === undefined || token === '') return { none: 'GITHUB_TOKEN is not set' };
    return { forge: forgeOf(repository, () => client(token, address, version)) };
  };
}

/** Loaded by the first question: most commands ask none. */
async function client(auth: string, baseUrl: string, version: string): Promise<Octokit> {
  const { Octokit: Client } = await import('@octokit/rest');
  return new Client({ auth, baseUrl, userAgent: `loopctl/${version}`, log: SILENT, request: { fetch: withTimeout } });
}

function forgeOf({ host, owner, name }: Repository, open: () => Promise<Octokit>): Forge {
  const shown = `${host}/${owner}/${name}`;
  const at = { owner, repo: name };
  let opened: Promise<Octokit> | undefined;
  const ask = <T>(answer: (octokit: Octokit) => Promise<T>) => answered(async () => answer(await (opened ??= open())), shown);
  return {
    name: shown,
    find: (branch) =>
      ask(async (octokit) => {
        const { data } = await octokit.rest.pulls.list({
          ...at,
          head: `${owner}:${branch}`,
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: 30,
        });
        // Some forges that speak GitHub's language leave the filter out.
        const own = data.filter(({ head }) => head.ref === branch).map(toPullRequest);
        return own.find(({ state }) => state === 'open') ?? own[0];
      }),
    open: ({ branch, base, title, body }) =>
      ask(async (octokit) =>
        toPullRequest((await octokit.rest.pulls.create({ ...at, head: branch, base, title, body: fitting(body) })).data),
      ),
    update: (number, { title, body }) =>
      ask(async (octokit) =>
        toPullRequest((await octokit.rest.pulls.update({ ...at, pull_number: number, title, body: fitting(body) })).data),
      ),
    label: (number, labels) =>
      ask(async (octokit) => {
        await octokit.rest.issues.addLabels({ ...at, issue_number: number, labels: [...labels] });
        return null;
      }),
    comment: (number, text) =>
      ask(async (octokit) => {
        await octokit.rest.issues.createComment({ ...at, issue_number: number, body: fitting(text) });
        return null;
      }),
  };
}

interface GivenPullRequest {
  readonly number: number;
  readonly html_url: string;
  readonly title: string;
  readonly body: string | null;
  readonly state: string;
  readonly merged_at?: string | null;
  readonly labels: readonly { readonly name?: string }[];
  readonly base: { readonly ref: string };
}

function toPullRequest({ number, html_url: url, title, body, state, merged_at, labels, base }: GivenPullRequest): PullRequest {
  const ended = merged_at === null || merged_at === undefined ? 'closed' : 'merged';
  return {
    number,
    url,
    title,
    body: body ?? '',
    labels: labels.flatMap((label) => label.name ?? []),
    base: base.ref,
    state: state === 'open' ? 'open' : ended,
  };
}

/** GitHub takes so many characters. */
const LONGEST = 65_000;

function fitting(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}\n\n… cut off: it is longer than GitHub takes.`;
}

const quiet = () => undefined;
const SILENT = { debug: quiet, info: quiet, warn: quiet, error: quiet };

function withTimeout(input: string | URL | Request, init?: RequestInit): Promise<Response> {
  return fetch(input, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
}

async function answered<T>(answer: () => Promise<T>, shown: string): Promise<Checked<T>> {
  try {
    return { ok: true, value: await answer() };
  } catch (error) {
    return { ok: false, problems: [problemOf(error, shown)] };
  }
}

function problemOf(error: unknown, shown: string): Problem {
  const {
    status,
    message = '',
    response,
  } = error as {
    status?: number;
    message?: string;
    response?: { headers?: Readonly<Record<string, string | number | undefined>> };
  };
  const told = (code: string, words: string, hint: string): Problem => ({ severity: 'error', code, message: `${shown} ${words}`, hint });
  // Octokit's own word for "no answer at all" is 500, without one.
  if (status === undefined || response === undefined)
    return told(
      'forge-unreachable',
      `did not answer: ${message}`,
      'It is asked again with the next proposal. Check the network and GITHUB_API_URL.',
    );
  const headers = response.headers ?? {};
  if (status === 429 || (status === 403 && (String(headers['x-ratelimit-remaining']) === '0' || headers['retry-after'] !== undefined)))
    return told('forge-busy', 'takes no more requests for now.', 'The branch is there. Do it again later.');
  if (status === 401) return told('forge-credential', 'refused GITHUB_TOKEN: it is not valid.', 'Set one that is valid.');
  if (status === 403)
    return told('forge-credential', `does not let GITHUB_TOKEN do that: ${message}`, 'It needs pull requests: write on this repository.');
  if (status === 404)
    return told(
      'forge-missing',
      'is not there, or is not shown to GITHUB_TOKEN.',
      'Check the address of the remote, and that the token reaches this repository.',
    );
  if (status >= 500) return told('forge-unreachable', `answered ${status}.`, 'It is asked again with the next proposal.');
  return told(
    'forge-refused',
    `refused (${status}): ${message}`,
    'The branch is there: open the pull request by hand, or mend what it says.',
  );
}
