// Clocks over nights, weekends, holidays and changes of the clock, computed apart from the product.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type CalendarSpec, compileCalendar } from '../../../engines/calendars/calendar.ts';
import { due, elapsed, sameBusinessDay } from '../../../engines/calendars/clock.ts';
import { golden } from '../../golden.ts';

interface Cases {
  readonly calendars: Record<string, CalendarSpec>;
  readonly due: { id: string; calendar: string; start: string; minutes: number; pauses?: [string, string | null][]; due: string | null }[];
  readonly elapsed: { id: string; calendar: string; from: string; to: string; minutes: number }[];
  readonly same_business_day: { id: string; calendar: string; start: string; due: string | null }[];
  readonly escalation: {
    id: string;
    calendar: string;
    assigned_at: string;
    after_minutes: number[];
    due: string[];
    reassigned_at: string;
    new_calendar: string;
    new_due: string[];
  }[];
}

const path = golden('cases/demand/sla.json');
const cases = path === undefined ? undefined : (JSON.parse(readFileSync(path, 'utf8')) as Cases);

describe.skipIf(cases === undefined)('golden clocks', () => {
  const calendars = new Map(Object.entries(cases?.calendars ?? {}).map(([name, spec]) => [name, compileCalendar(spec)]));
  const calendar = (name: string) => calendars.get(name) ?? compileCalendar({ timezone: 'UTC', hours: {} });

  it.each(cases?.due ?? [])('due: $id', (one) => {
    const pauses = (one.pauses ?? []).map(([from, to]) => ({ from: Date.parse(from), to: to === null ? null : Date.parse(to) }));
    expect(text(due(calendar(one.calendar), Date.parse(one.start), one.minutes * 60_000, pauses))).toBe(one.due);
  });

  it.each(cases?.elapsed ?? [])('elapsed: $id', (one) => {
    expect(elapsed(calendar(one.calendar), Date.parse(one.from), Date.parse(one.to))).toBe(one.minutes * 60_000);
  });

  it.each(cases?.same_business_day ?? [])('same business day: $id', (one) => {
    expect(text(sameBusinessDay(calendar(one.calendar), Date.parse(one.start)))).toBe(one.due);
  });

  it.each(cases?.escalation ?? [])('escalation: $id', (one) => {
    const chain = (name: string, start: string) =>
      one.after_minutes.map((minutes) => text(due(calendar(name), Date.parse(start), minutes * 60_000)));
    expect(chain(one.calendar, one.assigned_at)).toEqual(one.due);
    expect(chain(one.new_calendar, one.reassigned_at)).toEqual(one.new_due);
  });
});

function text(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().replace('.000Z', 'Z');
}
