// What a case says: yes, no, nothing yet; and whether what it wants can be done.
import type { Override } from '../../loops/event.ts';
import type { OverrideRuntime } from '../../resources/override-policy/schema.ts';
import { millisecondsOf } from '../../resources/duration.ts';

export type CaseVerdict = Omit<Override, 'decision' | 'fields' | 'notify'>;

export type CaseRow = Readonly<Record<string, unknown>>;

const MOST_REASON = 1_000;

/** Nothing while nobody has decided and there is time. */
export function verdictOf(
  row: CaseRow,
  policy: OverrideRuntime,
  { owner, now }: { readonly owner: CaseUser | undefined; readonly now: number },
): CaseVerdict | undefined {
  const status = textOf(row[policy.status_field]);
  const asked_by = textOf(row['CreatedBy.Username']);
  const by = textOf(row['LastModifiedBy.Username']);
  const common = { case: String(row['Id']), asked_by, reason: reasonOf(row) };
  const isYes = policy.approved.includes(status);
  // A case that was decided in time is not late for being seen late.
  const moment = isYes || policy.refused.includes(status) ? Date.parse(String(row['SystemModstamp'])) : now;
  if (moment - Date.parse(String(row['CreatedDate'])) > millisecondsOf(policy.expires))
    return {
      ...common,
      verdict: 'late',
      ...(isYes && { by }),
      because: `it was opened on ${String(row['CreatedDate']).slice(0, 10)}, and cases expire after ${policy.expires}`,
    };
  if (policy.refused.includes(status)) return { ...common, verdict: 'refused', by };
  if (!isYes) return undefined;
  const why = obstacle(row, policy, { owner, by, asked_by });
  if (why !== undefined || owner === undefined) return { ...common, verdict: 'impossible', by, because: why ?? '' };
  const { id, username, name } = owner;
  return { ...common, verdict: 'approved', by, owner: { id, username, name } };
}

function obstacle(
  row: CaseRow,
  { approvers, own, owner_field }: OverrideRuntime,
  { owner, by, asked_by }: { readonly owner: CaseUser | undefined; readonly by: string; readonly asked_by: string },
): string | undefined {
  if (owner === undefined) return `there is no user "${wantedIn(row, { owner_field })}"`;
  if (!owner.isActive) return `${owner.username} is not active`;
  const yes = by.toLowerCase();
  if (approvers !== undefined && !approvers.includes(yes)) return `${by} is none of those who may approve it`;
  if (!own && (yes === asked_by.toLowerCase() || yes === owner.username.toLowerCase())) return `${by} may not approve it for themselves`;
  return undefined;
}

function reasonOf(row: CaseRow): string {
  const texts = [row['Description'], row['Subject']].filter((text) => typeof text === 'string' && text.trim() !== '');
  return (texts[0] as string | undefined)?.trim().replaceAll(/\s+/g, ' ').slice(0, MOST_REASON) ?? 'no reason was given';
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Whom a case asks for: by name, else whoever opened it. */
export function wantedIn(row: CaseRow, { owner_field }: Pick<OverrideRuntime, 'owner_field'>): string {
  const named = row[owner_field];
  return typeof named === 'string' && named.trim() !== '' ? named.trim() : textOf(row['CreatedBy.Username']);
}

export interface CaseUser {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly isActive: boolean;
}
