import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkBusinessCalendars } from './checks.ts';
import { BusinessCalendar, type BusinessCalendarSpec } from './schema.ts';

export const businessCalendar: Kind<BusinessCalendarSpec> = {
  ...BusinessCalendar,
  names: KEBAB,
  summary: 'Business hours and holidays of a place. Pools pass over who is out of hours, and clocks run in them.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: BusinessCalendar
metadata: {name: new-york}
spec:
  timezone: America/New_York
  hours:
    mon: [["09:00", "17:00"]]
    tue: [["09:00", "17:00"]]
    wed: [["09:00", "17:00"]]
    thu: [["09:00", "17:00"]]
    fri: [["09:00", "15:00"]]
  holidays: [2026-11-26, {date: 2026-12-25, name: Christmas}]
`,
  targets: new Set(['runtime']),
  check: (resources, _organisation, report) => checkBusinessCalendars(resources, report),
  runtime: ({ spec }, { project }) => ({
    timezone: spec.timezone ?? project.spec.timezone,
    hours: spec.hours,
    holidays: spec.holidays.map((holiday) => (typeof holiday === 'string' ? holiday : holiday.date)).sort(),
  }),
};
