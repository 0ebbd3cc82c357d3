import { whenOf } from '../conditions/condition.ts';
import { checkConditionsOfObject } from '../facts.ts';
import { shadowedRules } from '../reach.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { rolesOf } from '../roles.ts';
import { nearest } from '../suggest.ts';
import type { PlaySpec } from './schema.ts';

type PlayResource = Resource<PlaySpec>;
/** Who may own a milestone besides the roles of the roster. */
const OWNERS = ['opportunity_owner', 'account_owner', 'record_owner', 'manager'];

export function checkPlays(plays: readonly PlayResource[], organisation: Organisation, report: Report): void {
  for (const play of plays) {
    checkConditionsOfObject(play, play.spec.object, ['when'], organisation, report);
    checkMilestones(play, organisation, report);
  }
  for (const object of new Set(plays.map(({ spec }) => spec.object))) {
    checkOrder(
      plays.filter(({ spec }) => spec.object === object),
      report,
    );
  }
}

function checkMilestones(play: PlayResource, organisation: Organisation, report: Report): void {
  const before = new Set<string>();
  const owners = [...OWNERS, ...rolesOf(organisation)];
  const all = play.spec.milestones.map(({ id }) => id);
  for (const [index, { id, owner, depends_on }] of play.spec.milestones.entries()) {
    const path = ['spec', 'milestones', index];
    if (before.has(id))
      report.error(play, { path: [...path, 'id'], code: 'duplicate-id', message: `milestones: the id "${id}" is used twice` });
    if (!owners.includes(owner) && organisation.complete('Scenario')) {
      const near = nearest(owner, owners);
      report.error(play, {
        path: [...path, 'owner'],
        code: 'unknown-role',
        message: `milestones[${id}].owner: "${owner}" is nobody`,
        hint: near === undefined ? `One of ${OWNERS.join(', ')}, or a role of the roster.` : `Did you mean "${near}"?`,
      });
    }
    for (const [place, needed] of (depends_on ?? []).entries()) {
      if (before.has(needed)) continue;
      const near = nearest(needed, all);
      // Written in order, so that they cannot go round in a circle.
      const message = all.includes(needed) ? `"${needed}" comes later` : `there is no milestone "${needed}"`;
      report.error(play, {
        path: [...path, 'depends_on', place],
        code: 'dangling-reference',
        message: `milestones[${id}].depends_on: ${message}`,
        hint: all.includes(needed)
          ? 'Write milestones in the order in which they come.'
          : near === undefined
            ? undefined
            : `Did you mean "${near}"?`,
      });
    }
    before.add(id);
  }
}

function checkOrder(plays: readonly PlayResource[], report: Report): void {
  const asked = plays.toSorted((a, b) => a.spec.priority - b.spec.priority);
  for (const [index, play] of asked.entries()) {
    const before = asked[index - 1];
    if (before !== undefined && before.spec.priority === play.spec.priority) {
      report.warning(play, {
        path: ['spec', 'priority'],
        code: 'equal-priority',
        message: `priority: ${before.ref.name} has ${play.spec.priority} too; they are asked in the order of files`,
      });
    }
  }
  for (const { rule, by } of shadowedRules(asked.map((play) => ({ rule: play, condition: whenOf(play.spec.when), always: true })))) {
    report.warning(rule, {
      path: ['spec', 'when'],
      code: 'unreachable',
      message: `when: no record gets here, since ${by.ref.name} (priority ${by.spec.priority}) takes them all before`,
    });
  }
}
