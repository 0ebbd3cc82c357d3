// A change of the configuration that an agent proposes, with its evidence. It is never made: it becomes a branch that people read.
import { z } from 'zod';
import { checkEvidence, type DroppedEvidence, Evidence, type Grounds } from './evidence.ts';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const changeSchema = z.object({
  summary: z.string().min(1).describe('the change in one line'),
  edits: z
    .array(
      z.object({
        path: z.string().min(1).describe('where, as the data call it'),
        from: scalar.describe('the value that stands there'),
        to: scalar.describe('the value that should'),
        because: z.string().describe('why'),
      }),
    )
    .describe('none where nothing should change'),
  confidence: z.number().min(0).max(1).describe('how sure you are, 0 to 1'),
  evidence: z.array(Evidence).describe('what you go by'),
});
export type Change = z.output<typeof changeSchema>;

export interface CheckedChange extends Change {
  readonly dropped: readonly DroppedEvidence[];
}

/** Evidence that does not hold is taken out; a change without any has confidence 0. */
export function checkChange(answer: Change, grounds: Grounds): CheckedChange {
  const { evidence, dropped } = checkEvidence(answer.evidence, grounds);
  const baseless = answer.edits.length > 0 && evidence.length === 0;
  return { ...answer, confidence: baseless ? 0 : answer.confidence, evidence: [...evidence], dropped };
}
