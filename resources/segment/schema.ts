// A segment: a part of the market. The first one that holds, by priority, is the record's segment.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { count, prose, share, text, when } from '../words.ts';

export const Segment = defineSchema(
  'Segment',
  z.strictObject({
    priority: count().describe('The lowest number is asked first.'),
    when: when().describe('What belongs to it: `employee_count >= 1000`.'),
    label: text(80).optional().describe('The name that people see. Default: its name.'),
    description: prose(2000).optional().describe('Who is meant.'),
    personas: z.array(text(120)).optional().describe('Whom one talks to there.'),
    investment_share: share().optional().describe('How much of the effort goes here.'),
  }),
);

export type SegmentSpec = z.output<typeof Segment.schema>;
