// A territory model: a tree of territories that Salesforce activates as a whole, as a rule one a fiscal year.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { text } from '../words.ts';

/** What the members of a territory may do with its records. */
export const access = z.strictObject({
  account: z.enum(['read', 'edit', 'all']).optional().describe('With accounts.'),
  opportunity: z.enum(['none', 'read', 'edit']).optional().describe('With opportunities.'),
  case: z.enum(['none', 'read', 'edit']).optional().describe('With cases.'),
});

export const onRemove = z
  .literal('forget')
  .optional()
  .describe('forget: when it leaves git, the record stays in the org and is no longer looked after.');

export const TerritoryModel = defineSchema(
  'TerritoryModel',
  z.strictObject({
    label: text(80).describe('The name that people see.'),
    description: text(255).nullable().optional().describe('What it is for. null: empty.'),
    state: z
      .enum(['planning', 'active', 'archived'])
      .default('planning')
      .describe('planning: built beside the active one. active: the one that counts; at most one. archived: past, for good.'),
    roles: z
      .record(text(80), text(255).nullable())
      .default({})
      .describe('RoleInTerritory2 of a role of the roster: `{AE: Account Executive}`. Default: the role itself. null: empty.'),
    default_access: access
      .default({})
      .describe('What members may do where a territory says nothing else. A level that is left out is left to the org.'),
    on_remove: onRemove,
  }),
);

export type TerritoryModelSpec = z.output<typeof TerritoryModel.schema>;
