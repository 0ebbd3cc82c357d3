// Who would be left pointing at nothing if a resource left git.
import type { Ref } from './core.ts';
import { CustomField } from './custom-field/schema.ts';
import { kinds } from './index.ts';
import type { Path } from './path.ts';
import { visitReferences } from './references.ts';
import type { Organisation, Resource } from './resource.ts';
import { Territory } from './territory/schema.ts';
import { pathAbove } from './territory/tree.ts';

export interface Referrer {
  readonly resource: Resource;
  /** Into its document. */
  readonly path: Path;
}

/** Everything that refers to a resource by name; to a territory, also those below it; to a field, also by its API name. */
export function referrersOf(ref: Ref, organisation: Organisation): readonly Referrer[] {
  const found: Referrer[] = [];
  for (const kind of kinds) {
    for (const resource of organisation.all(kind)) {
      visitReferences(kind, resource, ({ kind: target, name, path }) => {
        if (target === ref.kind && name === ref.name) found.push({ resource, path: [...path] });
      });
      if (ref.kind === CustomField.name && [...(kind.fields?.(resource.spec) ?? [])].includes(ref.name))
        found.push({ resource, path: ['spec'] });
    }
  }
  if (ref.kind === Territory.name) {
    for (const resource of organisation.all(Territory)) {
      if (resource.spec.parent === undefined && pathAbove(resource.ref.name) === ref.name)
        found.push({ resource, path: ['metadata', 'name'] });
    }
  }
  return found.filter(({ resource }) => resource.ref.kind !== ref.kind || resource.ref.name !== ref.name);
}
