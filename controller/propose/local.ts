// Proposing from a person's or a pipeline's working tree.
import type { ProjectSpec } from '../../resources/project/schema.ts';
import type { Resource } from '../../resources/resource.ts';
import type { LocalDeps } from '../deps.ts';
import type { ProposeDeps } from './propose.ts';

export async function proposing(deps: LocalDeps, { ref, spec }: Resource<ProjectSpec>): Promise<ProposeDeps> {
  const { proposals } = await deps.store();
  const { clock, source, forgeOf } = deps;
  return { branches: source.branches, proposals, ...(forgeOf !== undefined && { forgeOf }), clock, project: { name: ref.name, spec } };
}
