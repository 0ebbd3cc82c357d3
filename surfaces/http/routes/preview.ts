// POST /api/loops/route/preview: who would get a record, and who would have got those of the past by other rules. Nothing is kept.
import pLimit from 'p-limit';
import { z } from 'zod';
import { millisecondsOf } from '../../../resources/duration.ts';
import { duration } from '../../../resources/words.ts';
import { simulateGiven } from '../../../controller/simulate/given.ts';
import type { Simulation } from '../../../controller/simulate.ts';
import { allow } from '../auth.ts';
import { problemResponse, refuse, refuseBy } from '../problems.ts';
import { decisionShape } from '../shapes.ts';
import { type App, callerOf, identityOf, type Surface } from '../surface.ts';
import { decideDry } from './loops.ts';
import { file, textFile } from './plans.ts';

const MAX_TREE = 32 << 20;
/** Records go through two versions on the processor: one request at a time, and not many waiting. */
const MOST_WAITING = 4;

const record = z.record(z.string(), z.unknown());

const body = z
  .strictObject({
    object: z.string().min(1).max(100).default('Lead').describe('`Lead`, say'),
    id: z.string().min(1).max(100).optional().describe('A record of the org: who would get it'),
    record: record.optional().describe("Fields and values, by the product's names or the org's: who would get it"),
    dry: z.boolean().optional().describe('It always is'),
    rules: record
      .optional()
      .describe('The spec of a RoutingRuleSet, in the place of the one of its object: what of the past would be otherwise'),
    files: z.array(file).min(1).max(50_000).optional().describe('A whole folder: what of the past would be otherwise'),
    records: z.array(record).min(1).max(10_000).optional().describe('Records of the past. Without them those that were decided on'),
    since: duration().default('90d').describe('Decisions of so long ago and later'),
    limit: z.int().min(1).max(10_000).default(2_000).describe('At most so many records, the newest'),
    examples: z.int().min(0).max(1_000).default(10).describe('So many records are told one by one'),
  })
  .superRefine(({ id, record: one, rules, files, records }, context) => {
    const asked = [id, one, rules, files].filter((value) => value !== undefined).length;
    const issue = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if (asked === 0) issue('record', 'one of id, record, rules and files is needed');
    if (asked > 1) issue('record', 'only one of id, record, rules and files');
    if (records !== undefined && rules === undefined && files === undefined) issue('records', 'go with rules or files');
  });

const simulationShape = z.looseObject({
  same: z.boolean().describe('Nothing of the past would be otherwise'),
  records: z.int(),
  owner_changes: z.int().describe('By a rule, a seat, a territory: whoever’s turn it is aside'),
  turn_changes: z.int(),
  undetermined: z.int(),
  load: z.array(z.looseObject({ owner: z.string(), before: z.int(), after: z.int() })),
  examples: z.array(z.looseObject({ name: z.string(), object: z.string(), why: z.array(z.string()) })),
});

export function previewRoutes(app: App, surface: Surface): void {
  const oneByOne = pLimit(1);
  app.post(
    '/api/loops/route/preview',
    {
      config: { access: 'manager' },
      bodyLimit: MAX_TREE,
      schema: {
        summary: 'Who would get a record, or what other rules would have done',
        description:
          'With `id` or `record` the decision on one record, as resolve with `dry`. With `rules` or `files` (role ops) records of the past through ' +
          'what is reconciled and through these: who changes owner, why, and who has how many.',
        tags: ['loops'],
        body,
        response: { 200: z.union([decisionShape, simulationShape]), default: problemResponse },
      },
    },
    async (request, reply) => {
      const { object, id, record: one, rules, files, records, since, limit, examples } = request.body;
      if (rules === undefined && files === undefined) {
        return decideDry(surface, 'route', { object, ...(id !== undefined && { id }), ...(one !== undefined && { record: one }) });
      }
      allow(callerOf(request), 'ops', reply);
      const identity = identityOf(surface);
      if (oneByOne.pendingCount >= MOST_WAITING) refuse(503, 'busy', 'Others are being looked at.', { 'retry-after': '10' });
      const found = await oneByOne(() =>
        simulateGiven(surface.controller.followed.site, identity, {
          after:
            rules === undefined ? { tree: { commit: null, dirty: true, files: (files ?? []).map(textFile), problems: [] } } : { rules },
          ...(records !== undefined && { records: records.map((given) => ({ object, record: given })) }),
          since: millisecondsOf(since),
          limit,
          object,
          examples,
        }),
      );
      switch (found.kind) {
        case 'simulated':
          return told(found.simulation);
        case 'no-snapshot':
          return refuse(503, 'no-snapshot', 'Nothing was reconciled yet: there is nothing to compare with.', { 'retry-after': '5' });
        case 'refused':
          return refuseBy(422, found.problems);
        default:
          return found satisfies never;
      }
    },
  );
}

function told(simulation: Simulation) {
  return {
    same: simulation.changed === 0,
    ...simulation,
    load: [...simulation.load],
    examples: simulation.examples.map((example) => ({ ...example, why: [...example.why] })),
  };
}
