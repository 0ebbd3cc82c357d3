// SLA: whether somebody acts after a hand-off. A clock of the owner's business hours begins when a record comes to them and stops with the
// first thing that they do; meanwhile people hear of it, and in the end the record goes to somebody else.
import { z } from 'zod';
import type { LoopDescriptor } from '../loop.ts';
import { subject } from '../subject.ts';
import { step } from './step.ts';
import { compileSla, type SlaWorld } from './world.ts';

const gives = z.looseObject({
  rule_matched: z.string().describe('`first-touch.started`; `none` where no clock moved.'),
  action: z
    .string()
    .describe('started, met, late, escalated, breached, reassigned, kept, handed_on, taken_back, paused, resumed, noted, waits, looked.'),
  clocks: z.array(
    z.looseObject({
      policy: z.string(),
      handoff: z.string(),
      happened: z.array(z.string()),
      since: z.string().optional(),
      due: z.string().nullable().optional().describe('When the target is over; none: the clock stands still.'),
      took: z.number().optional().describe('Seconds of business time until somebody acted, or it went to somebody else.'),
      times: z.number().describe('How often it was taken from somebody.'),
    }),
  ),
  overdue: z.boolean().describe('A target is over, and nobody has acted.'),
  reason_code: z.string().optional(),
});

export const sla: LoopDescriptor<SlaWorld> = {
  name: 'sla',
  chain: 'demand',
  summary: 'Sees to it that somebody acts after a hand-off: clocks in business hours, escalations, another owner.',
  archetypes: ['event'],
  parts: {
    config: ['SLAPolicy', 'BusinessCalendar', 'FieldMap', 'Scenario', 'Queue'],
    logic: 'A clock a policy and record; it begins with a hand-off, and the first act ends it. Deterministic.',
    inputs: [
      'whose the record is, and who gave it',
      'tasks and events on it, and its status or stage',
      "Qualify's answer",
      'its own clocks',
    ],
    outputs: ['tasks and messages when a clock runs long', 'a record that Route gives to somebody else, with the reason'],
    metrics: [
      'hand-offs by policy: met, late, open',
      'the leak: hand-offs that nobody acted on in time',
      'business time until the first act',
    ],
    feedback: ['the policy with the largest leak; targets, escalations and pools are files, and a change of them is a commit'],
  },
  contract: { takes: subject, gives },
  compile: compileSla,
  watches: ({ byObject }) => new Map([...byObject].map(([object, { more }]) => [object, more])),
  step,
};
