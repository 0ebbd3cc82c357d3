// A model changes, and the open leads of an embedded org are scored again: as a step of the plan, as a job that outlives its process.
import { expect, onTestFinished, test } from 'vitest';
import { runAll, type RanAll } from '../../../controller/jobs/run.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { statusOf } from '../../../controller/status.ts';
import type { JobRow } from '../../../ports/jobs.ts';
import type { Store } from '../../../ports/store.ts';
import { openProduct, type Product } from '../product.ts';

const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
const MODEL = 'qualify/scoring_model.yaml';
/** 12 points for a VP become 14. */
const VP = ['president", points: 12', 'president", points: 14'] as const;

const lead = (n: number) => ({
  LastName: `Lead ${String(n).padStart(4, '0')}`,
  Company: `Company ${n}`,
  Email: `q@company-${n}.example`,
  Title: n % 2 === 0 ? 'VP of Sales' : 'Director of Operations',
  NumberOfEmployees: 100 + n,
  Industry: 'Software',
  Country: 'US',
  State: 'CA',
  City: 'San Francisco',
});

/** An organisation in step with git, and leads that nobody has looked at. Only Qualify acts, so that every write is a score. */
async function withLeads(count: number, loops = '[qualify]'): Promise<{ readonly product: Product; readonly ids: readonly string[] }> {
  const product = await openProduct();
  product.edit('loopctl.yaml', 'loops: [qualify, route]', `loops: ${loops}`);
  expect((await product.apply()).outcome).toBe('done');
  const ids: string[] = [];
  for (let from = 0; from < count; from += 200)
    ids.push(
      ...(await product.org.createAll(
        'Lead',
        Array.from({ length: Math.min(200, count - from) }, (_, n) => lead(from + n)),
      )),
    );
  // These are old: nobody notices them by themselves.
  const later = new Date(Date.now() + 3_600_000).toISOString();
  await product.store.inbox.add(await product.scope(), [], { name: 'poll Lead', value: `${later} ${later}` });
  return { product, ids };
}

/** What `loop run qualify --all` does, in a process of its own. */
async function runHere(product: Product, store: Store = product.store, query: JobRow['query'] = { open: true }): Promise<RanAll> {
  const { crm, deps } = product;
  const { environment } = (await product.scene()).resolved;
  const listener = () => undefined;
  const host = loopHost({
    deps,
    store,
    place: () => PLACE,
    connect: async () => ({ ok: true, value: crm.records }),
    listener,
    engine: 'test',
  });
  const stopping = new AbortController();
  onTestFinished(() => stopping.abort());
  return runAll(
    {
      deps,
      store,
      host,
      connect: async () => ({ ok: true, value: crm }),
      listener,
      onError: (error) => {
        throw error;
      },
      onTrouble: () => undefined,
    },
    { loop: 'qualify', query, by: 'tester', environment, stopping: stopping.signal },
  );
}

const jobsOf = (ran: RanAll) => (ran.kind === 'ended' ? ran.jobs : []);
const scores = async ({ org }: Product) =>
  (await org.query<{ Score__c: number | null }>('SELECT Score__c FROM Lead ORDER BY LastName')).map(({ Score__c: score }) => score);
const latest = async ({ store }: Product) =>
  (await store.jobs.list(PLACE.project, PLACE.environment, 10)).map(({ status, plan, counts }) => ({
    status,
    isPlanned: plan !== undefined,
    ...counts,
  }));

test('a plan that changes a model has one step more, behind the switch, that counts for nothing; nothing else has one', async () => {
  const { product } = await withLeads(0);
  expect((await product.plan()).steps).toEqual([]);
  product.edit(MODEL, ...VP);
  const plan = await product.plan();
  expect(plan.steps.map(({ id, action, phase, level, dependsOn }) => ({ id, action, phase, level, dependsOn }))).toEqual([
    { id: 'Snapshot/sandbox', action: 'switch', phase: 'switch', level: 0, dependsOn: [] },
    { id: 'Run/qualify/Lead', action: 'run', phase: 'switch', level: 1, dependsOn: ['Snapshot/sandbox'] },
  ]);
  expect(plan.summary).toMatchObject({ create: 0, update: 0, delete: 0 });
  expect(plan.steps[1]).toMatchObject({ ref: { kind: 'ScoringModel' }, fields: [], patch: [] });
  expect(plan.steps[1]?.why).toMatch(/^ScoringModel\/\S+ differs: qualify decides on every open Lead again/);
  expect((await product.plan({ targets: [plan.steps[1]?.ref ?? { kind: '', name: '' }] })).steps.map(({ id }) => id)).toEqual([
    'Snapshot/sandbox',
    'Run/qualify/Lead',
  ]);
  // Where Qualify does not act, nothing was written that would be otherwise now.
  product.edit('loopctl.yaml', 'loops: [qualify]', 'loops: []');
  expect((await product.plan()).steps.map(({ id }) => id)).toEqual(['Snapshot/sandbox']);
});

test('an apply begins the job and says so; it is done when the leads are, each scored once and written once', async () => {
  const { product } = await withLeads(1_000);
  product.edit(MODEL, ...VP);
  const report = await product.apply();
  expect(report.outcome).toBe('pending');
  expect(report.results.map(({ id, status }) => [id, status])).toEqual([
    ['Snapshot/sandbox', 'done'],
    ['Run/qualify/Lead', 'pending'],
  ]);
  expect([report.remaining, (await product.plan()).steps]).toEqual([0, []]);
  const status = await statusOf(product.store, PLACE.project, PLACE.environment);
  expect([status.sync.state, status.jobs?.map((job) => job.status), status.sync.lastApplied?.plan]).toEqual([
    'pending',
    ['waiting'],
    report.plan.id,
  ]);
  const before = product.crm.calls();
  const ran = await runHere(product);
  const calls = product.crm.calls();
  expect(jobsOf(ran)).toMatchObject([
    { status: 'done', counts: { seen: 1_000, changed: 1_000, unchanged: 0, failed: 0 }, plan: report.plan.id },
  ]);
  expect(new Set(await scores(product)).has(null)).toBe(false);
  // Read once, looked at once before they are written, written 200 in a call.
  expect([calls.read - before.read, calls.write - before.write]).toEqual([expect.toSatisfy((reads: number) => reads <= 12), 5]);
  const after = await statusOf(product.store, PLACE.project, PLACE.environment);
  expect([after.sync.state, after.jobs]).toEqual(['synced', undefined]);
  expect((await product.store.applies(PLACE.project, PLACE.environment, 1))[0]?.outcome).toBe('done');
  // Once more: the same scores for the same reasons are no news, and nothing is written.
  const again = await runHere(product);
  expect(jobsOf(again)).toMatchObject([{ status: 'done', counts: { seen: 1_000, changed: 0, unchanged: 1_000 } }]);
  expect(product.crm.calls().write).toBe(calls.write);
}, 120_000);

test('only what comes out differently is written', async () => {
  const { product, ids } = await withLeads(20);
  await runHere(product);
  const before = await scores(product);
  product.edit(MODEL, ...VP);
  expect((await product.apply()).outcome).toBe('pending');
  expect(jobsOf(await runHere(product))).toMatchObject([{ counts: { seen: 20, changed: 10, unchanged: 10 } }]);
  expect((await scores(product)).map((score, n) => (score ?? 0) - (before[n] ?? 0))).toEqual(ids.map((_, n) => (n % 2 === 0 ? 2 : 0)));
});

test('a process that dies in a page leaves it to the next one, and nothing is decided or written twice', async () => {
  const { product, ids } = await withLeads(450);
  product.edit(MODEL, ...VP);
  await product.apply();
  let pages = 0;
  const died: Store = {
    ...product.store,
    jobs: {
      ...product.store.jobs,
      advance: async (...page) => {
        pages += 1;
        if (pages === 2) throw new Error('died');
        return product.store.jobs.advance(...page);
      },
    },
  };
  await expect(runHere(product, died)).rejects.toThrow('died');
  expect(await latest(product)).toMatchObject([{ status: 'running', seen: 200 }]);
  expect(jobsOf(await runHere(product))).toMatchObject([{ status: 'done', counts: { seen: 450, changed: 250, unchanged: 200 } }]);
  const decided = await Promise.all(ids.map((id) => product.store.decisions.ofSubject(PLACE.project, PLACE.environment, id)));
  expect(decided.map(({ length }) => length)).toEqual(ids.map(() => 1));
  expect(new Set(await scores(product)).has(null)).toBe(false);
}, 60_000);

test('a newer model supersedes the job of an older one in the switch; the same plan begins none twice', async () => {
  const { product } = await withLeads(3);
  product.edit(MODEL, ...VP);
  await product.apply();
  product.edit(MODEL, VP[1], 'president", points: 13');
  const second = await product.apply();
  expect(await latest(product)).toMatchObject([{ status: 'waiting', isPlanned: true }, { status: 'superseded' }]);
  // By hand: it is at work already.
  expect(jobsOf(await runHere(product))).toMatchObject([{ status: 'done', plan: second.plan.id }]);
  expect(await latest(product)).toHaveLength(2);
});

test('an apply that died after the switch has begun the job, and the next one begins no other', async () => {
  const { product } = await withLeads(2);
  product.edit(MODEL, ...VP);
  const dead: Store = { ...product.store, finishApply: async () => Promise.reject(new Error('died')) };
  const { apply } = await import('../../../controller/apply.ts');
  const request = { actor: 'person', waitMs: 0, leaseMs: 0, confirm: async () => true } as const;
  await expect(apply(product.deps, product.crm, dead, await product.scene(), request)).rejects.toThrow('died');
  expect((await product.apply()).outcome).toBe('nothing');
  expect(await latest(product)).toMatchObject([{ status: 'waiting', isPlanned: true }]);
  expect(jobsOf(await runHere(product))).toMatchObject([{ status: 'done' }]);
  expect((await product.store.applies(PLACE.project, PLACE.environment, 5)).map(({ outcome }) => outcome)).not.toContain('pending');
});

test('a lead that changes while a job is at work comes before the rest of it', async () => {
  const { product, ids } = await withLeads(600);
  product.edit(MODEL, ...VP);
  await product.apply();
  const last = ids.at(-1) ?? '';
  const scope = await product.scope();
  let at: number | undefined;
  const seen: Store = {
    ...product.store,
    jobs: {
      ...product.store.jobs,
      advance: async (where, id, page) => {
        if (page.counts.seen === 200)
          await product.store.inbox.add(scope, [
            { id: 'live', loop: 'qualify', object: 'Lead', record: last, at: new Date().toISOString(), source: 'poll' },
          ]);
        if (at === undefined && (await product.store.decisions.ofSubject(PLACE.project, PLACE.environment, last)).length > 0)
          at = page.counts.seen;
        return product.store.jobs.advance(where, id, page);
      },
    },
  };
  expect(jobsOf(await runHere(product, seen))).toMatchObject([{ status: 'done', counts: { seen: 600, changed: 599, unchanged: 1 } }]);
  // It was decided on before the second page was.
  expect(at).toBe(400);
}, 60_000);

test('what a job changes goes on to the next loop of the chain', async () => {
  const { product } = await withLeads(30, '[qualify, route]');
  product.edit(MODEL, ...VP);
  await product.apply();
  expect(jobsOf(await runHere(product))).toMatchObject([{ counts: { seen: 30, changed: 30 } }]);
  const owners = await product.org.query<{ Owner: { Username: string } }>('SELECT Owner.Username FROM Lead');
  expect(owners.every(({ Owner }) => Owner.Username.startsWith('ae.'))).toBe(true);
  // The same once more changes nobody's owner, and asks nobody.
  const decided = async () => (await product.store.decisions.recent(PLACE.project, PLACE.environment, 200)).length;
  const before = await decided();
  expect(jobsOf(await runHere(product))).toMatchObject([{ counts: { seen: 30, changed: 0 } }]);
  expect(await decided()).toBe(before);
}, 60_000);

test('from two thousand on the org works off what is written by itself', async () => {
  const { product } = await withLeads(2_300);
  await product.org.update(
    'Lead',
    (await product.org.query<{ Id: string }>("SELECT Id FROM Lead WHERE LastName = 'Lead 0007'"))[0]?.Id ?? '',
    {
      Title: 'Chief "Revenue", Officer\nand more',
    },
  );
  const before = product.crm.calls();
  expect(jobsOf(await runHere(product))).toMatchObject([{ status: 'done', counts: { seen: 2_300, changed: 2_300 } }]);
  expect(new Set(await scores(product)).has(null)).toBe(false);
  const { calls } = await product.org.control<{ calls: readonly { readonly path: string; readonly method: string }[] }>('GET', 'calls');
  expect(calls.filter(({ method, path }) => method === 'POST' && path.endsWith('/jobs/ingest'))).toHaveLength(1);
  // 2,200 rows in three calls, and the last hundred in one.
  expect(product.crm.calls().write - before.write).toBeLessThanOrEqual(6);
}, 120_000);

test('a condition that is none ends the job, with what the org says of it', async () => {
  const { product } = await withLeads(1);
  const ran = await runHere(product, product.store, { where: 'no such thing' });
  expect(jobsOf(ran)).toMatchObject([{ status: 'failed', error: expect.stringMatching(/MALFORMED|INVALID/) as string }]);
});
