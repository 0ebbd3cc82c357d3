// What people's own records hang on. The org takes it along, or leaves it without an owner, when the record goes: so it is counted before
// a removal and said. A queue keeps what it owns and is held (somebody else has to take it first); the accounts of a territory only lose
// it, which a person may want: that is held until an approval.
import { addressText } from '../resources/core.ts';
import type { Hold, Step } from './plan.ts';
import { counted } from './show.ts';

/** What is assigned to a territory by hand, by rule or by us. */
export interface Assigned {
  readonly accounts: number;
  /** Absent: the user may not see which territory an opportunity is in. */
  readonly opportunities?: number;
}

/** Whatever is in a territory loses it when the territory goes, even where it is made anew. */
export function losesTerritories(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ action, address }) => address.type === 'Territory2' && (action === 'delete' || action === 'replace'));
}

/** `assigned`: by address of the territory, as text. */
export function territoriesInUse(runs: readonly Step[], assigned: ReadonlyMap<string, Assigned>): readonly Hold[] {
  const lost = losesTerritories(runs).flatMap((step) => {
    const { accounts, opportunities = 0 } = assigned.get(addressText(step.address)) ?? { accounts: 0 };
    return accounts + opportunities === 0 ? [] : [{ step, accounts, opportunities }];
  });
  if (lost.length === 0) return [];
  const told = lost.slice(0, MOST_TOLD).map(({ step, ...some }) => `${addressText(step.address)} (${assignedText(some)})`);
  const more = lost.length - told.length;
  const whose = `${told.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
  const remedy =
    'They lose the territory, and whoever sees them through it. Move them to another one first, or approve that they are in none.';
  const message = `${counted(lost.length, 'territory', 'territories')} would go with what is in it: ${whose}. ${remedy}`;
  return [{ code: 'territory-has-accounts', scope: 'plan', message, approvable: true }];
}

const MOST_TOLD = 5;

function assignedText({ accounts, opportunities = 0 }: Assigned): string {
  const parts = [...(accounts > 0 ? [counted(accounts, 'account')] : [])];
  if (opportunities > 0) parts.push(counted(opportunities, 'opportunity', 'opportunities'));
  return parts.join(', ');
}
