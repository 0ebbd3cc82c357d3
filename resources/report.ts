// Where checks put what they find.
import type { Problem } from './core.ts';
import type { Place } from './positions.ts';
import { isTouched, type Repaired } from './repair.ts';
import type { Resource } from './resource.ts';

export interface Finding extends Place {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

export interface Report {
  error(resource: Resource, finding: Finding): void;
  warning(resource: Resource, finding: Finding): void;
}

/** `repaired`: resources that could not be read as they stand. Of them only errors are told, and none where something was repaired. */
export function reportInto(problems: Problem[], repaired: ReadonlyMap<Resource, Repaired>): Report {
  const add = (severity: Problem['severity']) => (resource: Resource, finding: Finding) => {
    const repair = repaired.get(resource);
    if (repair !== undefined && (severity === 'warning' || isTouched(repair, finding.path))) return;
    const { code, message, hint } = finding;
    problems.push({ severity, code, message, ref: resource.ref, at: resource.at(finding), ...(hint === undefined ? {} : { hint }) });
  };
  return { error: add('error'), warning: add('warning') };
}
