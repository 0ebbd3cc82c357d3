// What the comparison says of one small world after another: test/plans/cases/*.yaml.
import { describe, expect, test } from 'vitest';
import { buildPlan } from '../../plans/build.ts';
import { type Comparison, compare } from '../../plans/compare.ts';
import type { Plan, Settled, Step } from '../../plans/plan.ts';
import { show } from '../../plans/show.ts';
import { addressText, refText } from '../../resources/core.ts';
import { type Want, readCases } from './case.ts';
import { ORG } from './planning.ts';

const cases = readCases();

test('there are cases', () => expect(cases.length).toBeGreaterThan(40));

describe.each([...Map.groupBy(cases, ({ file }) => file)])('%s', (_file, some) => {
  test.each(some.map((one) => [one.name, one] as const))('%s', (_name, { input, want }) => {
    const comparison = compare(input);
    const plan = buildPlan({
      comparison,
      environment: 'sandbox',
      org: ORG,
      commit: 'abc1234567',
      dirty: false,
      asOf: '2026-11-21',
      callsRead: 0,
    });
    expect(told(plan, comparison, want)).toEqual({ steps: [], holds: [], drift: [], settled: [], underWay: [], ...want });
    for (const [code, parts] of Object.entries(want.says ?? {})) {
      const message = plan.holds.find((hold) => hold.code === code)?.message ?? '';
      for (const part of parts) expect(message).toContain(part);
    }
    for (const [id, part] of Object.entries(want.why ?? {})) expect(plan.steps.find((step) => step.id === id)?.why).toContain(part);
  });
});

function told(plan: Plan, comparison: Comparison, want: Want): Want {
  return {
    ...want,
    steps: plan.steps.map(stepText),
    holds: plan.holds.map(({ code, steps }) => `${code} ${(steps ?? []).join(' ')}`),
    drift: plan.drift.map(({ kind, ref, path, declared, applied, live, by, policy }) =>
      [
        kind,
        refText(ref),
        path === '' ? 'itself' : `${path}: ${show(declared)}, applied ${show(applied)}, live ${show(live)}`,
        by === undefined ? '' : `by ${by}`,
        policy,
      ]
        .filter((part) => part !== '')
        .join(' '),
    ),
    settled: plan.settled.map(settledText),
    underWay: comparison.underWay.map(
      ({ address, path, declared, live }) => `${addressText(address)} ${path}: ${show(live)}, to become ${show(declared)}`,
    ),
    ...(want.unchanged !== undefined && { unchanged: plan.summary.unchanged }),
    ...(want.waits !== undefined && {
      waits: Object.fromEntries(plan.steps.filter(({ id }) => id in (want.waits ?? {})).map(({ id, dependsOn }) => [id, dependsOn])),
    }),
  };
}

/** `expand 0 update Territory2/FY27/ams Name: "Americas" → "AMS"`; of what is created or deleted the fields are not told. */
function stepText({ phase, level, action, id, was, fields }: Step): string {
  const changes = action === 'create' || action === 'delete' ? [] : fields.filter(({ before, after }) => show(before) !== show(after));
  const told = changes.map(({ path, before, after }) => `${path}: ${show(before)} → ${show(after)}`).join('; ');
  return [phase, level, action, id, was === undefined ? '' : `(was ${was.key})`, told].filter((part) => part !== '').join(' ');
}

function settledText({ from, to }: Settled): string {
  if (to === undefined) return `${addressText(from)} gone`;
  const moved = addressText(from) === addressText(to.address) ? '' : `${addressText(from)} => `;
  return `${moved}${addressText(to.address)} ${Object.entries(to.fields)
    .map(([path, value]) => `${path}=${show(value)}`)
    .join(' ')}`;
}
