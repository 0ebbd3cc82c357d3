// A candidate stands beside what acts without being taken for it, and an experiment that could tell nothing is told where it stands.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { originText } from '../../resources/core.ts';
import { runtimeContent } from '../../resources/runtime.ts';
import { problems, resolved } from './fixture.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'organisation');
const text = (path: string) => readFileSync(join(FIXTURE, path), 'utf8');
const model = (name: string) => text('qualify/scoring_model.yaml').replace(/name: inbound\b/, `name: ${name}`);
const rules = (name: string) => text('route/rules.yaml').replace(/name: inbound-leads\b/, `name: ${name}`);
const experiments = (...specs: readonly string[]) =>
  specs.map((spec, at) => `apiVersion: loopctl/v1\nkind: Experiment\nmetadata: {name: e${at}}\nspec: ${spec}\n`).join('---\n');
const CANDIDATES = [
  { path: 'zz/model.yaml', to: model('inbound-next') },
  { path: 'zz/rules.yaml', to: rules('leads-next') },
];

function told(...specs: readonly string[]): readonly string[] {
  const found = problems(...CANDIDATES, { path: 'zz/one.yaml', to: experiments(...specs) });
  return found
    .filter(({ severity, at }) => severity === 'error' || at?.path === 'zz/one.yaml')
    .map(({ at, severity, code, hint }) => [at === undefined ? '' : originText(at), severity, code, hint].join(' ').trim());
}

const MODELS = 'candidate: scoringmodel/inbound-next, control: scoringmodel/inbound';
const RULES = 'candidate: RoutingRuleSet/leads-next, control: routingruleset/inbound-leads';

test('a candidate of either kind may have the object of its control', () => {
  expect(told(`{${MODELS}}`, `{${RULES}, mode: share, share: 0.1}`)).toEqual([]);
});

test('without an experiment it is a second one of the object', () => {
  expect(told(`{${MODELS}}`)).toEqual([expect.stringMatching(/^zz\/rules.yaml:\d+:\d+ error same-object One that is only tried/)]);
});

test('sides that can not be compared, or are not there', () => {
  const codes = (spec: string) => told(spec, `{${RULES}}`).map((line) => line.replace(/^\S+ error /, ''));
  expect(codes('{candidate: scoringmodel/inbound-next, control: routingruleset/inbound-leads}')[0]).toBe(
    'not-comparable Write "routingruleset/leads-next".',
  );
  expect(codes('{candidate: scoringmodel/inbound, control: scoringmodel/inbound}')).toContain(
    'not-comparable Write "scoringmodel/inbound-next".',
  );
  expect(codes('{candidate: scoringmodel/inbound-nxt, control: scoringmodel/inbound}')).toContain(
    'dangling-reference Did you mean "inbound-next"?',
  );
});

test('what a mode can not measure is not asked of it', () => {
  const codes = (spec: string) => told(`{${MODELS}, ${spec}}`, `{${RULES}}`).map((line) => line.split(' ').slice(0, 3).join(' '));
  expect(codes('mode: share')).toEqual(['zz/one.yaml:4:83 error out-of-mode']);
  expect(codes('mode: share, share: 1')).toEqual([expect.stringContaining('out-of-mode')]);
  expect(codes('mode: share, share: 0.5, metric: agreement')).toEqual([expect.stringContaining('out-of-mode')]);
  expect(codes('share: 0.5')).toEqual([expect.stringContaining('out-of-mode')]);
  expect(codes('metric: conversion')).toEqual([expect.stringContaining('out-of-mode')]);
  expect(codes('stop: {max_drop: 0.1}')).toEqual([expect.stringContaining('out-of-mode')]);
  expect(codes('from: 2027-02-01, to: 2027-01-01')).toEqual([expect.stringContaining('out-of-range')]);
});

test('one experiment of a control at a time, and one of a candidate', () => {
  const second = { path: 'zz/third.yaml', to: model('inbound-third') };
  const found = (a: string, b: string) =>
    problems(...CANDIDATES, second, { path: 'zz/one.yaml', to: experiments(a, b, `{${RULES}}`) })
      .filter(({ severity }) => severity === 'error')
      .map(({ code }) => code);
  const third = 'candidate: scoringmodel/inbound-third, control: scoringmodel/inbound';
  expect(found(`{${MODELS}}`, `{${third}}`)).toEqual(['in-use']);
  expect(found(`{${MODELS}, to: 2027-01-31}`, `{${third}, from: 2027-02-01}`)).toEqual([]);
  expect(found(`{${MODELS}}`, '{candidate: scoringmodel/inbound-third, control: scoringmodel/inbound-next}')).toEqual(['in-use']);
});

test('loops do not see a candidate but in its experiment; what it names is waited for', () => {
  const queue =
    'apiVersion: loopctl/v1\nkind: Queue\nmetadata: {name: spare}\nspec: {label: Spare, objects: [Lead], owner: revops, members: [ae.east1@acme.example], sla: 4h}\n';
  const next = { path: 'zz/rules.yaml', to: rules('leads-next').replace('assign_to_queue: general', 'assign_to_queue: spare') };
  const { resources, needs } = runtimeContent(
    resolved([
      ...CANDIDATES,
      next,
      { path: 'zz/queue.yaml', to: queue },
      { path: 'zz/one.yaml', to: experiments(`{${MODELS}}`, `{${RULES}, mode: share, share: 0.1}`) },
    ]),
  );
  expect(Object.keys(resources).filter((key) => /^(ScoringModel|RoutingRuleSet|Experiment)\//.test(key))).toEqual([
    'ScoringModel/inbound',
    'RoutingRuleSet/inbound-leads',
    'Experiment/e0',
    'Experiment/e1',
  ]);
  expect(resources['Experiment/e0']).toMatchObject({
    kind: 'ScoringModel',
    object: 'Lead',
    control: 'inbound',
    candidate: 'inbound-next',
    mode: 'shadow',
    metric: 'agreement',
    stop: { after: '30d', min_n: 200, max_drop: 0.05 },
    spec: { object: 'Lead' },
  });
  const before = new Set(runtimeContent(resolved()).needs);
  expect(needs.filter((one) => !before.has(one))).toEqual(['Group/spare']);
});
