// Small pieces that every table's queries share.
import type { ExpressionBuilder, ExpressionWrapper, SqlBool } from 'kysely';
import type { Scope } from '../ports/store.ts';
import type { Tables } from './schema.ts';

type ScopedTable = 'inventory' | 'plans' | 'applies' | 'journal' | 'snapshots' | 'active';

export function scopeRow(scope: Scope): { project: string; environment: string; org_id: string } {
  return { project: scope.project, environment: scope.environment, org_id: scope.orgId };
}

/** A condition: rows of this scope. */
export function inScope<T extends ScopedTable>(scope: Scope): (eb: ExpressionBuilder<Tables, T>) => ExpressionWrapper<Tables, T, SqlBool> {
  return (eb) => {
    const any = eb as unknown as ExpressionBuilder<Tables, 'inventory'>;
    return any.and([
      any('project', '=', scope.project),
      any('environment', '=', scope.environment),
      any('org_id', '=', scope.orgId),
    ]) as unknown as ExpressionWrapper<Tables, T, SqlBool>;
  };
}

/** Pieces of at most `size`; none for an empty list. */
export function chunks<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  const pieces: T[][] = [];
  for (let from = 0; from < list.length; from += size) pieces.push(list.slice(from, from + size));
  return pieces;
}
