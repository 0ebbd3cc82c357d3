// How far a record has come: stages in their order, what lets a record in, who answers for it and how long, and how it goes back.
import { z } from 'zod';
import { defineSchema, references, sorts } from '../kind.ts';
import { apiName, date, duration, id, text, when } from '../words.ts';

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** A code that reports can count; it stands in a condition between quotes. */
const reason = () =>
  z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} _./&-]{0,79}$/u, { error: 'a reason of letters, digits, spaces and _ . / & -, at most 80' });

const sla = z
  .string()
  .regex(/^(?:\d+(?:\.\d+)?[smhd]|\+\d+bd)$/, { error: 'a duration like 30m, 4h or 2d, or business days like +2bd' })
  .register(sorts, { name: 'duration' });

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, { error: 'a time like 09:00' });

/** A text is a role; a queue or a pool has its kind in front. */
const owner = z
  .string()
  .regex(/^(?:(?:queue|pool)\/.+|[\p{L}\p{N}][\p{L}\p{N} _&-]{0,79})$/u, { error: 'a role like SDR, queue/NAME or pool/NAME' })
  .register(references, { kinds: ['Queue', 'Pool'] });

const reject = z.strictObject({
  reason: reason().describe('The code that decisions and reports say.'),
  when: when().optional().describe('When it applies. Without it: when `reject_field` says the reason.'),
  to: id().describe('The stage that it goes back to.'),
  after: duration().optional().describe('How long it is not let in again where it came from, or anywhere before that.'),
});

const recycle = z.strictObject({
  to: id().describe('The stage that it goes to.'),
  after: duration().describe('When it has been in this stage for so long.'),
  when: when().optional().describe('And only where this holds: `lifecycle.overdue`.'),
  hold: duration().optional().describe('How long it is then not let in again where it came from, or anywhere before that.'),
  reason: reason().default('recycled').describe('The code that decisions and reports say.'),
});

const stage = z.strictObject({
  id: id().describe('What decisions and fields call it.'),
  entry: when().optional().describe('What lets a record in. Without it records only get here by reject or recycle.'),
  exit: when().optional().describe('What must hold before a record moves on from here.'),
  owner: owner.optional().describe('Who answers for it: a role like SDR, or `queue/general`.'),
  sla: sla.optional().describe('How long a record may stay: `4h`, or `+2bd`: to the close of the second business day after.'),
  reject: z.array(reject).default([]).describe('Why a record goes back; the first that holds. While one holds, nothing is let in.'),
  recycle: recycle.optional().describe('What becomes of a record that stays too long.'),
});

export const LifecycleModel = defineSchema(
  'LifecycleModel',
  z.strictObject({
    objects: z
      .array(apiName())
      .min(1)
      .default(['Lead'])
      .describe('Whose records it follows, through their FieldMaps: Lead, Contact, Account, Opportunity. One model an object.'),
    stages: z.array(stage).min(2).describe('From the first to the last. A record is in the last one that lets it in.'),
    reject_field: text(80).optional().describe('The field, by its name in the FieldMap, in which people say why they reject a record.'),
    calendar: z
      .strictObject({
        hours: z
          .partialRecord(z.enum(WEEKDAYS), z.array(z.tuple([time, time])).min(1))
          .describe('Hours by day: `{mon: [["09:00", "17:00"]]}`, in the timezone of the project.'),
        holidays: z.array(date()).default([]).describe('Days without hours.'),
      })
      .optional()
      .describe('The hours in which SLAs run. Without it they run day and night, and business days are Monday to Friday.'),
    writeback: z
      .strictObject({
        stage: apiName().optional().describe('The field that gets the stage.'),
        since: apiName().optional().describe('The field that gets the moment of entry, a date and time.'),
        reason: apiName().optional().describe('The field that gets the reason of a reject or a recycling; empty after any other move.'),
      })
      .default({})
      .describe('Where the stage is written on the record.'),
  }),
);

export type LifecycleModelSpec = z.output<typeof LifecycleModel.schema>;
export type LifecycleStage = LifecycleModelSpec['stages'][number];
