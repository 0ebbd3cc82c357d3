// The shapes of what is told of the loops: anatomy, metrics, events that were given up, what became of records.
import { z } from 'zod';
import type { Anatomy } from '../../controller/metrics/anatomy.ts';
import type { Measured } from '../../controller/metrics/loops.ts';
import { ARCHETYPES, CHAINS } from '../../loops/loop.ts';
import type { DeadLetter } from '../../ports/live.ts';

const texts = z.array(z.string());
const at = z.string().describe('ISO 8601, UTC');

export const anatomyShape = z
  .looseObject({
    loops: z.array(
      z.looseObject({
        name: z.string(),
        chain: z.enum(CHAINS),
        summary: z.string(),
        archetypes: z.array(z.enum(ARCHETYPES)),
        parts: z.looseObject({ config: texts, logic: z.string(), inputs: texts, outputs: texts, metrics: texts, feedback: texts }),
        next: texts.describe('Loops that are asked next about the same record'),
        does: z.enum(['acts', 'answers', 'reconciles']).describe('Whether it acts on the org of the environment, or answers when asked'),
      }),
    ),
  })
  .describe('The loops and their six parts') as unknown as z.ZodType<{ readonly loops: readonly Anatomy[] }>;

const share = z.looseObject({ n: z.int(), share: z.number(), known: z.int(), converted: z.int(), rate: z.number().nullable() });
const period = z.looseObject({ from: at, to: at });

const drift = z.looseObject({
  model: z.string(),
  version: z.string(),
  object: z.string(),
  verdict: z.enum(['stable', 'watch', 'act', 'too-few']),
  psi: z.number().optional(),
  n: z.looseObject({ reference: z.int(), window: z.int() }),
  grades: z.array(z.looseObject({ grade: z.string(), reference: share, window: share })),
  factors: z.array(z.looseObject({ id: z.string(), psi: z.number() })).describe('The one that moved most first'),
  reference: period,
  window: period,
  limits: z.looseObject({ watch: z.number(), act: z.number(), min_n: z.int() }),
});

const loop = z.looseObject({
  loop: z.string(),
  runs: z.int().describe('Decided, failing and dead; what a loop left alone is no run'),
  decided: z.int(),
  failing: z.int().describe('Tried, and it did not work yet'),
  dead: z.int().describe('Given up: GET /api/loops/dead'),
  success: z.number().nullable().describe('Decided of what ended'),
  last: at.optional(),
  shares: z.array(z.looseObject({ label: z.string(), n: z.int(), share: z.number() })),
  quality: z.looseObject({
    confidence: z.number().nullable(),
    coverage: z.number().nullable(),
    outcomes: z.looseObject({ converted: z.int(), won: z.int(), lost: z.int(), rejected: z.int() }),
  }),
  overrides: z.looseObject({ n: z.int(), rate: z.number().nullable() }).describe('Decisions that people made in place of another one'),
  reviews: z.int(),
  waiting: z.int(),
  parked: z.int(),
  effects: z.looseObject({ waiting: z.int(), refused: z.int() }),
  seconds: z
    .looseObject({ n: z.int(), median: z.number(), p95: z.number() })
    .optional()
    .describe('How long the last thousand decisions took in this process; absent where it made none'),
});

const days = z.looseObject({ n: z.int(), median: z.number().nullable(), p90: z.number().nullable() }).describe('Days');

const lifecycle = z.looseObject({
  model: z.string(),
  object: z.string(),
  records: z.int(),
  bottleneck: z.string().nullable().describe('The stage with the largest share over its SLA'),
  stages: z.array(
    z.looseObject({
      stage: z.string(),
      n: z.int(),
      share: z.number(),
      overdue: z.int().nullable(),
      forward_rate: z.number().nullable(),
      stayed: days,
      so_far: days,
    }),
  ),
  passages: z.array(z.looseObject({ from: z.string(), to: z.string(), n: z.int(), share: z.number() })),
  setbacks: z.array(z.looseObject({ from: z.string(), to: z.string(), reason: z.string(), n: z.int() })),
});

const seconds = z.looseObject({ n: z.int(), median: z.number().nullable(), p90: z.number().nullable() }).describe('Seconds');

const handoffs = z.looseObject({
  policy: z.string(),
  object: z.string(),
  handoff: z.string(),
  target: z.string(),
  started: z.int(),
  met: z.int(),
  late: z.int(),
  open: z.int(),
  overdue: z.int().describe('Nobody has acted, and the target is over'),
  moved_on: z.int().describe('They went to somebody else or to nobody before anybody acted'),
  lost: z.int().describe('Of these, with the target over'),
  leak: z.number().nullable().describe('Late, overdue and lost, of all whose time is up or that somebody acted on'),
  touch: seconds.describe('Seconds of business time until somebody acted'),
});

const speed = z
  .looseObject({ object: z.string(), decided: seconds, assigned: seconds })
  .describe('From capture to the owner, a record once');

export const measuredShape = z
  .looseObject({
    since: at,
    at,
    loops: z.array(loop),
    drift: z.array(drift),
    lifecycle: z.array(lifecycle),
    sla: z.array(handoffs),
    speed: z.array(speed),
  })
  .describe('How the loops do') as unknown as z.ZodType<Measured>;

export const deadShape = z
  .looseObject({
    dead: z.array(
      z.looseObject({
        id: z.string(),
        loop: z.string(),
        object: z.string(),
        record: z.string(),
        at: at.describe('When it happened'),
        source: z.string(),
        attempts: z.int(),
        error: z.string(),
      }),
    ),
  })
  .describe('Events that were given up, newest first') as unknown as z.ZodType<{ readonly dead: readonly DeadLetter[] }>;

export const revivedShape = z.looseObject({ revived: z.int() }).describe('How many are due again') as unknown as z.ZodType<{
  readonly revived: number;
}>;
