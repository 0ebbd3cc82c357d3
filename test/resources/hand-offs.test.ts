// A clock that can not start, never stops or that nobody hears, and an overruling that nobody could decide, are told where they stand.
import { expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { problems } from './fixture.ts';

function told(kind: string, specs: readonly string[]): readonly string[] {
  const documents = specs.map((spec, at) => `apiVersion: loopctl/v1\nkind: ${kind}\nmetadata: {name: p${at}}\nspec: ${spec}\n`);
  const found = problems({ path: 'zz/one.yaml', to: documents.join('---\n') });
  return found.map(({ at, severity, code }) => `${at === undefined ? '' : originText(at)} ${severity} ${code}`);
}
const sla = (...specs: readonly string[]) => told('SLAPolicy', specs);
const override = (...specs: readonly string[]) => told('OverridePolicy', specs);
const codes = (lines: readonly string[]) => lines.map((line) => line.split(' ').slice(1).join(' '));

test('a target is enough', () => {
  expect(sla('{target: 15m}')).toEqual([]);
  expect(sla('{object: Opportunity, start: won, target: +2bd, escalations: [{after: 8h, task: {subject: "Call {name}"}}]}')).toEqual([]);
});

test('only opportunities are won, and Route gives them to their owner alone', () => {
  expect(sla('{object: Lead, start: won, target: 4h}')).toEqual(['zz/one.yaml:4:29 error wrong-object']);
  expect(codes(sla('{object: Opportunity, start: won, target: 4h, reassign: {after: 8h}}'))).toEqual(['error wrong-owner']);
  expect(codes(sla('{object: Campaign, target: 4h, reassign: {after: 8h}}'))).toContain('error dangling-reference');
});

test('a clock stops by something', () => {
  expect(codes(sla('{target: 15m, touch: {tasks: false, events: false, field: null}}'))).toEqual(['error never-stops']);
});

test('no time is none, and a day of business hours is no day', () => {
  expect(codes(sla('{target: 0m}'))).toEqual(['error out-of-range']);
  expect(codes(sla('{target: 2d}'))).toEqual(['error ambiguous-duration']);
  expect(codes(sla('{target: 1h, escalations: [{after: 1d, task: {subject: Call}}]}'))).toEqual(['error ambiguous-duration']);
});

test('an escalation is heard by somebody, once, and before the record is gone', () => {
  expect(sla('{target: 1h, escalations: [{after: 1h}]}')).toHaveLength(1);
  expect(codes(sla('{target: 1h, escalations: [{after: 1h, notify: true}]}'))).toEqual(['warning nobody-told']);
  const twice = '{after: 1h, task: {subject: Call}}';
  expect(codes(sla(`{target: 1h, escalations: [${twice}, ${twice}]}`))).toEqual(['error duplicate-id']);
  expect(codes(sla(`{target: 1h, escalations: [${twice}], reassign: {after: 30m}}`))).toEqual(['warning unreachable']);
});

test('what conditions, texts and names say is there', () => {
  expect(codes(sla('{target: 1h, when: grad == A}'))).toEqual(['error unknown-path']);
  expect(sla('{target: 1h, escalations: [{after: 1h, task: {subject: "Call {nmae}"}}]}')).toHaveLength(1);
  expect(codes(sla('{target: 1h, calendar: mars, reassign: {after: 2h, to: pool/none}}'))).toEqual([
    'error dangling-reference',
    'error dangling-reference',
  ]);
});

test('one policy says who overrules whom; yes is not no', () => {
  expect(override('{approvers: [sales-leadership]}')).toEqual([]);
  expect(codes(override('{}', '{}'))).toEqual(['error only-one']);
  expect(codes(override('{refused: [Approved]}'))).toEqual(['error ambiguous']);
  expect(codes(override('{approvers: [sales-leaders]}'))).toEqual(['error unknown-group']);
  expect(codes(override('{objects: [Campaign]}'))).toEqual(['error dangling-reference']);
  expect(codes(override('{expires: 0d}'))).toEqual(['error out-of-range']);
});
