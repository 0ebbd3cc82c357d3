// The scenario that is live, as far as can be told before anything is resolved.
import { CapacityConfig } from './capacity-config/schema.ts';
import type { Organisation } from './resource.ts';
import { mergeScenario, type MergedScenario } from './scenario/merge.ts';
import { Scenario } from './scenario/schema.ts';

export function activeScenario(organisation: Organisation): MergedScenario | undefined {
  const [capacity] = organisation.all(CapacityConfig);
  const scenario = capacity === undefined ? undefined : organisation.get(Scenario, capacity.spec.active_scenario);
  return scenario === undefined ? undefined : mergeScenario(scenario, organisation);
}

/** Days on which a seat of the live scenario starts or ends: the plan changes by itself on them. In order, each once. */
export function changeDays(organisation: Organisation): readonly string[] {
  const days = (activeScenario(organisation)?.roster ?? []).flatMap(({ row }) => [row.start, row.end]);
  return [...new Set(days.filter((day): day is string => typeof day === 'string'))].sort();
}
