// What the loops decided, and why. Whoever has the role rep sees the decisions that gave something to them.
import { z } from 'zod';
import { fullId } from '../../../loops/subject.ts';
import type { Caller } from '../../../controller/tokens.ts';
import { mayAct } from '../../../controller/tokens.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { withOutcomes } from '../../../controller/metrics/ended.ts';
import { problemResponse, refuse } from '../problems.ts';
import { decisionListShape, decisionShape } from '../shapes.ts';
import { type App, callerOf, type Surface, whereOf } from '../surface.ts';

/** Of the newest ones so many are looked through for a rep's own. */
const LOOKED_AT = 2_000;

export function decisionRoutes(app: App, surface: Surface): void {
  const { decisions } = surface.store;
  const tags = ['decisions'];
  app.get(
    '/api/decisions',
    {
      config: { access: 'rep' },
      schema: {
        summary: 'Decisions, newest first; those of one record oldest first',
        description: 'With the role rep, the decisions that gave a record to the person of the token.',
        tags,
        querystring: z.object({
          limit: z.coerce.number().int().min(1).max(500).default(20),
          loop: z.string().max(100).optional(),
          subject: z.string().max(100).optional().describe('The id of a record'),
        }),
        response: { 200: decisionListShape, default: problemResponse },
      },
    },
    async (request) => {
      const { limit, loop, subject } = request.query;
      const { project, environment } = whereOf(surface);
      const caller = callerOf(request);
      const all = mayAct(caller.role, 'manager');
      const found =
        subject === undefined
          ? await decisions.recent(project, environment, all ? limit : LOOKED_AT, loop)
          : (await decisions.ofSubject(project, environment, fullId(subject))).map(({ decision }) => decision);
      const wanted = found.filter((one) => (loop === undefined || one.loop === loop) && (all || isOf(one, caller)));
      const told = subject === undefined ? wanted.slice(0, limit) : wanted.slice(-limit);
      return { decisions: await withOutcomes(surface.store, told) };
    },
  );
  app.get(
    '/api/decisions/:id',
    {
      config: { access: 'rep' },
      schema: {
        summary: 'One decision',
        tags,
        params: z.object({ id: z.string().max(100) }),
        response: { 200: decisionShape, default: problemResponse },
      },
    },
    async (request) => {
      const { project, environment } = whereOf(surface);
      const caller = callerOf(request);
      const decision = (await decisions.find(project, environment, request.params.id))?.decision;
      // What somebody may not see is not told apart from what there is not.
      const mine = decision !== undefined && (mayAct(caller.role, 'manager') || isOf(decision, caller));
      const [told] = mine ? await withOutcomes(surface.store, [decision]) : [];
      return told ?? refuse(404, 'unknown-decision', `No decision here has the id ${request.params.id}.`);
    },
  );
}

function isOf({ owner }: DecisionRecord, { user }: Caller): boolean {
  if (user === undefined || typeof owner !== 'object' || owner === null || !('username' in owner)) return false;
  return owner.username === user;
}
