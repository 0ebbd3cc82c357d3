// The policies of a snapshot by object, compiled; what they read of a record, and who sits where.
import type { QueueSpec } from '../../resources/queue/schema.ts';
import type { RoleCascadeSpec } from '../../resources/role-cascade/schema.ts';
import type { SLAPolicySpec } from '../../resources/sla-policy/schema.ts';
import { SLA_FACTS } from '../../resources/sla-policy/facts.ts';
import { type Condition, whenOf } from '../../resources/conditions/condition.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { developerName } from '../../resources/naming.ts';
import { compileRoster, type Roster, type Seat } from '../../engines/cascade/roster.ts';
import { type Calendar, compileCalendar } from '../../engines/calendars/calendar.ts';
import { compilePolicy } from '../../engines/matching/policy.ts';
import { compileTimes, type Times } from '../../engines/sla/clock.ts';
import { type Calendars, calendarsOf } from '../calendars.ts';
import { fieldNames, type FieldNames } from '../facts.ts';
import type { Snapshot } from '../loop.ts';

export interface SlaWorld {
  readonly byObject: ReadonlyMap<string, Watched>;
}

/** What is watched of an object. */
export interface Watched {
  readonly object: string;
  readonly policies: readonly Policy[];
  readonly fields: FieldNames;
  /** Fields of the org beside those of the map. */
  readonly more: readonly string[];
  /** A condition asks what Qualify says. */
  readonly asksScore: boolean;
  readonly roster: Roster;
  readonly calendars: Calendars;
  readonly parentOf: ReadonlyMap<string, string | null>;
  /** Roles that count as managers, by the cascades. */
  readonly managers: ReadonlySet<string>;
  /** Addresses in the org of everybody who may be meant. */
  readonly people: readonly string[];
}

export interface Policy {
  readonly name: string;
  readonly spec: SLAPolicySpec;
  readonly times: Times;
  readonly when: Condition | undefined;
  readonly pause: Condition | undefined;
  /** The org's field with who is to act. */
  readonly owner: string;
  /** The org's field whose change shows that somebody acted. */
  readonly field: string | undefined;
  readonly by: 'anyone' | 'owner';
  readonly fresh: number;
  /** The hours of whoever has none. */
  readonly calendar: Calendar;
  /** Days that are counted in whole, where no calendar is declared. */
  readonly isByDays: boolean;
}

const TOUCHED: Readonly<Record<string, string>> = { Lead: 'Status', Opportunity: 'StageName' };
/** Day and night. */
const ALWAYS = compileCalendar({
  timezone: 'UTC',
  hours: Object.fromEntries(
    (['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const).map((day) => [day, [['00:00', '24:00']] as const]),
  ),
});

export function compileSla(snapshot: Snapshot): SlaWorld {
  const { resources } = snapshot;
  const calendars = calendarsOf(snapshot);
  const seats = ofKind<{ readonly seats: readonly Seat[] }>(resources, 'Scenario').flatMap(({ spec }) => spec.seats);
  const roster = compileRoster(seats);
  const queues = ofKind<QueueSpec>(resources, 'Queue').map(({ name }) => `Group/${developerName(name)}`);
  const people = [...[...roster.ofUser.keys()].map((user) => `User/${user}`), ...queues];
  const parentOf = new Map(ofKind<{ readonly parent: string | null }>(resources, 'Territory').map(({ name, spec }) => [name, spec.parent]));
  const managers = new Set(ofKind<RoleCascadeSpec>(resources, 'RoleCascade').map(({ spec }) => spec.roles.manager));
  const byObject = new Map<string, Watched>();
  const policies = ofKind<SLAPolicySpec>(resources, 'SLAPolicy').map(({ name, spec }) => compileOne(name, spec, calendars));
  for (const [object, some] of Map.groupBy(policies, ({ spec }) => spec.object)) {
    const fields = fieldNames(snapshot, object) ?? { object, fields: [], map: {}, policy: compilePolicy({}) };
    const reads = some.flatMap(({ when, pause }) => [when, pause]).flatMap((one) => one?.paths.map(({ text }) => text) ?? []);
    const asksScore = reads.some((path) => SLA_FACTS.includes(path));
    byObject.set(object, {
      object,
      policies: some,
      fields,
      more: orgFields(some),
      asksScore,
      roster,
      calendars,
      parentOf,
      managers,
      people,
    });
  }
  return { byObject };
}

function compileOne(name: string, spec: SLAPolicySpec, calendars: Calendars): Policy {
  const { start, owner, touch, when, pause, fresh, calendar, object, target } = spec;
  const isByDays = target.endsWith('bd') || target === 'same_business_day';
  return {
    name,
    spec,
    times: compileTimes(spec),
    when: when === undefined ? undefined : whenOf(when),
    pause: pause === undefined ? undefined : whenOf(pause),
    owner: owner ?? (start === 'won' ? 'Account.OwnerId' : 'OwnerId'),
    field: touch.field === null ? undefined : (touch.field ?? TOUCHED[object]),
    by: touch.by ?? (start === 'won' ? 'owner' : 'anyone'),
    fresh: millisecondsOf(fresh),
    calendar: calendars.named(calendar) ?? (isByDays ? calendars.workingDays : ALWAYS),
    isByDays,
  };
}

function orgFields(policies: readonly Policy[]): readonly string[] {
  const of = ({ owner, field, spec: { start, touch } }: Policy) => [
    owner,
    ...usernameOf(owner),
    ...(field === undefined ? [] : [field]),
    ...(start === 'won' ? ['IsWon', 'CloseDate'] : ['CreatedById']),
    ...(start === 'won' && (touch.tasks || touch.events) ? ['AccountId'] : []),
    'CreatedDate',
  ];
  return [...new Set(policies.flatMap(of))];
}

/** The field with the name of a user, beside the one with the id: of a standard owner alone. */
export function usernameOf(owner: string): readonly string[] {
  return /(?:^|\.)OwnerId$/.test(owner) ? [`${owner.slice(0, -'Id'.length)}.Username`] : [];
}

function ofKind<Spec>(resources: Snapshot['resources'], kind: string): readonly { readonly name: string; readonly spec: Spec }[] {
  return Object.entries(resources)
    .filter(([key]) => key.startsWith(`${kind}/`))
    .map(([key, content]) => ({ name: key.slice(kind.length + 1), spec: content as Spec }));
}
