// Mistakes in an enrichment policy are told where they stand, with what was probably meant.
import { describe, expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { problems } from './fixture.ts';

const HEAD = 'apiVersion: loopctl/v1\nkind: EnrichmentPolicy\nmetadata: {name: leads}\nspec:\n';
const map = `apiVersion: loopctl/v1
kind: FieldMap
metadata: {name: lead-of-test}
spec:
  object: Contact
  fields: {email: Email, company: Company__c, industry: Industry__c, employee_count: Employees__c, is_vip: {field: Level__c, in: [VIP]}}
---
`;
const MAP_LINES = map.split('\n').length - 1;

function told(spec: string, more = ''): readonly string[] {
  const body = spec.replaceAll(/^/gm, '  ');
  const found = problems({ path: 'zz.yaml', to: `${map}${HEAD}${body}\n${more}` });
  return found.map(({ at, severity, code, hint }) => {
    const line = at === undefined ? '' : originText({ ...at, line: at.line - MAP_LINES - 4, column: at.column - 2 });
    return `${line} ${severity} ${code}${hint?.startsWith('Did you mean') === true ? ` ${hint}` : ''}`;
  });
}

describe('an enrichment policy', () => {
  test('with one table and one field is enough', () => {
    expect(
      told('object: Contact\nproviders: [{name: house, type: csv, path: companies.csv}]\nfields: {industry: {from: [house]}}'),
    ).toEqual([]);
  });

  test('asks providers that are declared, once each', () => {
    const fields = 'fields: {industry: {from: [hous]}, employee_count: {from: [house, house]}}';
    expect(told(`object: Contact\nproviders: [{name: house, type: csv, path: companies.csv}]\n${fields}`)).toEqual([
      'zz.yaml:3:28 error unknown-provider Did you mean "house"?',
      'zz.yaml:3:67 error listed-twice',
    ]);
  });

  test('fills fields of the FieldMap that hold a value', () => {
    const fields = 'fields: {industri: {from: [house]}, is_vip: {from: [house]}}';
    expect(told(`object: Contact\nproviders: [{name: house, type: csv, path: companies.csv}]\n${fields}`)).toEqual([
      'zz.yaml:3:10 error unknown-path Did you mean "industry"?',
      'zz.yaml:3:37 error not-a-value',
    ]);
  });

  test('asks People Data Labs for what it gives', () => {
    const fields =
      'fields: {industry: {from: [pdl]}, employee_count: {from: [pdl], value: employee_cuont}, company: {from: [pdl], value: nonsense}}';
    expect(told(`object: Contact\nproviders: [{name: pdl, type: pdl}]\n${fields}`)).toEqual([
      'zz.yaml:3:72 error unknown-value Did you mean "employee_count"?',
      'zz.yaml:3:119 error unknown-value',
    ]);
  });

  test('gives each type what it needs, and nothing that it does not look at', () => {
    const providers = `providers:
  - {name: table, type: csv}
  - {name: service, type: webhook, url_env: URL, min_likelihood: 3}
  - {name: table, type: pdl}`;
    expect(told(`object: Contact\n${providers}\nfields: {industry: {from: [table]}, employee_count: {from: [service]}}`)).toEqual([
      'zz.yaml:3:5 error missing-key',
      'zz.yaml:4:5 error missing-key',
      'zz.yaml:4:50 warning ignored-setting',
      'zz.yaml:5:12 error duplicate-id',
    ]);
  });

  test.each(['/etc/passwd.csv', '../other.csv', 'a/../../b.csv', 'C:\\..\\x.csv', 'companies.txt'])('reads no table at %s', (path) => {
    const found = told(`object: Contact\nproviders: [{name: house, type: csv, path: '${path}'}]\nfields: {industry: {from: [house]}}`);
    expect(found).toEqual([expect.stringContaining('error')]);
  });

  test('writes what it fills, asks prompts that there are, and tells of who is asked for nothing', () => {
    const found = told(`object: Contact
providers: [{name: house, type: csv, path: companies.csv}, {name: pdl, type: pdl}]
fields: {industry: {from: [house]}}
write: {industri: {}}
on_ambiguous: {agent: nobody-there}`);
    expect(found).toEqual([
      'zz.yaml:2:67 warning unused-provider',
      'zz.yaml:4:9 error unknown-path Did you mean "industry"?',
      'zz.yaml:5:23 error dangling-reference',
    ]);
  });

  test('is the only one of its object', () => {
    const spec = 'object: Contact\nproviders: [{name: house, type: csv, path: companies.csv}]\nfields: {industry: {from: [house]}}';
    const other = `---\n${HEAD.replace('leads', 'others')}${spec.replaceAll(/^/gm, '  ')}\n`;
    expect(told(spec, other)).toEqual([expect.stringContaining('error same-object')]);
  });
});
