// Pools as they stand and how fair they were; seats that are paused by hand.
import { z } from 'zod';
import { pauseSeat, unpauseSeat } from '../../../controller/availability/pause.ts';
import { type PoolGround, poolsOf } from '../../../controller/pools/ground.ts';
import { reportPools } from '../../../controller/pools/report.ts';
import { listPools, showPool } from '../../../controller/pools/show.ts';
import { SPAN_MS } from '../../../controller/metrics/watch.ts';
import { milliseconds } from '../../../resources/duration.ts';
import { pausedShape, pauseListShape, poolListShape, poolReportsShape, poolShape } from '../pool-shapes.ts';
import { problemResponse, refuse, refuseBy } from '../problems.ts';
import { type App, callerOf, type Surface, whereOf } from '../surface.ts';

const LONGEST_MS = 366 * 86_400_000;

const since = z
  .string()
  .optional()
  .refine((text) => text === undefined || (milliseconds(text) ?? Infinity) <= LONGEST_MS, { error: 'a duration like 30d, at most 366d' })
  .describe('How far back: `30d`, which is the default');

const name = z.string().min(1).max(200);
const seat = z.string().trim().min(1, { error: 'a seat is needed' }).max(200);

/** `ground`: what was reconciled; nothing before that. */
export function poolRoutes(app: App, surface: Surface, ground: () => Promise<PoolGround | undefined>): void {
  const tags = ['pools'];
  const now = async () => (await ground()) ?? refuse(503, 'no-snapshot', 'Nothing was reconciled yet.', { 'retry-after': '5' });
  app.get(
    '/api/pools',
    {
      config: { access: 'manager' },
      schema: { summary: 'The pools, and how each stands', tags, response: { 200: poolListShape, default: problemResponse } },
    },
    async () => ({ pools: await listPools(await now()) }),
  );
  app.get(
    '/api/pools/:name',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'How a pool stands',
        description: 'Who could have the next record and who not, with the reasons; what waits; who had what last.',
        tags,
        params: z.object({ name }),
        response: { 200: poolShape, default: problemResponse },
      },
    },
    async ({ params }) => ({ pool: (await showPool(await now(), params.name)) ?? none(params.name) }),
  );
  for (const path of ['/api/pools/report', '/api/pools/:name/report'] as const)
    app.get(
      path,
      {
        config: { access: 'manager' },
        schema: {
          summary: path === '/api/pools/report' ? 'How fair the pools were' : 'How fair a pool was',
          description: 'Share against weight of those who were there, deviation, chi-square, by seat and grade.',
          tags,
          ...(path !== '/api/pools/report' && { params: z.object({ name }) }),
          querystring: z.object({ since }),
          response: { 200: poolReportsShape, default: problemResponse },
        },
      },
      async ({ params, query }) => {
        const on = await now();
        const wanted = (params as { readonly name?: string }).name;
        const pools = poolsOf(on).filter((pool) => wanted === undefined || pool.name === wanted);
        if (wanted !== undefined && pools.length === 0) none(wanted);
        const span = query.since === undefined ? SPAN_MS : (milliseconds(query.since) ?? SPAN_MS);
        return reportPools(on.store, on.scope, { pools, now: on.now(), span });
      },
    );
  pauseRoutes(app, surface);
}

function none(wanted: string): never {
  return refuse(404, 'unknown-pool', `No pool that was reconciled is called ${wanted}.`);
}

function pauseRoutes(app: App, surface: Surface): void {
  const tags = ['pools'];
  const by = (request: Parameters<typeof callerOf>[0]) => {
    const { clock, nextId } = surface.controller.followed.site.deps;
    return { clock, nextId, identity: callerOf(request).identity };
  };
  app.get(
    '/api/pauses',
    {
      config: { access: 'manager' },
      schema: { summary: 'Seats that are paused', tags, response: { 200: pauseListShape, default: problemResponse } },
    },
    async () => ({ pauses: await surface.store.pauses.open(whereOf(surface)) }),
  );
  app.post(
    '/api/pause',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'A seat takes nothing for a while',
        description: 'Recorded with the identity of the token; in the place of an earlier pause of the seat.',
        tags,
        body: z.strictObject({
          seat,
          until: z.string().max(40).optional().describe('The first day on which it takes part again, or a moment like 2026-11-30T09:00Z'),
          reason: z.string().trim().max(500).optional().describe('Why; decisions say it'),
        }),
        response: { 200: pausedShape, default: problemResponse },
      },
    },
    async (request) => {
      const { until, reason } = request.body;
      const more = { ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
      const done = await pauseSeat(by(request), surface.store, { ...whereOf(surface), seat: request.body.seat, ...more });
      return done.ok ? done.value : refuseBy(422, done.problems);
    },
  );
  app.post(
    '/api/unpause',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'A seat takes part again',
        tags,
        body: z.strictObject({ seat }),
        response: { 200: pausedShape, default: problemResponse },
      },
    },
    async (request) => {
      const done = await unpauseSeat(by(request), surface.store, { ...whereOf(surface), seat: request.body.seat });
      return done.ok ? done.value : refuseBy(404, done.problems);
    },
  );
}
