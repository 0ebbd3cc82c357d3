// A candidate beside what acts, on a real store and a real org: it acts on its share alone, or on nothing, and every decision can be made again.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { experimentReports } from '../../../controller/experiments/report.ts';
import type { Mark } from '../../../controller/experiments/shadow.ts';
import { armOf } from '../../../controller/experiments/trials.ts';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import { replay } from '../../../controller/loops/replay.ts';
import type { LoopRequest } from '../../../controller/loops/answer.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { openProduct, type Product } from '../product.ts';

const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
const LEAD = {
  company: 'Bayside Software',
  email: 'q@bayside-software.example',
  title: 'VP of Sales',
  employee_count: 800,
  industry: 'Software',
  lead_source: 'Demo Request',
  billing_country: 'US',
  billing_state: 'CA',
  billing_city: 'San Francisco',
  technologies: 'crm; marketing automation',
};
const idOf = (at: number) => `00Q${String(at).padStart(12, '0')}`;
const text = (product: Product, path: string) => readFileSync(join(product.root, path), 'utf8');

/** Nobody gets an A of the candidate's. */
const stricter = (product: Product) =>
  text(product, 'qualify/scoring_model.yaml')
    .replace('name: inbound', 'name: inbound-next')
    .replace('A: ">= 90"', 'A: ">= 134"')
    .replace('3.1.0', '4.0.0');
/** All of North America goes to the pool, whatever its grade. */
const broader = (product: Product) =>
  text(product, 'route/rules.yaml')
    .replace('name: inbound-leads', 'name: leads-next')
    .replace('"grade == A and segment == commercial and billing_country in US,CA"', 'billing_country in US,CA');
const experiment = (spec: string) => `apiVersion: loopctl/v1\nkind: Experiment\nmetadata: {name: trial}\nspec: ${spec}\n`;

async function trying(spec: string, candidate: (product: Product) => string): Promise<{ product: Product; host: RunningHost }> {
  const product = await openProduct();
  product.write('qualify/next.yaml', candidate(product));
  product.write('qualify/experiment.yaml', experiment(spec));
  expect((await product.apply()).outcome).toBe('done');
  return { product, host: hostOf(product) };
}

function hostOf(product: Product): RunningHost {
  return loopHost({
    deps: product.deps,
    store: product.store,
    place: () => PLACE,
    connect: async () => ({ ok: true, value: product.crm.records }),
    listener: () => {},
    engine: 'test',
  });
}

async function decision(host: RunningHost, loop: string, request: Omit<LoopRequest, 'object'>): Promise<DecisionRecord> {
  const answer = await host.decide(loop, { object: 'Lead', ...request });
  if (answer.kind !== 'decided') throw new Error(JSON.stringify(answer));
  return answer.decision;
}

async function madeAgain(product: Product, { id }: DecisionRecord) {
  const stored = await product.store.decisions.find(PLACE.project, PLACE.environment, id);
  if (stored === undefined) throw new Error(`${id} is not kept`);
  return { stored, again: await replay(product.store, [await product.scope()], stored) };
}

const markOf = (one: DecisionRecord) => one['experiment'] as Mark | undefined;
const SHARE = '{candidate: scoringmodel/inbound-next, control: scoringmodel/inbound, mode: share, share: 0.3, stop: {min_n: 20}}';

test('a share of the records by their ids, evenly; a record keeps its side, in both ways of writing its id', () => {
  const trial = { name: 'trial', share: 0.3 };
  const sides = Array.from({ length: 20_000 }, (_, at) => armOf(trial, idOf(at)));
  const share = sides.filter((one) => one === 'candidate').length / sides.length;
  // Four standard errors.
  expect(Math.abs(share - 0.3)).toBeLessThan(0.013);
  const more = Array.from({ length: 2_000 }, (_, at) => armOf({ ...trial, share: 0.6 }, idOf(at)));
  expect(more.every((one, at) => one === 'candidate' || sides[at] === 'control')).toBe(true);
});

test('on a share the candidate decides in the place of the control, for whoever asks, and both are made again the same', async () => {
  const { product, host } = await trying(SHARE, stricter);
  const made = await Promise.all(Array.from({ length: 60 }, (_, at) => decision(host, 'qualify', { id: idOf(at), record: LEAD })));
  const sides = Map.groupBy(made, (one) => markOf(one)?.arm);
  const [control, candidate] = [sides.get('control') ?? [], sides.get('candidate') ?? []];
  expect([control.length + candidate.length, candidate.length > 8, control.length > 30]).toEqual([60, true, true]);
  expect(new Set(control.map((one) => JSON.stringify([one['grade'], one['model']])))).toEqual(
    new Set(['["A",{"name":"inbound","version":"3.1.0"}]']),
  );
  expect(new Set(candidate.map((one) => JSON.stringify([one['grade'], one['model']])))).toEqual(
    new Set(['["B",{"name":"inbound-next","version":"4.0.0"}]']),
  );
  const [one] = candidate;
  if (one?.subject.id === undefined) throw new Error('no candidate');
  // Again, dry, with the long id, and asked by Route, which goes by the same grade.
  const long = await decision(host, 'qualify', { id: `${one.subject.id}AAA`, record: LEAD, dry: true });
  expect([markOf(long)?.arm, long['grade']]).toEqual(['candidate', 'B']);
  const routed = await decision(host, 'route', { id: one.subject.id, record: LEAD });
  expect([routed['rule_matched'], markOf(routed)]).toEqual(['geography_territory', undefined]);
  expect((await decision(host, 'route', { id: control[0]?.subject.id ?? '', record: LEAD }))['rule_matched']).toBe('a_grade_na_commercial');
  // What has no id, and is not kept, is the control's.
  expect(markOf(await decision(host, 'qualify', { record: LEAD, dry: true }))).toBeUndefined();
  for (const some of [...control.slice(0, 3), ...candidate.slice(0, 3), routed]) {
    const { again } = await madeAgain(product, some);
    expect(again).toMatchObject({ kind: 'same' });
  }
  const [report] = await experimentReports(product.store, await product.scope(), { now: new Date() });
  expect(report).toMatchObject({
    name: 'trial',
    state: 'running',
    arms: {
      control: { n: control.length, shares: [{ label: 'A', share: 1 }] },
      candidate: { n: candidate.length, shares: [{ label: 'B', share: 1 }] },
    },
  });
});

test('a candidate that was stopped acts on nothing more, in a process that runs', async () => {
  const { product, host } = await trying(SHARE, stricter);
  const id = Array.from({ length: 50 }, (_, at) => idOf(at)).find((one) => armOf({ name: 'trial', share: 0.3 }, one) === 'candidate') ?? '';
  const before = await decision(host, 'qualify', { id, record: LEAD });
  expect([before['grade'], markOf(before)?.arm]).toEqual(['B', 'candidate']);
  const run = markOf(before)?.run ?? '';
  const at = new Date().toISOString();
  await product.store.updateStanding(PLACE, { experiments: { trial: { run, state: 'stopped', because: 'too bad', at } } });
  const after = await decision(host, 'qualify', { id, record: LEAD });
  expect([after['grade'], markOf(after)]).toEqual(['A', undefined]);
  // Each is made again as it was.
  expect((await madeAgain(product, before)).again).toMatchObject({ kind: 'same' });
  expect((await madeAgain(product, after)).again).toMatchObject({ kind: 'same' });
  // Something of it is another: another run.
  product.edit('qualify/experiment.yaml', 'min_n: 20', 'min_n: 30');
  expect((await product.apply()).outcome).toBe('done');
  expect((await decision(host, 'qualify', { id, record: LEAD }))['grade']).toBe('B');
});

test('in shadow the candidate says what it would do, takes no turn, writes nothing, and its answer is made again the same', async () => {
  const { product, host } = await trying('{candidate: routingruleset/leads-next, control: routingruleset/inbound-leads}', broader);
  const small = { ...LEAD, employee_count: 12, title: 'Assistant', lead_source: 'List' };
  const turns = async () => Object.fromEntries(await product.store.decisions.state(await product.scope(), ['pool/na-commercial']));
  const before = await turns();
  const made = await Promise.all(Array.from({ length: 12 }, (_, at) => decision(host, 'route', { id: idOf(at), record: small })));
  expect(await turns()).toEqual(before);
  for (const one of made) {
    expect(one['rule_matched']).toBe('geography_territory');
    expect(markOf(one)).toMatchObject({
      name: 'trial',
      mode: 'shadow',
      arm: 'control',
      candidate: { rule_matched: 'a_grade_na_commercial', owner: expect.any(String) },
    });
    const { stored, again } = await madeAgain(product, one);
    expect(again).toMatchObject({ kind: 'same' });
    expect(stored.recorded.shadow?.facts.map(({ id }) => id).length).toBeGreaterThan(0);
  }
  // Of whom the candidate alone thought nothing is counted.
  const east = 'load/Lead/ae.east1@acme.example';
  expect(made.map((one) => markOf(one)?.candidate?.['owner'])).toContain('ae.east1@acme.example');
  expect((await product.store.decisions.state(await product.scope(), [east])).get(east)?.version ?? 0).toBe(0);
  const alike = await decision(host, 'route', { id: idOf(99), record: LEAD });
  expect(markOf(alike)).toMatchObject({ differs: false, candidate: { rule_matched: 'a_grade_na_commercial' } });
  expect(await turns()).not.toEqual(before);
  const [report] = await experimentReports(product.store, await product.scope(), { now: new Date() });
  expect(report?.agreement).toMatchObject({ n: 13, undetermined: 0 });
});

test('what the candidate would have to ask an agent for is undetermined, and nobody is asked', async () => {
  const agent = '{agent: {prompt: ambiguous-geography, role: AE, cascade: default}}';
  const { product, host } = await trying('{candidate: routingruleset/leads-next, control: routingruleset/inbound-leads}', (one) => {
    // Two territories take Switzerland, and nothing tells them apart.
    const rows = '    - {territory: emea/dach, country: [DE, AT, CH]}\n';
    one.edit('deploy/match_rules.yaml', rows, `${rows}    - {territory: ams/east, country: CH}\n`);
    const candidate = broader(one);
    one.edit('route/rules.yaml', agent, '{assign_to_queue: triage}');
    return candidate;
  });
  const made = await decision(host, 'route', { id: idOf(1), record: { company: 'Alpen Werke', billing_country: 'CH' } });
  expect([made['rule_matched'], markOf(made)]).toEqual([
    'ambiguous_geography',
    expect.objectContaining({ undetermined: expect.stringMatching(/^it would ask what was not asked: /) }),
  ]);
  expect(markOf(made)?.differs).toBeUndefined();
  expect((await madeAgain(product, made)).again).toMatchObject({ kind: 'same' });
});
