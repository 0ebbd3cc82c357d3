// A MatchPolicy, compiled once. An organisation that declares none has the defaults of the schema.
import { MatchPolicy, type MatchPolicySpec } from '../../resources/match-policy/schema.ts';
import { compileDomainLists, type DomainLists } from './domain-lists.ts';
import { compileNameForms, type NameForms } from './names.ts';

export interface Policy {
  readonly weights: MatchPolicySpec['weights'];
  /** Scores, 0..1: from here on a match, from here on worth a look. */
  readonly match: number;
  readonly review: number;
  readonly closeName: number;
  readonly tieMargin: number;
  readonly domains: DomainLists;
  readonly names: NameForms;
}

/** A part of a spec is enough: the rest is default. A spec that the schema refuses was never loaded, so it throws. */
export function compilePolicy(spec: Readonly<Record<string, unknown>> | MatchPolicySpec = {}): Policy {
  const { weights, match, review, close_name, tie_margin, ...lists } = MatchPolicy.schema.parse(spec);
  return {
    weights,
    match,
    review,
    closeName: close_name,
    tieMargin: tie_margin,
    domains: compileDomainLists(lists),
    names: compileNameForms(lists),
  };
}
