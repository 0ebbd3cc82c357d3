// All three providers as the process wires them: variables of the environment, a table on disk, doubles of the two services over HTTP.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { signatureOf } from '../../../adapters/enrichment-webhook/webhook.ts';
import { type EnrichmentFact, enrichmentDesk } from '../../../controller/enrichment/desk.ts';
import { matchingOf, policiesOf } from '../../../controller/enrichment/policies.ts';
import { providersOf } from '../../../providers.ts';
import { EnrichmentPolicy } from '../../../resources/enrichment-policy/schema.ts';
import { openStore } from '../../../state/open.ts';
import { json, serviceDouble } from '../../adapters/service-double.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const SAMPLE = readFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'pdl', 'company.json'), 'utf8');
const SPEC = {
  object: 'Lead',
  providers: [
    { name: 'house', type: 'csv', path: 'companies.csv', columns: { domain: 'Website' } },
    { name: 'pdl', type: 'pdl' },
    { name: 'stack', type: 'webhook', url_env: 'STACK_URL', secret_env: 'STACK_SECRET' },
  ],
  fields: {
    industry: { from: ['house', 'pdl'] },
    employee_count: { from: ['house', 'pdl'] },
    technologies: { from: ['stack', 'pdl'] },
  },
};

async function wired(env: Readonly<Record<string, string>>, prefix = '') {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-wired-'));
  writeFileSync(join(folder, 'companies.csv'), 'Website,industry\nnordlicht.example,Measuring\nbroken\n');
  let now = START;
  const store = await openStore({ folder, nextId: () => 'id', now: () => new Date(now) });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const told: string[] = [];
  const resources = { 'EnrichmentPolicy/leads': SPEC, 'EnrichmentPolicy/damaged': { object: 7 } };
  const desk = enrichmentDesk({
    store: store.enrichments,
    clock: { now: () => new Date(now) },
    project: () => 'acme',
    policies: () => policiesOf(resources),
    matching: () => matchingOf(resources),
    providerOf: providersOf({
      env,
      prefix: () => prefix,
      locate: async (path) => join(folder, path),
      now: () => now,
      tell: (message) => told.push(message),
    }),
  });
  const request = { id: 'e', kind: 'enrich', policy: 'leads', known: { email: 'ida@nordlicht.example', company: 'Nordlicht' } } as const;
  return {
    told,
    pass: (milliseconds: number) => (now += milliseconds),
    ask: () => desk.ask(request),
    known: async () => (await desk.known(request)).value as EnrichmentFact,
  };
}

test('each field from the first that knows it; one that is away is asked again when it said so', async () => {
  let isAway = true;
  const pdl = await serviceDouble((_, response) =>
    isAway ? response.writeHead(503, { 'retry-after': '120' }).end() : response.writeHead(200).end(SAMPLE),
  );
  const stack = await serviceDouble(
    json(200, { candidates: [{ id: '1', domains: ['nordlicht.example'], values: { technologies: ['rust'] } }] }),
  );
  const env = { PDL_API_KEY: 'k', PDL_API_URL: pdl.url, STACK_URL: stack.url, STACK_SECRET: 'shh' };
  const { ask, known, pass, told } = await wired(env);
  expect(await ask()).toEqual({ kind: 'again', error: 'pdl: it answered 503', afterMs: 120_000 });
  expect(await known()).toMatchObject({
    values: { industry: { value: 'Measuring', source: 'house' }, technologies: { value: ['rust'], source: 'stack' } },
    pending: ['pdl'],
    missing: ['employee_count'],
    again: '2026-11-21T12:02:00.000Z',
  });
  const [asked] = stack.asked;
  expect(asked?.headers['x-loopctl-signature-256']).toBe(`sha256=${signatureOf('shh', String(START / 1_000), asked?.body ?? '')}`);
  isAway = false;
  pass(120_000);
  expect(await ask()).toEqual({ kind: 'answered' });
  expect(await known()).toMatchObject({ values: { employee_count: { value: 342, source: 'pdl' } }, pending: [], missing: [] });
  expect(pdl.asked).toHaveLength(2);
  expect(stack.asked).toHaveLength(1);
  expect(told).toEqual([expect.stringContaining('companies.csv: 1 rows are left out: line 3')]);
});

test('variables that are not set are named, with the prefix of the environment; the table is asked all the same', async () => {
  const { ask, known } = await wired({ PDL_API_KEY: 'of another environment', PROD_STACK_URL: 'https://stack.example' }, 'PROD_');
  expect(await ask()).toEqual({ kind: 'answered' });
  expect(await known()).toMatchObject({
    values: { industry: { value: 'Measuring' } },
    pending: [],
    failed: [
      { provider: 'pdl', error: 'PROD_PDL_API_KEY is not set' },
      { provider: 'stack', error: 'PROD_STACK_SECRET is not set' },
    ],
  });
});

test('the policies of a snapshot: the same objects for the same snapshot, and none that can not be read', () => {
  const resources = { 'EnrichmentPolicy/leads': SPEC, 'EnrichmentPolicy/damaged': { object: 7 }, 'MatchPolicy/m': { match: 0.9 } };
  expect([...policiesOf(resources).keys()]).toEqual(['leads']);
  expect(policiesOf(resources).get('leads')).toBe(policiesOf(resources).get('leads'));
  expect(policiesOf(resources).get('leads')).toEqual(EnrichmentPolicy.schema.parse(SPEC));
  expect(matchingOf(resources)).toEqual({ match: 0.9 });
});
