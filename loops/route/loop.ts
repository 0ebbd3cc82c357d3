// Route: whose a record is. The reconciled rules in their order, and whom their action finds in the territories, seats and pools that
// were reconciled with them.
import { z } from 'zod';
import { millisecondsOf } from '../../resources/duration.ts';
import type { SegmentSpec } from '../../resources/segment/schema.ts';
import type { MatchRow, TerritoryMatchSpec } from '../../resources/territory-match/schema.ts';
import { compileHours, type Hours } from '../../engines/pools/availability.ts';
import { compileRouting, type Routing } from '../../engines/routing/routing.ts';
import { compileSegments, type Segments } from '../../engines/segments/segments.ts';
import type { Territories } from '../../engines/territories/territories.ts';
import { type Calendars, calendarsOf } from '../calendars.ts';
import { fieldNames, type FieldNames } from '../facts.ts';
import type { LoopDescriptor, Snapshot } from '../loop.ts';
import { subject } from '../subject.ts';
import { territoriesOf } from '../territories.ts';
import { type Accounts, readsAccount } from './account.ts';
import { ownerFields } from './owner.ts';
import { type Pending, pendingOn } from './pending.ts';
import { step } from './step.ts';

export interface RouteWorld {
  readonly byObject: ReadonlyMap<string, RouteObject>;
  /** Objects that have rules. */
  readonly objects: readonly string[];
}

export interface RouteObject {
  readonly object: string;
  readonly routing: Routing;
  readonly fields: FieldNames;
  readonly territories: Territories;
  readonly segments: Segments;
  /** How long an assignment may matter beside the org's own count of open records, in milliseconds. */
  readonly remembered: number;
  readonly calendars: Calendars;
  /** Who works when. */
  readonly hours: Hours;
  /** Where a rule asks for the account of a record, how it is found. */
  readonly accounts: Accounts | undefined;
  /** Where it is written why a record has no territory for sure. */
  readonly pending: Pending | undefined;
  /** Match rows as declared, and what territories are called: what an agent or a person is told. */
  readonly rows: readonly MatchRow[];
  readonly labels: ReadonlyMap<string, string>;
  /** What people said of a record may matter. */
  readonly asksPeople: boolean;
  /** Fields of the org that are read of a changed record beside those of the FieldMap. */
  readonly more: readonly string[];
}

const target = z.object({ id: z.string().optional(), username: z.string(), name: z.string(), role: z.string().nullable() });

const gives = z.looseObject({
  rule_matched: z.string().describe('`default` where no rule holds.'),
  priority: z.number().nullable(),
  action: z.string(),
  territory: z.string().optional(),
  owner: target.optional(),
  ownerId: z.string().optional().describe('The id in the org: of a user or a queue.'),
  queue: z.string().optional(),
  fallback: z.boolean().describe('The action found nobody, and the default was taken.'),
  matched_account: z
    .looseObject({ id: z.string(), name: z.string(), confidence: z.number().nullable() })
    .optional()
    .describe('The account that the record belongs to.'),
  territory_status: z.string().optional().describe('Why it has no territory for sure: `pending:ambiguous`.'),
  owner_kept: z.string().optional().describe('Why its owner was not changed.'),
  supersedes: z.string().optional().describe('The decision that asked what a person has answered.'),
  next_rule: z.string().nullable().describe('What would have fired otherwise.'),
});

export const route: LoopDescriptor<RouteWorld> = {
  name: 'route',
  chain: 'demand',
  summary: 'Finds the owner of a record with the reconciled RoutingRuleSet, territories, seats, cascades and pools.',
  archetypes: ['event'],
  next: ['sla'],
  parts: {
    config: [
      'RoutingRuleSet',
      'TerritoryMatch',
      'Territory',
      'Segment',
      'RoleCascade',
      'Pool',
      'Scenario',
      'FieldMap',
      'MatchPolicy',
      'Queue',
      'Prompt',
    ],
    logic: 'The first rule that holds acts; cascades and pools say who takes it. What is not certain goes to people.',
    inputs: [
      'fields of the record, through the FieldMap of its object',
      'score and grade of Qualify',
      'the account that it belongs to, where a rule asks',
      'what an agent says of ambiguous places, what people said where they were asked',
      'state of pools',
      'open records of members',
    ],
    outputs: ['owner or queue', 'territory', 'every rule that was looked at, and why'],
    metrics: ['decisions by rule', 'defaults and fallbacks', 'seconds a decision'],
    feedback: ['rules, pools and seats are files: a change of them is a commit, and old decisions are replayed on the rules of their time'],
  },
  contract: { takes: subject, gives },
  compile,
  watches: ({ byObject }) => new Map([...byObject].map(([object, { more }]) => [object, more])),
  step,
};

function compile(snapshot: Snapshot): RouteWorld {
  const { resources } = snapshot;
  const objects = [...new Set(ofKind<{ object: string }>(resources, 'RoutingRuleSet').map(({ spec }) => spec.object))];
  const byObject = new Map<string, RouteObject>();
  const calendars = calendarsOf(snapshot);
  const hours = compileHours(resources);
  const labels = new Map(ofKind<{ label: string }>(resources, 'Territory').map(({ name, spec }) => [name, spec.label]));
  const matches = ofKind<TerritoryMatchSpec>(resources, 'TerritoryMatch');
  const rows = matches.flatMap(({ spec }) => spec.rows);
  for (const object of objects) {
    const routing = compileRouting(resources, object);
    const fields = fieldNames(snapshot, object);
    if (routing === undefined || fields === undefined) continue;
    const territories = territoriesOf(snapshot, fields);
    const segments = compileSegments(ofKind<SegmentSpec>(resources, 'Segment'));
    const accounts = readsAccount(routing.rules) ? accountsFor(object, fields, segments) : undefined;
    const pending = matches
      .map(({ spec }) => (spec.object === object ? pendingOn(object, spec) : undefined))
      .find((one) => one !== undefined);
    const told = [accounts?.link, pending?.field, pending?.reason].filter((field) => field !== undefined);
    byObject.set(object, {
      object,
      routing,
      fields,
      territories,
      segments,
      remembered: rememberedFor(object, routing),
      calendars,
      hours,
      accounts,
      pending,
      rows,
      labels,
      asksPeople: accounts !== undefined || pending !== undefined || routing.rules.rules.some(({ action }) => action.kind === 'agent'),
      more: [...new Set([...ownerFields(object), ...told])],
    });
  }
  return { byObject, objects };
}

/** The org's field that names the account: of an account, the one above it. */
const LINKS: Readonly<Record<string, string>> = { Account: 'ParentId', Contact: 'AccountId', Opportunity: 'AccountId', Case: 'AccountId' };
/** What places and sizes of an account are read by. */
const OF_ACCOUNTS = [
  'website',
  'billing_country',
  'billing_state',
  'billing_city',
  'billing_postal',
  'employee_count',
  'company',
  'industry',
];

function accountsFor(object: string, { map }: FieldNames, segments: Segments): Accounts {
  const link = LINKS[object];
  const linkName = Object.keys(map).find((name) => link !== undefined && map[name] === link);
  const reads = [...OF_ACCOUNTS, ...segments.flatMap(({ paths }) => paths.map(([name = '']) => name))];
  return {
    ...(link !== undefined && { link }),
    ...(linkName !== undefined && { linkName }),
    byLinkAlone: object === 'Account',
    reads: [...new Set(reads)].sort(),
  };
}

/** A count of the same object is read anew all the time; where another one is counted, for as long as a pool looks back. */
const BETWEEN_COUNTS = 10 * 60_000;

function rememberedFor(object: string, { pools }: Routing): number {
  const others = [...pools.values()].filter(({ spec }) => spec.count_object !== undefined && spec.count_object !== object);
  return Math.max(BETWEEN_COUNTS, ...others.map(({ spec }) => millisecondsOf(spec.recent)));
}

function ofKind<Spec>(resources: Snapshot['resources'], kind: string): readonly { readonly name: string; readonly spec: Spec }[] {
  return Object.entries(resources)
    .filter(([key]) => key.startsWith(`${kind}/`))
    .map(([key, content]) => ({ name: key.slice(kind.length + 1), spec: content as Spec }));
}
