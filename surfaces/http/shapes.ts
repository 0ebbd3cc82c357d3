// The shapes of answers: the OpenAPI document is made from them, and whoever asks a controller checks what comes by them. More keys may
// come than stand here.
import { z } from 'zod';
import { parseRef } from '../../resources/core.ts';
import type { HistoryEntry, Status } from '../../controller/status.ts';
import type { Suspended } from '../../controller/suspend.ts';
import type { Why } from '../../controller/why.ts';
import type { Drift, OrgIdentity, Plan } from '../../plans/plan.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { ReviewRow } from '../../ports/reviews.ts';
import type { Outcome, Verdict } from '../../ports/store.ts';

const ref = z.looseObject({ kind: z.string(), name: z.string() });
const address = z.looseObject({ type: z.string(), key: z.string() });
const at = z.string().describe('ISO 8601, UTC');
const commit = z.string().nullable().describe('Null outside git');

const org = z.looseObject({ id: z.string(), name: z.string(), url: z.string(), sandbox: z.boolean(), user: z.string() });
const hold = z.looseObject({ code: z.string(), scope: z.enum(['plan', 'step']), message: z.string(), ref: ref.optional() });
const problem = z.looseObject({
  severity: z.enum(['error', 'warning']),
  code: z.string(),
  message: z.string(),
  ref: ref.optional(),
  at: z.looseObject({ path: z.string(), line: z.int(), column: z.int() }).optional(),
  hint: z.string().optional(),
});
const attempt = z.looseObject({ commit, plan: z.string().optional(), at, error: z.string().optional() });
const suspension = z.looseObject({ by: z.string(), at, reason: z.string() });
const summary = z.looseObject({
  create: z.int(),
  adopt: z.int(),
  update: z.int(),
  replace: z.int(),
  delete: z.int(),
  forget: z.int(),
  unchanged: z.int(),
});
const drift = z.looseObject({
  kind: z.enum(['drift', 'vanished', 'conflict']),
  ref,
  address,
  path: z.string().describe('The field; empty where the record vanished'),
  declared: z.unknown(),
  applied: z.unknown(),
  live: z.unknown(),
  by: z.string().optional(),
  at: z.string().optional(),
  policy: z.enum(['alert', 'revert', 'ignore']),
});

/** Work on many records that nobody waits for. */
const job = z.looseObject({
  id: z.string(),
  loop: z.string(),
  object: z.string(),
  query: z.looseObject({ open: z.literal(true).optional(), where: z.string().optional() }),
  snapshot: z.string(),
  plan: z.string().optional(),
  by: z.string(),
  at,
  status: z.enum(['waiting', 'running', 'done', 'superseded', 'failed']),
  counts: z.looseObject({ seen: z.int(), changed: z.int(), unchanged: z.int(), failed: z.int() }),
  endedAt: z.string().optional(),
  error: z.string().optional(),
});

/** Of a plan: nothing that could mean any. */
export const planId = z
  .string()
  .regex(/^[0-9a-f]{4,64}$/, { error: 'the id of a plan, or at least four characters of its beginning' })
  .describe('The id, or its beginning where no other plan begins so');

/** A resource in a request, as text. */
export const refWords = z.string().transform((text, context) => {
  const found = parseRef(text);
  if (found === undefined) context.addIssue({ code: 'custom', message: 'kind and name, like Territory/ams/west' });
  return found ?? z.NEVER;
});

export const statusShape = z
  .looseObject({
    environment: z.string(),
    org: org.optional(),
    sync: z.looseObject({
      state: z.enum(['synced', 'pending', 'held', 'failed', 'suspended']),
      lastApplied: attempt.optional(),
      lastAttempted: attempt.optional(),
    }),
    drift: z.int(),
    jobs: z.array(job).optional().describe('Records that are decided on again in the background'),
    holds: z.array(hold),
    problems: z.array(problem),
    budget: z.looseObject({ used: z.number(), limit: z.number(), reserve: z.number() }).optional(),
    suspended: suspension.optional(),
    suspendedResources: z.record(z.string(), suspension).optional().describe('By `Kind/name`'),
    grades: z
      .record(
        z.string(),
        z.looseObject({ verdict: z.enum(['stable', 'watch', 'act', 'too-few']), psi: z.number().optional(), since: at, at }),
      )
      .optional()
      .describe('Drift of grades as it was seen last, by ScoringModel'),
    experiments: z
      .record(
        z.string(),
        z.looseObject({ run: z.string(), state: z.enum(['waiting', 'running', 'enough', 'stopped', 'over']), because: z.string(), at }),
      )
      .optional()
      .describe('Experiments as they were seen last, by name'),
  })
  .describe('How the environment stands') as unknown as z.ZodType<Status>;

export const historyShape = z
  .looseObject({
    entries: z.array(
      z.looseObject({
        plan: z.string(),
        commit,
        at,
        by: z.string(),
        outcome: z.string().optional(),
        summary,
        failed: z.array(z.looseObject({ id: z.string(), message: z.string() })),
      }),
    ),
  })
  .describe('Applies, newest first') as unknown as z.ZodType<{ readonly entries: readonly HistoryEntry[] }>;

export const driftShape = z
  .looseObject({
    org: org.optional(),
    drift: z.array(drift).describe('What diverged when the controller looked last'),
  })
  .describe('What diverged when the controller looked last') as unknown as z.ZodType<{
  readonly org?: OrgIdentity;
  readonly drift: readonly Drift[];
}>;

export const planShape = z
  .looseObject({
    formatVersion: z.literal(1),
    id: z.string(),
    commit,
    dirty: z.boolean(),
    environment: z.string(),
    asOf: z.string(),
    summary,
    steps: z.array(z.looseObject({ id: z.string(), ref, address, action: z.string(), phase: z.string(), level: z.int(), why: z.string() })),
    drift: z.array(drift),
    holds: z.array(hold),
    impact: z.record(z.string(), z.unknown()),
    org,
    calls: z.looseObject({ read: z.number(), estimatedWrite: z.number() }),
  })
  .describe('The plan as `plan -o json` gives it') as unknown as z.ZodType<Readonly<Record<string, unknown>>>;

/** A plan as it stands in a list, with what became of it where it was applied. */
export interface ListedPlan extends Pick<Plan, 'id' | 'commit' | 'dirty' | 'summary' | 'holds'> {
  readonly at: string;
  readonly drift: number;
  readonly steps: number;
  readonly outcome?: Outcome;
}

export const planListShape = z
  .looseObject({
    plans: z.array(
      z.looseObject({
        id: z.string(),
        commit,
        dirty: z.boolean().describe('With changes that are in no commit'),
        at,
        summary,
        holds: z.array(hold),
        drift: z.int(),
        steps: z.int(),
        outcome: z.string().optional(),
      }),
    ),
  })
  .describe('Plans, newest first') as unknown as z.ZodType<{ readonly plans: readonly ListedPlan[] }>;

/** A verdict, and of an approval whether it counts and whose would. */
export interface WeighedVerdict extends Verdict {
  readonly counts?: boolean;
  /** People and groups; empty: anybody. */
  readonly approvers?: readonly string[];
  /** The plan that is held now, where it is another. */
  readonly held_instead?: string;
}

export const verdictShape = z
  .looseObject({
    plan: z.string(),
    verdict: z.enum(['approve', 'reject']),
    by: z.string(),
    note: z.string().nullable(),
    reason: z.string(),
    at,
    counts: z.boolean().optional().describe('Of an approval: whether `approvals` of the environment gives it any weight'),
    approvers: z.array(z.string()).optional().describe('People and groups whose approval counts; empty: anybody'),
    held_instead: z.string().optional().describe('The plan that is held now, where it is another than this one'),
  })
  .describe('What was said of the plan') as unknown as z.ZodType<WeighedVerdict>;

export const whyShape = z
  .looseObject({
    ref,
    declared: z
      .looseObject({
        at: z.looseObject({ path: z.string(), line: z.int(), column: z.int() }),
        lastChange: z.looseObject({ commit: z.string(), author: z.string(), at, subject: z.string() }).optional(),
      })
      .optional(),
    records: z.array(
      z.looseObject({
        address: z.string(),
        id: z.string(),
        fields: z.record(z.string(), z.unknown()),
        how: z.enum(['created', 'adopted']),
        plan: z.string().nullable(),
        commit,
        by: z.string(),
        at,
      }),
    ),
  })
  .describe('Where it is declared, and what it became') as unknown as z.ZodType<Why>;

export const decisionShape = z
  .looseObject({
    id: z.string(),
    loop: z.string(),
    subject: z.looseObject({ object: z.string(), id: z.string().optional(), name: z.string().optional() }),
    revision: z.looseObject({ commit, snapshot: z.string(), engine: z.string() }),
    unread: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Fields of the given record that were not read, and why; absent where there are none'),
    logged_at: at,
    outcomes: z
      .array(z.looseObject({ outcome: z.string(), at, reason: z.string().optional(), source: z.string() }))
      .optional()
      .describe('What became of the record afterwards, where it is known'),
  })
  .describe('A decision with its inputs, its trace and its reasoning') as unknown as z.ZodType<DecisionRecord>;

export const decisionListShape = z.looseObject({ decisions: z.array(decisionShape) }).describe('Decisions') as unknown as z.ZodType<{
  readonly decisions: readonly DecisionRecord[];
}>;

export const reviewShape = z
  .looseObject({
    id: z.string(),
    loop: z.string(),
    object: z.string(),
    record: z.string(),
    topic: z.string().describe('What kind of question it is'),
    question: z.looseObject({
      question: z.string(),
      options: z.array(z.looseObject({ id: z.string(), label: z.string() })),
      proposal: z.looseObject({ option: z.string().optional(), confidence: z.number(), reasoning: z.string() }).optional(),
    }),
    decision: z.string().describe('The decision that asks'),
    at,
    status: z.enum(['open', 'answered', 'rejected', 'superseded']),
    answer: z.looseObject({ choice: z.unknown(), reason: z.string(), by: z.string(), at }).optional(),
  })
  .describe('What waits for people, or what they said') as unknown as z.ZodType<ReviewRow>;

export const reviewListShape = z.looseObject({ reviews: z.array(reviewShape) }).describe('Reviews, newest first') as unknown as z.ZodType<{
  readonly reviews: readonly ReviewRow[];
}>;

export const suspensionShape = z
  .looseObject({
    environment: z.string(),
    ref: z.string().optional(),
    suspended: suspension.nullable().describe('Null: it goes on'),
  })
  .describe('How it stands now') as unknown as z.ZodType<Suspended>;
