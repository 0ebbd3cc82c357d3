// Asking the controller to look now, to keep its hands off, and to go on.
import { z } from 'zod';
import { resume, suspend } from '../../../controller/suspend.ts';
import { explainResource } from '../declared.ts';
import { problemResponse, refuseBy } from '../problems.ts';
import { refWords, suspensionShape } from '../shapes.ts';
import { type App, callerOf, type Surface, whereOf } from '../surface.ts';

const ref = refWords.optional().describe('Kind and name, like `Territory/ams/west`; without it the whole environment');
const reason = z.string().trim().min(1, { error: 'a reason is needed' }).max(2_000);

export function syncRoutes(app: App, surface: Surface): void {
  const { controller, store } = surface;
  const tags = ['sync'];
  app.post(
    '/api/sync',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Look at git and the org now',
        tags,
        response: { 202: z.object({ accepted: z.literal(true) }), default: problemResponse },
      },
    },
    async (_request, reply) => {
      controller.sync();
      return reply.code(202).send({ accepted: true });
    },
  );
  app.post(
    '/api/suspend',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Suspend the environment, or one resource',
        tags,
        body: z.strictObject({ ref, reason }),
        response: { 200: suspensionShape, default: problemResponse },
      },
    },
    async (request) => {
      const where = whereOf(surface);
      const { ref: wanted } = request.body;
      // A name that nothing has would hold nothing, and nobody would know.
      if (wanted !== undefined) await explainResource(surface, wanted);
      const by = { clock: controller.followed.site.deps.clock, identity: callerOf(request).identity };
      const done = await suspend(by, store, where, { reason: request.body.reason, ...(wanted !== undefined && { ref: wanted }) });
      if (!done.ok) return refuseBy(422, done.problems);
      controller.sync();
      return done.value;
    },
  );
  app.post(
    '/api/resume',
    {
      config: { access: 'ops' },
      schema: {
        summary: 'Go on with what was suspended',
        tags,
        body: z.strictObject({ ref, reason: reason.optional().describe('For the log') }),
        response: { 200: suspensionShape, default: problemResponse },
      },
    },
    async (request) => {
      const done = await resume(store, whereOf(surface), request.body.ref);
      if (!done.ok) return refuseBy(409, done.problems);
      controller.sync();
      return done.value;
    },
  );
}
