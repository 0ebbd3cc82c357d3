import { checkDeveloperNames } from '../naming.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { TerritoryTypeSpec } from './schema.ts';

const MAX_NAME = 80;

/** Salesforce takes no two types of one priority. */
export function checkTypes(types: readonly Resource<TerritoryTypeSpec>[], _: Organisation, report: Report): void {
  checkDeveloperNames(types, MAX_NAME, report);
  const first = new Map<number, string>();
  for (const type of types) {
    const { priority } = type.spec;
    const other = first.get(priority);
    if (other === undefined) first.set(priority, type.ref.name);
    else
      report.error(type, {
        path: ['spec', 'priority'],
        code: 'same-priority',
        message: `priority: ${other} has ${priority} too; no two types have the same`,
      });
  }
}
