// How a resource declares a record of the CRM.
import type { Fields, FieldValue, Origin } from './core.ts';
import type { DesiredObject } from './desired.ts';
import { PROTECT } from './envelope.ts';
import type { Resource } from './resource.ts';

interface Options extends Partial<Pick<DesiredObject, 'tier' | 'dependsOn' | 'onRemove' | 'late' | 'label'>> {
  /** Where it is declared, if not at the top of the resource. Asked only when somebody looks: most records never change. */
  readonly origin?: () => Origin;
}

const NONE: readonly string[] = [];

/** A record with the usual things filled in: of the structure, deleted when it leaves git. */
export function record(resource: Resource, type: string, key: string, fields: Fields, { origin, ...more }: Options = {}): DesiredObject {
  const made: DesiredObject = {
    address: { type, key },
    ref: resource.ref,
    origin: resource.origin,
    tier: 'structure',
    fields,
    dependsOn: NONE,
    onRemove: forgets(resource) ? 'forget' : 'delete',
    protect: isProtected(resource),
    ...more,
  };
  return origin === undefined ? made : Object.defineProperty(made, 'origin', { enumerable: true, get: origin });
}

/** `spec.on_remove: forget` */
export function forgets(resource: Resource): boolean {
  return (resource.spec as { readonly on_remove?: string }).on_remove === 'forget';
}

function isProtected({ metadata }: Resource): boolean {
  return metadata.annotations?.[PROTECT] === 'true';
}

/** Fields without those that nobody declared: absent is never touched, `null` is declared empty. */
export function declared(fields: Readonly<Record<string, FieldValue | undefined>>): Fields {
  const found: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) found[name] = value;
  return found;
}
