// Which accounts are looked at for signs that they may buy, how often, and what counts as one.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { amount, count, duration, id, reference, share } from '../words.ts';

/** What a sign is worth when it is new, and how fast it fades. Proposals to begin with: each organisation knows its own. */
const DEFAULT_TYPES = {
  funding: { base: 80, half_life: '90d' },
  acquisitions: { base: 75, half_life: '90d' },
  leadership: { base: 70, half_life: '60d' },
  hiring: { base: 60, half_life: '30d' },
  tech: { base: 60, half_life: '60d' },
  product: { base: 50, half_life: '45d' },
  partnerships: { base: 50, half_life: '45d' },
};

const strength = () => z.number().min(0).max(100);

export const SignalScan = defineSchema(
  'SignalScan',
  z.strictObject({
    list: reference('TargetAccountList').describe('Whose accounts are looked at.'),
    tick: duration().default('5m').describe('Every so often some are looked at, the least recently looked at first.'),
    per_tick: count(1).default(1).describe('How many at a time. 100 accounts, one every 5 minutes: each is seen in 8 h 20 min.'),
    again_after: duration().default('8h').describe('An account is not looked at again sooner, however short the list.'),
    prompt: reference('Prompt').describe('What the agent is asked. It needs the tool web_search.'),
    wait: duration().default('10m').describe('So long one look waits for the agent. Nothing else waits for it.'),
    types: z
      .record(
        id(),
        z.strictObject({
          base: strength().describe('What one is worth when it is new, 0 to 100.'),
          half_life: duration().describe('After this time half of it is left.'),
        }),
      )
      .default(DEFAULT_TYPES)
      .describe('The signs that count. What an agent thinks of their strength does not change what they are worth.'),
    evidence: z
      .strictObject({
        min_sources: count(1).default(1).describe('Sites, by their domains, that must tell it.'),
        max_age: duration().default('180d').describe('What was published longer ago does not count.'),
        min_quote: count(1).default(20).describe('A quote has at least so many characters: fewer stand on many a page.'),
        names_account: z.boolean().default(true).describe("The page must name the company, or be on the company's own site."),
        max_pages: count(1).default(20).describe('At most so many pages are read for one look.'),
      })
      .prefault({})
      .describe('Without an address, a quote that stands on the page, and a date, a sign does not count.'),
    dedupe_window: duration()
      .default('30d')
      .describe('The same page or the same title within this time tells of the same event: more evidence, no new sign.'),
    stacking: z
      .strictObject({
        bonus_per_type: share().default(0.1).describe('Each further type that is alive raises the strongest by this share.'),
        bonus_cap: share().default(0.3).describe('And all of them by no more than this.'),
        live_floor: strength().default(5).describe('What has faded below this is dead.'),
      })
      .prefault({})
      .describe('How signs of one account add up. A score is at most 100.'),
    bands: z
      .strictObject({
        hot: strength().default(80).describe('From here on.'),
        warm: strength().default(60).describe('From here on.'),
        watch: strength().default(40).describe('From here on; below it there is no band.'),
      })
      .refine(({ hot, warm, watch }) => hot > warm && warm > watch, { error: 'hot is above warm, and warm above watch' })
      .prefault({})
      .describe('What scores are called.'),
    threshold: amount().max(100).default(60).describe('With a score from here on, a new sign is handed on to Qualify.'),
    budget: z
      .strictObject({
        calls_day: count().optional().describe('Looks in a day (UTC), those that failed included.'),
        tokens_day: count().optional().describe('Tokens in a day (UTC): when they are used up, no look is begun.'),
      })
      .prefault({})
      .describe('What it may cost, beside the limits of the prompt.'),
  }),
);

export type SignalScanSpec = z.output<typeof SignalScan.schema>;
