// Three hundred records on a whole organisation, computed apart from the product: which rule, whom it finds and by which step.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type AgentAnswer, decide, type Route } from '../../../engines/routing/decide.ts';
import { golden } from '../../golden.ts';
import { momentOf } from '../../../engines/routing/rules.ts';
import { routingOf, todayOf } from './world.ts';

interface Case {
  readonly id: string;
  readonly as_of?: string;
  readonly facts: Record<string, unknown>;
  readonly state?: { open?: Record<string, number>; unavailable?: string[]; agent_answer?: AgentAnswer };
  readonly expected: { rule: string; priority: number | null; action: string; target: Record<string, unknown>; next_rule: string | null };
}

const path = golden('cases/demand/routing.json');
const folder = golden('cases/demand/organisation');
const cases =
  path === undefined
    ? undefined
    : (JSON.parse(readFileSync(path, 'utf8')) as {
        as_of: string;
        open_counts: Record<string, number>;
        rule_hits: Record<string, number>;
        never_fired: string[];
        cases: Case[];
      });

describe.skipIf(cases === undefined || folder === undefined)('golden routing', () => {
  const routing = folder === undefined ? undefined : routingOf(folder, 'Lead');

  function routed({ id, as_of, facts, state }: Case): Route {
    if (routing === undefined || cases === undefined) throw new Error('no cases');
    const moment = momentOf(Date.parse(as_of ?? cases.as_of));
    const today = todayOf(routing, { day: moment.day, open: { ...cases.open_counts, ...state?.open }, away: state?.unavailable ?? [] });
    return decide(routing, today, { id, facts, moment, agent: state?.agent_answer ?? null });
  }

  it.each(cases?.cases ?? [])('$id', (one) => {
    const route = routed(one);
    expect({
      rule: route.rule_matched,
      priority: route.priority,
      action: route.action,
      target: targetOf(route, one.expected.target),
      next_rule: route.next_rule,
    }).toEqual(one.expected);
  });

  it('fires each rule as often as was computed', () => {
    const hits: Record<string, number> = {};
    for (const one of cases?.cases ?? []) {
      const { rule_matched } = routed(one);
      hits[rule_matched] = (hits[rule_matched] ?? 0) + 1;
    }
    expect(hits).toEqual(cases?.rule_hits);
  });
});

/** As the cases write it. `person` and `fallback: false` stand there only where they matter. */
function targetOf(
  { target, fallback, method, confidence, rule, action }: Route,
  expected: Record<string, unknown>,
): Record<string, unknown> {
  const more = {
    ...(fallback || 'fallback' in expected ? { fallback } : {}),
    ...(rule !== undefined && action === 'agent' && !fallback ? { method, ...(method === 'none' ? {} : { confidence }) } : {}),
  };
  if (target.kind !== 'user') return { ...target, ...more };
  const { seat, user: _user, ...where } = target;
  return { ...where, name: seat?.seat, ...('person' in expected ? { person: seat?.name } : {}), ...more };
}
