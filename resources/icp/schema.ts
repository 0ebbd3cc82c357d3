// The ideal customer profile: which accounts one wants.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, prose, reference, text, when } from '../words.ts';

export const ICP = defineSchema(
  'ICP',
  z.strictObject({
    object: apiName().default('Account').describe('Whose records are tested.'),
    when: when().describe('What an ideal customer looks like.'),
    exclude: when().optional().describe('What is not one, whatever else holds.'),
    segments: z.array(reference('Segment')).optional().describe('Of these segments alone.'),
    personas: z.array(text(120)).optional().describe('Whom one talks to there.'),
    description: prose(4000).optional().describe('In words, for people and agents.'),
  }),
);

export type ICPSpec = z.output<typeof ICP.schema>;
