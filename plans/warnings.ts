// What a person should know of a plan although nothing is held for it.
import { addressText, isLink, parseAddress, refText } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { type Findings, declarer } from './findings.ts';
import type { Warning } from './plan.ts';
import { counted } from './show.ts';
import type { Rename, World } from './world.ts';

export function warningsOf(world: World, found: Pick<Findings, 'drafts' | 'holds'>, renames: readonly Rename[]): readonly Warning[] {
  return [...neverCalledSo(world, found, renames), ...inactivePeople(world, found)];
}

/**
 * `loopctl/moved-from` names what this environment never had, while another record of the type leaves: renamed twice before this
 * environment saw the first, most likely. Then what is made is new, and what leaves takes all that hangs on it along.
 */
function neverCalledSo(world: World, { drafts }: Pick<Findings, 'drafts'>, renames: readonly Rename[]): readonly Warning[] {
  if (renames.length === 0) return [];
  const made = new Set(drafts.filter(({ action }) => action === 'create').map(({ id }) => id));
  const leaving = Map.groupBy(
    drafts.filter(({ action }) => action === 'delete'),
    ({ address }) => address.type,
  );
  const warned = new Map<string, Warning>();
  for (const { from, to } of renames) {
    const [before, desired] = [addressText(from), world.declared.get(addressText(to))];
    const others = leaving.get(to.type) ?? [];
    if (desired?.tier !== 'structure' || !made.has(addressText(to)) || world.inventory.has(before) || others.length === 0) continue;
    const ref = refText(desired.ref);
    if (warned.has(ref)) continue;
    const names = `${others
      .slice(0, MOST_TOLD)
      .map(({ id }) => id)
      .join(', ')}${others.length > MOST_TOLD ? ` and ${others.length - MOST_TOLD} more` : ''}`;
    const message = `${declarer(desired)} says that it was ${before}, which is not here, so it is made anew; and ${names} goes, with all that hangs on it. If that is the one, write its name into "loopctl/moved-from".`;
    warned.set(ref, { code: 'moved-from-unknown', message, ref: desired.ref });
  }
  return [...warned.values()];
}

const MOST_TOLD = 3;

/** Somebody who became inactive keeps what stands: nothing changes, and nobody would hear of it. Whoever is newly named is held. */
function inactivePeople(world: World, { holds }: Pick<Findings, 'holds'>): readonly Warning[] {
  const inactive = new Set(
    [...world.live].flatMap(([key, { address, fields }]) =>
      fields['IsActive'] === false && world.types[address.type]?.external === true ? [key] : [],
    ),
  );
  if (inactive.size === 0) return [];
  const held = new Set(holds.flatMap(({ code, steps = [] }) => (code === 'inactive-user' ? steps : [])));
  const named = new Map<string, DesiredObject[]>();
  for (const [key, desired] of world.declared) {
    if (held.has(key) || !world.live.has(key)) continue;
    for (const value of Object.values(desired.fields)) {
      if (!isLink(value) || !inactive.has(value.link)) continue;
      const known = named.get(value.link);
      if (known === undefined) named.set(value.link, [desired]);
      else known.push(desired);
    }
  }
  return [...named].map(([person, records]) => {
    const [first] = records;
    const places = [...new Set(records.map(declarer))];
    const more = places.length > MOST_TOLD ? ` and ${counted(places.length - MOST_TOLD, 'other place')}` : '';
    const message = `${parseAddress(person).key} is inactive in the org, and is named by ${places.slice(0, MOST_TOLD).join(', ')}${more}. Activate the user, or name somebody else.`;
    return { code: 'inactive-user', message, ...(first !== undefined && places.length === 1 && { ref: first.ref }) };
  });
}
