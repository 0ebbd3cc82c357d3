// A territory. Its name is its path; who sits in it comes from the roster, what falls into it from the match rules.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { access, onRemove } from '../territory-model/schema.ts';
import { reference, text } from '../words.ts';

export const Territory = defineSchema(
  'Territory',
  z.strictObject({
    label: text(80).describe('The name that people see.'),
    type: reference('TerritoryType').describe('Region, Area, Patch: a declared type.'),
    parent: reference('Territory').nullable().optional().describe('Default: the path above. null: a root.'),
    segment: reference('Segment').optional().describe('The segment that is worked here. Informs capacity.'),
    models: z.array(reference('TerritoryModel')).min(1).optional().describe('The models that it is in. Default: all that are declared.'),
    access: access.optional().describe("Where it differs from the model's default."),
    description: text(1000).nullable().optional().describe('What it is for. null: empty.'),
    on_remove: onRemove,
  }),
);

export type TerritorySpec = z.output<typeof Territory.schema>;
