import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { TerritoryTypeSpec } from './schema.ts';

/** Salesforce takes no two types of one priority. */
export function checkTypes(types: readonly Resource<TerritoryTypeSpec>[], _: Organisation, report: Report): void {
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
