import { originText } from '../core.ts';
import { checkDeveloperNames } from '../naming.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { Territory } from '../territory/schema.ts';
import { parentOf } from '../territory/tree.ts';
import type { TerritoryModelSpec } from './schema.ts';

const MAX_NAME = 80;

/** An org has one active model at most. */
export function checkModels(models: readonly Resource<TerritoryModelSpec>[], organisation: Organisation, report: Report): void {
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
  for (const model of models) if (model.spec.state !== 'archived') checkAccess(model, organisation, report);
}

const LEVELS = ['account', 'opportunity', 'case'] as const;

/**
 * A root has nobody to take its access levels from, and the org refuses to make it without. Only a warning: where the org-wide defaults
 * are open, a level has to be left out.
 */
function checkAccess(model: Resource<TerritoryModelSpec>, organisation: Organisation, report: Report): void {
  const roots = organisation
    .all(Territory)
    .filter((territory) => parentOf(territory) === undefined && (territory.spec.models?.includes(model.ref.name) ?? true));
  const without = (level: (typeof LEVELS)[number]) =>
    model.spec.default_access[level] === undefined ? roots.filter(({ spec }) => spec.access?.[level] === undefined) : [];
  const missing = LEVELS.filter((level) => without(level).length > 0);
  const lacking = [...new Set(missing.flatMap(without).map(({ ref }) => ref.name))];
  if (lacking.length === 0) return;
  const shown = lacking.length > 3 ? `${lacking.slice(0, 3).join(', ')} and ${lacking.length - 3} more` : lacking.join(', ');
  report.warning(model, {
    path: ['spec', 'default_access'],
    of: 'key',
    code: 'no-access-level',
    message: `default_access: nobody says what members may do with ${missing.join(', ')} in ${shown}, and an org refuses to make a territory without`,
    hint: 'Say it here, like default_access: {account: edit, opportunity: edit, case: read}. Leave a level out only where the org-wide default is Public Read/Write.',
  });
}
