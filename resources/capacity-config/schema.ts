// What holds for all plans: which scenario is live, how the year runs, what is tolerated.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { amount, id, reference, share, text } from '../words.ts';

export const CapacityConfig = defineSchema(
  'CapacityConfig',
  z.strictObject({
    active_scenario: reference('Scenario').describe('The scenario that is live. Promoting another one is a change of this line.'),
    fiscal_year_start: z
      .string()
      .regex(/^(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])$/, { error: 'month and day, like 02-01' })
      .default('01-01')
      .describe('Month and day on which the fiscal year begins.'),
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, { error: 'a currency like USD' })
      .default('USD')
      .describe('What amounts are in.'),
    decimals: z.int().min(0).max(4).default(2).describe('Digits behind the point of an amount.'),
    limits: z
      .strictObject({
        max_over_assignment: share().default(0.2).describe('How much more than the target may be handed down, as a share.'),
        balance_index: z
          .tuple([amount(), amount()])
          .default([85, 115])
          .describe('Between which indices a territory counts as fair; 100 is the mean.'),
        min_coverage: amount().default(1).describe('Capacity over target below which a territory is short.'),
      })
      .prefault({})
      .describe('What a plan may look like before it is questioned.'),
    forecasting: z
      .strictObject({
        type: text(80).describe('The forecasting type in Salesforce, by DeveloperName.'),
        roles: z.array(id()).optional().describe('The roles whose quotas are written; without it, all that have one.'),
      })
      .optional()
      .describe('Quotas of the live scenario become ForecastingQuota, a row a month. Without this, none are written.'),
  }),
);

export type CapacityConfigSpec = z.output<typeof CapacityConfig.schema>;
