// What the org itself knows of what people did: they answered a campaign, somebody talked with them. Names are Salesforce's.
import { instantOf } from '../../resources/conditions/dates.ts';
import { whenOf } from '../../resources/conditions/condition.ts';
import type { EngagementSources } from '../../resources/scoring-model/schema.ts';
import type { EngagementEvent } from '../../engines/scoring/engagement.ts';
import type { CrmRecords } from '../../ports/records.ts';

type Row = Readonly<Record<string, unknown>>;

/** An object whose records are events of people. */
export interface OrgSource {
  readonly object: string;
  /** The field with the person's id. */
  by(person: string): string;
  /** What it takes to read an event. */
  readonly fields: readonly string[];
  /** Nothing where the record is none. */
  eventOf(row: Row, asOf: number): EngagementEvent | undefined;
  /** What it takes to find the person of a record. */
  readonly who: readonly string[];
  /** The id of the person, where it is one of these and can still be written. */
  personOf(row: Row, person: string): string | undefined;
}

export function orgSources({ campaign_member: member, task }: EngagementSources): readonly OrgSource[] {
  return [...(member === undefined ? [] : [memberSource(member)]), ...(task === undefined ? [] : [taskSource(task)])];
}

function memberSource({ type, at, only_responded: responded }: NonNullable<EngagementSources['campaign_member']>): OrgSource {
  const by = (person: string) => `${person}Id`;
  return {
    object: 'CampaignMember',
    by,
    fields: [type, at, ...(responded ? ['HasResponded'] : [])],
    eventOf: (row) => (responded && row['HasResponded'] !== true ? undefined : eventOf(row[type], row[at])),
    who: ['LeadId', 'ContactId', 'Lead.IsConverted'],
    personOf(row, person) {
      if (person === 'Lead' && row['Lead.IsConverted'] === true) return undefined;
      return textOf(row[by(person)]);
    },
  };
}

function taskSource({ type, at, when }: NonNullable<EngagementSources['task']>): OrgSource {
  const condition = whenOf(when);
  return {
    object: 'Task',
    by: () => 'WhoId',
    fields: [...new Set([type, at, ...condition.paths.map(({ text }) => text)])],
    eventOf: (row, asOf) => (condition.holds(nested(row), asOf) ? eventOf(row[type], row[at]) : undefined),
    who: ['WhoId', 'Who.Type'],
    personOf: (row, person) => (row['Who.Type'] === person ? textOf(row['WhoId']) : undefined),
  };
}

/** Without a time, or a type, nobody could say what it is worth. A day stays a day; a moment is written as everybody writes it. */
function eventOf(type: unknown, at: unknown): EngagementEvent | undefined {
  const [what, when] = [textOf(type), textOf(at)];
  const instant = when === undefined ? undefined : instantOf(when);
  if (what === undefined || when === undefined || instant === undefined) return undefined;
  return { type: what, at: when.length === 10 ? when : new Date(instant).toISOString() };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `{'Owner.Name': …}` as conditions read it. */
function nested(row: Row): Row {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(row)) {
    const names = name.split('.');
    let here = made;
    for (const part of names.slice(0, -1)) here = (here[part] ??= {}) as Record<string, unknown>;
    here[names.at(-1) ?? name] = value;
  }
  return made;
}

/** A call an object for some hundred people, and so many more as their records take pages. `since`: ISO; what was written before is left out. */
export async function eventsInOrg(
  records: Pick<CrmRecords, 'childrenOf'>,
  sources: EngagementSources,
  { person, ids, since, asOf }: { readonly person: string; readonly ids: readonly string[]; readonly since: string; readonly asOf: number },
): Promise<readonly { readonly id: string; readonly event: EngagementEvent }[]> {
  const found: { readonly id: string; readonly event: EngagementEvent }[] = [];
  for (const source of orgSources(sources)) {
    const by = source.by(person);
    for (const row of await records.childrenOf(source.object, by, ids, source.fields, { since })) {
      const event = source.eventOf(row, asOf);
      const id = textOf(row[by]);
      if (event !== undefined && id !== undefined) found.push({ id, event });
    }
  }
  return found;
}
