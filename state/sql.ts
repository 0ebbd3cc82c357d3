// Small pieces that every table's queries share.
import { type RawBuilder, sql, type SqlBool } from 'kysely';
import type { Scope } from '../ports/store.ts';

export function scopeRow(scope: Scope): { project: string; environment: string; org_id: string } {
  return { project: scope.project, environment: scope.environment, org_id: scope.orgId };
}

/** A condition: rows of this scope. */
export function inScope({ project, environment, orgId }: Scope): RawBuilder<SqlBool> {
  return sql<SqlBool>`(project = ${project} AND environment = ${environment} AND org_id = ${orgId})`;
}

/** Pieces of at most `size`; none for an empty list. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const pieces: T[][] = [];
  for (let from = 0; from < list.length; from += size) pieces.push(list.slice(from, from + size));
  return pieces;
}
