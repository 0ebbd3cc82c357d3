// A play: the milestones of a deal. The first play that holds, by priority, is the deal's.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, count, due, id, prose, slug, text, when } from '../words.ts';

export const Play = defineSchema(
  'Play',
  z.strictObject({
    object: apiName().default('Opportunity').describe('Whose play it is.'),
    when: when().describe('Which records it is for.'),
    priority: count().describe('The lowest number is asked first.'),
    due_anchor: z
      .enum(['start', 'close'])
      .default('start')
      .describe('Due dates count from the first day, or back from the close date and move with it.'),
    calendar: slug().optional().describe('The calendar of business days.'),
    description: prose(4000).optional().describe('What it is for.'),
    milestones: z
      .array(
        z.strictObject({
          id: id().describe('What it is called by.'),
          name: text(255).describe('The subject of the task.'),
          due: due().describe('When: `+2bd`, `-60d`.'),
          owner: id().describe('opportunity_owner, account_owner, manager, or a role of the roster.'),
          evidence: text(500).optional().describe('What shows that it is done.'),
          stage_gate: text(255).optional().describe('It is done before the deal enters this stage.'),
          depends_on: z.array(id()).optional().describe('Milestones that come first.'),
          description: prose(4000).optional().describe('How it is done.'),
        }),
      )
      .min(1)
      .describe('In the order in which they come.'),
  }),
);

export type PlaySpec = z.output<typeof Play.schema>;
