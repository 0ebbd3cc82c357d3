// What became of leads in a real embedded org: converted, won, lost, rejected; read once, held against what was decided before.
import jsforce from 'jsforce';
import { expect, test } from 'vitest';
import { salesforce } from '../../../adapters/salesforce/crm.ts';
import { pollOutcomes, type Rejected, rejectedIn } from '../../../controller/metrics/outcomes.ts';
import type { Scope } from '../../../ports/store.ts';
import { openStore } from '../../../state/open.ts';
import { openOrg } from '../../sandbox/org.ts';
import { temporary } from '../product.ts';

const scope: Scope = { project: 'acme', environment: 'sandbox', orgId: '00D000000000001AAA' };
const REJECTED: Rejected = { field: 'Status', values: ['Closed - Not Converted'], reason_field: 'Description' };

async function world() {
  const org = await openOrg();
  const store = await openStore({ folder: temporary('outcomes'), nextId: () => 'x', now: () => new Date() });
  const { records } = salesforce({ kind: 'token', instanceUrl: org.url, accessToken: org.token });
  const { soap } = new jsforce.Connection({ instanceUrl: org.url, accessToken: org.token });
  let made = 0;
  return {
    org,
    store,
    lead: () => org.create('Lead', { LastName: 'Quill', Company: 'Bayside' }),
    /** As if a loop had decided on it a while ago. */
    async decide(...leads: readonly string[]) {
      const logged_at = new Date(Date.now() - 60_000).toISOString();
      const entries = leads.map((id) => ({
        decision: {
          id: `d${String((made += 1)).padStart(4, '0')}`,
          loop: 'qualify',
          subject: { object: 'Lead', id },
          revision: { commit: null, snapshot: 's', engine: 'test' },
          logged_at,
        },
        recorded: { event: {}, facts: [], now: logged_at },
        writes: [],
      }));
      await store.decisions.keep(scope, entries);
    },
    async convert(leadId: string) {
      const done = await soap.convertLead({
        leadId,
        convertedStatus: 'Closed - Converted',
        doNotCreateOpportunity: false,
        overwriteLeadSource: false,
        sendNotificationEmail: false,
        opportunityName: 'A deal',
      });
      if (!done.success) throw new Error(JSON.stringify(done));
      return String(done.opportunityId);
    },
    async poll() {
      const found = await pollOutcomes({ store, scope, records, rejected: REJECTED });
      return new Set(found.map(({ record, outcome, reason = '' }) => `${record} ${outcome} ${reason}`.trim()));
    },
  };
}

test('each end is found once, with its reason, also an opportunity that closes long after the lead was converted', async () => {
  const one = await world();
  const [won, lost, rejected, open, strange] = await Promise.all([one.lead(), one.lead(), one.lead(), one.lead(), one.lead()]);
  await one.decide(won, lost, rejected, open);
  expect(await one.poll()).toEqual(new Set());
  const [wonDeal, lostDeal] = [await one.convert(won), await one.convert(lost)];
  await one.convert(strange);
  await one.org.update('Lead', rejected, { Status: 'Closed - Not Converted', Description: "it's too small" });
  expect(await one.poll()).toEqual(new Set([`${won} converted`, `${lost} converted`, `${rejected} rejected it's too small`]));
  expect(await one.poll()).toEqual(new Set());
  await one.org.update('Opportunity', wonDeal, { StageName: 'Closed Won' });
  await one.org.update('Opportunity', lostDeal, { StageName: 'Closed Lost' });
  expect(await one.poll()).toEqual(new Set([`${won} won`, `${lost} lost`]));
  const held = await one.store.outcomes.ofDecisions(['d0001', 'd0002', 'd0003', 'd0004']);
  expect([...held].map(([id, some]) => [id, some.map(({ outcome }) => outcome).toSorted()])).toEqual([
    ['d0001', ['converted', 'won']],
    ['d0002', ['converted', 'lost']],
    ['d0003', ['rejected']],
  ]);
});

test('two calls where nothing has changed, whatever the number of leads; none before anything was decided', async () => {
  const one = await world();
  const leads = await one.org.createAll(
    'Lead',
    Array.from({ length: 150 }, (_, at) => ({ LastName: `L${at}`, Company: 'x' })),
  );
  const calls = async () => (await one.org.control<{ apiCalls: number }>('GET', 'calls')).apiCalls;
  const before = await calls();
  expect(await one.poll()).toEqual(new Set());
  expect(await calls()).toBe(before);
  await one.decide(...leads);
  expect(await one.poll()).toEqual(new Set());
  expect((await calls()) - before).toBe(2);
});

test('why people reject leads is what the LifecycleModel says: its field, and the reasons that are told in it', () => {
  const stage = {
    id: 'lead',
    reject: [
      { reason: 'No budget', to: 'lead' },
      { reason: 'Stale', when: 'x', to: 'lead' },
    ],
  };
  const model = {
    objects: ['Lead'],
    reject_field: 'reject_reason',
    stages: [stage, { id: 'mql', reject: [{ reason: 'No budget', to: 'lead' }] }],
  };
  const map = { object: 'Lead', fields: { reject_reason: 'Reject_Reason__c' } };
  expect(rejectedIn({ 'LifecycleModel/leads': model, 'FieldMap/lead': map })).toEqual({ field: 'Reject_Reason__c', values: ['No budget'] });
  expect(rejectedIn({ 'LifecycleModel/leads': model })).toBeUndefined();
  expect(rejectedIn({ 'LifecycleModel/leads': { ...model, objects: ['Contact'] }, 'FieldMap/lead': map })).toBeUndefined();
});
