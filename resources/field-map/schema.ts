// The product's field names on the left, the org's on the right: rules and models never name a field of the CRM.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, text } from '../words.ts';

export const FieldMap = defineSchema(
  'FieldMap',
  z.strictObject({
    object: apiName().describe('Whose fields they are.'),
    fields: z
      .record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'a name of letters, digits and _: employee_count' }),
        z.union([
          apiName(),
          z.strictObject({
            field: apiName().describe("The org's field."),
            in: z.array(text(255)).min(1).describe('The values that make the name true; any other makes it false.'),
          }),
        ]),
      )
      .describe('`employee_count: NumberOfEmployees`, or `is_customer: {field: Type, in: [Customer]}`.'),
  }),
);

export type FieldMapSpec = z.output<typeof FieldMap.schema>;
