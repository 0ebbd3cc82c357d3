// A scan that could find nothing, ask nobody or hand nothing on is told where it stands.
import { expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { problems } from './fixture.ts';

const PROMPT = 'apiVersion: loopctl/v1\nkind: Prompt\nmetadata: {name: look}\nspec: {model: m, tools: [web_search], text: Look.}\n';
const listOf = (spec: string) => `apiVersion: loopctl/v1\nkind: TargetAccountList\nmetadata: {name: ours}\nspec: ${spec}\n`;
const scanOf = (spec: string, name = 'one') => `apiVersion: loopctl/v1\nkind: SignalScan\nmetadata: {name: ${name}}\nspec: ${spec}\n`;

function told(scans: readonly string[], { list = '{tier: 1, accounts: [globex.example]}', prompt = PROMPT } = {}): readonly string[] {
  const found = problems(
    { path: 'zz/scans.yaml', to: scans.join('---\n') },
    { path: 'zz/list.yaml', to: listOf(list) },
    { path: 'zz/prompt.yaml', to: prompt },
  );
  return found.map(({ at, severity, code }) => `${at === undefined ? '' : originText(at)} ${severity} ${code}`);
}

test('a list and a prompt are enough', () => {
  expect(told([scanOf('{list: ours, prompt: look}')])).toEqual([]);
});

test('two scans of one list would ask twice', () => {
  expect(told([scanOf('{list: ours, prompt: look}'), scanOf('{list: ours, prompt: look}', 'two')])).toEqual([
    'zz/scans.yaml:9:14 error same-list',
  ]);
});

test('a list that is limited to territories is not scanned as if it were not', () => {
  const list = '{tier: 1, accounts: [globex.example], territories: [ams]}';
  expect(told([scanOf('{list: ours, prompt: look}')], { list })).toEqual(['zz/scans.yaml:4:14 error unsupported']);
});

test('an agent that may not search tells nothing new', () => {
  const prompt = PROMPT.replace('tools: [web_search], ', '');
  expect(told([scanOf('{list: ours, prompt: look}')], { prompt })).toEqual(['zz/scans.yaml:4:28 warning no-web-search']);
});

test('a threshold that nothing reaches, bands that are not in order, and no types', () => {
  const types = 'types: {hiring: {base: 50, half_life: 30d}}';
  expect(told([scanOf(`{list: ours, prompt: look, ${types}, threshold: 60}`)])).toEqual(['zz/scans.yaml:4:90 error out-of-range']);
  expect(told([scanOf(`{list: ours, prompt: look, bands: {hot: 60, warm: 60}}`)])).toHaveLength(1);
  expect(told([scanOf(`{list: ours, prompt: look, types: {}}`)])).toEqual(['zz/scans.yaml:4:41 error empty']);
});

test('what it refers to is there', () => {
  expect(told([scanOf('{list: our, prompt: lok}')]).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
    'error dangling-reference',
    'error dangling-reference',
  ]);
});
