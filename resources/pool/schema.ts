// A pool: people who take turns.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, count, duration, id, reference, text } from '../words.ts';

export const STRATEGIES = ['strict', 'weighted', 'pointer', 'level', 'least_open', 'most_capacity'] as const;

export const Pool = defineSchema(
  'Pool',
  z.strictObject({
    strategy: z
      .enum(STRATEGIES)
      .describe(
        'strict: in turn. weighted: in turn, smoothly by weight. pointer: the least served by weight. level: the fewest assignments, credits given back. ' +
          'least_open: the fewest open records. most_capacity: the most room.',
      ),
    count_object: apiName()
      .optional()
      .describe("What is counted as open (least_open, most_capacity, cap.open). Default: the rule set's object."),
    recent: duration().default('24h').describe('Where the counted object is another one, assignments of this time are counted with it.'),
    members: z
      .array(
        z.strictObject({
          seat: reference('Seat').describe('A seat of a roster.'),
          weight: z.number().min(0).optional().describe('How much of the whole. 0 takes no part. Default 1.'),
          priority: count().optional().describe('Lower comes first in a tie.'),
          cap: z
            .strictObject({
              day: count().optional().describe('Assignments a day.'),
              week: count().optional().describe('Assignments an ISO week.'),
              open: count().optional().describe('Open records.'),
            })
            .optional()
            .describe('Above it the member is passed over.'),
          capacity: z.number().min(0).optional().describe('How much fits in (most_capacity).'),
          calibration: z.int().optional().describe('What the level begins with (level).'),
          paused: z.boolean().optional().describe('Takes no part for now, and keeps its place.'),
        }),
      )
      .min(1)
      .describe('In the order in which they joined.'),
    calendar: reference('BusinessCalendar')
      .optional()
      .describe('The hours of members whose seat has none of its own, and the day of `cap`. Default: day and night, in UTC.'),
    hours: z
      .enum(['kept', 'ignored'])
      .optional()
      .describe('kept: who is out of hours is passed over. ignored: calendars only say which day it is. Default: kept.'),
    requires: z
      .strictObject({
        roles: z.array(id()).min(1).optional().describe('One of these roles.'),
        skills: z.array(text(80)).min(1).optional().describe('All of these skills.'),
        languages: z.array(text(40)).min(1).optional().describe('One of these languages.'),
        language_field: id()
          .optional()
          .describe("The field, by its name in the FieldMap, that holds the record's language: who does not work in it is passed over."),
      })
      .optional()
      .describe('What a seat must have to be a candidate, beside being a member.'),
    tie_break: z
      .enum(['order', 'least_recent', 'priority', 'hash'])
      .default('order')
      .describe(
        'Who is taken of those that are equal: the first, the one who was served longest ago, the lowest priority, or one by the record.',
      ),
    absence: z
      .enum(['no_catch_up', 'catch_up'])
      .default('no_catch_up')
      .describe('Who returns begins where the others are, or makes up for what was missed.'),
    all_unavailable: z.enum(['queue', 'hold', 'overflow']).default('queue').describe('What happens when nobody can take it.'),
    queue: reference('Queue').optional().describe('Where it goes then (queue). Default: general.'),
    overflow: reference('Pool').optional().describe('Who takes it then (overflow).'),
  }),
);

export type PoolSpec = z.output<typeof Pool.schema>;
