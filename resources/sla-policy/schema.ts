// How soon somebody is to act after a hand-off: a clock in their business hours, what stops it, who hears when it runs long, and when the
// record goes to somebody else.
import { z } from 'zod';
import { defineSchema, sorts } from '../kind.ts';
import { task } from '../tasks.ts';
import { apiName, count, duration, id, reference, slug, when, wordOrReference } from '../words.ts';

export const HANDOFFS = ['assigned', 'owner_changed', 'won'] as const;
export type Handoff = (typeof HANDOFFS)[number];

const target = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?[smhd]|\+\d+bd|same_business_day)$/, {
    error: 'a duration like 15m or 4h, business days like +2bd, or same_business_day',
  })
  .register(sorts, { name: 'duration' });

const escalation = z
  .strictObject({
    id: slug().optional().describe('What decisions call it. Default: its time.'),
    after: duration().describe('Business time since the hand-off.'),
    notify: z.boolean().default(false).describe('People are told, on the ways that the project names for `sla`.'),
    task: task.optional().describe('A task for whoever `to` means.'),
    to: wordOrReference(['owner', 'manager'], ['Seat', 'Queue'])
      .default('manager')
      .describe('Who gets the task: the owner, whom their seat reports to, seat/NAME or queue/NAME.'),
  })
  .refine(({ notify, task: todo }) => notify || todo !== undefined, {
    error: 'nobody would hear of it: write notify or task',
    path: ['notify'],
  });

export const SLAPolicy = defineSchema(
  'SLAPolicy',
  z.strictObject({
    object: apiName().default('Lead').describe('Whose records it is about.'),
    start: z
      .enum(HANDOFFS)
      .default('assigned')
      .describe(
        'assigned: a record comes to a person. owner_changed: it comes from one person to another, or Route gave it. won: an opportunity is closed and won.',
      ),
    when: when().optional().describe('Only of records that are so at the hand-off: `mql`, `grade in A,B`.'),
    owner: apiName()
      .optional()
      .describe("The field of the org that says who is to act: a user's id, or a username. Default: OwnerId; of won, Account.OwnerId."),
    fresh: duration()
      .default('1d')
      .describe(
        'A record that is seen for the first time, and was given to its owner by somebody else, counts as handed over when it is no older.',
      ),
    touch: z
      .strictObject({
        tasks: z.boolean().default(true).describe('A task on the record stops the clock; of those that loopctl made, when it is closed.'),
        events: z.boolean().default(true).describe('An event in the calendar does.'),
        field: apiName()
          .nullable()
          .optional()
          .describe('A change of this field does. Default: Status of a lead, StageName of an opportunity.'),
        by: z.enum(['anyone', 'owner']).optional().describe("Whose tasks and events count. Default: anyone's; of won, the owner's."),
      })
      .prefault({})
      .describe('What shows that somebody acted.'),
    target: target.describe('How soon: `15m`, `4h`, `+1bd` (to the close of the next business day), `same_business_day`.'),
    calendar: reference('BusinessCalendar')
      .optional()
      .describe("The hours that count where the owner's seat has none. Without it the clock runs day and night."),
    pause: when().optional().describe('While it holds the clock stands still: `status == "On Hold"`.'),
    escalations: z.array(escalation).default([]).describe('What happens meanwhile, by its time.'),
    reassign: z
      .strictObject({
        after: duration().describe('Business time since the hand-off.'),
        to: wordOrReference(['route'], ['Pool', 'Queue', 'Seat'])
          .default('route')
          .describe('route: by the rules, as if the owner were away. Or pool/NAME, queue/NAME, seat/NAME.'),
        max_times: count(1).default(1).describe('How often one record is taken from somebody.'),
        reason_code: id().default('sla_breached').describe('What decisions and reports count it under.'),
      })
      .optional()
      .describe('When the record goes to somebody else.'),
  }),
);

export type SLAPolicySpec = z.output<typeof SLAPolicy.schema>;
