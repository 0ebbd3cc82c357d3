import { originText } from '../core.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { mergeScenario } from '../scenario/merge.ts';
import { Scenario } from '../scenario/schema.ts';
import type { CapacityConfigSpec } from './schema.ts';

export function checkCapacity(configs: readonly Resource<CapacityConfigSpec>[], organisation: Organisation, report: Report): void {
  const [first, ...others] = configs;
  for (const other of others) {
    report.error(other, {
      path: ['metadata', 'name'],
      code: 'two-capacity-configs',
      message: `there is one CapacityConfig; ${first?.ref.name} is at ${first === undefined ? '' : originText(first.origin)}`,
    });
  }
  if (first === undefined) {
    const [scenario] = organisation.all(Scenario);
    if (scenario === undefined || organisation.names('CapacityConfig').size > 0) return;
    report.error(scenario, {
      path: [],
      code: 'no-active-scenario',
      message: 'a Scenario is declared, and no CapacityConfig says which one is live',
      hint: `Declare one: "kind: CapacityConfig" with "spec: {active_scenario: ${scenario.ref.name}}".`,
    });
    return;
  }
  const [low, high] = first.spec.limits.balance_index;
  if (low > high)
    report.error(first, {
      path: ['spec', 'limits', 'balance_index'],
      code: 'out-of-range',
      message: `limits.balance_index: ${low} is above ${high}`,
    });
  const active = organisation.get(Scenario, first.spec.active_scenario);
  if (active === undefined) return;
  const path = ['spec', 'active_scenario'];
  if (active.spec.status === 'retired') {
    report.warning(first, {
      path,
      code: 'retired-scenario',
      message: `active_scenario: ${active.ref.name} is retired (${originText(active.origin)})`,
    });
  }
  const period = mergeScenario(active, organisation)?.spec.period;
  if (first.spec.forecasting !== undefined && (period?.start === undefined || period.months === undefined)) {
    report.error(first, {
      path: ['spec', 'forecasting'],
      of: 'key',
      code: 'missing-key',
      message: `forecasting: ${active.ref.name} has no period with start and months, so there are no months to write quotas for`,
    });
  }
}
