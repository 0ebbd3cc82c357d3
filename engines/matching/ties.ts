// Several accounts that are as good: the first rule that tells them apart decides.
import { instantOf } from '../../resources/conditions/dates.ts';
import type { AccountRecord, TieBreak } from './records.ts';

/** The best of at least one account, and the rule that singled it out; `null` where there was but one. */
export function breakTie(tied: readonly AccountRecord[]): { readonly winner: AccountRecord | undefined; readonly by: TieBreak | null } {
  let left = tied;
  let by: TieBreak | null = null;
  for (const { name, rank } of RULES) {
    if (left.length < 2) break;
    const best = left.map(rank).reduce((least, one) => (one < least ? one : least));
    const kept = left.filter((account) => rank(account) === best);
    if (kept.length === left.length) continue;
    left = kept;
    by = name;
  }
  return { winner: left[0], by };
}

/** Lower is better; in this order. */
const RULES: readonly { readonly name: TieBreak; readonly rank: (account: AccountRecord) => number | string }[] = [
  { name: 'customer', rank: ({ is_customer }) => (is_customer === true ? 0 : 1) },
  { name: 'open_opportunity', rank: ({ open_opportunity }) => (open_opportunity === true ? 0 : 1) },
  { name: 'owner_active', rank: ({ owner_active }) => (owner_active === false ? 1 : 0) },
  { name: 'hierarchy_level', rank: ({ level }) => level ?? 0 },
  { name: 'activity', rank: ({ activity }) => -(activity ?? 0) },
  { name: 'oldest', rank: ({ created }) => instantOf(created) ?? Number.POSITIVE_INFINITY },
  { name: 'id', rank: ({ id }) => id },
];
