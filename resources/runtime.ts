// What loops read: the runtime kinds, and what must be in the org before loops may read them.
import { addressText } from './core.ts';
import { CustomField } from './custom-field/schema.ts';
import { kinds, kindsByName } from './index.ts';
import type { Kind } from './kind.ts';
import { SEAT, visitReferences } from './references.ts';
import type { Resolved } from './resolved.ts';
import type { Resource } from './resource.ts';
import { assignmentAddresses } from './scenario/assignments.ts';
import { territoryAddress } from './territory/kind.ts';

export interface SnapshotContent {
  /** Plain JSON by `Kind/name`, with defaults filled in. */
  readonly resources: Readonly<Record<string, unknown>>;
  /** Addresses, as text, of records that something in it refers to. */
  readonly needs: readonly string[];
}

export function runtimeContent(resolved: Resolved): SnapshotContent {
  const resources: Record<string, unknown> = {};
  const needs = new Set<string>();
  for (const kind of kinds) {
    if (!kind.targets.has('runtime')) continue;
    for (const resource of resolved.organisation.all(kind)) {
      const content = kind.runtime === undefined ? resource.spec : kind.runtime(resource, resolved);
      if (content === undefined) continue;
      resources[`${kind.name}/${resource.ref.name}`] = content;
      addNeeds(kind, resource, resolved, needs);
      for (const carried of kind.carries?.(resource, resolved) ?? []) {
        const own = kindsByName.get(carried.ref.kind);
        if (own !== undefined) addNeeds(own, carried, resolved, needs);
      }
    }
  }
  return { resources, needs: [...needs].sort() };
}

function addNeeds(kind: Kind, resource: Resource, resolved: Resolved, needs: Set<string>): void {
  if (kind.waitsForNothing === true) return;
  const add = (target: string, name: string) => {
    for (const address of addressesOf(target, name, resolved)) needs.add(address);
  };
  visitReferences(kind, resource, ({ kind: target, name }) => add(target, name));
  for (const field of kind.fields?.(resource.spec) ?? []) add(CustomField.name, field);
}

function* addressesOf(kind: string, name: string, resolved: Resolved): Generator<string> {
  switch (kind) {
    case 'Queue':
      yield addressText({ type: 'Group', key: resolved.crmName(kind, name) });
      break;
    case 'Territory':
      for (const model of resolved.territories.get(name)?.models ?? []) {
        yield addressText(territoryAddress(resolved, resolved.crmName('TerritoryModel', model.ref.name), name));
      }
      break;
    case SEAT: {
      const seat = resolved.seats.get(name);
      if (seat !== undefined) yield* assignmentAddresses(seat, resolved);
      break;
    }
    case CustomField.name:
      // A field that is not declared here is the org's own business.
      if (resolved.organisation.get(CustomField, name) !== undefined) yield addressText({ type: kind, key: resolved.crmName(kind, name) });
      break;
    default:
  }
}
