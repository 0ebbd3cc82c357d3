// Leads on their way through the stages: real store, real org, a clock that the test moves.
import { Connection } from 'jsforce';
import { expect, onTestFinished, test } from 'vitest';
import { startLive } from '../../../controller/live/process.ts';
import { decideOn } from '../../../controller/loops/decide.ts';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import { replay } from '../../../controller/loops/replay.ts';
import { lifecycleMetrics } from '../../../controller/metrics/lifecycle.ts';
import { lifecycle } from '../../../loops/lifecycle/loop.ts';
import { openProduct, type Product } from '../product.ts';

const DAY = 86_400_000;
/** Enough on both sides for an MQL. */
const MQL = {
  LastName: 'Quill',
  Company: 'Bayside Software',
  Email: 'q@bayside-software.example',
  Title: 'VP of Sales',
  NumberOfEmployees: 2400,
  Industry: 'Software',
  Country: 'US',
};
const PLACE = { project: 'acme-revenue', environment: 'sandbox' };

interface Course {
  readonly product: Product;
  readonly host: RunningHost;
  /** The lead was changed, so many days after the beginning. */
  changed(id: string, day?: number): ReturnType<typeof decideOn>;
}

async function course(edit: (product: Product) => void = () => {}): Promise<Course> {
  const product = await openProduct();
  edit(product);
  expect((await product.apply()).outcome).toBe('done');
  const begin = Date.parse('2026-11-20T12:00:00Z');
  let now = begin;
  const deps = { ...product.deps, clock: { ...product.deps.clock, now: () => new Date(now) } };
  const connect = async () => ({ ok: true as const, value: product.crm.records });
  const host = loopHost({ deps, store: product.store, place: () => PLACE, connect, listener: () => {}, engine: 'test' });
  return {
    product,
    host,
    async changed(id, day = 0) {
      now = begin + day * DAY;
      const ground = await host.current();
      if (ground === undefined) throw new Error('nothing was reconciled');
      return decideOn(ground, host.deciding, { loop: lifecycle, event: { object: 'Lead', id, live: true } });
    },
  };
}

async function convert({ org }: Product, leadId: string): Promise<string> {
  const connection = new Connection({ instanceUrl: org.url, accessToken: org.token });
  const made = await connection.soap.convertLead({
    leadId,
    convertedStatus: 'Closed - Converted',
    doNotCreateOpportunity: false,
    overwriteLeadSource: false,
    sendNotificationEmail: false,
    opportunityName: 'Bayside deal',
  });
  return (made as { readonly opportunityId: string }).opportunityId;
}

test('from lead to customer, each move a decision that can be made again; what does not move it is none', async () => {
  const { product, changed } = await course();
  const { org, store } = product;
  const { Title: _, ...plain } = { ...MQL, NumberOfEmployees: 3, Country: undefined };
  const id = await org.create('Lead', plain);
  expect(await changed(id)).toMatchObject({ kind: 'decided', decision: { action: 'enter', from: null, stage: 'lead' } });
  expect(await changed(id, 1)).toMatchObject({ kind: 'dropped', because: 'It stays in lead, and no later stage lets it in.' });
  await org.update('Lead', id, { Title: 'VP of Sales', NumberOfEmployees: 2400, Country: 'US' });
  expect(await changed(id, 2)).toMatchObject({
    decision: {
      action: 'advance',
      from: 'lead',
      stage: 'mql',
      stayed: 2 * 86_400,
      sla_due: '2026-11-22T16:00:00.000Z',
      stage_owner: 'queue/general',
    },
  });
  const opportunity = await convert(product, id);
  expect(await changed(id, 3)).toMatchObject({ decision: { action: 'advance', from: 'mql', stage: 'opportunity' } });
  await org.update('Opportunity', opportunity, { StageName: 'Closed Won' });
  expect(await changed(id, 4)).toMatchObject({ decision: { stage: 'customer', inputs: { converted: true, 'opportunity.won': true } } });
  const made = await store.decisions.ofSubject(PLACE.project, PLACE.environment, id);
  expect(made.map(({ decision }) => decision['rule_matched'])).toEqual(['lead.entry', 'mql.entry', 'opportunity.entry', 'customer.entry']);
  for (const one of made) expect((await replay(store, [await product.scope()], one)).kind).toBe('same');
});

test('two workers move it once', async () => {
  const { product, changed } = await course();
  const id = await product.org.create('Lead', MQL);
  const kinds = (await Promise.all([changed(id), changed(id), changed(id)])).map(({ kind }) => kind);
  expect(kinds.toSorted()).toEqual(['decided', 'dropped', 'dropped']);
});

test('an SLA that ran out is told once, and the next look is planned each time', async () => {
  const { product, changed } = await course();
  const id = await product.org.create('Lead', MQL);
  expect(await changed(id)).toMatchObject({ decision: { stage: 'mql', overdue: false, look_again: '2026-11-20T16:00:00.000Z' } });
  expect(await changed(id, 4 / 24 - 0.001)).toMatchObject({ kind: 'dropped' });
  expect(await changed(id, 4 / 24)).toMatchObject({
    decision: {
      action: 'stay',
      overdue: true,
      look_again: '2026-12-20T12:00:00.000Z',
      reasoning: expect.stringContaining('SLA ran out') as unknown,
    },
  });
  expect(await changed(id, 5)).toMatchObject({ kind: 'dropped' });
  expect(await changed(id, 30)).toMatchObject({ decision: { action: 'recycle', look_again: '2027-02-18T12:00:00.000Z' } });
  // It comes back to where it was, as soon as it may.
  expect(await changed(id, 90)).toMatchObject({ decision: { action: 'return', from: 'nurture', stage: 'mql' } });
});

test('who asks is told where it stands and where it would go, and moves nothing', async () => {
  const { product, host, changed } = await course();
  const id = await product.org.create('Lead', MQL);
  const asked = await host.decide('lifecycle', { object: 'Lead', id });
  expect(asked).toMatchObject({ kind: 'decided', decision: { action: 'enter', stage: 'mql' } });
  expect(await changed(id)).toMatchObject({ decision: { action: 'enter', stage: 'mql' } });
  expect(await host.decide('lifecycle', { object: 'Lead', id })).toMatchObject({
    decision: { action: 'stay', from: 'mql', rule_matched: 'none' },
  });
});

test('a reject, a recycling and the way back are counted: who gathers where, for how long, and why they went back', async () => {
  const { product, changed } = await course();
  const { org, store } = product;
  const [stays, rejected, recycled] = (await org.createAll('Lead', [MQL, { ...MQL, LastName: 'Rival' }, { ...MQL, LastName: 'Slow' }])) as [
    string,
    string,
    string,
  ];
  for (const id of [rejected, recycled]) await changed(id);
  await org.update('Lead', rejected, { Company_Type__c: 'Competitor' });
  expect(await changed(rejected, 10)).toMatchObject({
    decision: { action: 'reject', reason: 'competitor', stage: 'nurture', stayed: 10 * 86_400 },
  });
  await changed(stays, 25);
  expect(await changed(recycled, 29)).toMatchObject({ decision: { action: 'stay', overdue: true } });
  expect(await changed(recycled, 30)).toMatchObject({
    decision: { action: 'recycle', stage: 'nurture', look_again: '2027-02-18T12:00:00.000Z' },
  });
  const now = new Date('2026-12-20T12:00:00Z');
  const [counted] = await lifecycleMetrics(store, await product.scope(), { now, span: 90 * DAY });
  expect(counted).toMatchObject({
    model: 'demand',
    object: 'Lead',
    records: 3,
    bottleneck: 'mql',
    passages: [{ from: 'mql', to: 'nurture', n: 2, share: 1 }],
    setbacks: [
      { from: 'mql', to: 'nurture', reason: 'competitor', n: 1 },
      { from: 'mql', to: 'nurture', reason: 'recycled', n: 1 },
    ],
  });
  expect(counted?.stages.filter(({ n }) => n > 0)).toEqual([
    expect.objectContaining({ stage: 'nurture', n: 2, share: 2 / 3, overdue: null, so_far: { n: 2, median: 0, p90: 20 } }),
    expect.objectContaining({
      stage: 'mql',
      owner: 'queue/general',
      n: 1,
      overdue: 1,
      overdue_share: 1,
      entered: 3,
      left: 2,
      forward: 0,
      stayed: { n: 2, median: 10, p90: 30 },
      so_far: { n: 1, median: 5, p90: 5 },
    }),
  ]);
  expect(await lifecycleMetrics(store, undefined, { now, span: DAY })).toEqual([]);
});

test('where the loop acts, the stage is on the lead, and the write-back moves nothing', async () => {
  const { product, host } = await course((one) => {
    one.edit('loopctl.yaml', 'loops: [qualify, route]', 'loops: [lifecycle]');
    one.write(
      'deploy/stage.yaml',
      ['Stage__c}\nspec: {label: Stage, type: Text, length: 40', 'Since__c}\nspec: {label: Since, type: DateTime']
        .map((field) => `apiVersion: loopctl/v1\nkind: CustomField\nmetadata: {name: Lead.${field}}\n`)
        .join('---\n'),
    );
    one.edit('qualify/lifecycle.yaml', '  objects: [Lead]', '  objects: [Lead]\n  writeback: {stage: Stage__c, since: Since__c}');
  });
  const { org, store, deps, crm } = product;
  const { environment } = (await product.scene()).resolved;
  const live = startLive({
    deps,
    store,
    host,
    environment: () => environment,
    connect: async () => ({ ok: true, value: crm }),
    listener: () => {},
    onError: (error) => {
      throw error;
    },
    onTrouble: () => {},
  });
  onTestFinished(() => live.stop());
  const id = await org.create('Lead', { LastName: 'Ana', Company: 'Bayside', Email: 'ana@bayside.example' });
  const scope = await product.scope();
  const told = (n: number) => ({
    id: `told ${n}`,
    loop: 'lifecycle',
    object: 'Lead',
    record: id,
    at: '2026-11-20T12:00:00.000Z',
    source: 'poll',
  });
  const effects = async () => {
    const made = await store.decisions.ofSubject(PLACE.project, PLACE.environment, id);
    return store.outbox.ofDecisions(made.map(({ decision }) => decision.id));
  };
  await store.inbox.add(scope, [told(1)]);
  live.nudge();
  while ((await effects()).every(({ status }) => status !== 'done')) await new Promise((turn) => setImmediate(turn));
  const [lead] = await org.query(`SELECT Stage__c, Since__c FROM Lead WHERE Id = '${id}'`);
  expect(lead).toMatchObject({ Stage__c: 'lead', Since__c: expect.stringMatching(/^2026-11-20T12:00:00/) as unknown });
  await store.inbox.add(scope, [told(2)]);
  live.nudge();
  while ((await store.inbox.waiting(scope)) > 0) await new Promise((turn) => setImmediate(turn));
  expect(await effects()).toHaveLength(1);
});
