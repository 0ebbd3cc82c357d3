// What stands on a record that has no territory for sure: why, in the field that TerritoryMatch declares for it, until it has one.
import type { TerritoryMatchSpec } from '../../resources/territory-match/schema.ts';
import { RECORD } from '../facts.ts';
import type { Effect } from '../decide.ts';
import type { FactValue } from '../loop.ts';
import type { AgentSaid, Placed } from './place.ts';

export interface Pending {
  /** The org's fields. */
  readonly field: string;
  readonly reason: string | undefined;
  readonly prefix: string;
}

export function pendingOn(object: string, { pending }: TerritoryMatchSpec): Pending | undefined {
  if (pending === undefined) return undefined;
  const plain = (name: string) => (name.startsWith(`${object}.`) ? name.slice(object.length + 1) : name);
  return { field: plain(pending.field), reason: pending.reason === undefined ? undefined : plain(pending.reason), prefix: pending.prefix };
}

export type PendingReason = 'no_match' | 'ambiguous' | 'low_confidence';

/** `territory`: where the record went, or where it lies for sure. */
export function pendingReason({ answer }: Placed, territory: string | undefined, agent: AgentSaid | undefined): PendingReason | undefined {
  if (territory !== undefined) return undefined;
  if (answer.status === 'none') return 'no_match';
  return agent?.answer === undefined || agent.answer === null ? 'ambiguous' : 'low_confidence';
}

/** What is to be written; nothing where it stands there already. What people wrote there that is not pending is theirs. */
export function pendingEffect(
  { field, reason, prefix }: Pending,
  facts: ReadonlyMap<string, FactValue>,
  status: PendingReason | undefined,
  because: string,
): Effect | undefined {
  const stored = (facts.get(RECORD)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const now = stored[field];
  const isPending = typeof now === 'string' && now.startsWith(prefix);
  if (status === undefined) return isPending ? { fields: { [field]: null, ...(reason !== undefined && { [reason]: null }) } } : undefined;
  const wanted = { [field]: `${prefix}${status}`, ...(reason !== undefined && { [reason]: because.slice(0, MOST_REASON) }) };
  return Object.entries(wanted).every(([name, value]) => stored[name] === value) ? undefined : { fields: wanted };
}

/** As long as a text field is. */
const MOST_REASON = 255;
