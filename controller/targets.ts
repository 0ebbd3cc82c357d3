// `--target` names what there is: a word that names nothing would pass for "nothing is to be done".
import { type Problem, type Ref, refText } from '../resources/core.ts';
import { suggestion } from '../resources/suggest.ts';
import type { Plan } from '../plans/plan.ts';

/** `known`: what is declared, and what an apply left behind. */
export function unknownTargets({ targeted }: Plan, known: ReadonlySet<string>): readonly Problem[] {
  const unknown = (targeted?.idle ?? []).filter((ref) => !known.has(refText(ref)));
  return unknown.map((ref) => problemOf(ref, known));
}

function problemOf(ref: Ref, known: ReadonlySet<string>): Problem {
  return {
    severity: 'error',
    code: 'unknown-target',
    message: `the target ${refText(ref)} is neither declared nor was it ever applied here`,
    ref,
    ...suggestion(refText(ref), known),
  };
}
