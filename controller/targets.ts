// `--target` names what there is: a word that names nothing would pass for "nothing is to be done".
import { type Problem, type Ref, refText } from '../resources/core.ts';
import { suggestion } from '../resources/suggest.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { Plan } from '../plans/plan.ts';

/** `known`: what is declared, and what an apply left behind. */
export function unknownTargets({ targeted }: Plan, known: ReadonlySet<string>): readonly Problem[] {
  return unknownRefs(targeted?.idle ?? [], known);
}

/** What a person named and there is not. */
export function unknownRefs(refs: readonly Ref[], known: ReadonlySet<string>): readonly Problem[] {
  const unknown = refs.filter((ref) => !known.has(refText(ref)));
  return unknown.map((ref) => ({
    severity: 'error',
    code: 'unknown-target',
    message: `${refText(ref)} is neither declared nor was it ever applied here`,
    ref,
    ...suggestion(refText(ref), known),
  }));
}

/** By `Kind/name`: what is declared, and what the inventory has. */
export function knownRefs({ organisation }: Resolved, inventory: readonly { readonly ref: Ref }[]): ReadonlySet<string> {
  return new Set([...organisation.resources.keys(), ...inventory.map(({ ref }) => refText(ref))]);
}
