// The starter is the first thing that a team sees of the product: it is free of mistakes, what its README says of it is true, and
// it decides as the worked examples of the documentation do.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conditionOf, whenOf } from '../../resources/conditions/condition.ts';
import { format } from '../../resources/format.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { Project } from '../../resources/project/schema.ts';
import { Queue } from '../../resources/queue/schema.ts';
import type { Organisation } from '../../resources/resource.ts';
import { RoutingRuleSet } from '../../resources/routing-rule-set/schema.ts';
import { type ScoringComponent, ScoringModel } from '../../resources/scoring-model/schema.ts';
import { loopctl } from '../cli/command.ts';
import { files, on, records, STARTER, starter, text } from './organisation.ts';

const organisation = starter();
const TODAY = '2026-11-21';
const GROWTH = { path: 'design/capacity_config.yaml', from: 'active_scenario: fy27-base', to: 'active_scenario: fy27-growth' };

test('no error and no warning, whichever scenario is promoted', () => {
  expect(readOrganisation(files()).problems).toEqual([]);
  expect(readOrganisation(files(GROWTH)).problems).toEqual([]);
});

test('every file is in its canonical form', () => {
  expect(
    files()
      .filter(({ text: written }) => JSON.stringify(format(written)) !== JSON.stringify({ ok: true, value: written }))
      .map(({ path }) => path),
  ).toEqual([]);
});

describe('the README', () => {
  const readme = text('README.md');

  test('names no command that there is not', () => {
    const named = [...readme.matchAll(/(?:`| {4})loopctl ([a-z]+)/g)].map((match) => match[1]);
    const commands = [...loopctl(['--help']).stdout.matchAll(/^ {2}([a-z]+) /gm)].map((match) => match[1]);
    expect(named.filter((name) => !commands.includes(name))).toEqual([]);
    expect(named.length).toBeGreaterThan(8);
  });

  test('counts right', () => {
    const seats = [...on(TODAY, organisation).seats.values()];
    const model = only(organisation.all(ScoringModel)).spec;
    expect(counted(readme)).toEqual({
      territories: organisation.names('Territory').size,
      seats: seats.length,
      filled: seats.filter(({ live, user }) => live && user !== undefined).length,
      scenarios: organisation.names('Scenario').size,
      factors: [model.fit, model.intent].flatMap(({ components }) => components).length,
      points: model.max_score,
      rules: only(organisation.all(RoutingRuleSet)).spec.rules.length,
      pools: organisation.names('Pool').size,
      queues: organisation.names('Queue').size,
    });
  });

  test('names files that are there, and no file of the starter is missing from it', () => {
    const named = [...readme.matchAll(/^\| (`.+?`) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? ''),
    );
    expect(named.filter((path) => !existsSync(join(STARTER, path)))).toEqual([]);
    expect(files().filter(({ path }) => !named.some((name) => path === name || (name.endsWith('/') && path.startsWith(name))))).toEqual([]);
  });

  test('changing a label updates that one territory', () => {
    const edited = starter({ path: 'design/territories/ams.yaml', from: 'label: SF Bay', to: 'label: Bay Area' });
    expect(difference(records(TODAY, organisation), records(TODAY, edited))).toEqual(['~ Territory2/FY27/ams_west_norcal_sf_bay']);
  });

  test('promoting the growth plan hands the Central Valley over, and nothing else', () => {
    expect(difference(records(TODAY, organisation), records(TODAY, starter(GROWTH)))).toEqual([
      '+ UserTerritory2Association/FY27/ams_west_norcal_valley/mei.lin@acme.example',
      '- UserTerritory2Association/FY27/ams_west_norcal_valley/diego.fuentes@acme.example',
    ]);
  });

  test('the band of regional VPs moves the first sample from 129 to 131', () => {
    const from = /vp_band, condition: ".+", points: 12/.exec(text('qualify/scoring_model.yaml'))?.[0] ?? 'no vp_band of 12 points';
    const edited = starter({ path: 'qualify/scoring_model.yaml', from, to: from.replace('points: 12', 'points: 14') });
    expect(
      readOrganisation(files({ path: 'qualify/scoring_model.yaml', from, to: from.replace('points: 12', 'points: 14') })).problems,
    ).toEqual([]);
    expect([sum(factors(organisation, sample('sf-bay'))), sum(factors(edited, sample('sf-bay')))]).toEqual([129, 131]);
  });
});

describe('people', () => {
  test('who is in a queue sits in a seat, so that nothing waits for a user who is not there', () => {
    const people = new Set([...on(TODAY, organisation).seats.values()].map(({ user }) => user));
    const strangers = organisation.all(Queue).flatMap(({ spec }) => spec.members.filter((member) => !people.has(member)));
    expect(strangers).toEqual([]);
  });

  test('every team that owns something is a group of the project, and CODEOWNERS names the same teams and folders that exist', () => {
    const groups = new Set(Object.keys(only(organisation.all(Project)).spec.groups));
    const owners = [...organisation.resources.values()].flatMap(({ metadata }) => metadata.owner ?? []);
    const lines = text('CODEOWNERS')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    const teams = lines.flatMap((line) =>
      line
        .split(/\s+/)
        .slice(1)
        .map((team) => team.replace('@acme/', '')),
    );
    expect([...owners, ...organisation.all(Queue).map(({ spec }) => spec.owner), ...teams].filter((team) => !groups.has(team))).toEqual([]);
    expect(lines.map((line) => line.split(/\s+/)[0] ?? '').filter((path) => path !== '*' && !existsSync(join(STARTER, path)))).toEqual([]);
  });

  test('SF Bay has two account executives; the primary one is Andrew Straus', () => {
    const there = [...on(TODAY, organisation).seats.values()].filter(
      ({ live, role, territories }) => live && role === 'AE' && territories.includes('ams/west/norcal/sf-bay'),
    );
    expect(there).toHaveLength(2);
    expect(there.filter(({ row }) => row.primary).map(({ row, user }) => [row.name, user])).toEqual([
      ['Andrew Straus', 'andrew.straus@acme.example'],
    ]);
  });

  test('open and planned seats are empty, the leaver is there until the end of April', () => {
    const live = (day: string, seat: string) => on(day, organisation).seats.get(seat)?.live;
    expect(['ae-southeast-1', 'ae-latam-1', 'ae-south-1'].map((seat) => live(TODAY, seat))).toEqual([false, false, false]);
    expect([live('2027-04-30', 'ae-ny-metro-2'), live('2027-05-01', 'ae-ny-metro-2')]).toEqual([true, false]);
  });
});

describe('the worked examples', () => {
  test('129 of 135, factor by factor', () => {
    expect(factors(organisation, sample('sf-bay'))).toEqual({
      company_size: 20,
      industry: 15,
      email: 15,
      seniority: 12,
      tech_stack: 7,
      company_type: 5,
      linkedin: 5,
      source: 25,
      geography: 15,
      has_email: 10,
    });
  });

  test('91 points are an A', () => {
    expect(sum(factors(organisation, sample('na-commercial')))).toBe(91);
    expect(grade(91)).toBe('A');
  });

  test('an A-grade commercial lead of North America goes to the pool by the second rule', () => {
    const facts = {
      ...sample('na-commercial'),
      score: 91,
      grade: 'A',
      segment: 'commercial',
      territory: { path: 'ams/west/mountain', candidates: 1 },
    };
    expect(firstRule(facts)).toMatchObject({ position: 2, action: { assign_to_pool: 'na-commercial' } });
  });

  test('a large company in San Francisco goes by geography, priority 50', () => {
    const facts = {
      ...sample('sf-bay'),
      score: 129,
      grade: 'A',
      segment: 'enterprise',
      territory: { path: 'ams/west/norcal/sf-bay', candidates: 1 },
    };
    expect(firstRule(facts)).toMatchObject({ id: 'geography_territory', priority: 50, action: { assign_to_territory: { role: 'AE' } } });
  });

  test.each([
    [4200, 'enterprise'],
    [640, 'mid-market'],
    [180, 'mid-market'],
    [45, 'smb'],
    [undefined, 'general'],
  ])('a lead with %s employees and no known place waits in the queue %s', (employee_count, queue) => {
    const facts = { email: 'a@b.example', grade: 'B', billing_country: 'US', ...(employee_count === undefined ? {} : { employee_count }) };
    const { action } = firstRule(facts) ?? { action: only(organisation.all(RoutingRuleSet)).spec.default };
    expect(action).toMatchObject({ assign_to_queue: queue });
  });
});

type Facts = Readonly<Record<string, unknown>>;

function sample(name: string): Facts {
  const samples = JSON.parse(text('samples/leads.json')) as readonly Facts[];
  return { ...only(samples.filter(({ id }) => id === `sample-${name}`)), email_kind: 'company' };
}

/** The rules themselves are asked here, not the engine: each factor's first rule that holds. */
function factors(from: Organisation, lead: Facts): Readonly<Record<string, number>> {
  const { fit, intent } = only(from.all(ScoringModel)).spec;
  return Object.fromEntries([...fit.components, ...intent.components].map((factor) => [factor.id, pointsOf(factor, lead[factor.field])]));
}

function pointsOf({ weight, rules = [], buying_signals }: ScoringComponent, value: unknown): number {
  const holds = (condition: string) => conditionOf(condition).holds(value, Date.parse(TODAY));
  if (buying_signals !== undefined)
    return Math.round((weight * buying_signals.filter((signal) => holds(`in:${signal}`)).length) / buying_signals.length);
  return rules.find(({ condition }) => holds(condition))?.points ?? 0;
}

function grade(score: number): string | undefined {
  const { grades } = only(organisation.all(ScoringModel)).spec;
  return Object.keys(grades).find((name) => conditionOf(grades[name] ?? '').holds(score, Date.parse(TODAY)));
}

function firstRule(facts: Facts) {
  const rules = [...only(organisation.all(RoutingRuleSet)).spec.rules].sort((a, b) => a.priority - b.priority);
  const position = rules.findIndex(({ when }) => when === undefined || whenOf(when).holds(facts, Date.parse(TODAY)));
  return position < 0 ? undefined : { ...rules[position], position: position + 1 };
}

function sum(points: Readonly<Record<string, number>>): number {
  return Object.values(points).reduce((total, more) => total + more, 0);
}

/** Records that come (+), change (~) and go (-). */
function difference(before: ReturnType<typeof records>, after: ReturnType<typeof records>): readonly string[] {
  const changed = [...after].flatMap(([address, { fields }]) => {
    const old = before.get(address);
    if (old === undefined) return [`+ ${address}`];
    return JSON.stringify(old.fields) === JSON.stringify(fields) ? [] : [`~ ${address}`];
  });
  return [...changed, ...[...before.keys()].filter((address) => !after.has(address)).map((address) => `- ${address}`)];
}

function counted(readme: string) {
  const pattern =
    /(?<territories>\d+) territories, (?<seats>\d+) seats \((?<filled>\d+) of them filled\), (?<scenarios>\d+) scenarios, a scoring model of (?<factors>\d+) factors and (?<points>\d+) points,\s+(?<rules>\d+) routing rules, (?<pools>\d+) pools, (?<queues>\d+) queues/;
  return Object.fromEntries(Object.entries(pattern.exec(readme)?.groups ?? {}).map(([what, number]) => [what, Number(number)]));
}

function only<T>(list: readonly T[]): T {
  const [first, ...more] = list;
  if (first === undefined || more.length > 0) throw new Error(`expected one, found ${list.length}`);
  return first;
}
