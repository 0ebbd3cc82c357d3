// Jobs and what batches want written, kept in SQLite and in PostgreSQL alike.
import { expect, test } from 'vitest';
import type { NewJob } from '../../ports/jobs.ts';
import type { NewEffect } from '../../ports/live.ts';
import { NOW, onBoth, OTHER, SCOPE } from './both.ts';

onBoth((open) => {
  const job = (id: string, more: Partial<NewJob> = {}): NewJob => ({
    id,
    loop: 'qualify',
    object: 'Lead',
    query: { open: true },
    snapshot: 's1',
    by: 'ada',
    at: NOW,
    ...more,
  });
  const counts = { seen: 200, changed: 3, unchanged: 197, failed: 0 };

  test('the same on the same snapshot is one job; on another snapshot it takes the place of the older one; what is something else stands beside', async () => {
    const { jobs } = await open();
    const [first, same] = await Promise.all([jobs.start(SCOPE, job('a')), jobs.start(SCOPE, job('b'))]);
    expect(first.id).toBe(same.id);
    await jobs.start(SCOPE, job('where', { query: { where: "LeadSource = 'Web'" } }));
    await jobs.start(SCOPE, job('contacts', { object: 'Contact' }));
    await jobs.start(OTHER, job('elsewhere'));
    expect((await jobs.start(SCOPE, job('c', { snapshot: 's2' }))).id).toBe('c');
    expect((await jobs.unfinished(SCOPE)).map(({ id }) => id)).toEqual(['c', 'contacts', 'where']);
    expect(await jobs.find(SCOPE, first.id)).toMatchObject({ status: 'superseded', endedAt: NOW });
  });

  test('the cursor moves from where the caller saw it, and no more once the job has ended', async () => {
    const { jobs } = await open();
    await jobs.start(SCOPE, job('a'));
    expect(await jobs.advance(SCOPE, 'a', { from: undefined, to: '00Q1', counts })).toBe(true);
    expect(await jobs.advance(SCOPE, 'a', { from: undefined, to: '00Q2', counts })).toBe(false);
    expect(await jobs.advance(OTHER, 'a', { from: '00Q1', to: '00Q2', counts })).toBe(false);
    expect(await jobs.find(SCOPE, 'a')).toMatchObject({ status: 'running', cursor: '00Q1', counts });
    await jobs.finish(SCOPE, 'a', { status: 'done', at: NOW });
    expect(await jobs.advance(SCOPE, 'a', { from: '00Q1', to: '00Q2', counts })).toBe(false);
    await jobs.finish(SCOPE, 'a', { status: 'failed', error: 'late', at: NOW });
    expect(await jobs.find(SCOPE, 'a')).toMatchObject({ status: 'done' });
    expect((await jobs.start(SCOPE, job('b'))).id).toBe('b');
  });

  test('what happened just now is written before a batch; an earlier word of a batch on the same record goes along', async () => {
    const { decisions, outbox } = await open();
    const decide = (id: string, effects: readonly NewEffect[]) =>
      decisions.keep(SCOPE, [
        {
          decision: {
            id,
            loop: 'qualify',
            subject: { object: 'Lead' },
            method: 'deterministic',
            confidence: 1,
            inputs: {},
            sources: {},
            trace: [],
            alternatives: [],
            reasoning: '',
            revision: { commit: null, snapshot: 's1', engine: 'test' },
            effects: [],
            logged_at: NOW,
          },
          recorded: { event: null, facts: [], now: NOW },
          writes: [],
          effects,
        },
      ]);
    const effect = (id: string, record: string, batch: boolean): NewEffect => ({
      id,
      object: 'Lead',
      record,
      fields: { Score__c: 1 },
      ...(batch && { batch: true }),
    });
    await decide('1', [effect('1-1', '00Q1', true)]);
    await decide('2', [effect('2-1', '00Q2', true)]);
    await decide('3', [effect('3-1', '00Q2', false)]);
    await decide('4', [effect('4-1', '00Q3', false)]);
    expect((await outbox.take(SCOPE, NOW, 10)).map(({ id }) => id)).toEqual(['2-1', '3-1', '4-1']);
    expect((await outbox.take(SCOPE, NOW, 1, { batch: true })).map(({ id, batch }) => [id, batch])).toEqual([['1-1', true]]);
    expect([
      await outbox.waiting(SCOPE),
      await outbox.waiting(SCOPE, { batch: true }),
      await outbox.waiting(SCOPE, { batch: false }),
    ]).toEqual([4, 2, 2]);
  });
});
