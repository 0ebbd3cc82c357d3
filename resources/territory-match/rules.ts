// Match rows as Salesforce's own assignment rules, where somebody wants them. A rule is a conjunction of at most ten items, and a
// comma in a value means "or"; so a row becomes one rule for each of its postal codes and for names and domains apart.
// https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_objectterritory2assignmentruleitem.htm
import { type Fields, linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import { FieldMap } from '../field-map/schema.ts';
import { record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import { territoryAddress } from '../territory/kind.ts';
import type { MatchRow, TerritoryMatchSpec } from './schema.ts';

interface Item {
  readonly field: string;
  readonly operation: 'equals' | 'contains' | 'startsWith' | 'greaterOrEqual' | 'lessOrEqual';
  readonly value: string;
}
type Rule = readonly Item[];

const MAX_VALUE = 1000;
const ACCOUNT_FIELDS: Readonly<Record<string, string>> = {
  billing_country: 'BillingCountry',
  billing_state: 'BillingState',
  billing_city: 'BillingCity',
  billing_postal: 'BillingPostalCode',
  employee_count: 'NumberOfEmployees',
  website: 'Website',
  company: 'Name',
};

export function* salesforceRules(match: Resource<TerritoryMatchSpec>, resolved: Resolved): Generator<DesiredObject> {
  if (!match.spec.salesforce_rules) return;
  const fieldOf = fieldsOf(match.spec.object, resolved);
  for (const [index, row] of match.spec.rows.entries()) {
    const territory = resolved.territories.get(row.territory);
    for (const model of territory?.models ?? []) {
      const modelName = resolved.crmName('TerritoryModel', model.ref.name);
      for (const [part, items] of rulesOf(row, fieldOf).entries()) {
        const name = `${resolved.crmName('TerritoryMatch', match.ref.name)}_${index + 1}_${part + 1}`;
        yield* rule(match, resolved, { name, index, modelName, territory: row.territory, items });
      }
    }
  }
}

interface RuleOfRow {
  readonly name: string;
  readonly index: number;
  readonly modelName: string;
  readonly territory: string;
  readonly items: Rule;
}

function* rule(
  match: Resource<TerritoryMatchSpec>,
  resolved: Resolved,
  { name, index, modelName, territory, items }: RuleOfRow,
): Generator<DesiredObject> {
  const key = `${modelName}/${name}`;
  const origin = () => match.at({ path: ['spec', 'rows', index] });
  const made = (type: string, ownKey: string, fields: Fields) => record(match, type, ownKey, fields, { origin });
  yield made('ObjectTerritory2AssignmentRule', key, {
    MasterLabel: `${match.ref.name} ${index + 1}`,
    DeveloperName: name,
    ObjectType: match.spec.object,
    Territory2ModelId: linkTo('Territory2Model', modelName),
    IsActive: true,
  });
  for (const [order, { field, operation, value }] of items.entries()) {
    yield made('ObjectTerritory2AssignmentRuleItem', `${key}/${order + 1}`, {
      RuleId: linkTo('ObjectTerritory2AssignmentRule', key),
      Field: field,
      Operation: operation,
      Value: value,
      SortOrder: order + 1,
    });
  }
  const place = territoryAddress(resolved, modelName, territory);
  yield made('RuleTerritory2Association', `${key}/${resolved.crmName('Territory', territory)}`, {
    RuleId: linkTo('ObjectTerritory2AssignmentRule', key),
    Territory2Id: linkTo(place.type, place.key),
    IsInherited: false,
  });
}

function rulesOf(row: MatchRow, fieldOf: (name: string) => string): readonly Rule[] {
  const anyOf = (name: string, operation: 'equals' | 'contains', values: readonly string[]): readonly Rule[] =>
    values.length === 0 ? [] : inPieces(values).map((value) => [{ field: fieldOf(name), operation, value }]);
  const employees: Item[] = [];
  if (row.employees?.min !== undefined)
    employees.push({ field: fieldOf('employee_count'), operation: 'greaterOrEqual', value: String(row.employees.min) });
  if (row.employees?.max !== undefined)
    employees.push({ field: fieldOf('employee_count'), operation: 'lessOrEqual', value: String(row.employees.max) });
  const accounts = many(row.accounts);
  const choices: readonly (readonly Rule[])[] = [
    anyOf('billing_country', 'equals', many(row.country)),
    anyOf('billing_state', 'equals', many(row.state)),
    anyOf('billing_city', 'equals', many(row.city)),
    many(row.postal).map((code) => postalItems(code, fieldOf('billing_postal'))),
    [
      ...anyOf('website', 'contains', accounts.filter(isDomain)),
      ...anyOf(
        'company',
        'equals',
        accounts.filter((name) => !isDomain(name)),
      ),
    ],
    employees.length === 0 ? [] : [employees],
  ];
  return choices
    .filter((choice) => choice.length > 0)
    .reduce<readonly Rule[]>((rules, choice) => rules.flatMap((before) => choice.map((next) => [...before, ...next])), [[]]);
}

function postalItems(code: string, field: string): Rule {
  const [low, high] = code.split('-').map((part) => part.trim());
  if (code.endsWith('*')) return [{ field, operation: 'startsWith', value: code.slice(0, -1) }];
  if (low === undefined || high === undefined || low.length !== high.length) return [{ field, operation: 'equals', value: code }];
  return [
    { field, operation: 'greaterOrEqual', value: low },
    { field, operation: 'lessOrEqual', value: high },
  ];
}

/** Values joined by commas, as few texts as Salesforce's length allows. */
function inPieces(values: readonly string[]): readonly string[] {
  const pieces: string[] = [];
  for (const written of values) {
    const value = written.includes(',') ? `"${written}"` : written;
    const last = pieces.at(-1);
    if (last !== undefined && last.length + value.length + 1 <= MAX_VALUE) pieces[pieces.length - 1] = `${last},${value}`;
    else pieces.push(value);
  }
  return pieces;
}

/** The org's field behind a name of the product's. */
function fieldsOf(object: string, resolved: Resolved): (name: string) => string {
  const mapped = new Map<string, string>();
  for (const { spec } of resolved.organisation.all(FieldMap)) {
    if (spec.object !== object) continue;
    for (const [name, field] of Object.entries(spec.fields)) mapped.set(name, typeof field === 'string' ? field : field.field);
  }
  return (name) => mapped.get(name) ?? ACCOUNT_FIELDS[name] ?? name;
}

function isDomain(account: string): boolean {
  return account.includes('.') && !/\s/.test(account);
}

function many(value: string | readonly string[] | undefined): readonly string[] {
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}
