// Who wrote some lines last, as git tells it.
import type { CommitInfo } from '../../ports/source.ts';
import type { Git } from './run.ts';

type Blamed = CommitInfo & { readonly time: number };

/**
 * The newest commit that wrote one of the lines, both ends included. `at` names a revision and the path; nothing where one of them is not
 * committed, or git does not know.
 */
export async function blamed(git: Git, [first, last]: readonly [number, number], at: readonly string[]): Promise<CommitInfo | undefined> {
  const blame = await git(['blame', '--porcelain', '-L', `${first},${last}`, ...at]).catch(() => undefined);
  if (blame === undefined) return undefined;
  const commits = commitsIn(blame);
  if (commits.some(({ commit }) => /^0+$/.test(commit))) return undefined;
  const latest = Math.max(...commits.map(({ time }) => time));
  const newest = await lastOf(
    git,
    commits.filter(({ time }) => time === latest),
  );
  if (newest === undefined) return undefined;
  const { time: _, ...found } = newest;
  return found;
}

/** Of commits of one second it is the one that has the others behind it. */
async function lastOf(git: Git, commits: readonly Blamed[]): Promise<Blamed | undefined> {
  if (commits.length < 2) return commits[0];
  const ends = await git(['merge-base', '--independent', ...commits.map(({ commit }) => commit)]).catch(() => '');
  return commits.find(({ commit }) => ends.includes(commit)) ?? commits[0];
}

/** What the porcelain form says of a commit stands once, after the first line that is its own. */
function commitsIn(blame: string): Blamed[] {
  return blame.split(/^(?=[0-9a-f]{40,64} \d+ \d+)/m).flatMap((part) => {
    const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(part)?.[1] ?? '';
    if (field('author-time') === '') return [];
    return [
      {
        commit: part.slice(0, part.indexOf(' ')),
        author: `${field('author')} ${field('author-mail')}`.trim(),
        at: new Date(Number(field('author-time')) * 1000).toISOString(),
        subject: field('summary'),
        time: Number(field('committer-time')),
      },
    ];
  });
}
