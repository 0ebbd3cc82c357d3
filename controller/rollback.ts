// The branch that says what an earlier revision said. Looking first and applying then is natural, so asking twice gives one branch; and one
// that says something else, or stands on another commit, is nobody's to move.
import type { Source, Tree } from '../ports/source.ts';

/** The branch that declares what `then` declares, on top of HEAD: made, or found. Nothing where HEAD declares just that. */
export async function branchBackTo(source: Source, then: Tree & { readonly commit: string }): Promise<string | undefined> {
  const head = await source.readAt('HEAD');
  if (head !== undefined && sameFiles(head, then)) return undefined;
  const short = then.commit.slice(0, 10);
  for (let more = 1; ; more += 1) {
    const name = `loopctl/rollback-${short}${more === 1 ? '' : `-${more}`}`;
    const there = await source.readAt(`refs/heads/${name}`);
    if (there === undefined) return source.revertBranch(then.commit, name, `Back to ${short}: what it declared`);
    const below = await source.readAt(`refs/heads/${name}^`);
    if (sameFiles(there, then) && below?.commit === head?.commit) return name;
  }
}

function sameFiles(a: Tree, b: Tree): boolean {
  if (a.files.length !== b.files.length) return false;
  const hashes = new Map(a.files.map(({ path, hash }) => [path, hash]));
  return b.files.every(({ path, hash }) => hashes.get(path) === hash);
}
