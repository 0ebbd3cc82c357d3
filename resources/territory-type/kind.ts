import type { Kind } from '../kind.ts';
import { DEVELOPER_NAME } from '../naming.ts';
import { declared, forgets, record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { adoptType } from './adopted.ts';
import { checkTypes } from './checks.ts';
import { typeImport } from './imported.ts';
import { TerritoryType, type TerritoryTypeSpec } from './schema.ts';

export const territoryType: Kind<TerritoryTypeSpec> = {
  ...TerritoryType,
  names: DEVELOPER_NAME,
  summary: 'A type of territory: Region, Area, Patch. Types belong to the org, not to a model. Its name is the DeveloperName.',
  becomes: '`Territory2Type`.',
  whenRemoved: 'Held.',
  example: `apiVersion: loopctl/v1
kind: TerritoryType
metadata: {name: Area}
spec: {label: Area, priority: 2}
`,
  targets: new Set(['crm']),
  check: checkTypes,
  materialise,
  adopt: adoptType,
  import: typeImport,
};

function* materialise(type: Resource<TerritoryTypeSpec>, resolved: Resolved) {
  const { label, priority, description } = type.spec;
  const name = resolved.crmName('TerritoryType', type.ref.name);
  yield record(
    type,
    'Territory2Type',
    name,
    declared({ MasterLabel: label, DeveloperName: name, Priority: priority, Description: description }),
    {
      onRemove: forgets(type) ? 'forget' : 'hold',
    },
  );
}
