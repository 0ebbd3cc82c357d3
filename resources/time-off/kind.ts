import { activeScenario } from '../active.ts';
import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { Scenario } from '../scenario/schema.ts';
import { suggestion } from '../suggest.ts';
import { TimeOff, type TimeOffSpec } from './schema.ts';

export const timeOff: Kind<TimeOffSpec> = {
  ...TimeOff,
  names: KEBAB,
  summary:
    'Days on which a seat or a person takes nothing. Both days count, by the calendar of the seat. All-day events of the org that show out of office, and `loopctl pause`, say the same without a commit.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'The seat takes part again.',
  example: `apiVersion: loopctl/v1
kind: TimeOff
metadata: {name: sf-bay-1-december}
spec: {seat: ae-sf-bay-1, from: 2026-12-21, to: 2027-01-03, reason: vacation}
`,
  targets: new Set(['runtime']),
  // Who is away is known at once, whether the org has the seat's assignment yet or not.
  waitsForNothing: true,
  check: checkTimeOff,
  runtime: ({ spec: { user, ...spec } }, { environment }) => ({
    ...spec,
    ...(user !== undefined && { user: user + (environment.username_suffix ?? '') }),
  }),
};

function checkTimeOff(resources: readonly Resource<TimeOffSpec>[], organisation: Organisation, report: Report): void {
  if (!organisation.complete(Scenario.name)) return;
  const roster = activeScenario(organisation)?.roster ?? [];
  const users = roster.flatMap(({ row }) => (typeof row.user === 'string' ? [row.user.toLowerCase()] : []));
  for (const one of resources) {
    const { user } = one.spec;
    if (user === undefined || users.includes(user.toLowerCase())) continue;
    report.warning(one, {
      path: ['spec', 'user'],
      code: 'user-not-active',
      message: `user: ${user} sits in no seat of the active scenario, so nothing changes`,
      ...suggestion(user, users),
    });
  }
}
