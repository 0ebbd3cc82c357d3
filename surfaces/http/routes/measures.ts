// What is told of the loops: what they are, how they do, what was given up. What became of records may be told here too.
import { z } from 'zod';
import { anatomyOf } from '../../../controller/metrics/anatomy.ts';
import { deadLetters, revive } from '../../../controller/metrics/dead.ts';
import { freshened } from '../../../controller/metrics/fresh.ts';
import { measure, type Measured } from '../../../controller/metrics/loops.ts';
import { SPAN_MS } from '../../../controller/metrics/watch.ts';
import { LOOPS } from '../../../controller/loops/registry.ts';
import { fullId, idFault } from '../../../loops/subject.ts';
import { OUTCOMES } from '../../../ports/outcomes.ts';
import type { Scope } from '../../../ports/store.ts';
import { instantOf } from '../../../resources/conditions/dates.ts';
import { milliseconds } from '../../../resources/duration.ts';
import { anatomyShape, deadShape, measuredShape, revivedShape } from '../measure-shapes.ts';
import { problemResponse, refuse, RequestRefused } from '../problems.ts';
import { type App, callerOf, type Surface, whereOf } from '../surface.ts';

/** How far the clock of a sender may be ahead. */
const SKEW_MS = 5 * 60_000;
const LONGEST_MS = 366 * 86_400_000;

const since = z
  .string()
  .optional()
  .refine((text) => text === undefined || (milliseconds(text) ?? Infinity) <= LONGEST_MS, { error: 'a duration like 30d, at most 366d' })
  .describe('How far back: `30d`, which is the default');

const revival = z
  .strictObject({
    ids: z.array(z.string().min(1).max(400)).min(1).max(1_000).optional().describe('Of events that were given up'),
    all: z.literal(true).optional(),
  })
  .refine(({ ids, all }) => (ids === undefined) !== (all === undefined), { path: ['ids'], error: 'either ids or all is needed' });

const outcome = z.strictObject({
  object: z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, { error: 'the name of an object, like Lead' }),
  record: z.string().refine((id) => idFault(id) === undefined, { error: 'an id of 15 or 18 characters' }),
  outcome: z.enum(OUTCOMES),
  at: z
    .string()
    .refine((text) => /^\d{4}-\d{2}-\d{2}T/.test(text) && instantOf(text) !== undefined, { error: 'a moment like 2026-11-21T09:30:00Z' })
    .describe('When it came about'),
  reason: z.string().trim().min(1).max(255).optional(),
});

export function measureRoutes(app: App, surface: Surface): void {
  const { store } = surface;
  const tags = ['loops'];
  app.get(
    '/api/loops',
    {
      config: { access: 'rep' },
      schema: {
        summary: 'The loops: what each is made of, and whether it acts',
        tags,
        response: { 200: anatomyShape, default: problemResponse },
      },
    },
    // Before the configuration was read once none acts.
    async () => ({ loops: anatomyOf(surface.controller.followed.identity?.environment.loops ?? []) }),
  );
  app.get(
    '/api/loops/:name/metrics',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'How a loop does',
        description:
          'Runs, success, grade shares, drift of grades, overrides, what waits for people. Without `since` what the process counted last.',
        tags,
        params: z.object({ name: z.string().max(80) }),
        querystring: z.object({ since }),
        response: { 200: measuredShape, default: problemResponse },
      },
    },
    async ({ params: { name }, query }) => {
      if (LOOPS.get(name)?.step === undefined)
        return refuse(404, 'unknown-loop', `No loop here is called ${name} and decides. There are: ${decidingLoops().join(', ')}.`);
      return ofLoop(await measuredNow(surface, query.since), name);
    },
  );
  app.get(
    '/api/loops/dead',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'Events that were given up, newest first',
        tags,
        querystring: z.object({ limit: z.coerce.number().int().min(1).max(500).default(100) }),
        response: { 200: deadShape, default: problemResponse },
      },
    },
    async ({ query }) => ({ dead: await deadLetters(store, await scopeOf(surface), query.limit) }),
  );
  app.post(
    '/api/loops/dead/revive',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Try events again that were given up',
        tags,
        body: revival,
        response: { 200: revivedShape, default: problemResponse },
      },
    },
    async ({ body: { ids } }) => {
      const { clock } = surface.controller.followed.site.deps;
      return { revived: await revive(store, clock, await scopeOf(surface), ids ?? 'all') };
    },
  );
  app.post(
    '/api/outcomes',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Tell what became of records',
        description:
          'For what the org does not say. Held against the last decision of each loop on the record before it; a record has each outcome once, and what no decision was made on is left out.',
        tags,
        body: z.strictObject({ outcomes: z.array(outcome).min(1).max(500) }),
        response: { 200: z.object({ received: z.int(), new: z.int() }), default: problemResponse },
      },
    },
    async (request) => {
      const scope = await scopeOf(surface);
      if (scope === undefined) return refuse(503, 'no-snapshot', 'Nothing was reconciled yet.', { 'retry-after': '5' });
      const source = callerOf(request).identity;
      const latest = surface.controller.followed.site.deps.clock.now().getTime() + SKEW_MS;
      const early = request.body.outcomes.findIndex(({ at }) => (instantOf(at) ?? 0) > latest);
      if (early >= 0) {
        const path = `outcomes.${early}.at`;
        const message = 'lies in the future: nothing has become of the record yet';
        const errors = [{ path, pointer: `/${path.replaceAll('.', '/')}`, message }];
        throw new RequestRefused(422, { code: 'invalid', detail: `${path} ${message}.`, errors });
      }
      const given = request.body.outcomes.map(({ at, reason, ...one }) => ({
        ...one,
        record: fullId(one.record),
        at: new Date(instantOf(at) ?? 0).toISOString(),
        ...(reason !== undefined && { reason }),
        source,
      }));
      return { received: given.length, new: (await store.outcomes.add(scope, given)).length };
    },
  );
}

function decidingLoops(): readonly string[] {
  return [...LOOPS.values()].flatMap(({ name, step }) => (step === undefined ? [] : [name]));
}

async function scopeOf(surface: Surface): Promise<Scope | undefined> {
  const { project, environment } = whereOf(surface);
  return (await surface.store.scopes(project, environment))[0];
}

/** What was counted last, with what is open now; counted anew for another time. */
async function measuredNow(surface: Surface, span: string | undefined): Promise<Measured> {
  const { store, measures } = surface;
  const scope = await scopeOf(surface);
  const last = span === undefined ? measures?.last() : undefined;
  const now = surface.controller.followed.site.deps.clock.now();
  const counted = last ?? (await measure(store, scope, { now, span: milliseconds(span ?? '') ?? SPAN_MS }));
  return scope === undefined ? counted : freshened(store, scope, counted, (loop) => measures?.took(loop));
}

function ofLoop(measured: Measured, name: string): Measured {
  return {
    ...measured,
    loops: measured.loops.filter(({ loop }) => loop === name),
    drift: name === 'qualify' ? measured.drift : [],
    lifecycle: name === 'lifecycle' ? measured.lifecycle : [],
    sla: name === 'sla' ? measured.sla : [],
    speed: name === 'route' ? measured.speed : [],
  };
}
