import type { Resource } from '../resource.ts';
import type { TerritoryModelSpec } from '../territory-model/schema.ts';

/** What a role of the roster is called in a model. */
export function roleText({ spec }: Resource<TerritoryModelSpec>, role: string): string | null {
  const said = spec.roles[role];
  return said === undefined ? role : said;
}
