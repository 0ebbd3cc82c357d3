// What a loop of the demand chain takes: a record of the org by id, or one that is given.
import { z } from 'zod';

/** An id in the org: 15 characters, or 18 with the check of their case. */
const RECORD_ID = /^[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?$/;
const ID_WORDS = 'an id of 15 or 18 characters';

const VALUE_WORDS = 'must be a text, a number, true, false, null, or a list of these';
const value = z.union([z.string(), z.number(), z.boolean(), z.null()], { error: VALUE_WORDS });

export const subject = z
  .object({
    object: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]*$/, { error: 'the name of an object, like Lead' })
      .describe('The object of the org: Lead.'),
    id: z.string().regex(RECORD_ID, { error: ID_WORDS }).optional().describe('The id of a record of the org.'),
    record: z
      .record(z.string(), z.union([value, z.array(value)], { error: VALUE_WORDS }))
      .optional()
      .describe("Its fields, by the product's names or the org's, where no id is given."),
  })
  .refine(({ id, record }) => (id === undefined) !== (record === undefined), { error: 'give an id or a record', path: ['record'] });

const CHECK = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * The id of 18 characters, under which decisions are kept: three more say which letters of the 15 are capitals, five to a character. Anything
 * else is left as it is. https://help.salesforce.com/s/articleView?id=000383751
 */
export function fullId(id: string): string {
  if (!/^[A-Za-z0-9]{15}$/.test(id)) return id;
  const suffix = [0, 5, 10].map((from) => {
    const bits = [0, 1, 2, 3, 4].reduce((sum, at) => sum + (/[A-Z]/.test(id.charAt(from + at)) ? 2 ** at : 0), 0);
    return CHECK[bits];
  });
  return `${id}${suffix.join('')}`;
}

/** Why this is the id of no record; nothing where it may be one. */
export function idFault(id: string): string | undefined {
  return RECORD_ID.test(id) ? undefined : ID_WORDS;
}
