// A plan for a year: seats, targets, productivity, ramp. What a scenario leaves out comes from its base.
// No defaults here: a default would hide what the base says. They are filled in when the chain is merged (merge.ts).
import { z } from 'zod';
import { defineSchema } from '../kind.ts';
import { amount, count, date, id, oneOrMany, prose, reference, share, slug, text, username } from '../words.ts';

const seat = z.strictObject({
  seat: slug().describe('The name of the seat. It stays when the person changes.'),
  remove: z.literal(true).optional().describe('Takes the row of the base out.'),
  role: id().optional().describe('What the seat does: AE, Manager, SDR.'),
  segment: reference('Segment').nullable().optional().describe('The segment that it works on. Informs capacity.'),
  territory: oneOrMany(reference('Territory')).nullable().optional().describe('Where it sits: a path or a list of paths.'),
  primary: z.boolean().nullable().optional().describe('Of several seats of its role in a territory, the one that is asked first.'),
  user: username().nullable().optional().describe('Who sits in it, by username. Without it the seat is open.'),
  name: text(120).nullable().optional().describe('The name that people read.'),
  status: z
    .enum(['active', 'leaving', 'open', 'planned'])
    .optional()
    .describe('active and leaving are live; open is being hired for; planned is not yet. Default: active with a user, open without.'),
  start: date().nullable().optional().describe('The first day of the seat.'),
  end: date().nullable().optional().describe('The first day without it.'),
  ramp: id().nullable().optional().describe('The ramp curve.'),
  quota: amount().nullable().optional().describe('A year, in the currency of the plan.'),
  productivity: amount().nullable().optional().describe('A year when fully ramped, in place of target_productivity.'),
  motion: id().nullable().optional().describe('What it works on, in place of the motion of its role.'),
  measure: id().nullable().optional().describe('What it is measured by, in place of the measure of its role.'),
  fte: share().nullable().optional().describe('Share of a full position. Default 1.'),
  hire_probability: share().nullable().optional().describe('How likely the seat is filled. Default 1.'),
  start_slip_days: count().nullable().optional().describe('Days by which the start is expected to slip.'),
  cost: amount().nullable().optional().describe('A year, for comparing plans.'),
  reports_to: slug().nullable().optional().describe('The seat of the manager.'),
  interim: z
    .array(
      z
        .strictObject({
          territory: reference('Territory').describe('Where it stands in.'),
          from: date().optional().describe('The first day.'),
          to: date().optional().describe('The last day.'),
        })
        .refine(({ from, to }) => from === undefined || to === undefined || from <= to, { error: 'a day on or after from', path: ['to'] }),
    )
    .nullable()
    .optional()
    .describe('Territories in which the seat stands in for another.'),
  calendar: reference('BusinessCalendar').nullable().optional().describe('Its working hours.'),
  languages: z.array(text(40)).nullable().optional().describe('Languages that it works in.'),
  skills: z.array(text(80)).nullable().optional().describe('What else it can be chosen by.'),
});

const productivity = z.strictObject({
  role: id().optional().describe('The role.'),
  motion: id().optional().describe('What it works on.'),
  segment: reference('Segment').optional().describe('The segment.'),
  territory: reference('Territory').optional().describe('The territory and all below it.'),
  measure: id().optional().describe('What is counted: new_acv.'),
  annual: amount().nullable().optional().describe('A year, for one fully ramped seat.'),
  remove: z.literal(true).optional().describe('Takes the row of the base out.'),
});

const target = z.strictObject({
  territory: reference('Territory').describe('Whose target it is.'),
  measure: id().describe('What is counted: new_acv, pipeline_created, logos.'),
  period: text(40).describe('FY27, FY27-Q1, 2027-02.'),
  amount: amount().nullable().optional().describe('0 says: no potential. null says: nobody said.'),
  source: z
    .enum(['top_down', 'bottom_up', 'override'])
    .optional()
    .describe('Who said it. Bottom-up and override stay when the rest is spread.'),
  reason: prose(2000).optional().describe('Why.'),
  remove: z.literal(true).optional().describe('Takes the row of the base out.'),
});

const rampCurve = z.array(share()).min(1).describe('Share of full productivity in tenure month 0, 1, 2 …; the last one holds.');

export const Scenario = defineSchema(
  'Scenario',
  z.strictObject({
    title: text(255).describe('What people call it.'),
    description: prose().optional().describe('What it is for.'),
    base: reference('Scenario').optional().describe('The scenario that this one changes. Only what differs is written here.'),
    status: z.enum(['draft', 'proposed', 'retired']).optional().describe('How far it is. Which one is active, CapacityConfig says alone.'),
    period: z
      .strictObject({
        start: date().optional().describe('The first day.'),
        months: count(1).max(60).optional().describe('How many months.'),
      })
      .optional()
      .describe('The time that is planned.'),
    motions: z
      .record(
        id(),
        z.union([
          id(),
          z.strictObject({
            motion: id().describe('What the role works on.'),
            measure: id().optional().describe('What it is measured by.'),
          }),
        ]),
      )
      .optional()
      .describe('What a role works on: `{AE: new_business}`.'),
    ramp_curves: z.record(id(), rampCurve.nullable()).optional().describe('Ramp curves by name.'),
    target_productivity: z
      .array(productivity)
      .optional()
      .describe('What a fully ramped seat brings in a year; the most specific row wins. Merged with the base by its five keys.'),
    attrition: z
      .strictObject({
        annual_rate: share().optional().describe('Share of people who leave in a year.'),
        method: z.enum(['hazard', 'vacancy']).optional().describe('hazard: they are not replaced. vacancy: they are, after a while.'),
        time_to_fill_days: count().optional().describe('Days until a seat is filled again.'),
      })
      .optional()
      .describe('How many leave.'),
    seasonality: z
      .record(z.string().regex(/^(?:Q[1-4]|M?(?:0?[1-9]|1[0-2]))$/, { error: 'Q1 to Q4, or 01 to 12, of the fiscal year' }), share())
      .optional()
      .describe('Shares of the year by fiscal quarter or month; they add up to 1. Without it, flat.'),
    roster: z.array(seat).optional().describe('The seats. Merged with the base by seat; a key that is null is emptied.'),
    seat_defaults: z
      .array(
        z.strictObject({
          role: id().describe('The role.'),
          segment: reference('Segment').optional().describe('The segment.'),
          ramp: id().optional().describe('The ramp curve.'),
          quota: amount().optional().describe('A year.'),
        }),
      )
      .optional()
      .describe('What a seat that a what-if adds begins with.'),
    targets: z.array(target).optional().describe('Merged with the base by territory, measure and period.'),
    over_assignment: z.record(text(120), share()).optional().describe('How much more is handed down, by the level that hands down.'),
    allocation: z
      .strictObject({
        method: z.enum(['even', 'weighted', 'bucketed']).optional().describe('How a target is spread over the territories below.'),
        field: id().optional().describe('The field that weighs.'),
        buckets: z.record(text(80), share()).optional().describe('Shares by bucket.'),
      })
      .optional()
      .describe('How targets that nobody said are found.'),
    assumptions: z.array(prose(4000)).optional().describe('What the plan takes for granted, in sentences.'),
    approvals: z
      .array(
        z.strictObject({
          by: text(120).describe('Who.'),
          at: date().optional().describe('When.'),
          note: prose(2000).optional().describe('What was said.'),
        }),
      )
      .optional()
      .describe('Who agreed to the plan.'),
  }),
);

export type ScenarioSpec = z.output<typeof Scenario.schema>;
export type SeatRow = NonNullable<ScenarioSpec['roster']>[number];
export type TargetRow = NonNullable<ScenarioSpec['targets']>[number];
export type ProductivityRow = NonNullable<ScenarioSpec['target_productivity']>[number];
