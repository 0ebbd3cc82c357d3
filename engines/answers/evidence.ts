// What an agent gives as its evidence, and whether it holds: a quote from the data must stand in the data, a page must have been found.
// A model may invent either; neither is believed on its word.
import { z } from 'zod';
import { fold } from '../../resources/conditions/text.ts';

/** What an answer may rest on. */
export interface Grounds {
  /** What was asked about. */
  readonly input: Readonly<Record<string, unknown>>;
  /** What its searches found, by the provider's word: address, and what was cited from it. */
  readonly pages: readonly { readonly url: string; readonly cited: readonly string[] }[];
}

export const Evidence = z.object({
  source: z.string().min(1).describe("'input', or the address of the page"),
  field: z.string().optional().describe('for input: the key under which it stands'),
  quote: z.string().min(1).describe('copied word for word'),
});
export type Evidence = z.output<typeof Evidence>;

export interface DroppedEvidence extends Evidence {
  readonly because: string;
}

/** What the asker wrote is no evidence: the question, and what may be answered. */
const ASKED = new Set(['question', 'options', 'types']);

/** Evidence that holds, and evidence that does not, with why. */
export function checkEvidence(
  evidence: readonly Evidence[],
  { input, pages }: Grounds,
): { readonly evidence: readonly Evidence[]; readonly dropped: readonly DroppedEvidence[] } {
  const given = Object.entries(input).flatMap(([key, value]) => (ASKED.has(key) ? [] : textsIn(value)));
  const found = new Set(pages.flatMap(({ url }) => pageAddress(url) ?? []));
  const held: Evidence[] = [];
  const dropped: DroppedEvidence[] = [];
  for (const one of evidence) {
    const because = one.source === 'input' ? missingIn(given, one.quote) : unseen(found, one.source, given, one.quote);
    if (because === undefined) held.push(one);
    else dropped.push({ ...one, because });
  }
  return { evidence: held, dropped };
}

function missingIn(given: readonly string[], quote: string): string | undefined {
  const wanted = fold(quote);
  if (wanted === '') return 'the quote is empty';
  return given.some((text) => text.includes(wanted)) ? undefined : 'the quote does not stand in the data';
}

/** A page that the asker gave along with its text counts as data. */
function unseen(found: ReadonlySet<string>, source: string, given: readonly string[], quote: string): string | undefined {
  const address = pageAddress(source);
  if (address === undefined) return 'the source is neither the data nor the address of a page';
  if (fold(quote) === '') return 'the quote is empty';
  if (found.has(address)) return undefined;
  if (!given.some((text) => pageAddress(text) === address)) return 'no search found this page';
  return missingIn(given, quote);
}

/** An address of the web as two people would write it; `undefined` for anything else. */
export function pageAddress(text: string): string | undefined {
  const read = URL.parse(text.trim());
  if (read === null || !/^https?:$/.test(read.protocol)) return undefined;
  return `${read.host.replace(/^www\./, '')}${read.pathname.replace(/\/+$/, '')}${read.search}`;
}

/** Folded, wherever they stand. Numbers as they are written. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [fold(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
