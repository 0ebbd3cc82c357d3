// What waits for people, and what they say: the loop that asked decides on it next.
import { z } from 'zod';
import { answerReview, VERDICTS } from '../../../controller/reviews.ts';
import { problemResponse, refuse, refuseBy } from '../problems.ts';
import { reviewListShape, reviewShape } from '../shapes.ts';
import { type App, callerOf, type Surface, whereOf } from '../surface.ts';

const STATUS: Readonly<Record<string, number>> = { 'unknown-review': 404, 'review-closed': 409 };

const id = z.string().min(4).max(100).describe('The id, or its beginning where no other review begins so');

const body = z.strictObject({
  reason: z.string().trim().min(1, { error: 'a reason is needed' }).max(2_000).describe('Why; kept with who said it'),
  value: z
    .string()
    .max(1_000)
    .optional()
    .describe('The id of an option (approve; default: what is proposed), or what it is instead (edit)'),
});

const SUMMARY = { approve: 'Take an option', edit: 'Say what it is instead', reject: 'None of the options' } as const;

export function reviewRoutes(app: App, surface: Surface, onAnswer: () => void): void {
  const tags = ['reviews'];
  const { reviews } = surface.store;
  app.get(
    '/api/reviews',
    {
      config: { access: 'manager' },
      schema: {
        summary: 'What waits for people',
        tags,
        querystring: z.object({
          status: z.enum(['open', 'answered', 'rejected', 'superseded', 'all']).default('open'),
          loop: z.string().max(100).optional(),
          limit: z.coerce.number().int().min(1).max(500).default(50),
        }),
        response: { 200: reviewListShape, default: problemResponse },
      },
    },
    async ({ query: { status, loop, limit } }) => {
      const { project, environment } = whereOf(surface);
      const of = { limit, ...(status !== 'all' && { status }), ...(loop !== undefined && { loop }) };
      return { reviews: await reviews.list(project, environment, of) };
    },
  );
  app.get(
    '/api/reviews/:id',
    {
      config: { access: 'manager' },
      schema: { summary: 'One review', tags, params: z.object({ id }), response: { 200: reviewShape, default: problemResponse } },
    },
    async ({ params }) => {
      const { project, environment } = whereOf(surface);
      return (await reviews.find(project, environment, params.id)) ?? refuse(404, 'unknown-review', 'There is no such review.');
    },
  );
  for (const verdict of VERDICTS) {
    app.post(
      `/api/reviews/:id/${verdict}`,
      {
        config: { access: 'manager' },
        schema: {
          summary: SUMMARY[verdict],
          description: 'Recorded with the identity of the token. The loop that asked decides on it next, as a human decision.',
          tags,
          params: z.object({ id }),
          body,
          response: { 200: reviewShape, default: problemResponse },
        },
      },
      async (request) => {
        const { clock } = surface.controller.followed.site.deps;
        const { reason, value } = request.body;
        const by = { clock, identity: callerOf(request).identity };
        const asked = { ...whereOf(surface), id: request.params.id, verdict, reason, ...(value !== undefined && { value }) };
        const given = await answerReview(by, surface.store, asked);
        if (!given.ok) return refuseBy(STATUS[given.problems[0]?.code ?? ''] ?? 422, given.problems);
        onAnswer();
        return given.value;
      },
    );
  }
}
