// The tree of territories: who stands above whom.
import type { Resource } from '../resource.ts';
import type { TerritorySpec } from './schema.ts';

/** The declared parent; where nothing is said, the path above. Nothing for a root. */
export function parentOf({ ref, spec }: Resource<TerritorySpec>): string | undefined {
  return spec.parent === undefined ? pathAbove(ref.name) : (spec.parent ?? undefined);
}

/** `ams/west` → `ams` */
export function pathAbove(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? undefined : path.slice(0, slash);
}
