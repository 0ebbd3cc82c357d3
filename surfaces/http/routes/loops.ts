// A record in, a decision out. A dry run keeps nothing and takes no turn.
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import type { LoopAnswer, LoopRequest } from '../../../controller/loops/answer.ts';
import type { Caller } from '../../../controller/tokens.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { allow } from '../auth.ts';
import { problemResponse, refuse, refuseBy, RequestRefused } from '../problems.ts';
import { decisionShape } from '../shapes.ts';
import { type App, callerOf, identityOf, type Surface } from '../surface.ts';

const subject = z
  .strictObject({
    object: z.string().min(1).max(100).describe('`Lead`, say'),
    id: z.string().min(1).max(100).optional().describe('A record of the org'),
    record: z.record(z.string(), z.unknown()).optional().describe("Fields and values, by the product's names or the org's"),
    dry: z.boolean().default(false).describe('Nothing is kept, and no turn is taken'),
  })
  .refine(({ id, record }) => (id === undefined) !== (record === undefined), { path: ['record'], error: 'either id or record is needed' });

interface LoopRoute {
  readonly url: string;
  readonly loop: string;
  readonly summary: string;
}

const ROUTES: readonly LoopRoute[] = [
  { url: '/api/loops/qualify', loop: 'qualify', summary: 'Score a record' },
  { url: '/api/loops/lifecycle', loop: 'lifecycle', summary: 'How far a record has come, and where it would go' },
  { url: '/api/loops/route/resolve', loop: 'route', summary: 'Who gets a record' },
];

export function loopRoutes(app: App, surface: Surface): void {
  const tags = ['loops'];
  for (const { url, loop, summary } of ROUTES) {
    app.post(
      url,
      {
        config: { access: 'manager' },
        schema: {
          summary,
          description: 'With `dry` the role manager is enough; else ops is needed.',
          tags,
          body: subject,
          response: { 200: decisionShape, default: problemResponse },
        },
      },
      async (request, reply) => decide(surface, loop, request.body, callerOf(request), reply),
    );
  }
}

type Body = z.output<typeof subject>;

async function decide(surface: Surface, loop: string, body: Body, caller: Caller, reply: FastifyReply): Promise<DecisionRecord> {
  if (!body.dry) allow(caller, 'ops', reply);
  const { object, id, record, dry } = body;
  return asked(surface, loop, { object, dry, ...(id !== undefined && { id }), ...(record !== undefined && { record }) });
}

/** What would be decided: nothing is kept, and no turn is taken. */
export async function decideDry(surface: Surface, loop: string, request: Omit<LoopRequest, 'dry'>): Promise<DecisionRecord> {
  return asked(surface, loop, { ...request, dry: true });
}

async function asked(surface: Surface, loop: string, request: LoopRequest): Promise<DecisionRecord> {
  identityOf(surface);
  const { loops } = surface;
  if (loops === undefined || !loops.loops.includes(loop)) return refuse(404, 'no-loop', `The loop ${loop} does not run here.`);
  return decisionIn(await loops.decide(loop, request));
}

/** The decision, or in words of HTTP why there is none. */
export function decisionIn(answer: LoopAnswer): DecisionRecord {
  switch (answer.kind) {
    case 'decided':
      return answer.decision;
    case 'no-snapshot':
      return refuse(503, 'no-snapshot', 'Nothing was reconciled yet: there is nothing to decide by.', { 'retry-after': '5' });
    case 'not-found':
      return refuse(404, 'unknown-record', answer.message);
    case 'unavailable':
      return refuseBy(503, [answer.problem], { 'retry-after': '30' });
    case 'invalid': {
      const errors = answer.problems.map(({ path, message }) => ({ path, pointer: `/${path.replaceAll('.', '/')}`, message }));
      const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('. ');
      throw new RequestRefused(422, { code: 'invalid', detail: `The record cannot be read. ${detail}`, errors });
    }
    default:
      return answer satisfies never;
  }
}
