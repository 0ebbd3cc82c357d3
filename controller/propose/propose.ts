// The one way in which a change of the configuration is proposed: a branch with one commit, and a pull request where a forge is set. A topic has
// one of them at a time, which is brought up to date in place; what people did to it is never written over.
import { createHash } from 'node:crypto';
import type { Checked, Problem } from '../../resources/core.ts';
import type { ProjectSpec } from '../../resources/project/schema.ts';
import type { Branches, Tip, Where } from '../../ports/branches.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Forge, ForgeOf, PullRequest } from '../../ports/forge.ts';
import type { ProposalRow, Proposals } from '../../ports/proposals.ts';
import type { Tree } from '../../ports/source.ts';

export interface Proposal {
  /** `tune-inbound`: its branch is `loopctl/tune-inbound`. */
  readonly topic: string;
  readonly title: string;
  /** Markdown: what people read before they decide. */
  readonly body: string;
  /** The message of the commit; default: title and body. */
  readonly message?: string;
  /** Whole texts by path; `null`: the file is gone. */
  readonly files: ReadonlyMap<string, string | null>;
  /** What the files stand on: a commit of the branch that the pull request is for. */
  readonly tree: Tree;
  /** False: what people closed as it is now is not opened once more. Default: true. */
  readonly again?: boolean;
}

export interface ProposeDeps {
  readonly branches: Branches;
  readonly proposals: Proposals;
  readonly forgeOf?: ForgeOf;
  readonly clock: Pick<Clock, 'now'>;
  readonly project: { readonly name: string; readonly spec: Pick<ProjectSpec, 'proposals' | 'source'> };
}

export interface Proposed {
  /** `nothing`: the configuration says it already. `declined`: people closed just this. */
  readonly outcome: 'made' | 'updated' | 'unchanged' | 'nothing' | 'declined';
  readonly branch: string;
  readonly commit: string | null;
  readonly pushed: boolean;
  /** The pull request. */
  readonly url?: string;
  /** Why there is no pull request, or why it is not up to date. */
  readonly notices: readonly Problem[];
}

/** Problems: nothing is committed, the branch is somebody else's by now, the remote does not take it. */
export async function propose(deps: ProposeDeps, proposal: Proposal): Promise<Checked<Proposed>> {
  const branch = branchOf(proposal.topic, deps.project.spec.source.branch);
  const files = different(proposal);
  if (files.size === 0) return { ok: true, value: { outcome: 'nothing', branch, commit: null, pushed: false, notices: [] } };
  const { where, forge, notices } = await placeOf(deps);
  const tip = await deps.branches.tip(branch, where);
  if (!tip.ok) return tip;
  if (tip.value !== undefined && !isOurs(tip.value, proposal.topic)) return { ok: false, problems: [taken(branch, where)] };
  const content = digestOf([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const isSame = tip.value !== undefined && contentOf(tip.value) === content;
  const known = await forge?.find(branch);
  if (known?.ok === false) notices.push(...asNotices(known.problems));
  const request = known?.ok === true ? known.value : undefined;
  if (isSame && proposal.again === false && request?.state === 'closed')
    return { ok: true, value: { outcome: 'declined', branch, commit: tip.value?.commit ?? null, pushed: true, url: request.url, notices } };
  const commit = isSame ? tip.value?.commit : undefined;
  const placed: Checked<string> =
    commit === undefined ? await place(deps, proposal, { branch, where, files, content, tip: tip.value }) : { ok: true, value: commit };
  if (!placed.ok) return placed;
  const shown =
    forge === undefined || known?.ok === false ? undefined : await requested(forge, { deps, proposal, branch, request, isSame, notices });
  const digest = digestOf([content, proposal.title, proposal.body]);
  await remember(deps, { topic: proposal.topic, branch, commit: placed.value, digest, ...(shown !== undefined && { url: shown.url }) });
  const isNew = tip.value === undefined || shown?.outcome === 'made';
  const outcome = isNew ? 'made' : isSame && shown?.outcome !== 'updated' ? 'unchanged' : 'updated';
  const pushed = where === 'remote';
  return { ok: true, value: { outcome, branch, commit: placed.value, pushed, ...(shown !== undefined && { url: shown.url }), notices } };
}

/** Since when it is as it is. */
async function remember({ proposals, project, clock }: ProposeDeps, now: Omit<ProposalRow, 'at'>): Promise<void> {
  const before = await proposals.find(project.name, now.topic);
  if (before?.digest === now.digest && before.commit === now.commit && before.url === now.url) return;
  await proposals.put(project.name, { ...now, at: clock.now().toISOString() });
}

function branchOf(topic: string, followed: string): string {
  const branch = `loopctl/${topic}`;
  // A topic is made by us, never by what somebody wrote.
  if (!/^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/.test(topic) || branch === followed) throw new Error(`${topic} is no topic of a proposal`);
  return branch;
}

function different({ files, tree }: Proposal): ReadonlyMap<string, string | null> {
  const before = new Map(tree.files.map(({ path, text }) => [path, text]));
  return new Map([...files].filter(([path, text]) => text !== (before.get(path) ?? null)));
}

/** Where the branch goes: to the remote where others work on it or a forge shows it, else it stays here. */
async function placeOf({ branches, forgeOf }: ProposeDeps): Promise<{ where: Where; forge: Forge | undefined; notices: Problem[] }> {
  const remote = await branches.remote();
  const found = remote === undefined ? { none: 'the repository has no remote' } : (forgeOf?.(remote) ?? { none: 'no forge is set' });
  const where = branches.shared || 'forge' in found ? 'remote' : 'here';
  if ('forge' in found) return { where, forge: found.forge, notices: [] };
  const notice: Problem = {
    severity: 'warning',
    code: 'no-forge',
    message: `There is no pull request, since ${found.none}: the branch alone was ${where === 'remote' ? 'pushed' : 'made'}.`,
  };
  return { where, forge: undefined, notices: [notice] };
}

interface Placing {
  readonly branch: string;
  readonly where: Where;
  readonly files: ReadonlyMap<string, string | null>;
  readonly content: string;
  readonly tip: Tip | undefined;
}

async function place(
  { branches, project }: ProposeDeps,
  proposal: Proposal,
  { branch, where, files, content, tip }: Placing,
): Promise<Checked<string>> {
  const { commit: base } = proposal.tree;
  if (base === null) return { ok: false, problems: [NO_COMMIT] };
  const { author } = project.spec.proposals;
  const message = `${(proposal.message ?? `${proposal.title}\n\n${proposal.body}`).trimEnd()}\n\n${trailer(proposal.topic, content)}\n`;
  const made = await branches.commit({ base, files, message, ...(author !== undefined && { author }) });
  if (!made.ok) return made;
  const moved = await branches.move(branch, made.value, tip?.commit ?? null, where);
  return moved.ok ? made : moved;
}

interface Requesting {
  readonly deps: ProposeDeps;
  readonly proposal: Proposal;
  readonly branch: string;
  readonly request: PullRequest | undefined;
  /** The branch says what it said before. */
  readonly isSame: boolean;
  readonly notices: Problem[];
}

interface Requested {
  readonly url: string;
  readonly outcome: 'made' | 'updated' | 'unchanged';
}

/** The branch stands, whatever the forge says: what it refuses is told, and made good the next time. */
async function requested(forge: Forge, { deps, proposal, branch, request, isSame, notices }: Requesting): Promise<Requested | undefined> {
  const { title, body } = proposal;
  const { labels, base } = { labels: deps.project.spec.proposals.labels, base: deps.project.spec.source.branch };
  const isOpen = request?.state === 'open';
  const told = <T>(answer: Checked<T>): T | undefined => {
    if (answer.ok) return answer.value;
    notices.push(...asNotices(answer.problems));
    return undefined;
  };
  const isTold = isOpen && request.title === title && request.body === body;
  const now = isTold
    ? request
    : told(isOpen ? await forge.update(request.number, { title, body }) : await forge.open({ branch, base, title, body }));
  if (now === undefined) return isOpen ? { url: request.url, outcome: 'unchanged' } : undefined;
  const missing = labels.filter((label) => !now.labels.includes(label));
  if (missing.length > 0) told(await forge.label(now.number, missing));
  // A force push alone tells nobody.
  if (isOpen && !isSame) told(await forge.comment(now.number, `Made anew: ${title}`));
  return { url: now.url, outcome: isOpen ? (isTold ? 'unchanged' : 'updated') : 'made' };
}

function asNotices(problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, severity: 'warning' }));
}

const TRAILER = 'Loopctl-Proposal';

function trailer(topic: string, content: string): string {
  return `${TRAILER}: ${topic} ${content}`;
}

/** One commit that is as we made it: with another on top, or taken in hand, it is somebody's work. */
function isOurs({ message, amended }: Tip, topic: string): boolean {
  return !amended && new RegExp(`^${TRAILER}: ${topic} [0-9a-f]+$`, 'm').test(message);
}

function contentOf({ message }: Tip): string | undefined {
  // The last line is ours, whatever the text above it says.
  return [...message.matchAll(new RegExp(`^${TRAILER}: \\S+ ([0-9a-f]+)$`, 'gm'))].at(-1)?.[1];
}

function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 32);
}

function taken(branch: string, where: Where): Problem {
  const drop = where === 'remote' ? `git push origin --delete ${branch}` : `git branch -D ${branch}`;
  return {
    severity: 'error',
    code: 'branch-there',
    message: `There is a branch ${branch} already that somebody else made or went on with: it is left as it is.`,
    hint: `Merge it, or delete it: ${drop}. Then do it again.`,
  };
}

const NO_COMMIT: Problem = {
  severity: 'error',
  code: 'no-git',
  message: 'The configuration is in no git repository, or nothing is committed in it, so there is nothing that a branch could stand on.',
  hint: 'Make it one: git init && git add -A && git commit -m "The configuration"',
};
