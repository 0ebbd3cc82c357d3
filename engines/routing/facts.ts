// The facts that actions read, as they come: a name may be a text or an object with a path, and anything may be missing.
import { isMissing } from '../../resources/conditions/text.ts';
import type { Facts } from '../field.ts';

export interface MatchedAccount {
  /** A seat of the roster, or a username. */
  readonly owner: string | undefined;
  readonly owner_active: boolean;
  readonly owner_conflict: boolean;
  readonly territory: string | undefined;
}

/** Where the record lies; nothing where that is not known or not certain. */
export function territoryOf(facts: Facts): string | undefined {
  return pathOf(facts['territory']);
}

export function segmentOf(facts: Facts): string | undefined {
  return textOf(facts['segment']);
}

export function accountOf(facts: Facts): MatchedAccount | undefined {
  const account = facts['matched_account'];
  if (typeof account !== 'object' || account === null) return undefined;
  const { owner, owner_active, owner_conflict, territory } = account as Readonly<Record<string, unknown>>;
  return {
    owner: textOf(owner),
    owner_active: owner_active === true,
    owner_conflict: owner_conflict === true,
    territory: pathOf(territory),
  };
}

function pathOf(value: unknown): string | undefined {
  return typeof value === 'object' && value !== null && 'path' in value ? textOf(value.path) : textOf(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && !isMissing(value) ? value : undefined;
}
