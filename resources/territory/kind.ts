import { type Address, linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import type { Kind } from '../kind.ts';
import { PATH } from '../naming.ts';
import { declared, record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { checkTerritories } from './checks.ts';
import { Territory, type TerritorySpec } from './schema.ts';
import { parentOf } from './tree.ts';

export const territory: Kind<TerritorySpec> = {
  ...Territory,
  names: PATH,
  summary:
    'A territory. Its name is its path, and its parent the path above. Who sits in it comes from the roster of the active scenario, what falls into it from TerritoryMatch.',
  becomes:
    '`Territory2`, in every declared model or in those of `models`. The DeveloperName is the path with every run of other characters as `_`.',
  whenRemoved: 'Deleted, children first.',
  example: `apiVersion: loopctl/v1
kind: Territory
metadata: {name: ams/west/norcal/sf-bay}
spec:
  label: SF Bay
  type: Patch
  segment: commercial
  access: {account: all}
`,
  targets: new Set(['crm', 'runtime']),
  waitsForNothing: true,
  check: checkTerritories,
  materialise,
  runtime: (resource) => ({ label: resource.spec.label, parent: parentOf(resource) ?? null, segment: resource.spec.segment }),
};

/** `FY27/ams_west_norcal`: unique within its model. */
export function territoryAddress(resolved: Resolved, model: string, path: string): Address {
  return { type: 'Territory2', key: `${model}/${resolved.crmName('Territory', path)}` };
}

function* materialise(resource: Resource<TerritorySpec>, resolved: Resolved): Generator<DesiredObject> {
  const node = resolved.territories.get(resource.ref.name);
  if (node === undefined) return;
  const { spec, ref } = resource;
  const type = linkTo('Territory2Type', resolved.crmName('TerritoryType', spec.type));
  for (const model of node.models) {
    const name = resolved.crmName('TerritoryModel', model.ref.name);
    const { type: object, key } = territoryAddress(resolved, name, ref.name);
    const access = { ...model.spec.default_access, ...spec.access };
    const fields = declared({
      Name: spec.label,
      DeveloperName: resolved.crmName('Territory', ref.name),
      Territory2ModelId: linkTo('Territory2Model', name),
      Territory2TypeId: type,
      ParentTerritory2Id: node.parent === undefined ? null : linkTo(object, territoryAddress(resolved, name, node.parent).key),
      AccountAccessLevel: capital(access.account),
      OpportunityAccessLevel: capital(access.opportunity),
      CaseAccessLevel: capital(access.case),
      Description: spec.description,
    });
    yield record(resource, object, key, fields);
  }
}

/** `edit` is `Edit` in the API. */
function capital(level: string | undefined): string | undefined {
  return level === undefined ? undefined : level.slice(0, 1).toUpperCase() + level.slice(1);
}
