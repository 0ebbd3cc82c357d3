// What decisions want written, when the org refuses it for a while: the last word on a record stays the last.
import { expect, test } from 'vitest';
import { writeEffects } from '../../../controller/live/effects.ts';
import type { Kept } from '../../../ports/decisions.ts';
import { openProduct } from '../product.ts';

const BEGIN = Date.parse('2026-11-21T12:00:00Z');

function deciding(id: string, record: string, fields: Readonly<Record<string, unknown>>): Kept {
  return {
    decision: {
      id,
      loop: 'qualify',
      subject: { object: 'Lead', id: record },
      revision: { commit: null, snapshot: 's', engine: '1' },
      logged_at: new Date(BEGIN).toISOString(),
      effects: [],
    },
    recorded: { event: {}, facts: [], now: '' },
    writes: [],
    effects: [{ id: `${id}-1`, object: 'Lead', record, fields }],
  };
}

test('a write that is tried again does not overrule what a later decision has written meanwhile; what only it knows is written', async () => {
  const { org, crm, store, deps, scope: scopeOf, apply } = await openProduct();
  expect((await apply()).outcome).toBe('done');
  const scope = await scopeOf();
  let now = BEGIN;
  const clock = { ...deps.clock, now: () => new Date(now) };
  const writing = { store, crm, clock, listener: () => {} };
  const id = await org.create('Lead', { LastName: 'Quill', Company: 'Bayside' });
  await org.control('POST', 'faults', { match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 1 }, fault: { rows: [0] } });
  await store.decisions.keep(scope, [deciding('d1', id, { Score__c: 10, Title: 'Old' })]);
  await writeEffects(scope, writing);
  expect(await store.outbox.ofDecisions(['d1'])).toMatchObject([{ status: 'waiting', attempts: 1 }]);
  await store.decisions.keep(scope, [deciding('d2', id, { Score__c: 90 })]);
  await writeEffects(scope, writing);
  expect(await store.outbox.ofDecisions(['d2'])).toMatchObject([{ status: 'done' }]);
  now = BEGIN + 3_600_000;
  await writeEffects(scope, writing);
  expect((await org.query(`SELECT Score__c, Title FROM Lead WHERE Id = '${id}'`))[0]).toMatchObject({ Score__c: 90, Title: 'Old' });
  expect(await store.outbox.ofDecisions(['d1'])).toMatchObject([{ status: 'done' }]);
  await org.control('POST', 'faults', { match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 1 }, fault: { rows: [0] } });
  await store.decisions.keep(scope, [deciding('d3', id, { Score__c: 20 })]);
  await writeEffects(scope, writing);
  await store.decisions.keep(scope, [deciding('d4', id, { Score__c: 95 })]);
  await writeEffects(scope, writing);
  now += 3_600_000;
  await writeEffects(scope, writing);
  expect((await org.query(`SELECT Score__c FROM Lead WHERE Id = '${id}'`))[0]).toMatchObject({ Score__c: 95 });
  expect(await store.outbox.ofDecisions(['d3'])).toMatchObject([{ status: 'overtaken', error: expect.stringMatching(/later decision/) }]);
});

test('a value that the org refuses keeps nothing else off the record, and is named without its length', async () => {
  const { org, crm, store, deps, scope: scopeOf, apply } = await openProduct();
  expect((await apply()).outcome).toBe('done');
  const scope = await scopeOf();
  const writing = { store, crm, clock: { ...deps.clock, now: () => new Date(BEGIN) }, listener: () => {} };
  const id = await org.create('Lead', { LastName: 'Quill', Company: 'Bayside' });
  const kept = deciding('d1', id, { Score__c: 50 });
  const filled = { id: 'd1-2', object: 'Lead', record: id, fields: { Title: 'x'.repeat(9_000) } };
  await store.decisions.keep(scope, [{ ...kept, effects: [...(kept.effects ?? []), filled] }]);
  await writeEffects(scope, writing);
  expect((await org.query(`SELECT Score__c, Title FROM Lead WHERE Id = '${id}'`))[0]).toMatchObject({ Score__c: 50, Title: null });
  const [score, title] = await store.outbox.ofDecisions(['d1']);
  expect([score?.status, title?.status]).toEqual(['done', 'waiting']);
  expect(title?.error).toMatch(/^STRING_TOO_LONG/);
  expect(title?.error?.length).toBeLessThan(600);
});
