import { originText } from '../core.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { MatchPolicySpec } from './schema.ts';

const LISTS = ['free_mail', 'disposable', 'hosted', 'legal_forms', 'legal_forms_in_front'] as const;

export function checkMatchPolicies(policies: readonly Resource<MatchPolicySpec>[], _: Organisation, report: Report): void {
  const [first, ...others] = policies;
  for (const other of others) {
    report.error(other, {
      path: ['metadata', 'name'],
      code: 'two-match-policies',
      message: `there is one MatchPolicy; ${first?.ref.name} is at ${first === undefined ? '' : originText(first.origin)}`,
      hint: 'Put all of it into one: with two, routing and reports would match differently.',
    });
  }
  for (const policy of policies) {
    const { match, review, weights } = policy.spec;
    if (review > match) {
      report.error(policy, {
        path: ['spec', 'review'],
        code: 'out-of-range',
        message: `review: ${review} is above match (${match}), so nobody would ever be asked`,
      });
    }
    if (Object.values(weights).every((weight) => weight === 0)) {
      report.error(policy, { path: ['spec', 'weights'], code: 'out-of-range', message: 'weights: at least one must be above 0' });
    }
    for (const list of LISTS) checkContradictions(policy, list, report);
  }
}

function checkContradictions(policy: Resource<MatchPolicySpec>, list: (typeof LISTS)[number], report: Report): void {
  const { add, remove } = policy.spec[list];
  for (const [at, item] of remove.entries()) {
    if (!add.includes(item)) continue;
    report.error(policy, {
      path: ['spec', list, 'remove', at],
      code: 'contradiction',
      message: `${list}: "${item}" is added and removed`,
    });
  }
}
