// A plan between two revisions: what the org would get if it were exactly what the older one declares. The org is not contacted.
import { addressText, type Checked, isLink, parseAddress, type Ref } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { materialise } from '../resources/materialise.ts';
import { buildPlan } from '../plans/build.ts';
import { compare } from '../plans/compare.ts';
import type { CrmTypes, InventoryEntry, LiveObject, OrgIdentity, Plan } from '../plans/plan.ts';
import type { Tree } from '../ports/source.ts';
import type { Deps } from './deps.ts';
import { loadTree, type Scene, sceneOf } from './load.ts';
import { driftPolicyOf } from './policy.ts';
import { renamesOf, snapshotOf } from './runtime.ts';
import { unknownTargets } from './targets.ts';

export function planAgainst(deps: Deps, scene: Scene, before: Tree, targets: readonly Ref[]): Checked<Plan> {
  const old = sceneOf(loadTree(before, deps.cache), deps, { environment: scene.resolved.environment.name, asOf: scene.resolved.asOf });
  if (!old.ok) return old;
  const { resolved, loaded } = scene;
  const [now, then] = [materialise(resolved), materialise(old.value.resolved)];
  const renames = renamesOf(resolved);
  const snapshot = snapshotOf(resolved);
  const live = then.map(asLive);
  const comparison = compare({
    desired: now,
    inventory: then.map(asApplied),
    live: [...live, ...externals([...now, ...then], new Set(live.map(({ address }) => addressText(address))), deps.types)],
    types: deps.types,
    renames,
    adoption: 'allow',
    driftPolicy: driftPolicyOf(resolved),
  });
  const org: OrgIdentity = {
    id: 'none',
    name: `what ${before.commit?.slice(0, 8) ?? 'it'} declares`,
    url: 'the org is not contacted',
    sandbox: true,
    user: deps.identity,
  };
  const plan = buildPlan({
    comparison,
    environment: resolved.environment.name,
    org,
    commit: loaded.commit,
    dirty: loaded.dirty,
    asOf: resolved.asOf,
    snapshot: { before: snapshotOf(old.value.resolved).content, after: snapshot.content, needs: [] },
    callsRead: 0,
    ...(targets.length > 0 && { targets }),
  });
  const known = new Set([...resolved.organisation.resources.keys(), ...old.value.resolved.organisation.resources.keys()]);
  const problems = unknownTargets(plan, known);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: plan };
}

function asLive({ address, fields, late }: DesiredObject): LiveObject {
  return { address, id: addressText(address), fields: { ...fields, ...late?.fields } };
}

function asApplied(object: DesiredObject): InventoryEntry {
  const { address, ref, tier, dependsOn, onRemove, protect } = object;
  const { fields, id } = asLive(object);
  return { address, id, ref, tier, fields, dependsOn, onRemove, protect, adopted: false, written: true };
}

/** People and profiles that either revision names: taken to be there. */
function externals(objects: readonly DesiredObject[], known: ReadonlySet<string>, types: CrmTypes): readonly LiveObject[] {
  const found = new Map<string, LiveObject>();
  for (const { fields } of objects) {
    for (const value of Object.values(fields)) {
      if (!isLink(value) || known.has(value.link)) continue;
      const address = parseAddress(value.link);
      if (types[address.type]?.external === true) found.set(value.link, { address, id: value.link, fields: { IsActive: true } });
    }
  }
  return [...found.values()];
}
