// A rename whose new key is taken: both records are in the org, so neither may stand for the other. The old one carries what people hung
// on it (the accounts of a territory, say), and would go with it. Until a person settles it, neither is touched, nor what hangs on either.
import { addressText, refText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { type Findings, declarer } from './findings.ts';
import type { InventoryEntry, LiveObject } from './plan.ts';
import { linksIn } from './value.ts';
import type { Rename, World } from './world.ts';

/** A rename that can not be, by address as text. */
export interface Taken {
  readonly from: string;
  readonly to: string;
}

interface Before {
  readonly declared: ReadonlyMap<string, DesiredObject>;
  readonly inventory: ReadonlyMap<string, InventoryEntry>;
  readonly live: ReadonlyMap<string, LiveObject>;
}

/** Renames of our own records that are not in effect (`moved`) because another record has the new key; and those of what hangs on them. */
export function takenRenames(renames: readonly Rename[], before: Before, moved: ReadonlyMap<string, string>): readonly Taken[] {
  const asked = new Map(renames.map(({ from, to }) => [addressText(from), addressText(to)]));
  const taken = new Map<string, string>();
  for (const [from, to] of asked) if (isTaken(from, to, before, asked, moved)) taken.set(from, to);
  for (let known = -1; known < taken.size; ) {
    known = taken.size;
    for (const [from, to] of asked) {
      if (!taken.has(from) && isOurs(from, before) && before.declared.has(to) && hangsOn(from, to, before, taken)) taken.set(from, to);
    }
  }
  return [...taken].map(([from, to]) => ({ from, to }));
}

/** Holds every step of both records. */
export function holdTaken(world: World, found: Findings): void {
  for (const { from, to } of world.taken) {
    const steps = found.drafts.filter(({ id, address }) => id === from || addressText(address) === to);
    const desired = world.declared.get(to);
    if (desired === undefined || steps.length === 0) continue;
    const owner = world.inventory.get(to);
    const whose = owner === undefined ? 'which is not managed here' : `which is ${refText(owner.ref)}'s own`;
    const there = world.live.has(to) ? `there is a ${to} already, ${whose}` : `what it belongs to can not be renamed`;
    const remedy = world.live.has(to)
      ? `Rename or remove the one of the two that is not meant; or take "loopctl/moved-from" away: then ${from} is deleted, with all that hangs on it.`
      : '';
    const message = `${declarer(desired)} was ${from}, and ${there}: both stay as they are. ${remedy}`.trimEnd();
    found.holds.push({ code: 'rename-taken', scope: 'step', message, ref: desired.ref, steps: steps.map(({ id }) => id) });
  }
}

function isTaken(
  from: string,
  to: string,
  before: Before,
  asked: ReadonlyMap<string, string>,
  moved: ReadonlyMap<string, string>,
): boolean {
  if (from === to || moved.has(from) || !isOurs(from, before) || !before.declared.has(to) || !before.live.has(to)) return false;
  // Two that swap their keys: each is declared, and is a change of what stands there.
  const seen = new Set([from]);
  for (let next: string | undefined = to; next !== undefined; next = asked.get(next)) {
    if (seen.has(next)) return false;
    seen.add(next);
  }
  return true;
}

/** What the inventory calls ours is what would be removed. */
function isOurs(key: string, { inventory, live }: Before): boolean {
  const id = inventory.get(key)?.id;
  return id !== undefined && id === live.get(key)?.id;
}

function hangsOn(from: string, to: string, { declared, live }: Before, taken: ReadonlyMap<string, string>): boolean {
  const wanted = new Set(linksIn(declared.get(to)?.fields ?? {}).map(({ target }) => target));
  return linksIn(live.get(from)?.fields ?? {}).some(({ target }) => {
    const successor = taken.get(target);
    return successor !== undefined && wanted.has(successor);
  });
}
