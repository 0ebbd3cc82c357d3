// How a record moves through its stages, by cases and by what must hold for every model.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explainMove, moveSentence } from '../../../engines/lifecycle/explain.ts';
import type { Lifecycle } from '../../../engines/lifecycle/model.ts';
import { type Judged, nextMove } from '../../../engines/lifecycle/next.ts';
import { type Place, readPlace, wakeAt } from '../../../engines/lifecycle/place.ts';
import { lifecycleOf } from './model.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** A Friday, 16:00 in New York. */
const NOW = Date.parse('2026-11-20T21:00:00Z');
const LEAD = { email: 'ana@bayside.example', company: 'Bayside' };

function settled(lifecycle: Lifecycle, facts: object, at = NOW, from?: Place): Place | undefined {
  let place = from;
  for (let moves = 0; moves < 20; moves += 1) {
    const judged = nextMove(lifecycle, place, facts as Record<string, unknown>, at);
    if (judged.move === undefined) return place;
    place = judged.place;
  }
  throw new Error('it never stands still');
}

function moveOf({ move }: Judged) {
  return move === undefined
    ? undefined
    : `${move.how} ${move.from ?? '-'} > ${move.to}${move.reason === undefined ? '' : ` (${move.reason})`}`;
}

describe('forward', () => {
  const lifecycle = lifecycleOf();

  test('a record enters at the last stage that lets it in, over stages that it skips', () => {
    expect(settled(lifecycle, { email: 'a@b.example' })?.stage).toBe('subscriber');
    expect(settled(lifecycle, { ...LEAD, mql: true })?.stage).toBe('mql');
    expect(settled(lifecycle, { ...LEAD, opportunity: { won: true } })?.stage).toBe('customer');
    expect(settled(lifecycle, {})).toBeUndefined();
  });

  test('it never goes back by itself: what let it in may be gone', () => {
    const place = settled(lifecycle, { ...LEAD, mql: true });
    const judged = nextMove(lifecycle, place, { email: 'a@b.example', mql: false }, NOW + DAY);
    expect([judged.move, judged.place]).toEqual([undefined, place]);
  });

  test('its history says where it was, and since when', () => {
    const first = settled(lifecycle, LEAD);
    const then = settled(lifecycle, { ...LEAD, mql: true }, NOW + DAY, first);
    expect(then).toMatchObject({
      stage: 'mql',
      since: new Date(NOW + DAY).toISOString(),
      history: [{ stage: 'lead', since: new Date(NOW).toISOString() }],
    });
    expect(readPlace(JSON.parse(JSON.stringify(then)))).toEqual(then);
    expect([null, 7, {}, { stage: 'mql' }].map(readPlace)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('exit keeps it where it is, and the trace says why', () => {
    const place = settled(lifecycle, { ...LEAD, mql: true });
    const judged = nextMove(lifecycle, place, { ...LEAD, mql: true, converted: true, on_hold: true }, NOW);
    expect(judged.move).toBeUndefined();
    expect(explainMove(judged)).toContainEqual({ rule: 'mql.exit', result: 'false', because: 'not on_hold (on_hold is true)' });
    expect(moveOf(nextMove(lifecycle, place, { ...LEAD, converted: true }, NOW))).toBe('advance mql > sql');
  });

  test('a missing value lets nothing in, and is named', () => {
    const judged = nextMove(lifecycle, undefined, { company: 'Bayside' }, NOW);
    expect(judged.move).toBeUndefined();
    expect(explainMove(judged).map(({ rule, result }) => `${rule} ${result}`)).toContain('lead.entry false');
    expect(moveSentence(judged)).toBe('No stage lets it in.');
  });
});

describe('back', () => {
  const lifecycle = lifecycleOf();
  const mql = settled(lifecycle, { ...LEAD, mql: true });

  test('a reject by condition counts before everything else, and is not undone while it holds', () => {
    const facts = { ...LEAD, mql: true, status: 'Unqualified' };
    const judged = nextMove(lifecycle, mql, facts, NOW + DAY);
    expect(moveOf(judged)).toBe('reject mql > lead (bad fit)');
    expect(moveSentence(judged)).toBe(`It is rejected from mql to lead for "bad fit": status == "Unqualified" (status is 'Unqualified').`);
    expect(settled(lifecycle, facts, NOW + 300 * DAY, judged.place)?.stage).toBe('lead');
    expect(settled(lifecycle, { ...facts, status: 'Open' }, NOW + 2 * DAY, judged.place)?.stage).toBe('mql');
  });

  test('a reason that people wrote is a reject, and what lies beyond is open to it all the same', () => {
    const judged = nextMove(lifecycle, mql, { ...LEAD, mql: true, rejected_because: 'No Interest' }, NOW + DAY);
    expect(moveOf(judged)).toBe('reject mql > nurture (no interest)');
    const { place } = judged;
    const again = { ...LEAD, mql: true };
    expect(nextMove(lifecycle, place, again, NOW + 60 * DAY).move).toBeUndefined();
    expect(moveSentence(nextMove(lifecycle, place, again, NOW + 60 * DAY))).toMatch(
      /^It stays in nurture: it is not let in up to mql until 2027-01-20/,
    );
    expect(moveOf(nextMove(lifecycle, place, again, NOW + 61 * DAY))).toBe('return nurture > mql');
    expect(moveOf(nextMove(lifecycle, place, { ...again, opportunity: { won: true } }, NOW + 2 * DAY))).toBe('advance nurture > customer');
  });

  test('what people wrote is acted on once: after its time it counts no more, until they write it anew', () => {
    const said = { ...LEAD, mql: true, rejected_because: 'no interest' };
    const away = nextMove(lifecycle, mql, said, NOW + DAY).place;
    const back = nextMove(lifecycle, away, said, NOW + 61 * DAY);
    expect(moveOf(back)).toBe('return nurture > mql');
    expect(nextMove(lifecycle, back.place, said, NOW + 62 * DAY)).toMatchObject({ move: undefined, place: back.place });
    const cleared = nextMove(lifecycle, back.place, { ...LEAD, mql: true }, NOW + 63 * DAY);
    expect([cleared.move, cleared.place?.spent]).toEqual([undefined, undefined]);
    expect(moveOf(nextMove(lifecycle, cleared.place, said, NOW + 64 * DAY))).toBe('reject mql > nurture (no interest)');
    // Without a time it counts as long as it stands there.
    const forGood = lifecycleOf([
      { id: 'lead', entry: 'email exists' },
      { id: 'mql', entry: 'mql', reject: [{ reason: 'bad fit', to: 'lead' }] },
    ]);
    const bad = { ...LEAD, mql: true, rejected_because: 'bad fit' };
    const out = nextMove(forGood, settled(forGood, { ...LEAD, mql: true }), bad, NOW).place;
    expect(settled(forGood, bad, NOW + 900 * DAY, out)?.stage).toBe('lead');
    expect(settled(forGood, { ...LEAD, mql: true }, NOW + 900 * DAY, out)?.stage).toBe('mql');
  });

  test('a time away is not over by another reject', () => {
    const two = lifecycleOf([
      { id: 'gone' },
      { id: 'away', reject: [{ reason: 'rival', when: 'rival', to: 'gone' }] },
      { id: 'mql', entry: 'mql', reject: [{ reason: 'slow', when: 'slow', to: 'away', after: '60d' }] },
    ]);
    const away = nextMove(two, settled(two, { mql: true }), { mql: true, slow: true }, NOW).place;
    const gone = nextMove(two, away, { mql: true, rival: true }, NOW + DAY).place;
    expect(gone?.stage).toBe('gone');
    expect(settled(two, { mql: true }, NOW + 59 * DAY, gone)?.stage).toBe('gone');
    expect(settled(two, { mql: true }, NOW + 60 * DAY, gone)?.stage).toBe('mql');
  });

  test('what stays too long is recycled, not before its time, and stays away for as long as it is held', () => {
    const facts = { ...LEAD, mql: true };
    expect(nextMove(lifecycle, mql, facts, NOW + 30 * DAY - 1).move).toBeUndefined();
    const judged = nextMove(lifecycle, mql, facts, NOW + 30 * DAY);
    expect(moveOf(judged)).toBe('recycle mql > nurture (recycled)');
    expect(settled(lifecycle, facts, NOW + 119 * DAY, judged.place)?.stage).toBe('nurture');
    expect(settled(lifecycle, facts, NOW + 120 * DAY, judged.place)?.stage).toBe('mql');
  });

  test('a stage that is no more is left for the one that lets the record in now, with its history', () => {
    const old: Place = { stage: 'prospect', since: new Date(NOW).toISOString(), history: [] };
    const judged = nextMove(lifecycle, old, LEAD, NOW + DAY);
    expect(judged.move).toMatchObject({ how: 'enter', to: 'lead' });
    expect(judged.place?.history.map(({ stage }) => stage)).toEqual(['prospect']);
    expect(explainMove(judged)[0]?.because).toBe('the model has no such stage any more');
  });
});

describe('time', () => {
  test('an SLA runs on the clock, in business hours where there are any, and to the close of a business day', () => {
    const due = (more: object, facts: object) => settled(lifecycleOf(undefined, more), facts)?.due;
    const hours = Object.fromEntries(['mon', 'tue', 'wed', 'thu', 'fri'].map((day) => [day, [['09:00', '17:00']]]));
    expect(due({}, { ...LEAD, mql: true })).toBe(new Date(NOW + 4 * HOUR).toISOString());
    // One hour is left on Friday; three are on Monday, whose 26th is a holiday for others.
    expect(due({ calendar: { hours } }, { ...LEAD, mql: true })).toBe('2026-11-23T17:00:00.000Z');
    expect(due({ calendar: { hours } }, { ...LEAD, converted: true })).toBe('2026-11-24T22:00:00.000Z');
    expect(due({ calendar: { hours, holidays: ['2026-11-23'] } }, { ...LEAD, converted: true })).toBe('2026-11-25T22:00:00.000Z');
    // Without hours a day ends at midnight.
    expect(due({}, { ...LEAD, converted: true })).toBe('2026-11-25T05:00:00.000Z');
  });

  test('overdue is told from the moment on, and conditions see it', () => {
    const lifecycle = lifecycleOf([
      { id: 'lead', entry: 'email exists' },
      { id: 'mql', entry: 'mql', sla: '4h', recycle: { to: 'lead', after: '1h', hold: '1d', when: 'lifecycle.overdue' } },
    ]);
    const facts = { ...LEAD, mql: true };
    const place = settled(lifecycle, facts);
    if (place === undefined) throw new Error('it is nowhere');
    expect(nextMove(lifecycle, place, facts, NOW + 4 * HOUR - 1)).toMatchObject({ overdue: false, move: undefined });
    expect(moveOf(nextMove(lifecycle, place, facts, NOW + 4 * HOUR))).toBe('recycle mql > lead (recycled)');
    expect(wakeAt(lifecycle, place, NOW)).toBe(NOW + HOUR);
    expect(wakeAt(lifecycle, place, NOW + 2 * HOUR)).toBe(NOW + 4 * HOUR);
    expect(wakeAt(lifecycle, place, NOW + 5 * HOUR)).toBeUndefined();
  });
});

describe('whatever the model and the facts', () => {
  const names = ['a', 'b', 'c', 'd', 'e'] as const;
  const flags = ['p', 'q', 'r'] as const;
  const condition = fc.constantFrom(...flags, 'not p', 'p and q', 'q or r', 'exists_not exists', 'n >= 5', 'n < 3');
  const late = fc.constantFrom('lifecycle.days >= 2', 'lifecycle.overdue', 'p', 'not q');
  const stages = fc.tuple(...names.map((id, place) => stageOf(id, place))).filter((some) => some.some(({ entry }) => entry !== undefined));
  const facts = fc.record({ p: fc.boolean(), q: fc.boolean(), r: fc.boolean(), n: fc.option(fc.nat(8), { nil: undefined }) });

  function stageOf(id: string, place: number) {
    const earlier = fc.constantFrom(...names.slice(0, Math.max(1, place)));
    const duration = fc.constantFrom('1h', '3d', '40d');
    const reject = fc.record({
      reason: fc.constantFrom('one', 'two'),
      when: condition,
      to: earlier,
      after: fc.option(duration, { nil: undefined }),
    });
    const recycle = fc.record({ to: earlier, after: duration, hold: duration, when: fc.option(late, { nil: undefined }) });
    return fc.record({
      id: fc.constant(id),
      entry: fc.option(condition, { nil: undefined }),
      exit: fc.option(late, { nil: undefined }),
      sla: fc.option(fc.constantFrom('2h', '+1bd'), { nil: undefined }),
      reject: place === 0 ? fc.constant([]) : fc.array(reject, { maxLength: 2 }),
      recycle: place === 0 ? fc.constant(undefined) : fc.option(recycle, { nil: undefined }),
    });
  }

  const steps = fc.array(fc.tuple(facts, fc.nat(50)), { minLength: 1, maxLength: 6 });

  test('it stands still on the same facts, goes forward by entry alone and back only with a reason', () => {
    fc.assert(
      fc.property(stages, steps, (written, course) => {
        const lifecycle = lifecycleOf(written);
        let at = NOW;
        let place: Place | undefined;
        for (const [known, days] of course) {
          at += days * DAY;
          let judged = nextMove(lifecycle, place, known, at);
          for (let moves = 0; judged.move !== undefined; moves += 1) {
            expect(moves).toBeLessThan(2 * names.length + 2);
            expect(nextMove(lifecycle, place, known, at)).toEqual(judged);
            const { how, from, to, reason } = judged.move;
            const [before, after] = [lifecycle.placeOf.get(from ?? '') ?? -1, lifecycle.placeOf.get(to) ?? -1];
            expect(after > before).toBe(how !== 'reject' && how !== 'recycle');
            expect(reason !== undefined).toBe(how === 'reject' || how === 'recycle');
            expect(judged.place).toMatchObject({ stage: to, since: new Date(at).toISOString() });
            expect(moveSentence(judged)).toContain(to);
            place = judged.place;
            judged = nextMove(lifecycle, place, known, at);
          }
          expect(judged.place).toEqual(place);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('where time alone moves it, it was said when', () => {
    fc.assert(
      fc.property(stages, facts, fc.nat(100), (written, known, hours) => {
        // Conditions on whole days in a stage tell no moment by themselves.
        if (JSON.stringify(written).includes('lifecycle.days')) return;
        const lifecycle = lifecycleOf(written);
        const place = settled(lifecycle, known);
        if (place === undefined) return;
        const later = NOW + hours * HOUR;
        if (nextMove(lifecycle, place, known, later).move === undefined) return;
        expect(wakeAt(lifecycle, place, NOW)).toBeLessThanOrEqual(later);
      }),
      { numRuns: 400 },
    );
  });
});
