import { addressText } from '../core.ts';
import type { Kind } from '../kind.ts';
import { DEVELOPER_NAME } from '../naming.ts';
import { declared, forgets, record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { territoryAddress } from '../territory/kind.ts';
import { adoptModel } from './adopted.ts';
import { checkModels } from './checks.ts';
import { STATES } from './crm-words.ts';
import { modelImport } from './imported.ts';
import { TerritoryModel, type TerritoryModelSpec } from './schema.ts';

export const territoryModel: Kind<TerritoryModelSpec> = {
  ...TerritoryModel,
  names: DEVELOPER_NAME,
  summary: 'A tree of territories that Salesforce activates as a whole, as a rule one a fiscal year. Its name is the DeveloperName.',
  becomes:
    '`Territory2Model`. Declared `planning` it is built beside the active one; declared `active` it is activated when all its territories stand. ' +
    'Where another one is active, the whole plan is held and says what archiving destroys.',
  whenRemoved: 'Always held: a model takes its territories, forecasts and quotas with it.',
  example: `apiVersion: loopctl/v1
kind: TerritoryModel
metadata: {name: FY27}
spec:
  label: FY27
  state: active
  roles: {AE: Account Executive, Manager: Sales Manager}
  default_access: {account: edit, opportunity: edit, case: read}
`,
  targets: new Set(['crm', 'runtime']),
  check: checkModels,
  runtime: ({ spec }) => ({ state: spec.state }),
  materialise,
  adopt: adoptModel,
  import: modelImport,
};

/** A model is always born in planning. Its state is written last, when the whole tree stands. */
function* materialise(model: Resource<TerritoryModelSpec>, resolved: Resolved) {
  const { label, description, state } = model.spec;
  const name = resolved.crmName('TerritoryModel', model.ref.name);
  const tree = [...resolved.territories.values()].filter(({ models }) => models.includes(model));
  const late =
    state === 'planning'
      ? {}
      : {
          late: {
            fields: { State: STATES[state] },
            born: { State: 'Planning' },
            after: tree.map(({ resource }) => addressText(territoryAddress(resolved, name, resource.ref.name))),
          },
        };
  yield record(model, 'Territory2Model', name, declared({ Name: label, DeveloperName: name, Description: description }), {
    ...late,
    onRemove: forgets(model) ? 'forget' : 'hold',
  });
}
