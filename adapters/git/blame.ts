// Who wrote a line last, as git tells it.
import type { CommitInfo } from '../../ports/source.ts';
import type { Git } from './run.ts';

/** `at` names a revision and the path; nothing where the line is not committed, or git does not know. */
export async function blamed(git: Git, line: number, at: readonly string[]): Promise<CommitInfo | undefined> {
  const blame = await git(['blame', '--porcelain', '-L', `${line},${line}`, ...at]).catch(() => undefined);
  if (blame === undefined) return undefined;
  const [commit = ''] = blame.split(' ');
  if (/^0+$/.test(commit)) return undefined;
  const field = (name: string) => new RegExp(`^${name} (.*)$`, 'm').exec(blame)?.[1] ?? '';
  return {
    commit,
    author: `${field('author')} ${field('author-mail')}`.trim(),
    at: new Date(Number(field('author-time')) * 1000).toISOString(),
    subject: field('summary'),
  };
}
