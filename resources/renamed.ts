// Records whose name moves with their resource (`loopctl/moved-from`): the same organisation, once as it was called and once as it is.
import { type Address, addressText } from './core.ts';
import { recordsOf } from './materialise.ts';
import { namesBefore } from './renames.ts';
import { crmName } from './resolve.ts';
import type { Resolved } from './resolved.ts';

export interface Renamed {
  readonly from: Address;
  readonly to: Address;
}

/**
 * The addresses that differ, parts of others' keys included: a territory's assignments are called after it. In the order of
 * `materialise`.
 */
export function renamed(resolved: Resolved): readonly Renamed[] {
  const before = namesBefore(resolved.organisation);
  if (before.size === 0) return [];
  const asBefore: Resolved = { ...resolved, crmName: (kind, name) => crmName(kind, before.get(`${kind}/${name}`) ?? name) };
  const old = [...recordsOf(asBefore)];
  const moves = new Map<string, Renamed>();
  for (const [index, { address: to }] of [...recordsOf(resolved)].entries()) {
    const from = old[index]?.address;
    if (from !== undefined && addressText(from) !== addressText(to)) moves.set(addressText(to), { from, to });
  }
  return [...moves.values()];
}
