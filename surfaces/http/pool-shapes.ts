// The shapes of what is told of pools and of seats that are paused.
import { z } from 'zod';
import type { Paused } from '../../controller/availability/pause.ts';
import type { PoolReports } from '../../controller/pools/report.ts';
import type { PoolView } from '../../controller/pools/show.ts';
import type { Pause } from '../../ports/pauses.ts';

const at = z.string().describe('ISO 8601, UTC');

const view = z.looseObject({
  pool: z.string(),
  strategy: z.string(),
  all_unavailable: z.string(),
  next: z.string().nullable().describe('The seat that would have the next record; null: nobody is there'),
  turn: z.int().describe('Assignments so far'),
  day: z.string().nullable(),
  members: z.array(
    z.looseObject({
      seat: z.string(),
      user: z.string().optional(),
      name: z.string().optional(),
      eligible: z.boolean(),
      because: z.string(),
      weight: z.number(),
      standing: z.string().describe('By the strategy: current weight, pointer or level, an exact fraction'),
      open: z.number(),
      total: z.int(),
      today: z.int(),
      this_week: z.int(),
    }),
  ),
  held: z.array(z.looseObject({ id: z.string(), object: z.string().optional() })).describe('Records that wait, oldest first'),
  opens: at.optional(),
  unknown: z.string().optional(),
  last: z
    .array(z.looseObject({ decision: z.string(), at, seat: z.string(), record: z.string().optional(), name: z.string().optional() }))
    .optional(),
});

export const poolShape = z.looseObject({ pool: view }).describe('How a pool stands now') as unknown as z.ZodType<{
  readonly pool: PoolView;
}>;

export const poolListShape = z
  .looseObject({ pools: z.array(view) })
  .describe('The pools, and how each stands now') as unknown as z.ZodType<{
  readonly pools: readonly PoolView[];
}>;

const fit = { n: z.int(), maxDeviation: z.number(), chiSquare: z.number(), p: z.number().nullable() };

export const poolReportsShape = z
  .looseObject({
    since: at,
    at,
    pools: z.array(
      z.looseObject({
        pool: z.string(),
        strategy: z.string(),
        assignments: z.int(),
        unserved: z.int().describe('Decisions in which nobody of the pool could take the record'),
        seats: z.array(
          z.looseObject({
            seat: z.string(),
            n: z.int(),
            share: z.number().nullable(),
            weight: z.number(),
            expected: z.number().describe('By weight, of the records that it could have had'),
            skew: z.number().nullable(),
            grades: z.record(z.string(), z.int()),
          }),
        ),
        maxDeviation: z.number().nullable(),
        chiSquare: z.number().nullable(),
        degrees: z.int(),
        p: z.number().nullable().describe('How often chance alone is as uneven; null: too few to tell'),
        grades: z.array(z.looseObject({ grade: z.string(), ...fit })),
      }),
    ),
  })
  .describe('Who had how many, against the weights') as unknown as z.ZodType<PoolReports>;

const pause = z.looseObject({
  id: z.string(),
  seat: z.string(),
  at,
  by: z.string(),
  until: z.string().optional().describe('The first day on which it takes part again, or the instant'),
  reason: z.string().optional(),
});

export const pausedShape = z
  .looseObject({ environment: z.string(), seat: z.string(), paused: pause.nullable().describe('Null: it takes part') })
  .describe('How the seat stands now') as unknown as z.ZodType<Paused>;

export const pauseListShape = z.looseObject({ pauses: z.array(pause) }).describe('Seats that are paused') as unknown as z.ZodType<{
  readonly pauses: readonly Pause[];
}>;
