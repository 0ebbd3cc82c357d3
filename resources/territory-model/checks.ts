import { originText } from '../core.ts';
import { checkDeveloperNames } from '../naming.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { TerritoryModelSpec } from './schema.ts';

const MAX_NAME = 80;

/** An org has one active model at most. */
export function checkModels(models: readonly Resource<TerritoryModelSpec>[], _: Organisation, report: Report): void {
  checkDeveloperNames(models, MAX_NAME, report);
  const [first, ...others] = models.filter(({ spec }) => spec.state === 'active');
  for (const model of others) {
    report.error(model, {
      path: ['spec', 'state'],
      code: 'two-active-models',
      message: `state: ${first?.ref.name} is active too (${first === undefined ? '' : originText(first.origin)}); an org has one active model`,
      hint: 'Leave one of them planning, or archived.',
    });
  }
}
