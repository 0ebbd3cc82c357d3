// Signs that an account may buy, as an agent found them. One without an address and a quote does not count; whether the quote stands on
// the page is looked at by who asked, since only the page can tell.
import { z } from 'zod';
import { fold } from '../../resources/conditions/text.ts';
import { pageAddress } from './evidence.ts';

export const signalsSchema = z.object({
  signals: z.array(
    z.object({
      type: z.string().min(1).describe('one of the types that are asked for'),
      title: z.string().min(1).describe('the news in one line'),
      summary: z.string().describe('what happened, in two sentences'),
      strength: z.number().min(0).max(100).describe('how strong a sign it is, 0 to 100'),
      evidence: z.array(
        z.object({
          url: z.string().describe('the address of the page'),
          quote: z.string().describe('copied from it word for word'),
          published_at: z.string().optional().describe('the day it was published, YYYY-MM-DD'),
        }),
      ),
    }),
  ),
});
export type Signals = z.output<typeof signalsSchema>;

export interface CheckedSignals extends Signals {
  readonly dropped: readonly { readonly title: string; readonly because: string }[];
}

/** Signals with at least one page and quote, of the types that were asked for (`types` of the input; absent: any). */
export function checkSignals({ signals }: Signals, input: Readonly<Record<string, unknown>>): CheckedSignals {
  const types = Array.isArray(input['types']) ? input['types'] : undefined;
  const dropped: CheckedSignals['dropped'][number][] = [];
  const held = signals.flatMap((signal) => {
    const evidence = signal.evidence.filter(({ url, quote }) => pageAddress(url) !== undefined && fold(quote) !== '');
    const because =
      types !== undefined && !types.includes(signal.type)
        ? 'its type was not asked for'
        : evidence.length === 0
          ? 'it has no page with a quote'
          : undefined;
    if (because === undefined) return [{ ...signal, evidence }];
    dropped.push({ title: signal.title, because });
    return [];
  });
  return { signals: held, dropped };
}
