// What loops will read, and what was called otherwise before: the parts of a plan that are no records of the CRM.
import type { Resolved } from '../resources/resolved.ts';
import { renamed } from '../resources/renamed.ts';
import { runtimeContent } from '../resources/runtime.ts';
import type { SnapshotContent } from '../plans/content.ts';
import type { Rename } from '../plans/world.ts';

export function snapshotOf(resolved: Resolved): { readonly content: SnapshotContent; readonly needs: readonly string[] } {
  const { resources, needs } = runtimeContent(resolved);
  return { content: { resources }, needs };
}

export function renamesOf(resolved: Resolved): readonly Rename[] {
  return renamed(resolved);
}
