// What people did, told by whoever saw it: a website, a webinar tool, a mailing. Events are kept once, however often they are sent.
import { z } from 'zod';
import type { EngagementIntake, PostedTaken } from '../../../controller/engagement/intake.ts';
import { instantOf } from '../../../resources/conditions/dates.ts';
import { idFault } from '../../../loops/subject.ts';
import { type FieldError, problemResponse, refuse, RequestRefused } from '../problems.ts';
import { type App, callerOf, type Surface } from '../surface.ts';

const MOST_EVENTS = 500;
/** How far the clock of a sender may be ahead. */
const SKEW_MS = 5 * 60_000;
/** A day has come where it comes first. */
const EARLIEST_DAY_MS = 14 * 3_600_000;

const WHEN = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const MAIL = /^[^\s@,]+@[^\s@,]+$/;

const event = z
  .strictObject({
    id: z
      .string()
      .regex(/^[\x21-\x7e]{1,200}$/, { error: '1 to 200 visible characters' })
      .describe('The sender’s own: an event that is sent again is the same event'),
    type: z.string().trim().min(1).max(80).describe('As `engagement.types` of the ScoringModel has it: `webinar`'),
    at: z
      .string()
      .refine((text) => WHEN.test(text) && instantOf(text) !== undefined, {
        error: 'a day like 2026-11-21, or a moment with its offset like 2026-11-21T09:30:00Z',
      })
      .describe('When it happened, ISO 8601'),
    email: z.string().trim().max(254).regex(MAIL, { error: 'a mail address' }).optional().describe('Whose it is'),
    object: z
      .string()
      .regex(/^[A-Za-z][A-Za-z0-9_]{0,79}$/, { error: 'the name of an object, like Lead' })
      .optional()
      .describe('With `record`: the record whose it is, `Lead` or `Contact`'),
    record: z
      .string()
      .refine((id) => idFault(id) === undefined, { error: 'an id of 15 or 18 characters' })
      .optional()
      .describe('The id of the record'),
  })
  .refine(({ object, record }) => (object === undefined) === (record === undefined), {
    path: ['record'],
    error: 'object and record go together',
  })
  .refine(({ email, record }) => email !== undefined || record !== undefined, {
    path: ['email'],
    error: 'somebody has to have done it: email, or object and record',
  });

const taken = z
  .object({
    received: z.int(),
    new: z.int().describe('How many were not known before'),
    unknown_types: z.array(z.string()).describe('Types for which no model has points; their events are kept all the same'),
    records: z.int().optional().describe('How many records are scored again; absent while the org can not be asked: it is asked again'),
  })
  .describe('What came of the events') as unknown as z.ZodType<PostedTaken>;

export function eventRoutes(app: App, { controller }: Surface, events: EngagementIntake): void {
  app.post(
    '/api/events',
    {
      config: { access: 'ingest' },
      schema: {
        summary: 'Tell what people did',
        tags: ['loops'],
        body: z.strictObject({ events: z.array(event).min(1).max(MOST_EVENTS) }),
        response: { 200: taken, default: problemResponse },
      },
    },
    async (request) => {
      const posted = request.body.events;
      const now = controller.followed.site.deps.clock.now().getTime();
      const ahead = posted.flatMap(({ at }, index): readonly FieldError[] =>
        Date.parse(at) > now + (at.length === 10 ? EARLIEST_DAY_MS : SKEW_MS)
          ? [{ path: `events.${index}.at`, pointer: `/events/${index}/at`, message: `${at} has not come yet; compare the clocks` }]
          : [],
      );
      if (ahead.length > 0) {
        const detail = `Nothing was taken. ${ahead.map(({ path, message }) => `${path}: ${message}`).join('. ')}.`;
        throw new RequestRefused(422, { code: 'in-the-future', detail, errors: ahead });
      }
      const twice = posted.flatMap(({ id }, index): readonly FieldError[] => {
        const first = posted.findIndex((one) => one.id === id);
        return JSON.stringify(posted[first]) === JSON.stringify(posted[index])
          ? []
          : [
              {
                path: `events.${index}.id`,
                pointer: `/events/${index}/id`,
                message: `events.${first} has this id and says something else`,
              },
            ];
      });
      if (twice.length > 0) {
        const detail = `Nothing was taken. ${twice.map(({ path, message }) => `${path}: ${message}`).join('. ')}.`;
        throw new RequestRefused(422, { code: 'id-twice', detail, errors: twice });
      }
      const answer = await events.take(
        posted.map(({ email, object, record, ...rest }) => ({
          ...rest,
          ...(email !== undefined && { email }),
          ...(object !== undefined && { object }),
          ...(record !== undefined && { record }),
        })),
        callerOf(request).identity,
      );
      return (
        answer ?? refuse(503, 'no-snapshot', 'Nothing was reconciled yet: nobody knows whose events these are.', { 'retry-after': '5' })
      );
    },
  );
}
