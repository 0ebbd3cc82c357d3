import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkCapacity } from './checks.ts';
import { CapacityConfig, type CapacityConfigSpec } from './schema.ts';

export const capacityConfig: Kind<CapacityConfigSpec> = {
  ...CapacityConfig,
  names: KEBAB,
  summary:
    'What holds for all plans: which scenario is live, how the year runs, what is tolerated. Promoting a scenario is a change of one line.',
  becomes: 'Nothing by itself: it says which Scenario is live, and whether its quotas become `ForecastingQuota`.',
  whenRemoved: 'An error while a Scenario is declared.',
  example: `apiVersion: loopctl/v1
kind: CapacityConfig
metadata: {name: capacity}
spec:
  active_scenario: fy27-base
  fiscal_year_start: 02-01
  currency: USD
  limits: {max_over_assignment: 0.2, balance_index: [85, 115], min_coverage: 1.0}
`,
  targets: new Set(['runtime']),
  check: checkCapacity,
};
