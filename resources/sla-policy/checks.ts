// A clock that can start, runs for some time, is heard by somebody, and hands over to somebody who is there.
import { millisecondsOf } from '../duration.ts';
import { checkWhen, factPaths } from '../facts.ts';
import { Project } from '../project/schema.ts';
import type { Path } from '../path.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { RoutingRuleSet } from '../routing-rule-set/schema.ts';
import { SLA_FACTS } from './facts.ts';
import type { SLAPolicySpec } from './schema.ts';

type Policy = Resource<SLAPolicySpec>;

export function checkSlaPolicies(policies: readonly Policy[], organisation: Organisation, report: Report): void {
  for (const policy of policies) {
    checkStart(policy, report);
    checkConditions(policy, organisation, report);
    checkTimes(policy, report);
    checkEscalations(policy, organisation, report);
    checkReassign(policy, organisation, report);
  }
}

function checkStart(policy: Policy, report: Report): void {
  const { object, start, touch } = policy.spec;
  if (start === 'won' && object !== 'Opportunity')
    report.error(policy, {
      path: ['spec', 'start'],
      code: 'wrong-object',
      message: `start: only an opportunity is won, and the policy is about ${object}`,
      hint: 'Write "object: Opportunity".',
    });
  if (!touch.tasks && !touch.events && touch.field === null)
    report.error(policy, {
      path: ['spec', 'touch'],
      of: 'key',
      code: 'never-stops',
      message: 'touch: nothing would ever stop the clock',
      hint: 'Let tasks, events or a field count.',
    });
}

function checkConditions(policy: Policy, organisation: Organisation, report: Report): void {
  const { object, when, pause } = policy.spec;
  const context = { organisation, report, object, facts: factPaths(organisation, object, SLA_FACTS) };
  if (when !== undefined) checkWhen(policy, ['spec', 'when'], when, context);
  if (pause !== undefined) checkWhen(policy, ['spec', 'pause'], pause, context);
}

/** No time at all is none, and a day of business hours is no day. */
function checkTimes(policy: Policy, report: Report): void {
  const { target, escalations, reassign } = policy.spec;
  const times: readonly (readonly [Path, string])[] = [
    ...(/^\d/.test(target) ? [[['spec', 'target'], target] as const] : []),
    ...escalations.map(({ after }, at) => [['spec', 'escalations', at, 'after'], after] as const),
    ...(reassign === undefined ? [] : [[['spec', 'reassign', 'after'], reassign.after] as const]),
  ];
  for (const [path, written] of times) {
    const key = String(path.at(-1));
    if (millisecondsOf(written) <= 0) report.error(policy, { path, code: 'out-of-range', message: `${key}: ${written} is no time at all` });
    else if (written.endsWith('d'))
      report.error(policy, {
        path,
        code: 'ambiguous-duration',
        message: `${key}: "${written}" may mean days or hours of business`,
        hint: key === 'target' ? 'Write business days ("+2bd") or hours.' : 'Write hours.',
      });
  }
}

function checkEscalations(policy: Policy, organisation: Organisation, report: Report): void {
  const { escalations, reassign } = policy.spec;
  const seen = new Set<string>();
  for (const [at, { id, after, notify }] of escalations.entries()) {
    const path = ['spec', 'escalations', at];
    const name = id ?? after;
    if (seen.has(name))
      report.error(policy, {
        path,
        code: 'duplicate-id',
        message: `escalations: there are two of "${name}"`,
        hint: 'Give each an id, or write one with notify and task.',
      });
    seen.add(name);
    if (reassign !== undefined && millisecondsOf(after) > millisecondsOf(reassign.after))
      report.warning(policy, {
        path: [...path, 'after'],
        code: 'unreachable',
        message: `escalations[${name}]: the record is with somebody else by then (reassign.after: ${reassign.after})`,
        hint: 'It comes only where nobody else is found, or the record was taken away often enough.',
      });
    const project = organisation.all(Project)[0];
    if (notify && project !== undefined && !project.spec.notifications.some(({ on }) => on.includes('sla')))
      report.warning(policy, {
        path: [...path, 'notify'],
        code: 'nobody-told',
        message: `escalations[${name}].notify: the project names no way on which people hear of sla`,
        hint: 'Write "sla" under "on" of one of its notifications.',
      });
  }
}

function checkReassign(policy: Policy, organisation: Organisation, report: Report): void {
  const { object, reassign, owner, start } = policy.spec;
  if (reassign === undefined) return;
  const [project] = organisation.all(Project);
  const lone = project?.spec.environments.find(({ loops }) => loops.includes('sla') && !loops.includes('route'));
  if (lone !== undefined)
    report.warning(policy, {
      path: ['spec', 'reassign'],
      of: 'key',
      code: 'nobody-acts',
      message: `reassign: in ${lone.name} the loop sla acts and route does not, which is asked all the same whose a record is then`,
      hint: 'List route among its loops, or leave reassign out.',
    });
  if (start === 'won' || (owner !== undefined && owner !== 'OwnerId'))
    report.error(policy, {
      path: ['spec', 'reassign'],
      of: 'key',
      code: 'wrong-owner',
      message: 'reassign: Route gives records to an owner, and here somebody else is to act',
      hint: 'Leave it out, and let people hear of it by an escalation.',
    });
  else if (organisation.complete(RoutingRuleSet.name) && !organisation.all(RoutingRuleSet).some(({ spec }) => spec.object === object))
    report.error(policy, {
      path: ['spec', 'reassign'],
      of: 'key',
      code: 'dangling-reference',
      message: `reassign: no RoutingRuleSet routes ${object}`,
      hint: `Declare a RoutingRuleSet with "object: ${object}".`,
    });
}
