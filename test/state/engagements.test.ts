// What people did, kept in SQLite and in PostgreSQL alike.
import { expect, test } from 'vitest';
import type { NewEngagement } from '../../ports/engagements.ts';
import { NOW, onBoth, OTHER, SCOPE } from './both.ts';

const EVER = '2000-01-01T00:00:00.000Z';

onBoth((open) => {
  const event = (id: string, person: string, more: Partial<NewEngagement> = {}): NewEngagement => ({
    id,
    person,
    type: 'webinar',
    at: '2026-11-20T00:00:00.000Z',
    source: 'token:web',
    ...more,
  });

  test('an event is kept once, however often it is sent, also within one request; another org has its own', async () => {
    const { engagements } = await open();
    const sent = [event('a', 'Lead/1'), event('b', 'ada@acme.example'), event('a', 'Lead/1')];
    expect((await engagements.add(SCOPE, sent, NOW)).toSorted()).toEqual(['a', 'b']);
    expect(await engagements.add(SCOPE, [...sent, event('c', 'Lead/2')], NOW)).toEqual(['c']);
    expect(await engagements.add(OTHER, sent.slice(0, 1), NOW)).toEqual(['a']);
    expect([...(await engagements.ofPersons(SCOPE, ['Lead/1'], EVER)).values()].flat().map(({ id }) => id)).toEqual(['a']);
  });

  test('events of many are found by record and by address, those since a moment, oldest first', async () => {
    const { engagements } = await open();
    const many = Array.from({ length: 1_200 }, (_, at) => event(`n${at}`, `Lead/${at}`, { email: `p${at}@acme.example` }));
    await engagements.add(SCOPE, many, NOW);
    await engagements.add(
      SCOPE,
      [
        event('late', 'p7@acme.example', { at: '2026-11-21T00:00:00.000Z' }),
        event('old', 'p7@acme.example', { at: '2026-01-01T00:00:00.000Z' }),
      ],
      NOW,
    );
    const keys = many.flatMap(({ person, email = '' }) => [person, email]);
    const found = await engagements.ofPersons(SCOPE, keys, '2026-06-01T00:00:00.000Z');
    expect(found.size).toBe(2_400);
    expect(found.get('Lead/7')?.map(({ id }) => id)).toEqual(['n7']);
    expect(found.get('p7@acme.example')?.map(({ id }) => id)).toEqual(['n7', 'late']);
    expect(await engagements.ofPersons(SCOPE, [], EVER)).toEqual(new Map());
  });

  test('what loops were not told of waits; telling them is one thing with the events that follow', async () => {
    const { engagements, inbox } = await open();
    await engagements.add(SCOPE, [event('a', 'Lead/1'), event('b', 'Lead/2')], NOW);
    expect((await engagements.untold(SCOPE, 10)).map(({ id }) => id)).toEqual(['a', 'b']);
    const news = { id: 'x', loop: 'qualify', object: 'Lead', record: '1', at: NOW, source: 'engagement' };
    expect(await engagements.tell(SCOPE, ['a'], [news], NOW)).toBe(1);
    expect((await engagements.untold(SCOPE, 10)).map(({ id }) => id)).toEqual(['b']);
    expect((await inbox.take(SCOPE, NOW, 10)).map(({ record, source }) => [record, source])).toEqual([['1', 'engagement']]);
    // The event can not be told: it goes on waiting, and nothing of it is in the inbox.
    const broken = { ...news, id: 'y', loop: null as unknown as string };
    await expect(engagements.tell(SCOPE, ['b'], [{ ...news, id: 'z' }, broken], NOW)).rejects.toThrow(/null/i);
    expect((await engagements.untold(SCOPE, 10)).map(({ id }) => id)).toEqual(['b']);
    expect(await inbox.waiting(SCOPE)).toBe(1);
  });

  test('what is too old is forgotten, of this org alone', async () => {
    const { engagements } = await open();
    for (const scope of [SCOPE, OTHER])
      await engagements.add(scope, [event('a', 'Lead/1', { at: '2024-01-01T00:00:00.000Z' }), event('b', 'Lead/1')], NOW);
    expect(await engagements.prune(SCOPE, '2025-01-01T00:00:00.000Z')).toBe(1);
    expect((await engagements.ofPersons(SCOPE, ['Lead/1'], EVER)).get('Lead/1')?.length).toBe(1);
    expect((await engagements.ofPersons(OTHER, ['Lead/1'], EVER)).get('Lead/1')?.length).toBe(2);
  });
});
