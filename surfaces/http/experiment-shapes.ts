// The shapes of what is told of experiments.
import { z } from 'zod';
import type { ExperimentReport } from '../../controller/experiments/report.ts';

const at = z.string().describe('ISO 8601, UTC');

const arm = z.looseObject({
  n: z.int().describe('Records'),
  converted: z.int(),
  rate: z.number().nullable(),
  mean_score: z.number().nullable(),
  shares: z.array(z.looseObject({ label: z.string().describe('A grade, or a rule'), n: z.int(), share: z.number() })),
});

const experimentShape = z.looseObject({
  name: z.string(),
  run: z.string().describe('Of what is compared: with anything of it another, it is counted anew'),
  kind: z.enum(['ScoringModel', 'RoutingRuleSet']),
  object: z.string(),
  control: z.string(),
  candidate: z.string(),
  mode: z.enum(['shadow', 'share']),
  share: z.number(),
  metric: z.enum(['agreement', 'conversion']),
  stop: z.looseObject({ after: z.string(), min_n: z.int(), max_drop: z.number() }),
  state: z.enum(['waiting', 'running', 'enough', 'stopped', 'over']),
  because: z.string(),
  since: at.optional().describe('Of its first decision'),
  at,
  arms: z.looseObject({ control: arm, candidate: arm }),
  difference: z
    .looseObject({ drop: z.number().nullable().describe('By how much the candidate converts less'), z: z.number().nullable() })
    .optional()
    .describe('On a share'),
  agreement: z
    .looseObject({ n: z.int(), agreed: z.int(), rate: z.number().nullable(), undetermined: z.int() })
    .optional()
    .describe('In shadow'),
}) as unknown as z.ZodType<ExperimentReport>;

export const experimentsShape = z.object({ experiments: z.array(experimentShape) });
