// How good a record is: who it is (fit) and what it did (intent). In each component the first rule that holds gives the points.
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { amount, apiName, condition, count, duration, id, points, reference, text, when } from '../words.ts';

const rule = z.strictObject({
  id: id().optional().describe('What explanations call it. Default: its number.'),
  condition: condition().describe('On the value of the field: `>= 1000`, `in:vp,director`.'),
  points: points().describe('What it gives, at most the weight of the component.'),
});

const component = z
  .strictObject({
    id: id().describe('What explanations call it.'),
    field: text(80).describe('The name of the field, as FieldMap has it.'),
    weight: count().describe('The most that it can give. The weights of a side add up to the weight of the side.'),
    on_missing: z
      .union([z.literal(0), z.literal('skip')])
      .default(0)
      .describe('A missing value gives 0, or is left out and the side scaled up.'),
    decay: z
      .strictObject({
        half_life: duration().describe('After this time half of the points are left.'),
        field: text(80).describe('The field with the date.'),
      })
      .optional()
      .describe('Points that fade.'),
    buying_signals: z
      .array(text(120))
      .min(1)
      .optional()
      .describe('Words to be found in the value. Without rules: weight × found / listed; with rules: they test how many were found.'),
    rules: z.array(rule).min(1).optional().describe('The first that holds gives the points.'),
  })
  .refine((part) => part.rules !== undefined || part.buying_signals !== undefined, { error: 'needs rules or buying_signals' });

const side = z.strictObject({
  weight: count().describe('The most that this side can give.'),
  components: z.array(component).min(1).describe('What it is made of.'),
});

/** Fields by the org's names, as they are spelt there; the type of an event is looked up in `engagement.types`. */
const sources = z.strictObject({
  campaign_member: z
    .strictObject({
      type: apiName().default('Campaign.Type').describe('The field with the type of the event.'),
      at: apiName().default('FirstRespondedDate').describe('The field that says when; without a value it is no event.'),
      only_responded: z.boolean().default(true).describe('Members who answered; not everybody who was sent something.'),
    })
    .optional()
    .describe('CampaignMember: whoever answered a campaign.'),
  task: z
    .strictObject({
      type: apiName().default('TaskSubtype').describe('The field with the type of the event: TaskSubtype, Type.'),
      at: apiName().default('CompletedDateTime').describe('The field that says when; without a value it is no event.'),
      when: when().default('IsClosed == true').describe("Which tasks count, on fields of Task by the org's names."),
    })
    .optional()
    .describe('Task: calls, mails and meetings that were logged with the person.'),
});

export const driftGuard = z
  .strictObject({
    reference: duration().default('90d').describe('What is normal: the grades of this time, which ends where the window begins.'),
    window: duration().default('14d').describe('What is looked at: the grades of this time, until now.'),
    watch: z.number().min(0).default(0.1).describe('From this PSI on the grades are watched.'),
    act: z.number().min(0).default(0.25).describe('Above this PSI people are told.'),
    min_n: count(1).default(200).describe('With fewer graded records in either time nothing is said.'),
  })
  .refine(({ watch, act }) => watch <= act, { path: ['watch'], error: 'must not be above act' })
  .prefault({});

export const ScoringModel = defineSchema(
  'ScoringModel',
  z.strictObject({
    version: z
      .string()
      .regex(/^v?\d+(?:\.\d+){0,2}(?:[-+.][0-9A-Za-z.-]+)?$/, { error: 'a version like 3.1.0' })
      .describe('Raise it with every change: it is written beside each score.'),
    object: apiName()
      .optional()
      .describe(
        'Whose records are scored; one model an object. Without it the model scores files alone (backtest), and its fields are their columns.',
      ),
    max_score: count(1).describe('The sides add up to it.'),
    fit: side.describe('Who it is.'),
    intent: side.describe('What it did.'),
    engagement: z
      .strictObject({
        types: z.record(text(80), points()).describe('Points by type of event: `{webinar: 10}`.'),
        half_life: duration().describe('After this time half of the points are left.'),
        cap: count().describe('The most that events can give. It is part of the weight of intent.'),
        sources: sources.optional().describe('Where the org itself holds events, beside those that come by `POST /api/events`.'),
      })
      .optional()
      .describe('Events, counted on the intent side.'),
    negative: z
      .array(
        z.strictObject({
          id: id().describe('What explanations call it.'),
          field: text(80).describe('The name of the field.'),
          condition: condition().describe('When it is taken off.'),
          points: z.int().max(-1).describe('How much, below 0.'),
        }),
      )
      .default([])
      .describe('What is taken off the sum; the score stays within 0 and max_score.'),
    exclude: z
      .array(
        z.strictObject({
          id: id().describe('What explanations call it.'),
          field: text(80).describe('The name of the field.'),
          condition: condition().describe('When the record has no grade.'),
          reason: text(120).optional().describe('What rules see as `excluded`. Default: its id.'),
        }),
      )
      .default([])
      .describe('Who is not graded at all: competitors, customers. Excluded is not low.'),
    mql: z
      .strictObject({
        min_fit: amount().describe('At least so many points of fit.'),
        min_intent: amount().describe('At least so many points of intent.'),
      })
      .optional()
      .describe('Both sides, or it is no MQL, however high the sum.'),
    grades: z
      .record(z.string().regex(/^[A-Za-z][A-Za-z0-9+-]{0,9}$/, { error: 'a grade like A or B+' }), condition())
      .describe('On the score, the first that holds: `{A: ">= 90", B: ">= 65"}`. Every score has one.'),
    writeback: z
      .strictObject({
        score: apiName().optional().describe('The field that gets the score.'),
        grade: apiName().optional().describe('The field that gets the grade.'),
        fit: apiName().optional().describe('The field that gets the points of fit.'),
        intent: apiName().optional().describe('The field that gets the points of intent.'),
        explanation: apiName().optional().describe('The field that gets the row a factor.'),
        config_version: apiName().optional().describe('The field that gets the version of the model.'),
        scored_at: apiName().optional().describe('The date and time field that says since when.'),
        decision: apiName().optional().describe('The field that gets the id of the decision, or its address where `decision_url` is set.'),
        decision_url: z
          .string()
          .regex(/^https?:\/\/[^\s{}]+\{id\}[^\s{}]*$/, { error: 'an address with {id} in it: https://loopctl.example/api/decisions/{id}' })
          .optional()
          .describe('How a decision is reached: `{id}` stands for its id.'),
        account: z
          .strictObject({
            score: apiName().optional().describe("The account's field that gets the best score of its people."),
            grade: apiName().optional().describe('The field that gets the grade of the best.'),
            explanation: apiName().optional().describe('The field that says whose it is.'),
          })
          .optional()
          .describe(
            'Of a model of contacts: their accounts get the score of their best person, unless accounts have a model of their own.',
          ),
      })
      .default({})
      .describe('Where the result is written on the record.'),
    guard: z
      .strictObject({
        deny_fields: z.array(text(80)).default([]).describe('Fields that know the outcome already: a model that reads one is refused.'),
        max_factor_auc: z
          .number()
          .min(0.5)
          .max(1)
          .default(0.75)
          .describe('A single factor that predicts better than this has seen the answer.'),
        min_auc: z.number().min(0.5).max(1).default(0.7).describe('The model must predict at least so well.'),
        min_lift_a: z.number().min(0).default(2).describe('Grade A converts at least so many times the mean.'),
        monotone: z.boolean().default(true).describe('A better grade converts better.'),
        max_psi: z.number().min(0).default(0.25).describe('The scores of the last third may differ so much from the first.'),
        drift: driftGuard.describe('How far the grades of live records may move (population stability index) before somebody is told.'),
      })
      .prefault({})
      .describe('What a backtest must show, and what live grades must keep to.'),
    tuning: z
      .strictObject({
        max_step: count(1).default(2).describe('No rule moves by more points at a time.'),
        min_rows: count(1).default(500).describe('Fewer records teach nothing.'),
        holdout: z.number().min(0.1).max(0.9).default(0.33).describe('The share of the records, the newest, on which a change is judged.'),
        min_gain: z
          .number()
          .min(0)
          .max(0.5)
          .default(0.002)
          .describe('A change that raises the AUC of the newest records by less is not worth it.'),
        ridge: z
          .number()
          .gt(0)
          .default(25)
          .describe('How strongly rules are held where they are: a rule that some 4 × as many records meet goes half of the way.'),
        reorder: z.boolean().default(false).describe('A rule that gives less than another may come to give more.'),
        locked: z.array(id()).default([]).describe('Ids of components and rules that are left alone.'),
        every: duration()
          .optional()
          .describe(
            'So often the controller learns from its own decisions and what became of them, and proposes what it learned as a branch. Without it people run `loopctl tune`.',
          ),
        horizon: duration().default('90d').describe('What has not converted so long after its decision has not.'),
        agent: reference('Prompt')
          .optional()
          .describe('Asked as often, with the same records in numbers, what it would change; its proposal is judged like any other.'),
      })
      .prefault({})
      .describe('How far tuning may go, and whether the controller does it by itself.'),
  }),
);

export type ScoringModelSpec = z.output<typeof ScoringModel.schema>;
export type DriftGuard = z.output<typeof driftGuard>;
export type ScoringSide = ScoringModelSpec['fit'];
export type ScoringComponent = ScoringSide['components'][number];
export type EngagementSources = z.output<typeof sources>;
