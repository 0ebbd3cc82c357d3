// What holds of every calendar, and the days that due dates count.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarSpec, compileCalendar, WEEKDAYS } from '../../../engines/calendars/calendar.ts';
import { due, elapsed, isOpen, type Pause, sameBusinessDay } from '../../../engines/calendars/clock.ts';
import { addBusinessDays, shiftDay } from '../../../engines/calendars/days.ts';
import { zoneOf } from '../../../engines/calendars/zone.ts';

const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
  'Asia/Kathmandu',
];
const time = fc
  .integer({ min: 0, max: 95 })
  .map((quarter) => `${String(Math.floor(quarter / 4)).padStart(2, '0')}:${String((quarter % 4) * 15).padStart(2, '0')}`);
const hours = fc.array(fc.tuple(time, time), { maxLength: 3 });
const anyCalendar = fc.record({
  timezone: fc.constantFrom(...ZONES),
  hours: fc.record(Object.fromEntries(WEEKDAYS.map((day) => [day, hours]))),
  holidays: fc.subarray(['2026-03-08', '2026-03-29', '2026-10-25', '2026-11-01', '2026-12-25']),
}) as fc.Arbitrary<CalendarSpec>;
const MINUTE = 60_000;
const instant = fc
  .integer({ min: Date.parse('2026-01-01T00:00:00Z') / MINUTE, max: Date.parse('2026-12-31T00:00:00Z') / MINUTE })
  .map((at) => at * MINUTE);
const pause = fc
  .tuple(instant, fc.integer({ min: 1, max: 20_000 }))
  .map(([from, minutes]): Pause => ({ from, to: from + minutes * MINUTE }));

describe('every calendar', () => {
  it('has elapsed exactly what was asked for when it is due, and less an instant before', () => {
    fc.assert(
      fc.property(
        anyCalendar,
        instant,
        fc.integer({ min: 1, max: 6000 }),
        fc.array(pause, { maxLength: 3 }),
        (spec, start, minutes, pauses) => {
          const calendar = compileCalendar(spec);
          const at = due(calendar, start, minutes * MINUTE, pauses);
          expect(at === null).toBe(!calendar.everOpen);
          if (at === null) return;
          expect(elapsed(calendar, start, at, pauses)).toBe(minutes * MINUTE);
          expect(elapsed(calendar, start, at - 1, pauses)).toBe(minutes * MINUTE - 1);
        },
      ),
    );
  });

  it('adds up: from a to b and from b to c is from a to c', () => {
    fc.assert(
      fc.property(
        anyCalendar,
        instant,
        fc.nat(20_000),
        fc.nat(20_000),
        fc.array(pause, { maxLength: 3 }),
        (spec, a, first, second, pauses) => {
          const calendar = compileCalendar(spec);
          const [b, c] = [a + first * MINUTE, a + (first + second) * MINUTE];
          expect(elapsed(calendar, a, b, pauses) + elapsed(calendar, b, c, pauses)).toBe(elapsed(calendar, a, c, pauses));
        },
      ),
    );
  });

  it('is open as long as a count of its minutes says', () => {
    fc.assert(
      fc.property(anyCalendar, instant, (spec, from) => {
        const calendar = compileCalendar(spec);
        const minutes = Array.from({ length: 600 }, (_, at) => from + at * MINUTE).filter((at) => isOpen(calendar, at)).length;
        expect(elapsed(calendar, from, from + 600 * MINUTE)).toBe(minutes * MINUTE);
      }),
      { numRuns: 30 },
    );
  });
});

describe('wall time', () => {
  it('is found again from the instant, but for what the clock skips', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), instant, (name, at) => {
        const zone = zoneOf(name);
        const wall = at + zone.offsetAt(at);
        const found = zone.instantOf(wall);
        // Of two instants that the clock shows alike, the first.
        expect(found).toBeLessThanOrEqual(at);
        expect(found + zone.offsetAt(found)).toBe(wall);
      }),
    );
  });

  it.each([
    ['America/New_York', '2026-03-08T02:30:00Z', '2026-03-08T07:30:00.000Z'],
    ['America/New_York', '2026-11-01T01:30:00Z', '2026-11-01T05:30:00.000Z'],
    ['Australia/Lord_Howe', '2026-10-04T02:15:00Z', '2026-10-03T15:45:00.000Z'],
    ['Pacific/Apia', '2011-12-30T09:00:00Z', '2011-12-30T19:00:00.000Z'],
  ])('%s %s', (zone, wall, expected) => {
    expect(new Date(zoneOf(zone).instantOf(Date.parse(wall))).toISOString()).toBe(expected);
  });

  it('has whole seconds before 1970 and in zones that were a quarter of a minute off', () => {
    const zone = zoneOf('Europe/Amsterdam');
    for (const at of [-1, -86_400_001, Date.parse('1937-06-01T00:00:00.500Z')]) expect(zone.offsetAt(at) % 1000).toBe(0);
  });
});

describe('days', () => {
  const weekdays = Object.fromEntries(WEEKDAYS.slice(0, 5).map((day) => [day, [['09:00', '17:00']]]));
  const office = compileCalendar({ timezone: 'America/New_York', hours: weekdays, holidays: ['2026-07-03'] });

  it.each([
    ['2026-07-01', '+2bd', '2026-07-06'],
    ['2026-07-04', '+1bd', '2026-07-06'],
    ['2026-07-04', '+0bd', '2026-07-06'],
    ['2026-07-06', '+0bd', '2026-07-06'],
    ['2026-07-06', '-1bd', '2026-07-02'],
    ['2026-07-05', '-2bd', '2026-07-01'],
    ['2026-03-01', '-60d', '2025-12-31'],
    ['2028-02-28', '+1d', '2028-02-29'],
  ])('%s %s is %s', (day, shift, expected) => expect(shiftDay(office, day, shift)).toBe(expected));

  it('never, where no day is a business day', () => {
    const never = compileCalendar({ timezone: 'UTC', hours: {} });
    expect(addBusinessDays(never, '2026-07-01', 1)).toBeNull();
    expect(due(never, 0, 1)).toBeNull();
    expect(sameBusinessDay(never, 0)).toBeNull();
  });
});
