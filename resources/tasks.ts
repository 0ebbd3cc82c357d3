// Tasks that loops give to people: what they say and when they are due. Texts have placeholders in braces, of a fixed set.
import { z } from 'zod';
import { apiName, due, prose, text } from './words.ts';

/** What a text may say of the record and of the decision. */
export const TASK_WORDS = [
  'name',
  'object',
  'owner',
  'rule',
  'reason',
  'score',
  'grade',
  'territory',
  'decision',
  'policy',
  'due',
] as const;
export type TaskWord = (typeof TASK_WORDS)[number];

const PLACEHOLDER = /\{([A-Za-z_]*)\}/g;

function template<T extends z.ZodString>(words: T) {
  return words.superRefine((written, context) => {
    for (const [whole, word = ''] of written.matchAll(PLACEHOLDER))
      if (!TASK_WORDS.some((known) => known === word))
        context.addIssue({
          code: 'custom',
          input: written,
          message: `${whole} is nothing that is known: write one of {${TASK_WORDS.join('}, {')}}`,
        });
  });
}

/** What is not known is left empty. */
export function filled(written: string, values: Readonly<Partial<Record<TaskWord, string>>>): string {
  return written.replaceAll(PLACEHOLDER, (_, word: TaskWord) => values[word] ?? '');
}

/** Salesforce takes 255 characters of a subject. */
export const task = z.strictObject({
  subject: template(text(255)).describe('What stands in the list: `Follow up with {name}`.'),
  description: template(prose(16_000)).optional().describe('What stands below it. Default: why the record came to whom.'),
  due: due().default('+1bd').describe('When it is due, from the day of the decision: `+0bd`, `+2d`.'),
  priority: text(40).optional().describe("A value of the org's picklist: High."),
  key_field: apiName()
    .optional()
    .describe('A field of Task, an external id, by which a task is found again. Without it, a line at the end of the description.'),
});

export type TaskSpec = z.output<typeof task>;
