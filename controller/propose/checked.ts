// Edits that are proposed only where the configuration stays whole: what would not validate is no proposal.
import type { Checked, Problem } from '../../resources/core.ts';
import type { Placed } from '../../resources/adopt.ts';
import type { Organisation } from '../../resources/resource.ts';
import type { Tree } from '../../ports/source.ts';
import type { Deps } from '../deps.ts';
import { loadTree } from '../load.ts';
import { filesWith, withEdits } from './edits.ts';
import { type Proposal, propose, type ProposeDeps, type Proposed } from './propose.ts';

export interface Edited {
  readonly files: ReadonlyMap<string, string>;
  readonly organisation: Organisation;
}

/** The files with the edits made, and the organisation that they declare then. Problems: what they would make wrong. */
export function edited(tree: Tree, edits: readonly Placed[], cache: Deps['cache']): Checked<Edited> {
  const files = withEdits(tree, edits);
  if (!files.ok) return files;
  const declared = declaredBy(tree, files.value, cache);
  return declared.ok ? { ok: true, value: { files: files.value, organisation: declared.value } } : declared;
}

/** What would be declared with other files; `null`: gone. Problems: what they would make wrong. */
export function declaredBy(tree: Tree, files: ReadonlyMap<string, string | null>, cache: Deps['cache']): Checked<Organisation> {
  // What is only tried is not kept.
  const { organisation, problems } = loadTree({ ...tree, files: filesWith(tree, files) }, { get: (key) => cache.get(key), set: () => {} });
  const errors: readonly Problem[] = problems.filter(({ severity }) => severity === 'error');
  return errors.length > 0 ? { ok: false, problems: errors } : { ok: true, value: organisation };
}

export async function proposeEdits(
  deps: ProposeDeps & Pick<Deps, 'cache'>,
  tree: Tree,
  edits: readonly Placed[],
  words: Omit<Proposal, 'files' | 'tree'>,
): Promise<Checked<Proposed>> {
  const made = edited(tree, edits, deps.cache);
  return made.ok ? propose(deps, { ...words, files: made.value.files, tree }) : made;
}
