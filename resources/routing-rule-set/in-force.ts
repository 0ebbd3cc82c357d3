// Rules that are in force no more. What day it is, is not known where files are read: whoever knows asks.
import type { Problem } from '../core.ts';
import type { Organisation } from '../resource.ts';
import { RoutingRuleSet } from './schema.ts';

/** `day`: `YYYY-MM-DD`. */
export function rulesOfThePast(organisation: Organisation, day: string): readonly Problem[] {
  return organisation.all(RoutingRuleSet).flatMap((ruleSet) =>
    ruleSet.spec.rules.flatMap(({ id, enabled, effective }, index): readonly Problem[] => {
      const to = effective?.to;
      if (!enabled || to === undefined || to >= day) return [];
      return [
        {
          severity: 'warning',
          code: 'past-rule',
          message: `rules[${id}] never fires any more: it was in force up to ${to}, and today is ${day}`,
          ref: ruleSet.ref,
          at: ruleSet.at({ path: ['spec', 'rules', index, 'effective', 'to'] }),
          hint: 'Take it away, or give it another `to`.',
        },
      ];
    }),
  );
}
