// A field in the org, and who may see it: a field made without permissions is invisible to everybody.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { prose, text } from '../words.ts';

export const FIELD_TYPES = [
  'Text',
  'TextArea',
  'LongTextArea',
  'Number',
  'Currency',
  'Percent',
  'Checkbox',
  'Date',
  'DateTime',
  'Email',
  'Phone',
  'Url',
  'Picklist',
  'MultiselectPicklist',
] as const;

export const CustomField = defineSchema(
  'CustomField',
  z.strictObject({
    label: text(40).describe('The name that people see; Salesforce takes 40 characters.'),
    type: z.enum(FIELD_TYPES).describe('What it holds.'),
    length: z.int().min(1).max(131_072).optional().describe('Characters: Text 1 to 255, LongTextArea 256 to 131072.'),
    precision: z.int().min(1).max(18).optional().describe('Digits in all (Number, Currency, Percent). Default 18.'),
    scale: z.int().min(0).max(17).optional().describe('Digits behind the point (Number, Currency, Percent). Default 0.'),
    values: z.array(text(255)).min(1).optional().describe('The values of a picklist, in their order.'),
    default: z
      .union([z.boolean(), prose(255)])
      .optional()
      .describe('The value of a new record: true or false for a Checkbox, else a formula.'),
    required: z.boolean().optional().describe('A record cannot be saved without it.'),
    unique: z.boolean().optional().describe('No two records have the same value.'),
    external_id: z.boolean().optional().describe('Records are found by it.'),
    description: prose(1000).nullable().optional().describe('What it is for; administrators see it. null: empty.'),
    help_text: prose(510).nullable().optional().describe('What people see beside it. null: nothing.'),
    visible_lines: z.int().min(2).max(50).optional().describe('Lines that are shown (LongTextArea, MultiselectPicklist).'),
    profiles: z
      .strictObject({
        read: z.array(text(80)).default([]).describe('Profiles that may see it.'),
        edit: z.array(text(80)).default([]).describe('Profiles that may see and change it.'),
      })
      .optional()
      .describe('Who may see it, beside loopctl itself.'),
    on_remove: z
      .enum(['forget', 'delete'])
      .default('forget')
      .describe('When it leaves git: forget leaves the field and its data; delete destroys both.'),
  }),
);

export type CustomFieldSpec = z.output<typeof CustomField.schema>;
