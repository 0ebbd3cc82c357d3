// A list that the product knows, with what a policy adds to it and takes from it.
import type { ListEdit } from '../../resources/match-policy/schema.ts';

export function edited(items: Iterable<string>, edit: ListEdit | undefined): ReadonlySet<string> {
  const made = new Set(items);
  for (const item of edit?.add ?? []) made.add(item);
  for (const item of edit?.remove ?? []) made.delete(item);
  return made;
}
