// Lookups, runs that are parked for them, and what waits for people, kept in SQLite and in PostgreSQL alike.
import { expect, test } from 'vitest';
import type { Kept } from '../../ports/decisions.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { NewLookup } from '../../ports/lookups.ts';
import { NOW, onBoth, OTHER, SCOPE } from './both.ts';

const at = (seconds: number) => new Date(Date.parse(NOW) + seconds * 1_000).toISOString();
const event = (id: string, more: Partial<NewEvent> = {}): NewEvent => ({
  id,
  loop: 'qualify',
  object: 'Lead',
  record: '00Q1',
  at: NOW,
  source: 'poll',
  ...more,
});
const lookup = (id: string, wait = 10_000): NewLookup => ({
  id,
  loop: 'qualify',
  object: 'Lead',
  record: '00Q1',
  request: { kind: 'enrich' },
  wait,
});
const decision = (id: string, more: Partial<Kept> = {}): Kept => ({
  decision: {
    id,
    loop: 'qualify',
    subject: { object: 'Lead', id: '00Q1' },
    revision: { commit: null, snapshot: 's', engine: '1' },
    logged_at: at(1),
    effects: [],
  },
  recorded: { event: {}, facts: [], now: NOW },
  writes: [],
  ...more,
});
const question = (option: string) => ({ topic: 'company', question: 'Which?', options: [{ id: option, label: option, value: option }] });

onBoth((open) => {
  test('a parked event is due when it has waited long enough, or as soon as its lookup has ended; nobody waits twice as long', async () => {
    const { inbox, lookups } = await open();
    await inbox.add(SCOPE, [event('a')]);
    expect(await lookups.park(SCOPE, 'a', [lookup('l1', 10_000), lookup('l2', 4_000)], NOW)).toBe(true);
    expect(await inbox.take(SCOPE, at(9), 10)).toEqual([]);
    expect(await inbox.nextDue(SCOPE)).toBe(at(10));
    expect((await inbox.take(SCOPE, at(10), 10)).map(({ id }) => id)).toEqual(['a']);
    expect(await lookups.park(SCOPE, 'a', [lookup('l1')], at(10))).toBe(false);
    expect((await lookups.take(SCOPE, NOW, 10)).map(({ id }) => id).toSorted()).toEqual(['l1', 'l2']);
    await inbox.add(SCOPE, [event('b', { record: '00Q2' })]);
    await lookups.park(SCOPE, 'b', [{ ...lookup('l3', 60_000), record: '00Q2' }], NOW);
    await lookups.settle(SCOPE, [{ id: 'l3', status: 'waiting', due: at(5), error: 'away' }], at(1));
    expect((await inbox.take(SCOPE, at(2), 10)).map(({ id }) => id)).toEqual([]);
    expect(await lookups.nextDue(SCOPE, at(2))).toBe(at(5));
    await lookups.settle(SCOPE, [{ id: 'l3', status: 'done' }], at(3));
    expect((await inbox.take(SCOPE, at(3), 10)).map(({ id }) => id)).toEqual(['b']);
    expect(await inbox.take(OTHER, at(99), 10)).toEqual([]);
  });

  test('where nobody waits any more an answer is a new event of the record, and giving up is none', async () => {
    const { inbox, lookups, decisions } = await open();
    const later = [lookup('l1'), lookup('l2')];
    await inbox.add(SCOPE, [event('a')]);
    expect(await decisions.keep(SCOPE, [decision('d1', { done: ['a'], later })])).toEqual([true]);
    // The same question is being asked already: it is not asked twice.
    await decisions.keep(SCOPE, [decision('d2', { later })]);
    expect(await lookups.take(SCOPE, at(9), 10)).toHaveLength(2);
    await lookups.settle(
      SCOPE,
      [
        { id: 'l1', status: 'done' },
        { id: 'l2', status: 'failed', error: 'refused' },
      ],
      at(5),
    );
    expect(await inbox.take(SCOPE, at(5), 10)).toMatchObject([{ loop: 'qualify', record: '00Q1', source: 'lookup' }]);
    expect(await lookups.take(SCOPE, at(9), 10)).toEqual([]);
    // Asked anew when it is wanted anew.
    await decisions.keep(SCOPE, [decision('d3', { later })]);
    expect(await lookups.take(SCOPE, at(9), 10)).toHaveLength(2);
  });

  test('a newer event ends one that is parked; what a person answered is never ended so', async () => {
    const { inbox, lookups } = await open();
    await inbox.add(SCOPE, [event('old'), event('said', { loop: 'route', source: 'review', payload: { choice: 'x' } })]);
    await lookups.park(SCOPE, 'old', [lookup('l1', 60_000)], NOW);
    await lookups.park(SCOPE, 'said', [{ ...lookup('l2', 60_000), loop: 'route' }], NOW);
    await inbox.add(SCOPE, [event('new', { at: at(1) }), event('newer', { loop: 'route', at: at(1) })]);
    expect((await inbox.take(SCOPE, at(2), 10)).map(({ id }) => id)).toEqual(['new', 'newer']);
    await inbox.pass(SCOPE, ['new', 'newer'], []);
    const [said, ...more] = await inbox.take(SCOPE, at(120), 10);
    expect(said).toMatchObject({ id: 'said', payload: { choice: 'x' } });
    expect(more).toEqual([]);
  });

  test('one question is open on a record and topic; a later decision replaces or settles it', async () => {
    const { reviews, decisions } = await open();
    const list = async () =>
      (await reviews.list('acme', 'sandbox', { limit: 10 })).map(({ id, status, decision: by }) => `${id} ${status} ${by}`);
    await decisions.keep(SCOPE, [decision('d1', { review: { id: 'd1', topic: 'company', question: question('a') } })]);
    await decisions.keep(SCOPE, [decision('d2', { review: { id: 'd2', topic: 'company', question: question('b') } })]);
    expect(await list()).toEqual(['d1 open d2']);
    expect(await reviews.find('acme', 'sandbox', 'd')).toMatchObject({ id: 'd1', question: question('b') });
    expect(await reviews.find('acme', 'production', 'd1')).toBeUndefined();
    await decisions.keep(SCOPE, [decision('d3')]);
    expect(await list()).toEqual(['d1 superseded d2']);
  });

  test('it is answered once, and the answer is an event that carries it', async () => {
    const { inbox, reviews, decisions } = await open();
    await decisions.keep(SCOPE, [decision('d1', { review: { id: 'd1', topic: 'company', question: question('a') } })]);
    const verdict = { status: 'answered', choice: 'a', by: 'ada', reason: 'sure', at: at(3) } as const;
    const taken = await Promise.all([1, 2, 3].map(() => reviews.answer('acme', 'sandbox', 'd1', verdict)));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await reviews.find('acme', 'sandbox', 'd1')).toMatchObject({
      status: 'answered',
      answer: { choice: 'a', by: 'ada', reason: 'sure', at: at(3) },
    });
    expect(await inbox.take(SCOPE, at(3), 10)).toMatchObject([
      {
        id: 'review/d1',
        loop: 'qualify',
        record: '00Q1',
        source: 'review',
        payload: { review: 'd1', decision: 'd1', topic: 'company', choice: 'a', by: 'ada' },
      },
    ]);
  });

  test('an event for later is due then, and not before', async () => {
    const { inbox } = await open();
    await inbox.add(SCOPE, [event('timer', { due: at(3_600) })]);
    expect(await inbox.take(SCOPE, at(3_599), 10)).toEqual([]);
    expect(await inbox.nextDue(SCOPE)).toBe(at(3_600));
    expect((await inbox.take(SCOPE, at(3_600), 10)).map(({ id }) => id)).toEqual(['timer']);
  });
});
