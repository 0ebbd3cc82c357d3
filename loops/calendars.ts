// Business hours of a snapshot, by name; and those of whoever has none: Monday to Friday, in the timezone of the project.
import { type Calendar, type CalendarSpec, compileCalendar } from '../engines/calendars/calendar.ts';
import type { Snapshot } from './loop.ts';

export interface Calendars {
  /** Nothing where there is none of the name. */
  named(name: string | undefined): Calendar | undefined;
  /** Whole days from Monday to Friday. */
  readonly workingDays: Calendar;
}

const WHOLE_DAY = [['00:00', '24:00']] as const;
const PREFIX = 'BusinessCalendar/';

export function calendarsOf({ resources }: Pick<Snapshot, 'resources'>): Calendars {
  const project = Object.entries(resources).find(([key]) => key.startsWith('Project/'))?.[1] as { readonly timezone?: string } | undefined;
  const hours = Object.fromEntries((['mon', 'tue', 'wed', 'thu', 'fri'] as const).map((day) => [day, WHOLE_DAY]));
  const byName = new Map(
    Object.entries(resources).flatMap(([key, spec]) =>
      key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), compileCalendar(spec as CalendarSpec)] as const] : [],
    ),
  );
  return {
    named: (name) => (name === undefined ? undefined : byName.get(name)),
    workingDays: compileCalendar({ timezone: project?.timezone ?? 'UTC', hours }),
  };
}
