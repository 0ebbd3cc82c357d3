// How a lead finds its account: how much each piece of evidence weighs, from where on it is enough, and what is known of names and domains.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { amount, share, text } from '../words.ts';

const hostName = () =>
  z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/, { error: 'a host like example.com, in ASCII' });
const form = () => text(60).regex(/\p{L}/u, { error: 'a legal form, as people write it: `S.à r.l.`, `gmbh`' });

function edit(item: () => z.ZodType<string>, what: string) {
  return z
    .strictObject({
      add: z.array(item()).default([]).describe('Beside those that the product knows.'),
      remove: z.array(item()).default([]).describe('Of those that the product knows.'),
    })
    .prefault({})
    .describe(what);
}

export const MatchPolicy = defineSchema(
  'MatchPolicy',
  z.strictObject({
    weights: z
      .strictObject({
        domain: amount().default(60).describe('The domain of a mail address or website is one of the account.'),
        name: amount().default(25).describe('How near the names are.'),
        geo: amount().default(10).describe('Same country and postal code; half of it for the same state.'),
        phone: amount().default(5).describe('The last digits of the phone numbers.'),
      })
      .prefault({})
      .describe('What each piece of evidence weighs. What is not known on both sides is left out of the sum.'),
    match: share().default(0.9).describe('From here on it is a match.'),
    review: share().default(0.7).describe('From here on a person or an agent looks at it; below it is none.'),
    close_name: share()
      .default(0.92)
      .describe('Names this near (Jaro-Winkler) are close: with the same postal code or phone, worth a look.'),
    tie_margin: share()
      .default(0.05)
      .describe(
        'Accounts this near the best are tied: customer, open opportunity, active owner, top of the hierarchy, activity, age decide in that order.',
      ),
    free_mail: edit(hostName, 'Mailboxes that anybody may have: they say nothing about the company. Some 14,000 are known.'),
    disposable: edit(hostName, 'Mailboxes that are thrown away.'),
    hosted: edit(hostName, 'Hosts below which anybody has a site, like github.io.'),
    legal_forms: edit(form, 'Words that are taken off the end of a name, in any spelling: `GmbH`, `pty. ltd.`'),
    legal_forms_in_front: edit(form, 'Words that are taken off the front, like `PT`.'),
    letters: z
      .record(z.string().regex(/^(?![a-z])[\p{Ll}\p{Lo}]$/u, { error: 'one letter beyond a to z, in lower case' }), text(4))
      .default({})
      .describe('Letters that are spelled out, beside ß, æ, œ, ø, ł, đ, ð, þ, ı. `{ö: oe}` where people write Mueller for Müller.'),
  }),
);

export type MatchPolicySpec = z.output<typeof MatchPolicy.schema>;
export type ListEdit = MatchPolicySpec['hosted'];
