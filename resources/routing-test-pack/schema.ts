// What is expected of rules, record by record: cases that people wrote down beside them, run before anything is applied.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, date, reference, share, slug, text, username } from '../words.ts';

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const account = z.strictObject({
  name: text(255).optional().describe('What people call it.'),
  is_customer: z.boolean().default(false).describe('It is a customer.'),
  open_opportunity: z.boolean().default(false).describe('A deal is open there.'),
  owner: username().optional().describe('Who owns it, by username.'),
  owner_active: z.boolean().default(true).describe('The owner still works here.'),
  owner_conflict: z.boolean().default(false).describe('Its parent or a child has another owner.'),
  territory: reference('Territory').optional().describe('Where it lies.'),
  record: z.record(z.string(), value).default({}).describe("More of its fields, by the product's names."),
});

const expected = z
  .strictObject({
    rule: slug().optional().describe('Which rule decides: its id, or `default`.'),
    seat: reference('Seat').optional().describe('Who gets it, by seat.'),
    owner: username().optional().describe('Who gets it, by username.'),
    queue: reference('Queue').optional().describe('In which queue it waits.'),
    held_by: reference('Pool').optional().describe('Which pool keeps it until somebody is there.'),
    territory: reference('Territory').optional().describe('The territory whose seat was looked for.'),
    rejected: text(255).optional().describe('The reason for which nobody gets it.'),
    review: z.boolean().optional().describe('A person looks first.'),
    fallback: z.boolean().optional().describe('The action found nobody, and the default took it.'),
  })
  .refine((written) => Object.values(written).some((one) => one !== undefined), {
    error: 'says nothing: write rule, seat, owner, queue, held_by, territory, rejected, review or fallback',
  });

export const RoutingTestPack = defineSchema(
  'RoutingTestPack',
  z.strictObject({
    rule_set: reference('RoutingRuleSet').describe('Whose rules are tried.'),
    cover: z.enum(['none', 'all']).default('none').describe('all: a rule that no case expects is told.'),
    as_of: date()
      .optional()
      .describe('The day on which the cases happen, at noon UTC: who sits in which seat, which rules are in force. Default: today.'),
    cases: z
      .array(
        z.strictObject({
          name: text(255).describe('What it shows, in words.'),
          as_of: date().optional().describe("Another day than the pack's."),
          record: z.record(z.string(), value).describe("Fields and values, by the product's names."),
          score: z.number().optional().describe("What Qualify says. Default: what the object's ScoringModel makes of the record."),
          grade: text(20).nullable().optional().describe('The grade; null: not graded. Default: as the score.'),
          account: account.optional().describe('The account that the record belongs to. Default: none.'),
          agent: z
            .strictObject({
              territory: reference('Territory').describe('What it chooses.'),
              confidence: share().describe('How sure it is.'),
            })
            .optional()
            .describe('What the agent answers, where one is asked. Default: it gives no answer.'),
          away: z.array(reference('Seat')).default([]).describe('Seats whose people are not there.'),
          open: z.record(z.string(), count()).default({}).describe('Open records that people have, by seat. Default: none.'),
          expect: expected.describe('What must come of it; what is not named may be anything.'),
        }),
      )
      .min(1)
      .describe('Each stands alone: nobody had a turn before.'),
  }),
);

export type RoutingTestPackSpec = z.output<typeof RoutingTestPack.schema>;
export type RoutingTestCase = RoutingTestPackSpec['cases'][number];
export type Expected = RoutingTestCase['expect'];
