// One of some options, with how sure the agent is and what it goes by. It may choose none; it may not choose what was not there, and
// what it says without evidence is worth nothing.
import { z } from 'zod';
import { checkEvidence, type DroppedEvidence, Evidence, type Grounds } from './evidence.ts';

const Choice = z.object({
  choice: z.string().nullable().describe('the id of one of the options; null where none of them is right'),
  confidence: z.number().min(0).max(1).describe('how sure you are, 0 to 1'),
  reasoning: z.string().describe('why, in two sentences'),
  evidence: z.array(Evidence).describe('what you go by'),
});
export type Choice = z.output<typeof Choice>;

export interface CheckedChoice extends Choice {
  readonly dropped: readonly DroppedEvidence[];
}

export const choiceSchema = (options: readonly string[]): z.ZodType<Choice> =>
  // The message goes back to the model: it names no option, since those are made of the data.
  Choice.refine(({ choice }) => choice === null || options.includes(choice), {
    error: 'is the id of none of the options',
    path: ['choice'],
  });

/** The ids in `options` of what is asked about: a list of texts, or of objects with an `id`. */
export function optionsOf(input: Readonly<Record<string, unknown>>): readonly string[] {
  const { options } = input;
  if (!Array.isArray(options)) return [];
  return options.flatMap((option: unknown) => {
    if (typeof option === 'string') return [option];
    const id = typeof option === 'object' && option !== null && 'id' in option ? option.id : undefined;
    return typeof id === 'string' ? [id] : [];
  });
}

/** Evidence that does not hold is taken out; an option that is chosen without any is chosen with confidence 0: people look. */
export function checkChoice(answer: Choice, grounds: Grounds): CheckedChoice {
  const { evidence, dropped } = checkEvidence(answer.evidence, grounds);
  const baseless = answer.choice !== null && evidence.length === 0;
  return { ...answer, confidence: baseless ? 0 : answer.confidence, evidence: [...evidence], dropped };
}
