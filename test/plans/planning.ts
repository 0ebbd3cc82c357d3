// Plans for tests, from cases written short.
import { buildPlan, type PlanInput } from '../../plans/build.ts';
import { compare } from '../../plans/compare.ts';
import type { OrgIdentity, Plan } from '../../plans/plan.ts';
import { type CaseText, inputOf } from './case.ts';

export const ORG: OrgIdentity = {
  id: '00D000000000001AAA',
  name: 'Acme',
  url: 'https://acme.example',
  sandbox: true,
  user: 'ops@acme.example',
};

export function plan(world: Omit<CaseText, 'name'>, more: Partial<PlanInput> = {}): Plan {
  const comparison = compare(inputOf(world));
  const fixed = { environment: 'sandbox', org: ORG, commit: 'abc1234567', dirty: false, asOf: '2026-11-21', callsRead: 0 };
  return buildPlan({ comparison, ...fixed, ...more });
}
