// A type of territory: Region, Area, Patch. Types belong to the org, not to a model.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { onRemove } from '../territory-model/schema.ts';
import { count, text } from '../words.ts';

export const TerritoryType = defineSchema(
  'TerritoryType',
  z.strictObject({
    label: text(80).describe('The name that people see.'),
    priority: count().describe('No two types have the same. What a high one means is up to you.'),
    description: text(255).nullable().optional().describe('What it is for. null: empty.'),
    on_remove: onRemove,
  }),
);

export type TerritoryTypeSpec = z.output<typeof TerritoryType.schema>;
