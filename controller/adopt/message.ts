// What the commit says: each change with who made it in the org, and when.
import { addressText, type Ref, refText } from '../../resources/core.ts';
import type { Drift, OrgIdentity } from '../../plans/plan.ts';
import { counted, safe } from '../../plans/show.ts';

export interface Change {
  /** The resource that is edited. */
  readonly ref: Ref;
  /** What git says then. */
  readonly says: string;
  readonly files: readonly string[];
  readonly of: readonly Drift[];
}

export function commitMessage(org: OrgIdentity, changes: readonly Change[]): string {
  const n = changes.reduce((sum, { of }) => sum + of.length, 0);
  const lines = changes.flatMap(({ ref, says, of }) => [`- ${refText(ref)} ${says}`, ...of.map((one) => `  ${safe(drifted(one))}`)]);
  return [
    `Take over ${counted(n, 'change')} made in the org by hand`,
    '',
    `Declared as it is now in ${safe(org.name)} (${org.id}, ${org.sandbox ? 'sandbox' : 'production'}).`,
    '',
    ...lines,
    '',
  ].join('\n');
}

/** `Territory2/FY27/ams_east Name, changed by admin@acme.example at 2026-11-21T12:00:00Z` */
function drifted({ address, path, by, at }: Drift): string {
  const what = path === '' ? `${addressText(address)} deleted, by whom and when the org does not tell` : `${addressText(address)} ${path}`;
  const who = by === undefined ? '' : `, changed by ${by}${at === undefined ? '' : ` at ${at}`}`;
  return `${what}${who}`;
}
