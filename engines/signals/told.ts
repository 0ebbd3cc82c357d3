// Signs as somebody tells them: an agent, another system. Nothing of it is believed: each is read by itself, and what can not be read is
// named, so that one that is malformed takes nothing else with it.
import { z } from 'zod';

const MOST_TEXT = 2_000;
const MOST_SIGNALS = 100;

const text = (most: number) =>
  z
    .string()
    .max(most)
    // Signs that nobody sees can turn a text around, or end a line of a log.
    .transform((written) =>
      written
        .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    )
    .refine((read) => read !== '', { error: 'is empty' });

const toldEvidence = z.object({
  url: z.string().max(MOST_TEXT).describe('The address of the page.'),
  quote: z.string().max(MOST_TEXT).describe('Words of the page, copied.'),
  published_at: z.string().max(40).nullish().describe('The day on which it was published; what the page itself says counts more.'),
});

export const toldSignal = z.object({
  type: z.string().min(1).max(60).describe('One of the types of the scan: funding.'),
  title: text(300).describe('What happened.'),
  summary: text(MOST_TEXT).nullish().describe('In two sentences.'),
  strength: z.number().min(0).max(100).nullish().describe('How strong a sign the teller thinks it is. It changes no score.'),
  evidence: z.array(toldEvidence).max(20).describe('Without it, it does not count.'),
});

export type ToldSignal = z.output<typeof toldSignal>;
export type ToldEvidence = z.output<typeof toldEvidence>;

export interface Told {
  readonly signals: readonly ToldSignal[];
  readonly unread: readonly { readonly title: string; readonly why: string }[];
}

/** Nothing where the answer is no list of signals at all. */
export function readTold(answer: unknown): Told | undefined {
  const list = typeof answer === 'object' && answer !== null && 'signals' in answer ? answer.signals : undefined;
  if (!Array.isArray(list)) return undefined;
  const signals: ToldSignal[] = [];
  const unread: { title: string; why: string }[] = [];
  for (const [at, one] of list.slice(0, MOST_SIGNALS).entries()) {
    const read = toldSignal.safeParse(one);
    if (read.success) signals.push(read.data);
    else
      unread.push({
        title: `signal ${at + 1}`,
        why: read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
      });
  }
  if (list.length > MOST_SIGNALS) unread.push({ title: `${list.length - MOST_SIGNALS} more`, why: `more than ${MOST_SIGNALS} at once` });
  return { signals, unread };
}
