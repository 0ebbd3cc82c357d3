// A calendar is open at some time, its hours of a day do not run into each other, and a holiday stands once.
import type { Report } from '../report.ts';
import type { Resource } from '../resource.ts';
import { type BusinessCalendarSpec, WEEKDAYS } from './schema.ts';

export function checkBusinessCalendars(calendars: readonly Resource<BusinessCalendarSpec>[], report: Report): void {
  for (const calendar of calendars) {
    checkHours(calendar, report);
    checkHolidays(calendar, report);
  }
}

function checkHours(calendar: Resource<BusinessCalendarSpec>, report: Report): void {
  const { hours } = calendar.spec;
  const path = ['spec', 'hours'];
  if (WEEKDAYS.every((day) => hours[day] === undefined))
    report.error(calendar, {
      path,
      code: 'never-open',
      message: 'hours: no day has any, so nobody would ever be there',
      hint: 'Write `mon: [["09:00", "17:00"]]`.',
    });
  for (const day of WEEKDAYS) {
    const spans = hours[day] ?? [];
    for (const [index, [from, to]] of spans.entries()) {
      const other = spans.findIndex(([start, end], place) => place < index && from < endOf(start, end) && start < endOf(from, to));
      if (other < 0) continue;
      report.error(calendar, {
        path: [...path, day, index],
        code: 'overlap',
        message: `hours.${day}: ${from} to ${to} runs into ${spans[other]?.join(' to ')}`,
      });
    }
  }
}

/** As text that sorts behind every time of the day, where it is on the next one. */
function endOf(from: string, to: string): string {
  return to > from ? to : `~${to}`;
}

function checkHolidays(calendar: Resource<BusinessCalendarSpec>, report: Report): void {
  const seen = new Set<string>();
  for (const [index, holiday] of calendar.spec.holidays.entries()) {
    const day = typeof holiday === 'string' ? holiday : holiday.date;
    if (seen.has(day))
      report.warning(calendar, { path: ['spec', 'holidays', index], code: 'listed-twice', message: `holidays: ${day} stands here twice` });
    seen.add(day);
  }
}
