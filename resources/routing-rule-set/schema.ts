// Who gets a record. Rules are asked by priority; the first that holds decides; `default` takes the rest.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { STRATEGIES } from '../pool/schema.ts';
import { task } from '../tasks.ts';
import { apiName, duration, id, reference, share, slug, span, text, when } from '../words.ts';

const seatOfRole = z.strictObject({
  role: id().optional().describe("The role that is looked for. Default: the cascade's."),
  cascade: reference('RoleCascade').default('default').describe('Who gets it when the seat is open.'),
  match_segment: z.boolean().default(false).describe("Only seats of the record's segment."),
  among: z.enum(STRATEGIES).default('least_open').describe('Which of several live seats, where none is primary.'),
});

const ACTIONS = [
  'assign_to_account_owner',
  'assign_to_territory',
  'assign_to_pool',
  'assign_to_queue',
  'assign_to_user',
  'agent',
  'reject',
] as const;

const action = z
  .strictObject({
    assign_to_account_owner: seatOfRole
      .optional()
      .describe('The owner of the matched account; if that one left, the cascade of its territory.'),
    assign_to_territory: seatOfRole.optional().describe("A live seat of the record's territory."),
    assign_to_pool: reference('Pool').optional().describe('The next of a pool.'),
    assign_to_queue: reference('Queue').optional().describe('A queue.'),
    assign_to_user: reference('Seat').optional().describe('The person in this seat.'),
    agent: z
      .strictObject({
        prompt: reference('Prompt').describe('What it is asked.'),
        role: id().optional().describe("The role that is looked for in the territory that it finds. Default: the cascade's."),
        cascade: reference('RoleCascade').default('default').describe('Who gets it when the seat is open.'),
        match_segment: z.boolean().default(false).describe("Only seats of the record's segment."),
        among: z.enum(STRATEGIES).default('least_open').describe('Which of several live seats, where none is primary.'),
        wait: duration().optional().describe('How long a record waits for its answer; then a person is asked. Default: 1m.'),
      })
      .optional()
      .describe('An agent chooses among the candidates; how sure it is decides what happens.'),
    reject: z
      .strictObject({
        reason: text(255).describe('Why, in words that reports can count.'),
        status: text(255).optional().describe('The Status that the record gets.'),
      })
      .optional()
      .describe('Nobody gets it; the owner stays.'),
  })
  .refine((written) => Object.values(written).filter((value) => value !== undefined).length === 1, {
    error: `needs exactly one of ${ACTIONS.join(', ')}`,
  });

export const RoutingRuleSet = defineSchema(
  'RoutingRuleSet',
  z.strictObject({
    object: apiName().default('Lead').describe('Whose records are routed; one rule set an object.'),
    evaluation: z.literal('first_match').default('first_match').describe('The first rule that holds decides.'),
    confidence: z
      .strictObject({
        fire: share().default(0.85).describe('At or above it an agent decides.'),
        review: share().default(0.6).describe('At or above it a person looks; below it, triage.'),
      })
      .prefault({})
      .refine(({ fire, review }) => review <= fire, { error: 'review is above fire', path: ['review'] })
      .describe('How sure an agent must be.'),
    queues: z
      .strictObject({
        review: reference('Queue').optional().describe('Where records wait for a person to look.'),
        triage: reference('Queue').optional().describe('Where records go that nobody can place.'),
      })
      .prefault({})
      .describe('Where undecided records wait.'),
    take_from: z
      .enum(['unowned', 'any'])
      .default('unowned')
      .describe(
        'unowned: new records and those of a queue, the integration user or an inactive user. any: an owner that people chose is not kept either.',
      ),
    owner_conflict: z
      .enum(['flag', 'review'])
      .default('flag')
      .describe('Parent and child account have different owners: said in the decision, or put before a person.'),
    rules: z
      .array(
        z.strictObject({
          id: slug().describe('What decisions call it.'),
          priority: z.int().describe('The lowest number is asked first. Leave gaps.'),
          enabled: z.boolean().default(true).describe('false: passed over.'),
          when: when().optional().describe('Without it the rule always holds.'),
          action: action.describe('What happens.'),
          reason: text(500).optional().describe('The sentence that decisions give.'),
          effective: span().optional().describe('The days on which it holds (UTC).'),
        }),
      )
      .describe('Asked by priority, then in the order written.'),
    default: action.describe('What happens when no rule holds: no record stays unassigned.'),
    on_assign: z
      .strictObject({
        task: task.optional().describe('A task for the new owner, with the reasons.'),
        notify: z.boolean().default(false).describe('People are told, on the ways that the project names for `assigned`.'),
      })
      .optional()
      .describe('What comes after a record was given to somebody.'),
  }),
);

export type RoutingRuleSetSpec = z.output<typeof RoutingRuleSet.schema>;
export type RoutingRule = RoutingRuleSetSpec['rules'][number];
export type RoutingAction = RoutingRule['action'];
