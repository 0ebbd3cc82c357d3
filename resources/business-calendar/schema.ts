// Business hours: when people of a place work. Seats and pools refer to it, and clocks run by it.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { isTimeZone } from '../project/schema.ts';
import { date, text } from '../words.ts';

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const time = z.string().regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'a time of the day like "09:00"' });

export const BusinessCalendar = defineSchema(
  'BusinessCalendar',
  z.strictObject({
    timezone: z
      .string()
      .refine(isTimeZone, { error: 'a time zone like America/New_York' })
      .optional()
      .describe("Whose clocks the hours are of. Default: the project's."),
    hours: z
      .partialRecord(z.enum(WEEKDAYS), z.array(z.tuple([time, time])).min(1))
      .describe('Hours by day: `{mon: [["09:00", "12:30"], ["13:30", "18:00"]]}`. An end that is not after its start is on the next day.'),
    holidays: z
      .array(z.union([date(), z.strictObject({ date: date().describe('The day.'), name: text(120).optional().describe('What it is.') })]))
      .default([])
      .describe('Days without hours: `2027-01-01`, or `{date: 2027-01-01, name: New Year}`.'),
  }),
);

export type BusinessCalendarSpec = z.output<typeof BusinessCalendar.schema>;
