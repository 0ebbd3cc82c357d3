// One matcher an organisation: mistakes in its policy are told where they stand.
import { describe, expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { problems } from './fixture.ts';

function told(...specs: readonly string[]): readonly string[] {
  const documents = specs.map((spec, at) => `apiVersion: loopctl/v1\nkind: MatchPolicy\nmetadata: {name: p${at}}\nspec: ${spec}\n`);
  return problems({ path: 'zz.yaml', to: documents.join('---\n') }).map(
    ({ at, severity, code }) => `${at === undefined ? '' : originText(at)} ${severity} ${code}`,
  );
}

describe('a match policy', () => {
  test('may be empty: the defaults hold', () => {
    expect(told('{}')).toEqual([]);
  });

  test('is the only one', () => {
    expect(told('{}', '{}')).toEqual(['zz.yaml:8:18 error two-match-policies']);
  });

  test('asks somebody before it matches', () => {
    expect(told('{review: 0.95}')).toEqual(['zz.yaml:4:16 error out-of-range']);
  });

  test('weighs something', () => {
    expect(told('{weights: {domain: 0, name: 0, geo: 0, phone: 0}}')).toEqual(['zz.yaml:4:17 error out-of-range']);
  });

  test('does not add what it removes, and lists hosts as hosts', () => {
    expect(told('{hosted: {add: [a.example], remove: [a.example]}}')).toEqual(['zz.yaml:4:44 error contradiction']);
    expect(told('{free_mail: {add: ["https://a.example/x"]}}')).toHaveLength(1);
  });
});
