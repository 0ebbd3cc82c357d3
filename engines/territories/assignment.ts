// What becomes of a record's place in the org: it is put where the rows say, where it is already it stays, and what people did is theirs.
import type { TerritoryAnswer } from './resolve.ts';

/** The record is in a territory of the org. */
export interface Placed {
  /** The id of the association. */
  readonly id: string;
  /** The territory's id in the org. */
  readonly territory: string;
  /** Its path; nothing for one that is not declared. */
  readonly path: string | undefined;
  /** `ours`: it was made from here. `people`: somebody else made it. `rules`: the org's own rules did. */
  readonly by: 'ours' | 'people' | 'rules';
}

export type Assignment =
  /** It is where it belongs, or nothing can be said. */
  | { readonly kind: 'stays' }
  /** People put it there, or keep it out. */
  | { readonly kind: 'kept'; readonly because: string }
  /** It was nowhere. */
  | { readonly kind: 'assign'; readonly to: string }
  | { readonly kind: 'move'; readonly to: string; readonly from: readonly Placed[] }
  /** It stands there already, and in others that were ours too. */
  | { readonly kind: 'tidy'; readonly to: string; readonly from: readonly Placed[] }
  /** Nothing takes it any more. */
  | { readonly kind: 'remove'; readonly from: readonly Placed[] };

/** `excluded`: paths that the record is kept out of. */
export function assignmentOf(answer: TerritoryAnswer, placed: readonly Placed[], excluded: ReadonlySet<string>): Assignment {
  const byPeople = placed.filter(({ by }) => by === 'people');
  if (byPeople.length > 0) {
    const where = byPeople.map(({ path, territory }) => path ?? territory);
    return { kind: 'kept', because: `people put it into ${where.join(' and ')}` };
  }
  const ours = placed.filter(({ by }) => by === 'ours');
  switch (answer.status) {
    // A tie is never a guess, and no reason to take away what was right once.
    case 'ambiguous':
      return { kind: 'stays' };
    case 'none':
      return ours.length === 0 ? { kind: 'stays' } : { kind: 'remove', from: ours };
    case 'matched': {
      const to = answer.path;
      const others = ours.filter(({ path }) => path !== to);
      if (placed.some(({ path }) => path === to)) return others.length === 0 ? { kind: 'stays' } : { kind: 'tidy', to, from: others };
      if (excluded.has(to)) return { kind: 'kept', because: `it is excluded from ${to}` };
      return others.length === 0 ? { kind: 'assign', to } : { kind: 'move', to, from: others };
    }
    default:
      return answer satisfies never;
  }
}
