// Every type of record that the language can declare, made in the org, found again, changed and taken away.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openOrg } from '../sandbox/org.ts';
import { preview } from '../../controller/preview.ts';
import { fixtureUsers, openProduct } from './product.ts';

test('assignment rules of the org are written where a TerritoryMatch asks for them, and the next plan is empty', async () => {
  const product = await openProduct();
  product.edit('deploy/match_rules.yaml', '  object: Account\n', '  object: Account\n  salesforce_rules: true\n');
  const report = await product.apply();
  expect(report.outcome, JSON.stringify(report.results.filter(({ status }) => status !== 'done'))).toBe('done');
  const rules = await product.org.query('SELECT Id, (SELECT Id FROM RuleItems) FROM ObjectTerritory2AssignmentRule');
  expect(rules.length).toBeGreaterThan(5);
  expect((await product.plan()).steps).toEqual([]);
  product.edit('deploy/match_rules.yaml', 'country: [DE, AT, CH]', 'country: [DE, AT]');
  expect((await product.plan()).steps.map(({ address, action }) => [address.type, action])).toContainEqual([
    'ObjectTerritory2AssignmentRuleItem',
    'update',
  ]);
  expect((await product.apply()).outcome).toBe('done');
  product.edit('deploy/match_rules.yaml', '  salesforce_rules: true\n', '');
  expect((await product.plan()).steps.every(({ action }) => action === 'delete' || action === 'switch')).toBe(true);
});

test('quotas are written a row a month where forecasting is on, and the next plan is empty', async () => {
  const org = await openOrg({ seed: 'demo' });
  for (const username of fixtureUsers()) await org.addUser(username);
  const [type] = await org.query<{ DeveloperName: string }>('SELECT DeveloperName FROM ForecastingType LIMIT 1');
  const product = await openProduct({ org });
  product.edit(
    'design/capacity_config.yaml',
    '  currency: USD\n',
    `  currency: USD\n  forecasting: {type: ${type?.DeveloperName}, roles: [AE]}\n`,
  );
  const report = await product.apply();
  expect(report.outcome, JSON.stringify(report.results.filter(({ status }) => status !== 'done'))).toBe('done');
  const quotas = await org.query<{ QuotaAmount: number; StartDate: string }>(
    "SELECT QuotaAmount, StartDate FROM ForecastingQuota WHERE QuotaOwner.Username = 'ae.sfbay1@acme.example'",
  );
  expect(quotas).toHaveLength(12);
  expect(quotas.reduce((sum, { QuotaAmount }) => sum + QuotaAmount, 0)).toBeCloseTo(850_000, 2);
  expect((await product.plan()).steps).toEqual([]);
});

test('what the org cannot give back in sets is no drift after the first apply', async () => {
  const product = await openProduct();
  product.edit(
    'deploy/fields.yaml',
    'spec: {label: LinkedIn, type: Url}',
    'spec: {label: LinkedIn, type: LongTextArea, length: 5000, visible_lines: 7}',
  );
  expect((await product.apply()).outcome).toBe('done');
  const plan = await product.plan();
  expect([plan.steps, plan.drift]).toEqual([[], []]);
});

test('types of territory change places, and make room for one in their middle, in one apply', async () => {
  const product = await openProduct();
  await product.apply();
  const file = 'design/territories/model.yaml';
  const text = readFileSync(join(product.root, file), 'utf8');
  const renumbered = (priority: (before: number) => number) =>
    text.replace(/(kind: TerritoryType[^]*?priority: )(\d+)/g, (_, head: string, digits: string) => `${head}${priority(Number(digits))}`);
  const there = () => product.org.query('SELECT DeveloperName, Priority FROM Territory2Type ORDER BY Priority');
  const names = (await there()).map(({ DeveloperName }) => DeveloperName);

  product.write(
    file,
    renumbered((before) => (before % names.length) + 1),
  );
  const turned = await product.apply();
  expect(turned.outcome, JSON.stringify(turned.results)).toBe('done');
  expect((await there()).map(({ DeveloperName }) => DeveloperName)).toEqual([names.at(-1), ...names.slice(0, -1)]);
  expect((await product.plan()).steps).toEqual([]);

  const added = '---\napiVersion: loopctl/v1\nkind: TerritoryType\nmetadata: {name: Zone}\nspec: {label: Zone, priority: 2}\n';
  product.write(file, renumbered((before) => (before === 1 ? 1 : before + 1)) + added);
  const report = await product.apply();
  expect(report.outcome, JSON.stringify(report.results)).toBe('done');
  expect((await there())[1]).toMatchObject({ DeveloperName: 'Zone', Priority: 2 });
  expect((await product.plan()).steps).toEqual([]);
});

test('what a type of field does not have is not said of it', async () => {
  const product = await openProduct();
  await product.apply();
  const fields = await product.crm.read([
    { type: 'CustomField', key: 'Lead.Grade__c' },
    { type: 'CustomField', key: 'Lead.Score__c' },
  ]);
  const of = (key: string) => fields.find(({ address }) => address.key === key)?.fields;
  expect(of('Lead.Grade__c')).toMatchObject({ precision: null, scale: null });
  expect(of('Lead.Score__c')).toMatchObject({ length: null, precision: 5, scale: 0 });
});

test('a field of an object that the org does not have is told with its place', async () => {
  const product = await openProduct();
  product.edit('deploy/fields.yaml', 'metadata: {name: Account.Territory_Status__c}', 'metadata: {name: Acount.Territory_Status__c}');
  product.edit('deploy/match_rules.yaml', '  pending: {field: Account.Territory_Status__c}', '  #');
  const made = await preview(product.deps, product.crm, product.store, await product.scene(), { actor: 'person' });
  expect(made).toMatchObject({
    ok: false,
    problems: [
      {
        code: 'no-such-object',
        message: expect.stringContaining('"Acount"') as string,
        ref: { kind: 'CustomField', name: 'Acount.Territory_Status__c' },
        at: { path: 'deploy/fields.yaml' },
      },
    ],
  });
});
