// The desk over a real store: what it asks, what it keeps, for how long, and what it does when providers do not answer. Time is the test's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type EnrichmentFact, enrichmentDesk } from '../../../controller/enrichment/desk.ts';
import type { Provider } from '../../../ports/enrichment.ts';
import type { Found, Query } from '../../../resources/enrichment-policy/found.ts';
import { EnrichmentPolicy } from '../../../resources/enrichment-policy/schema.ts';
import { openStore } from '../../../state/open.ts';

const START = Date.parse('2026-11-21T12:00:00Z');
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const LEAD = { email: 'ann@acme.com', company: 'Acme', billing_country: 'US' };

type Answers = Readonly<Record<string, (query: Query) => Found | Promise<Found>>>;

interface Setting {
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly answers: Answers;
  readonly unusable?: Readonly<Record<string, string>>;
  readonly revision?: () => string;
}

async function desk({ fields = { industry: { from: ['pdl'] } }, more = {}, answers, unusable = {}, revision }: Setting) {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-desk-'));
  let now = START;
  const store = await openStore({ folder, nextId: () => 'id', now: () => new Date(now) });
  onTestFinished(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const providers = [
    { name: 'pdl', type: 'pdl' },
    { name: 'house', type: 'csv', path: 'x.csv' },
    { name: 'stack', type: 'webhook', url_env: 'U', secret_env: 'S' },
  ];
  const spec = EnrichmentPolicy.schema.parse({ object: 'Lead', providers, fields, timeout: '1s', ...more });
  const asked: string[] = [];
  const make = () =>
    enrichmentDesk({
      store: store.enrichments,
      clock: { now: () => new Date(now) },
      project: () => 'acme',
      policies: () => new Map([['leads', spec]]),
      matching: () => undefined,
      providerOf({ name }) {
        const reason = unusable[name];
        if (reason !== undefined) return { unusable: reason };
        const provider: Provider = {
          async lookup(query) {
            asked.push(name);
            return (answers[name] ?? (() => ({ kind: 'none' })))(query);
          },
          ...(revision !== undefined && { revision: async () => revision() }),
        };
        return provider;
      },
    });
  let working = make();
  const request = (known: Readonly<Record<string, unknown>>, choice?: unknown) =>
    ({ id: 'e', kind: 'enrich', policy: 'leads', known, ...(choice !== undefined && { choice }) }) as const;
  return {
    asked,
    pass: (milliseconds: number) => (now += milliseconds),
    restart: () => (working = make()),
    async known(known: Readonly<Record<string, unknown>> = LEAD, choice?: unknown) {
      const fact = await working.known(request(known, choice));
      return { ...(fact.value as EnrichmentFact), open: fact.open, missingWhy: fact.missing };
    },
    ask: (known: Readonly<Record<string, unknown>> = LEAD, choice?: unknown) => working.ask(request(known, choice)),
    rows: (domain: string) => store.enrichments.find('acme', [{ provider: 'pdl', key: `company domain=${domain}` }]),
    elsewhere: () => working.known({ ...request(LEAD), policy: 'nothing' }),
  };
}

function acme(values: Readonly<Record<string, string | number>>): Found {
  return { kind: 'found', candidates: [{ id: 'a', label: 'Acme', name: 'Acme', domains: ['acme.com'], country: 'US', values }] };
}
const away: Found = { kind: 'unavailable', error: 'away' };

describe('what is known', () => {
  test('is open until it was asked; then it is there, with source and date, and nobody is asked again until it is too old', async () => {
    const { known, ask, asked, pass, restart } = await desk({ answers: { pdl: () => acme({ industry: 'Tools' }) } });
    expect(await known()).toMatchObject({ open: true, pending: ['pdl'], values: {} });
    expect(asked).toEqual([]);
    expect(await ask()).toEqual({ kind: 'answered' });
    restart();
    expect(await known()).toMatchObject({
      open: undefined,
      pending: [],
      values: { industry: { value: 'Tools', source: 'pdl', at: '2026-11-21T12:00:00.000Z' } },
    });
    expect(await known({ ...LEAD, email: 'bob@acme.com' })).toMatchObject({ values: { industry: { value: 'Tools' } } });
    await ask();
    expect(asked).toEqual(['pdl']);
    pass(90 * DAY + 1);
    expect(await known()).toMatchObject({ open: true, values: {} });
    await ask();
    expect(asked).toEqual(['pdl', 'pdl']);
  });

  test('"nothing" is kept too', async () => {
    const { known, ask, asked } = await desk({ answers: {} });
    await ask();
    await ask();
    expect(asked).toEqual(['pdl']);
    expect(await known()).toMatchObject({ open: undefined, missing: ['industry'] });
  });

  test('is forgotten when it is too old for every field', async () => {
    const { ask, pass, rows } = await desk({ answers: { pdl: () => acme({ industry: 'Tools' }) } });
    await ask();
    await ask({ email: 'ann@other.com' });
    expect(await rows('other.com')).toHaveLength(1);
    pass(89 * DAY);
    await ask();
    expect(await rows('other.com')).toHaveLength(1);
    pass(2 * DAY);
    await ask();
    expect(await rows('other.com')).toEqual([]);
  });

  test('of another revision of a table is not known any more', async () => {
    let revision = 'one';
    const { known, ask } = await desk({ answers: { pdl: () => acme({ industry: 'Tools' }) }, revision: () => revision });
    await ask();
    expect(await known()).toMatchObject({ open: undefined });
    revision = 'two';
    expect(await known()).toMatchObject({ open: true, values: {} });
  });

  test('by a policy that is not there: the reason', async () => {
    expect(await (await desk({ answers: {} })).elsewhere()).toMatchObject({
      value: null,
      missing: 'there is no EnrichmentPolicy "nothing"',
    });
  });
});

describe('asking', () => {
  test('goes on to the next provider in one go, and only as far as it has to', async () => {
    const fields = { industry: { from: ['house', 'pdl', 'stack'] }, employee_count: { from: ['pdl'] } };
    const { ask, asked, known } = await desk({
      fields,
      answers: { house: () => ({ kind: 'none' }), pdl: () => acme({ industry: 'Tools', employee_count: 5 }) },
    });
    expect(await ask()).toEqual({ kind: 'answered' });
    expect(asked.toSorted()).toEqual(['house', 'pdl']);
    expect(await known()).toMatchObject({ values: { industry: { source: 'pdl' }, employee_count: { source: 'pdl' } } });
  });

  test('the same at the same time is one call', async () => {
    let answer: (found: Found) => void = () => undefined;
    const waiting = new Promise<Found>((done) => (answer = done));
    const { ask, asked } = await desk({ answers: { pdl: () => waiting } });
    const both = Promise.all([ask(), ask({ ...LEAD, email: 'bob@acme.com' })]);
    await expect.poll(() => asked.length).toBe(1);
    answer(acme({ industry: 'Tools' }));
    expect(await both).toEqual([{ kind: 'answered' }, { kind: 'answered' }]);
    expect(asked).toEqual(['pdl']);
  });

  test('no more at once than the policy says', async () => {
    let running = 0;
    let most = 0;
    const answers: Answers = {
      async pdl() {
        running += 1;
        most = Math.max(most, running);
        await new Promise((done) => setImmediate(done));
        running -= 1;
        return { kind: 'none' };
      },
    };
    const { ask } = await desk({ answers, more: { concurrency: 3 } });
    await Promise.all(Array.from({ length: 20 }, (_, at) => ask({ email: `a@company${at}.com` })));
    expect(most).toBe(3);
  });

  test('an age of nothing asks once each time, not for ever', async () => {
    const { ask, asked, pass } = await desk({
      fields: { industry: { from: ['pdl'], max_age: '0s' } },
      answers: { pdl: () => (pass(1), acme({ industry: 'Tools' })) },
    });
    expect(await ask()).toEqual({ kind: 'answered' });
    expect(asked).toEqual(['pdl']);
  });
});

describe('a provider that does not answer', () => {
  test('is asked again later, and left in the end; another one that knows it settles it at once', async () => {
    const more = { retry: { first: '1m', most: '10m' }, give_up_after: '5m', ask_again_after: '2d' };
    const { known, ask, asked, pass } = await desk({ answers: { pdl: () => away }, more });
    expect(await ask()).toEqual({ kind: 'again', error: 'pdl: away', afterMs: MINUTE });
    expect(await known()).toMatchObject({ open: true, pending: ['pdl'], again: '2026-11-21T12:01:00.000Z' });
    expect(await ask()).toMatchObject({ kind: 'again' });
    expect(asked).toHaveLength(1);
    pass(MINUTE);
    expect(await ask()).toMatchObject({ kind: 'again', afterMs: 2 * MINUTE });
    pass(4 * MINUTE);
    expect(await ask()).toEqual({ kind: 'given-up', error: 'pdl: away' });
    expect(await known()).toMatchObject({ open: undefined, pending: [], failed: [{ provider: 'pdl', error: 'away' }] });
    pass(2 * DAY);
    expect(await known()).toMatchObject({ open: true });
    const both = await desk({
      fields: { industry: { from: ['pdl', 'stack'] } },
      answers: { pdl: () => away, stack: () => acme({ industry: 'Tools' }) },
    });
    expect(await both.ask()).toEqual({ kind: 'answered' });
  });

  test('in time counts as one that does not answer, even where it never ends', async () => {
    const { ask, known } = await desk({ answers: { pdl: () => new Promise<Found>(() => undefined) }, more: { timeout: '0.05s' } });
    expect(await ask()).toMatchObject({ kind: 'again', error: 'pdl: it did not answer within 0.05 s' });
    expect(await known()).toMatchObject({ open: true, pending: ['pdl'] });
  });

  test('several times in a row is left in peace, whoever asks; then one call tells', async () => {
    const more = { pause: { after: 3, for: '10m' }, concurrency: 1 };
    let answer: Found = away;
    const { ask, asked, pass } = await desk({ answers: { pdl: () => answer }, more });
    const lead = (at: number) => ({ email: `a@company${at}.com` });
    await Promise.all([1, 2, 3, 4, 5, 6].map((at) => ask(lead(at))));
    expect(asked).toHaveLength(3);
    expect(await ask(lead(7))).toMatchObject({ kind: 'again', afterMs: 10 * MINUTE });
    pass(10 * MINUTE);
    await ask(lead(8));
    expect(asked).toHaveLength(4);
    await ask(lead(9));
    expect(asked).toHaveLength(4);
    pass(10 * MINUTE);
    answer = { kind: 'none' };
    for (const at of [10, 11, 12, 13]) expect(await ask(lead(at))).toEqual({ kind: 'answered' });
    expect(asked).toHaveLength(8);
  });

  test('loses nothing that it said before', async () => {
    let answer: Found = acme({ industry: 'Tools' });
    const { ask, known, pass } = await desk({
      fields: { industry: { from: ['pdl'], max_age: '30d' }, founded: { from: ['pdl'], max_age: '300d' } },
      answers: { pdl: () => answer },
    });
    answer = acme({ industry: 'Tools', founded: 1990 });
    await ask();
    pass(40 * DAY);
    answer = away;
    await ask();
    expect(await known()).toMatchObject({ values: { founded: { value: 1990 } }, pending: ['pdl'] });
  });

  test('because nobody set it up is said, and the others are asked', async () => {
    const setting = { fields: { industry: { from: ['pdl', 'stack'] } }, answers: {}, unusable: { pdl: 'PDL_API_KEY is not set' } };
    const { ask, asked, known } = await desk(setting);
    expect(await ask()).toMatchObject({ kind: 'given-up', error: 'pdl: PDL_API_KEY is not set' });
    expect(asked).toEqual(['stack']);
    expect(await known()).toMatchObject({ open: undefined, failed: [{ provider: 'pdl' }] });
  });
});

describe('several companies', () => {
  const lead = { email: 'ann@gmail.com', company: 'Acme', billing_country: 'US' };
  const two: Found = {
    kind: 'found',
    candidates: ['com', 'io'].map((end) => ({
      id: end,
      label: `Acme ${end}`,
      name: 'Acme',
      country: 'US',
      domains: [`acme.${end}`],
      values: { industry: end },
    })),
  };

  test('are told; the one that somebody chooses counts, and others are asked about that one', async () => {
    const fields = { industry: { from: ['house'] }, technologies: { from: ['stack'] } };
    const { ask, known } = await desk({
      fields,
      answers: {
        house: () => two,
        stack: ({ domain }) =>
          domain === 'acme.io'
            ? { kind: 'found', candidates: [{ id: 's', label: 's', domains: ['acme.io'], values: { technologies: ['k8s'] } }] }
            : { kind: 'none' },
      },
    });
    expect(await ask(lead)).toEqual({ kind: 'answered' });
    expect(await known(lead)).toMatchObject({
      open: undefined,
      values: {},
      ambiguous: { candidates: [{ id: 'house:com' }, { id: 'house:io' }] },
    });
    expect(await known(lead, 'house:io')).toMatchObject({ open: true, values: { industry: { value: 'io' } } });
    expect(await ask(lead, 'house:io')).toEqual({ kind: 'answered' });
    expect(await known(lead, 'house:io')).toMatchObject({
      open: undefined,
      values: { industry: { value: 'io' }, technologies: { value: ['k8s'] } },
    });
    expect(await known(lead, 'none')).toMatchObject({ open: undefined, values: {}, missing: ['industry', 'technologies'] });
  });
});
