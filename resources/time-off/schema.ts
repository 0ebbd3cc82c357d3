// Somebody is away: pools pass over them, and cascades look further.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { date, reference, text, username } from '../words.ts';

export const TimeOff = defineSchema(
  'TimeOff',
  z
    .strictObject({
      seat: reference('Seat').optional().describe('The seat that nobody is in.'),
      user: username().optional().describe('The person who is away, in whatever seats.'),
      from: date().describe('The first day.'),
      to: date().describe('The last day.'),
      reason: text(255).optional().describe('What decisions say: parental leave.'),
    })
    .refine(({ seat, user }) => (seat === undefined) !== (user === undefined), { error: 'needs a seat or a user, one of them' })
    .refine(({ from, to }) => from <= to, { error: 'a day on or after from', path: ['to'] }),
);

export type TimeOffSpec = z.output<typeof TimeOff.schema>;
