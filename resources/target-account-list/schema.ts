// Accounts that one goes after by name or by rule.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, duration, reference, text, when } from '../words.ts';

export const TargetAccountList = defineSchema(
  'TargetAccountList',
  z
    .strictObject({
      tier: count(1).describe('1 is the most wanted.'),
      accounts: z.array(text(255)).min(1).optional().describe('By domain (globex.example) or by name.'),
      when: when().optional().describe('Or every account for which this holds.'),
      max: count(1).optional().describe('At most so many; those with the best score.'),
      refresh: duration().default('7d').describe('How often the rule is asked again.'),
      segment: reference('Segment').optional().describe('Of this segment alone.'),
      territories: z.array(reference('Territory')).optional().describe('Of these territories and all below them.'),
    })
    .refine((list) => (list.accounts === undefined) !== (list.when === undefined), { error: 'needs either accounts or when' }),
);

export type TargetAccountListSpec = z.output<typeof TargetAccountList.schema>;
