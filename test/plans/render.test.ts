// The four renderings of one plan that says everything, against golden files (UPDATE_GOLDEN=1 writes them); and what none may ever do.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../plans/build.ts';
import { compare } from '../../plans/compare.ts';
import { type GatePolicy, type GateWorld, gate, withGate } from '../../plans/gate.ts';
import type { Plan } from '../../plans/plan.ts';
import { renderHtml } from '../../plans/render/html.ts';
import { publicPlan } from '../../plans/render/json.ts';
import { renderMarkdown } from '../../plans/render/markdown.ts';
import { renderText } from '../../plans/render/text.ts';
import { readCaseFile } from './case.ts';
import { desiredOf } from './organisation.ts';
import { ORG as PLAIN_ORG } from './planning.ts';

const FOLDER = join(import.meta.dirname, 'golden');
const ORG = { ...PLAIN_ORG, name: 'Acme <Sandbox>' };
const REVISION = { commit: 'abc1234567890', dirty: true, asOf: '2026-11-21' };

const everything = planOfEverything();
const nothing = plan([]);
const RENDERINGS: Readonly<Record<string, (plan: Plan) => string>> = {
  txt: (plan) => renderText(plan, { color: false }),
  'color.txt': (plan) => renderText(plan, { color: true }),
  md: renderMarkdown,
  json: (plan) => `${JSON.stringify(publicPlan(plan), null, 2)}\n`,
  html: renderHtml,
};

describe.each(Object.entries({ everything, nothing }))('%s', (name, plan) => {
  test.each(Object.entries(RENDERINGS))('%s is as it was', (extension, render) => {
    const path = join(FOLDER, `${name}.golden.${extension}`);
    const text = render(plan);
    if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, text);
    expect(text).toBe(existsSync(path) ? readFileSync(path, 'utf8') : 'missing: UPDATE_GOLDEN=1 writes it');
  });
});

test('the last line of the text says the sums and what is held', () => {
  const last = renderText(everything, { color: false }).trimEnd().split('\n').at(-1);
  expect(last).toMatch(
    /^Plan: 2 to create, 4 to update, 3 to delete, 1 to adopt, 1 to replace, 1 to forget, and what the loops read, then 1 run of a loop\. Held: /,
  );
  expect(renderText(nothing, { color: false })).toMatch(/\nNothing to do\.\n$/);
});

test.each(Object.entries(RENDERINGS))('%s shows no secret', (_name, render) => {
  const text = render(everything);
  expect(text).not.toMatch(/"(new|old)"/);
  expect(text).toContain('(sensitive)');
});

test('no label steers a terminal, a page or a forge', () => {
  for (const extension of ['txt', 'color.txt', 'md', 'html']) expect(RENDERINGS[extension]?.(everything)).not.toContain('\u202e');
  expect(renderText(everything, { color: false })).not.toContain('\u001b');
  expect(renderHtml(everything)).not.toContain('<b>');
  const prose = renderMarkdown(everything).replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
  expect(prose).not.toMatch(/@|<b>/);
});

test('ten thousand steps are cut in text and Markdown, with a count, and never in JSON', () => {
  const many = plan(Array.from({ length: 10_000 }, (_, name) => name));
  const text = renderText(many, { color: false });
  expect(text.split('\n').length).toBeLessThan(2_500);
  expect(text).toContain('and 9,802 more steps (9,801 create, 1 update)');
  const markdown = renderMarkdown(many);
  expect(markdown.length).toBeLessThan(65_536);
  expect(markdown).toMatch(/and 9,\d{3} more steps/);
  const held = plan(
    Array.from({ length: 300 }, (_, name) => name),
    'x'.repeat(5_000),
  );
  expect(held.holds.length).toBe(301);
  expect(renderMarkdown(held).length).toBeLessThan(65_536);
  expect(publicPlan(many)).toMatchObject({ steps: { length: 10_002 } });
  expect(renderHtml(many)).toContain('more steps');
});

test('the JSON has the keys of the public interface', () => {
  const json = publicPlan(everything);
  const keys = ['formatVersion', 'id', 'commit', 'dirty', 'environment', 'summary', 'steps', 'drift', 'impact', 'holds', 'org', 'calls'];
  expect(Object.keys(json)).toEqual(expect.arrayContaining(keys));
  expect(json['summary']).toEqual({ create: 2, adopt: 1, update: 4, replace: 1, delete: 3, forget: 1, unchanged: 5 });
  const steps = json['steps'] as readonly Record<string, unknown>[];
  for (const step of steps) {
    expect(Object.keys(step)).toEqual(
      expect.arrayContaining(['id', 'ref', 'address', 'action', 'phase', 'level', 'dependsOn', 'fields', 'patch', 'why']),
    );
  }
  expect(steps.find(({ action }) => action === 'switch')).toMatchObject({ phase: 'switch', id: 'Snapshot/sandbox' });
  expect(steps.find(({ action }) => action === 'run')).toMatchObject({ phase: 'switch', id: 'Run/qualify/Lead' });
  const created = steps.find(({ id }) => id === 'Territory2/FY27/east')?.['fields'] as readonly Record<string, unknown>[];
  expect(created.map(({ path, before }) => [path, before])).toEqual([
    ['Name', null],
    ['Territory2ModelId', null],
    ['ParentTerritory2Id', null],
    ['Description', null],
  ]);
});

function planOfEverything(): Plan {
  const [world] = readCaseFile(join(FOLDER, 'world.yaml'));
  if (world === undefined) throw new Error('no world');
  const before = { resources: { 'ScoringModel/inbound': { fit: { components: [{ id: 'seniority', rules: [{ points: 12 }] }] } } } };
  const after = {
    resources: {
      'ScoringModel/inbound': { fit: { components: [{ id: 'seniority', rules: [{ points: 14 }] }] } },
      'Pool/na': { members: ['ae-1'] },
    },
  };
  const planned = buildPlan({
    comparison: compare(world.input),
    snapshot: { before, after, needs: ['Group/review'] },
    reruns: [{ loop: 'qualify', object: 'Lead', ref: { kind: 'ScoringModel', name: 'inbound' }, reads: ['ScoringModel/inbound'] }],
    environment: 'sandbox',
    org: ORG,
    ...REVISION,
    callsRead: 12,
    impact: { account_moves: 1204, owner_changes: 3, records: [{ id: '00Q' }] },
  });
  const policy: GatePolicy = {
    sync: 'automatic',
    limits: { maxDelete: 2, maxChangePct: 30 },
    approvals: [
      {
        text: 'account_moves > 100',
        when: ({ account_moves: moves = 0 }) => moves > 100,
        reads: ['account_moves'],
        by: ['sales-leadership'],
        count: 1,
      },
    ],
    groups: { 'sales-leadership': ['vp.sales@acme.example'] },
    windows: [{ allow: 'Mon-Thu 08:00-17:00' }],
    timezone: 'America/New_York',
  };
  const now: GateWorld = {
    now: new Date('2026-11-21T12:00:00Z'),
    actor: 'person',
    verdicts: [],
    managed: 14,
    ownAccess: [],
    owned: new Map(),
    assigned: new Map(),
    claims: [],
    suspended: [],
  };
  return withGate(planned, gate(planned, policy, now));
}

/** `standing`: a label that territories of these names have in the org already, so that each is in the way. */
function plan(territories: readonly number[], standing?: string): Plan {
  const all = territories.map((name) => [name, { parent: null, label: 'East', seats: [] }] as const);
  const desired = territories.length === 0 ? [] : desiredOf({ territories: all, queues: [], points: 0 });
  const live =
    standing === undefined
      ? []
      : desired.map(({ address, fields }) => ({ address, id: address.key, fields: { ...fields, State: 'Active', Name: standing } }));
  const comparison = compare({ desired, inventory: [], live, types: {}, adoption: 'hold', driftPolicy: () => 'alert' });
  return buildPlan({ comparison, environment: 'sandbox', org: ORG, ...REVISION, commit: null, dirty: false, callsRead: 3 });
}
