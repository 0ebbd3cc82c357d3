// What falls into a territory. Everything in a row must hold; the most specific row wins; a tie is an ambiguity, never a guess.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { apiName, count, oneOrMany, reference, text } from '../words.ts';

const country = z.string().regex(/^[A-Za-z]{2}$/, { error: 'a country by its two letters (ISO 3166): US, DE' });
const postal = z
  .string()
  .refine(isPostal, { error: 'a postal code, a range of codes of one length (94000-95199) or a beginning (SW*), in quotes' });

const row = z
  .strictObject({
    territory: reference('Territory').describe('Where it belongs.'),
    country: oneOrMany(country).optional().describe('One of these countries.'),
    state: oneOrMany(text(80)).optional().describe('One of these states or provinces, by code: CA, ON.'),
    city: oneOrMany(text(120)).optional().describe('One of these cities.'),
    postal: oneOrMany(postal).optional().describe('One of these postal codes, ranges (94000-95199) or beginnings (SW*).'),
    employees: z
      .strictObject({
        min: count().optional().describe('At least.'),
        max: count().optional().describe('At most.'),
      })
      .refine(({ min, max }) => min !== undefined || max !== undefined, { error: 'needs min, max or both' })
      .refine(({ min, max }) => min === undefined || max === undefined || min <= max, { error: 'max is below min', path: ['max'] })
      .optional()
      .describe('Head count, both ends included. Breaks ties between rows of the same level.'),
    accounts: oneOrMany(text(255)).optional().describe('Named accounts, by domain (globex.example) or by name.'),
  })
  .refine((rule) => Object.keys(rule).length > 1, {
    error: 'a row needs something that must hold: country, state, city, postal, employees or accounts',
  });

export const TerritoryMatch = defineSchema(
  'TerritoryMatch',
  z.strictObject({
    object: apiName().default('Account').describe('Whose records are matched.'),
    rows: z.array(row).min(1).describe('account > postal > city > state > country > employees: the most specific row wins.'),
    pending: z
      .strictObject({
        field: apiName().describe('A text field, `Account.Territory_Status__c`, that says why a record has no territory.'),
        reason: apiName().optional().describe('A text field of the same object that says it in a sentence, with what an agent found.'),
        prefix: text(40).default('pending:').describe('What stands before the reason: no_match, ambiguous, low_confidence.'),
      })
      .optional()
      .describe('Where it is written that a record waits for a territory.'),
    salesforce_rules: z
      .boolean()
      .default(false)
      .describe("Also write Salesforce's own assignment rules. They know no order of levels: use them only where rows cannot overlap."),
  }),
);

export type TerritoryMatchSpec = z.output<typeof TerritoryMatch.schema>;
export type MatchRow = TerritoryMatchSpec['rows'][number];

/** Codes are compared without blanks and hyphens, so a hyphen is a range only between codes of one length. */
function isPostal(written: string): boolean {
  const range = /^([A-Za-z0-9]+)\s*-\s*([A-Za-z0-9]+)$/.exec(written);
  if (range !== null) {
    const [low, high] = [range[1] ?? '', range[2] ?? ''];
    if (low.length === high.length && /^\d+$/.test(low + high)) return low <= high;
  }
  return /^[A-Za-z0-9][A-Za-z0-9 -]*\*?$/.test(written);
}
