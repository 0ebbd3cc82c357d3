// From what somebody does to the score on the record: the loops act on a real embedded org.
import { expect, onTestFinished, test } from 'vitest';
import { engagementIntake } from '../../../controller/engagement/intake.ts';
import { eventsKnowledge } from '../../../controller/engagement/known.ts';
import { engagementLook } from '../../../controller/engagement/look.ts';
import { startLive } from '../../../controller/live/process.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { pause } from '../live/running.ts';
import { openProduct } from '../product.ts';
import { countEvents, LEAD } from './organisation.ts';

test('an event that is posted, and a campaign that is answered, raise the score on the record, each once', async () => {
  const product = await openProduct();
  product.edit('loopctl.yaml', 'events: {poll: 15s}', 'events: {poll: 1s}');
  countEvents(product);
  expect((await product.apply()).outcome).toBe('done');
  const { store, crm, org } = product;
  const { environment } = (await product.scene()).resolved;
  const deps = { ...product.deps, clock: { ...product.deps.clock, sleep: pause } };
  const connect = async () => ({ ok: true, value: crm.records }) as const;
  const events = eventsKnowledge({ store, connect, now: () => deps.clock.now() });
  const nobody = { value: null, missing: 'nobody is there to ask', source: 'test', at: '' };
  const host = loopHost({
    deps,
    store,
    place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
    connect,
    knowledge: (ground) => ({ lookup: async () => nobody, events: events(ground) }),
    listener: () => {},
    engine: 'test',
  });
  const live = startLive({
    deps,
    store,
    host,
    environment: () => environment,
    connect: async () => ({ ok: true, value: crm }),
    looks: [engagementLook({ store, deps, onTrouble: () => {} })],
    listener: () => {},
    onError: (error) => {
      throw error;
    },
    onTrouble: () => {},
  });
  onTestFinished(() => live.stop());
  const intake = engagementIntake({ deps, store, host, environment: () => environment, connect, nudge: () => live.nudge() });
  const scope = await product.scope();
  const looked = async (name: string) => (await store.inbox.cursor(scope, name)) !== undefined;
  const becomes = async (probe: () => Promise<boolean>) => {
    while (!(await probe())) await new Promise((turn) => setImmediate(turn));
  };
  const score = async (id: string) => (await org.query(`SELECT Score__c FROM Lead WHERE Id = '${id}'`))[0]?.['Score__c'];
  await becomes(async () => (await looked('poll Lead')) && (await looked('engagement CampaignMember')));

  // Of the address, before there is a lead: it counts as soon as there is one.
  const today = new Date().toISOString().slice(0, 10);
  const first = { id: '1', type: 'webinar', at: today, email: 'q@bayside.example' };
  expect(await intake.take([first], 'token:web')).toMatchObject({ new: 1, records: 0 });
  const id = await org.create('Lead', { ...LEAD, Email: 'q@bayside.example' });
  await becomes(async () => typeof (await score(id)) === 'number');
  const begun = Number(await score(id));
  const CampaignId = await org.create('Campaign', { Name: 'Call week', Type: 'Webinar' });
  await org.create('CampaignMember', { CampaignId, LeadId: id, Status: 'Responded' });
  await becomes(async () => Number(await score(id)) === begun + 10);
  // Above the cap of 25.
  expect(await intake.take([{ id: '2', type: 'Demo_Request', at: today, object: 'Lead', record: id }], 'token:web')).toMatchObject({
    new: 1,
    records: 1,
  });
  await becomes(async () => Number(await score(id)) === begun + 15);
  const made = await store.decisions.ofSubject('acme-revenue', 'sandbox', id);
  const scored = made
    .filter(({ decision }) => decision.loop === 'qualify')
    .map(({ decision }) => {
      const factors = decision['factors'] as readonly { readonly id: string; readonly input: number; readonly points: number }[];
      const { input, points } = factors.find((factor) => factor.id === 'engagement') ?? {};
      return { score: decision['score'], events: input, points };
    });
  expect(scored).toEqual([
    { score: begun, events: 1, points: 10 },
    { score: begun + 10, events: 2, points: 20 },
    { score: begun + 15, events: 3, points: 25 },
  ]);
});
