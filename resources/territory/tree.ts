// The tree of territories: who stands above whom.
import type { Resource } from '../resource.ts';
import type { TerritorySpec } from './schema.ts';

/** The declared parent; where nothing is said, the path above. Nothing for a root. */
export function parentOf({ ref, spec }: Resource<TerritorySpec>): string | undefined {
  if (spec.parent !== undefined) return spec.parent ?? undefined;
  const slash = ref.name.lastIndexOf('/');
  return slash < 0 ? undefined : ref.name.slice(0, slash);
}
