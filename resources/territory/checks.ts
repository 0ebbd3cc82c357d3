// The tree holds together: every territory has its parent, in the same model, and nobody is above themselves.
import { checkDeveloperNames } from '../naming.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { nearest } from '../suggest.ts';
import { TerritoryModel } from '../territory-model/schema.ts';
import { Territory, type TerritorySpec } from './schema.ts';
import { parentOf } from './tree.ts';

const MAX_NAME = 80;

export function checkTerritories(territories: readonly Resource<TerritorySpec>[], organisation: Organisation, report: Report): void {
  checkDeveloperNames(territories, MAX_NAME, report);
  const [first] = territories;
  if (first !== undefined && organisation.names(TerritoryModel.name).size === 0) {
    report.warning(first, {
      path: [],
      code: 'no-territory-model',
      message: 'territories are declared and no TerritoryModel, so none of them is built in Salesforce',
      hint: 'Declare one: "kind: TerritoryModel".',
    });
  }
  for (const territory of territories) {
    const parent = parentOf(territory);
    if (parent === undefined) continue;
    if (!organisation.names(Territory.name).has(parent)) checkOrphan(territory, parent, organisation, report);
    else checkModels(territory, organisation.get(Territory, parent), report);
  }
  checkCycles(territories, organisation, report);
}

/** A parent that is written out is a reference like any other, and reported as one. */
function checkOrphan(territory: Resource<TerritorySpec>, parent: string, organisation: Organisation, report: Report): void {
  if (territory.spec.parent !== undefined) return;
  const near = nearest(parent, organisation.names(Territory.name));
  report.error(territory, {
    path: ['metadata', 'name'],
    code: 'orphan-territory',
    message: `${territory.ref.name}: the territory above it, "${parent}", is not declared`,
    hint:
      near === undefined
        ? `Declare Territory/${parent}, name another parent, or write "parent: null" for a root.`
        : `Did you mean "${near}"?`,
  });
}

function checkModels(territory: Resource<TerritorySpec>, parent: Resource<TerritorySpec> | undefined, report: Report): void {
  const above = parent?.spec.models;
  if (parent === undefined || above === undefined) return;
  const { models } = territory.spec;
  const missing = models === undefined ? 'all models' : models.find((model) => !above.includes(model));
  if (missing === undefined) return;
  report.error(territory, {
    path: models === undefined ? ['metadata', 'name'] : ['spec', 'models'],
    code: 'parent-not-in-model',
    message: `${territory.ref.name} is in ${missing}, but ${parent.ref.name} above it is only in ${above.join(', ')}`,
    hint: 'A territory and its parent are in the same models.',
  });
}

function checkCycles(territories: readonly Resource<TerritorySpec>[], organisation: Organisation, report: Report): void {
  const settled = new Set<string>();
  for (const territory of territories) {
    const above = parentOf(territory);
    if (above === undefined || settled.has(above)) {
      settled.add(territory.ref.name);
      continue;
    }
    const way: string[] = [];
    let next: Resource<TerritorySpec> | undefined = territory;
    while (next !== undefined && !settled.has(next.ref.name) && !way.includes(next.ref.name)) {
      way.push(next.ref.name);
      const parent = parentOf(next);
      next = parent === undefined ? undefined : organisation.get(Territory, parent);
    }
    if (next !== undefined && !settled.has(next.ref.name)) {
      const circle = [...way.slice(way.indexOf(next.ref.name)), next.ref.name];
      report.error(next, {
        path: ['spec', 'parent'],
        code: 'circular-reference',
        message: `parent: territories go round in a circle: ${circle.join(' → ')}`,
        hint: 'Give one of them another parent.',
      });
    }
    for (const name of way) settled.add(name);
  }
}
