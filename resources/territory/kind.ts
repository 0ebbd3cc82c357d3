import { type Address, type FieldValue, linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import type { Kind } from '../kind.ts';
import { PATH } from '../naming.ts';
import { record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { LEVELS } from '../territory-model/crm-words.ts';
import { adoptTerritory } from './adopted.ts';
import { checkTerritories } from './checks.ts';
import { territoryImport } from './imported.ts';
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
  adopt: adoptTerritory,
  import: territoryImport,
  runtime: (resource) => {
    const { label, segment } = resource.spec;
    return { label, parent: parentOf(resource) ?? null, ...(segment === undefined ? {} : { segment }) };
  },
};

/** `FY27/ams_west_norcal`: unique within its model. */
export function territoryAddress(resolved: Resolved, model: string, path: string): Address {
  return { type: 'Territory2', key: `${model}/${resolved.crmName('Territory', path)}` };
}

function materialise(resource: Resource<TerritorySpec>, resolved: Resolved): readonly DesiredObject[] {
  const node = resolved.territories.get(resource.ref.name);
  if (node === undefined) return [];
  const { spec, ref } = resource;
  const name = resolved.crmName('Territory', ref.name);
  const parent = node.parent === undefined ? undefined : resolved.crmName('Territory', node.parent);
  return node.models.map((model) => {
    const modelName = resolved.crmName('TerritoryModel', model.ref.name);
    const access = spec.access === undefined ? model.spec.default_access : { ...model.spec.default_access, ...spec.access };
    const fields: Record<string, FieldValue> = {
      Name: spec.label,
      DeveloperName: name,
      Territory2ModelId: linkTo('Territory2Model', modelName),
      Territory2TypeId: linkTo('Territory2Type', resolved.crmName('TerritoryType', spec.type)),
      ParentTerritory2Id: parent === undefined ? null : linkTo('Territory2', `${modelName}/${parent}`),
    };
    if (access.account !== undefined) fields['AccountAccessLevel'] = LEVELS[access.account];
    if (access.opportunity !== undefined) fields['OpportunityAccessLevel'] = LEVELS[access.opportunity];
    if (access.case !== undefined) fields['CaseAccessLevel'] = LEVELS[access.case];
    if (spec.description !== undefined) fields['Description'] = spec.description;
    return record(resource, 'Territory2', `${modelName}/${name}`, fields);
  });
}
