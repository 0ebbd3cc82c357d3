// Marks of a clock over nights, weekends and pauses; the chains of the golden cases, step by step.
import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { type CalendarSpec, compileCalendar } from '../../../engines/calendars/calendar.ts';
import { compileTimes, judge, TARGET } from '../../../engines/sla/clock.ts';
import { countHandoffs } from '../../../engines/sla/count.ts';
import { SLAPolicy } from '../../../resources/sla-policy/schema.ts';
import { golden } from '../../golden.ts';

const timesOf = (spec: object) => compileTimes(SLAPolicy.schema.parse(spec));
const NEW_YORK: CalendarSpec = {
  timezone: 'America/New_York',
  hours: Object.fromEntries((['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => [day, [['09:00', '17:00']] as const])),
  holidays: ['2026-07-03'],
};
const newYork = compileCalendar(NEW_YORK);
const at = (text: string) => Date.parse(text);
const iso = (moment: number | null) => (moment === null ? null : new Date(moment).toISOString());

interface Chain {
  readonly id: string;
  readonly calendar: string;
  readonly assigned_at: string;
  readonly after_minutes: readonly number[];
  readonly due: readonly string[];
  readonly reassigned_at: string;
  readonly new_calendar: string;
  readonly new_due: readonly string[];
}

const path = golden('cases/demand/sla.json');
const cases =
  path === undefined
    ? undefined
    : (JSON.parse(readFileSync(path, 'utf8')) as { calendars: Record<string, CalendarSpec>; escalation: readonly Chain[] });

describe.skipIf(cases === undefined)('golden escalations', () => {
  it.each(cases?.escalation ?? [])('$id', (one) => {
    const walk = (name: string, start: string) => {
      const spec = cases?.calendars[name];
      if (spec === undefined) throw new Error(`no calendar ${name}`);
      const calendar = compileCalendar(spec);
      const times = timesOf({ target: '30d', escalations: one.after_minutes.map((after) => ({ after: `${after}m`, notify: true })) });
      const came: (string | null)[] = [];
      let passed: readonly string[] = [];
      for (let now = at(start); came.length < one.after_minutes.length; ) {
        const { next } = judge(times, calendar, { since: at(start), pauses: [], passed }, now);
        if (next === null) break;
        now = next;
        const judged = judge(times, calendar, { since: at(start), pauses: [], passed }, now);
        expect(judged.come).toHaveLength(1);
        passed = [...passed, ...judged.come];
        came.push(iso(now)?.replace('.000Z', 'Z') ?? null);
      }
      return came;
    };
    expect(walk(one.calendar, one.assigned_at)).toEqual(one.due);
    expect(walk(one.new_calendar, one.reassigned_at)).toEqual(one.new_due);
  });
});

test('business days end at their close, the same day at its last one, and a pause moves either', () => {
  const friday = at('2026-04-17T20:30:00Z');
  const due = (target: string, pauses: Parameters<typeof judge>[2]['pauses'] = []) =>
    iso(judge(timesOf({ target }), newYork, { since: friday, pauses, passed: [] }, friday).due);
  expect(due('+1bd')).toBe('2026-04-20T21:00:00.000Z');
  expect(due('same_business_day')).toBe('2026-04-17T21:00:00.000Z');
  expect(due('same_business_day', [{ from: friday, to: at('2026-04-17T20:45:00Z') }])).toBe('2026-04-20T13:15:00.000Z');
  expect(due('1h', [{ from: friday, to: null }])).toBeNull();
});

test('while it stands still nothing comes, and what has come once comes no more', () => {
  const start = at('2026-04-16T14:00:00Z');
  const times = timesOf({ target: '30m', escalations: [{ after: '10m', notify: true }], reassign: { after: '1h' } });
  const look = (now: string, running: Partial<Parameters<typeof judge>[2]>) =>
    judge(times, newYork, { since: start, pauses: [], passed: [], ...running }, at(now));
  expect(look('2026-04-16T15:00:00Z', {}).come).toEqual(['10m', TARGET, 'reassign']);
  expect(look('2026-04-16T15:00:00Z', { passed: ['10m', TARGET, 'reassign'] })).toMatchObject({ come: [], next: null });
  expect(look('2026-04-16T20:00:00Z', { pauses: [{ from: at('2026-04-16T14:05:00Z'), to: null }] })).toMatchObject({
    come: [],
    next: null,
    elapsed: 5 * 60_000,
  });
});

test('the leak is what nobody acted on in time; what still has time is not in it', () => {
  const counting = countHandoffs();
  expect(counting.result()).toMatchObject({ started: 0, leak: null });
  counting.ended({ how: 'met', over: false, took: 60_000 });
  counting.ended({ how: 'late', over: true, took: 3_600_000 });
  counting.ended({ how: 'handed_on', over: true, took: 1 });
  counting.ended({ how: 'taken_back', over: false, took: 1 });
  counting.running(false);
  counting.running(true);
  expect(counting.result()).toEqual({
    started: 6,
    met: 1,
    late: 1,
    open: 1,
    overdue: 1,
    moved_on: 2,
    lost: 1,
    leak: 0.75,
    touch: { n: 2, median: 60, p90: 3600 },
  });
});
