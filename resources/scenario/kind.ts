import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { adoptScenario } from './adopted.ts';
import { checkScenarios } from './checks.ts';
import { activeSeats, seatRecords } from './desired.ts';
import { scenarioImport } from './imported.ts';
import { Scenario, type ScenarioSpec } from './schema.ts';

export const scenario: Kind<ScenarioSpec> = {
  ...Scenario,
  names: KEBAB,
  summary:
    'A plan: seats, targets, productivity, ramp. Any number of them stand side by side; CapacityConfig says which one is live. A scenario with a `base` holds only what differs.',
  becomes:
    'Through the active one: a `UserTerritory2Association` for each filled live seat and territory, and `ForecastingQuota` where CapacityConfig switches forecasting on. ' +
    'Seats act by date, so the plan changes by itself when the day comes.',
  whenRemoved: 'Its assignments are deleted, after those of the scenario that takes its place are made.',
  example: `apiVersion: loopctl/v1
kind: Scenario
metadata: {name: fy27-base, owner: revops}
spec:
  title: FY27 base plan
  period: {start: 2027-02-01, months: 12}
  ramp_curves:
    ae: [0, 0.25, 0.5, 0.75, 1]
  target_productivity:
    - {role: AE, motion: new_business, segment: commercial, territory: ams, measure: new_acv, annual: 900000}
  roster:
    - {seat: ae-sf-bay-1, role: AE, segment: commercial, territory: ams/west/norcal/sf-bay, user: ae.sfbay1@acme.example, status: active, start: 2025-05-01, ramp: ae, quota: 850000}
    - {seat: ae-east-2, role: AE, segment: commercial, territory: ams/east, status: open, start: 2027-04-01, ramp: ae, quota: 850000, hire_probability: 0.8}
  targets:
    - {territory: ams, measure: new_acv, period: FY27, amount: 4000000, source: top_down}
`,
  targets: new Set(['crm', 'runtime']),
  waitsForNothing: true,
  check: checkScenarios,
  materialise: seatRecords,
  adopt: adoptScenario,
  import: scenarioImport,
  runtime: (resource, resolved) => (resolved.scenario?.resource === resource ? activeSeats(resolved) : undefined),
};
