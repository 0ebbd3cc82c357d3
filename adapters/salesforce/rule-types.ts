// Salesforce's own assignment rules of territories, where a TerritoryMatch asks for them.
import { linkTo } from '../../resources/core.ts';
import { firstPart, text, values } from './columns.ts';
import { whereIn } from './soql.ts';
import type { TypeRow } from './types.ts';

const AUDIT = 'LastModifiedDate, LastModifiedBy.Username';

const RULES = `SELECT Id, MasterLabel, DeveloperName, ObjectType, IsActive, BooleanFilter, Territory2Model.DeveloperName, ${AUDIT} FROM ObjectTerritory2AssignmentRule`;

export const ruleTypes: Readonly<Record<string, TypeRow>> = {
  ObjectTerritory2AssignmentRule: {
    facts: { createOnly: ['ObjectType', 'Territory2ModelId'], updateable: true },
    ask: (keys) => whereIn(`${RULES} WHERE`, 'Territory2Model.DeveloperName', keys.map(firstPart)),
    all: () => [RULES],
    live: (row) => {
      const model = text(row, 'Territory2Model', 'DeveloperName');
      return {
        key: `${model}/${text(row, 'DeveloperName')}`,
        fields: {
          ...values(row, ['MasterLabel', 'DeveloperName', 'ObjectType', 'IsActive', 'BooleanFilter']),
          Territory2ModelId: linkTo('Territory2Model', model),
        },
      };
    },
  },
  ObjectTerritory2AssignmentRuleItem: {
    facts: { createOnly: ['RuleId'], updateable: true },
    ask: (keys) =>
      whereIn(
        `SELECT Id, Field, Operation, Value, SortOrder, Rule.DeveloperName, Rule.Territory2Model.DeveloperName, ${AUDIT} FROM ObjectTerritory2AssignmentRuleItem WHERE`,
        'Rule.Territory2Model.DeveloperName',
        keys.map(firstPart),
      ),
    live: (row) => {
      const rule = `${text(row, 'Rule', 'Territory2Model', 'DeveloperName')}/${text(row, 'Rule', 'DeveloperName')}`;
      const fields = values(row, ['Field', 'Operation', 'Value', 'SortOrder']);
      return { key: `${rule}/${String(row.SortOrder)}`, fields: { ...fields, RuleId: linkTo('ObjectTerritory2AssignmentRule', rule) } };
    },
  },
  RuleTerritory2Association: {
    facts: { createOnly: ['RuleId', 'Territory2Id'], updateable: true },
    ask: (keys) =>
      whereIn(
        `SELECT Id, IsInherited, Rule.DeveloperName, Rule.Territory2Model.DeveloperName, Territory2.DeveloperName, ${AUDIT} FROM RuleTerritory2Association WHERE`,
        'Rule.Territory2Model.DeveloperName',
        keys.map(firstPart),
      ),
    live: (row) => {
      const model = text(row, 'Rule', 'Territory2Model', 'DeveloperName');
      const rule = `${model}/${text(row, 'Rule', 'DeveloperName')}`;
      const territory = text(row, 'Territory2', 'DeveloperName');
      return {
        key: `${rule}/${territory}`,
        fields: {
          ...values(row, ['IsInherited']),
          RuleId: linkTo('ObjectTerritory2AssignmentRule', rule),
          Territory2Id: linkTo('Territory2', `${model}/${territory}`),
        },
      };
    },
  },
};
