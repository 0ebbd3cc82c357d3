// What loops read, and what must be in the org before they may.
import { expect, test } from 'vitest';
import { runtimeContent } from '../../resources/runtime.ts';
import { type Edit, resolved } from './fixture.ts';

test('holds the runtime kinds with their defaults, and of the scenarios the live one alone', () => {
  const { resources } = runtimeContent(resolved());
  expect(Object.keys(resources).filter((ref) => ref.startsWith('Scenario/'))).toEqual(['Scenario/fy27-base']);
  expect(Object.keys(resources).some((ref) => ref.startsWith('CustomField/') || ref.startsWith('TerritoryType/'))).toBe(false);
  expect(resources['Pool/na-commercial']).toMatchObject({ tie_break: 'order', absence: 'no_catch_up', queue: 'general', recent: '24h' });
  expect(resources['Queue/triage']).toEqual({
    label: 'Lead Triage',
    developer_name: 'triage',
    objects: ['Lead', 'Case'],
    owner: 'revops',
    sla: '4h',
  });
  expect(resources['Territory/ams/west/norcal']).toEqual({ label: 'NorCal', parent: 'ams/west' });
});

test('is plain JSON: what is stored is what was given', () => {
  const content = runtimeContent(resolved());
  expect(JSON.parse(JSON.stringify(content))).toEqual(content);
});

test('does not depend on the day: who is live is decided when a record comes', () => {
  expect(runtimeContent(resolved([], { asOf: '2020-01-01' })).resources).toEqual(
    runtimeContent(resolved([], { asOf: '2040-01-01' })).resources,
  );
});

test('names people as the environment does', () => {
  const suffix: Edit = {
    path: 'loopctl.yaml',
    from: '      env_prefix: PROD_',
    to: '      username_suffix: .uat\n      env_prefix: PROD_',
  };
  const { resources } = runtimeContent(resolved([suffix], { environment: 'production' }));
  expect(JSON.stringify(resources['Scenario/fy27-base'])).toContain('ae.east1@acme.example.uat');
});

test('a limit of the project, or who has access, is nothing that loops read', () => {
  const before = runtimeContent(resolved());
  const edits: readonly Edit[] = [
    { path: 'loopctl.yaml', from: 'max_delete: 5', to: 'max_delete: 6' },
    { path: 'design/territories/ams.yaml', from: 'access: {account: all}', to: 'access: {account: edit}' },
  ];
  expect(runtimeContent(resolved(edits))).toEqual(before);
});

test('waits for what rules, pools, models and maps name', () => {
  expect(runtimeContent(resolved()).needs).toEqual([
    'CustomField/Account.Territory_Status__c',
    'CustomField/Lead.Company_Type__c',
    'CustomField/Lead.Grade__c',
    'CustomField/Lead.LinkedIn__c',
    'CustomField/Lead.Score__c',
    'CustomField/Lead.Technologies__c',
    'Group/general',
    'Group/review',
    'Group/triage',
    'Territory2/FY27/ams',
    'Territory2/FY27/ams_east',
    'Territory2/FY27/ams_west',
    'Territory2/FY27/ams_west_norcal',
    'Territory2/FY27/ams_west_norcal_sf_bay',
    'Territory2/FY27/emea_dach',
    'UserTerritory2Association/FY27/ams_east/ae.east1@acme.example',
    'UserTerritory2Association/FY27/ams_west_norcal_sf_bay/ae.sfbay1@acme.example',
    'UserTerritory2Association/FY27/ams_west_norcal_sf_bay/ae.sfbay2@acme.example',
  ]);
});
