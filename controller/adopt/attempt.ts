// What the configuration would be with some adoptions made: their edits in the files, read again from the beginning, and compared with the
// org as it was seen. Only what comes out without an error, and without the drift that it was made for, is good.
import { addressText, originText, type Checked, type Problem, refText } from '../../resources/core.ts';
import type { Adopted, Placed } from '../../resources/adopt.ts';
import { dropDocument, partAt } from '../../resources/edit.ts';
import { materialise } from '../../resources/materialise.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { referrersOf } from '../../resources/referrers.ts';
import type { Resource } from '../../resources/resource.ts';
import { compare } from '../../plans/compare.ts';
import type { CrmTypes } from '../../plans/plan.ts';
import type { Tree } from '../../ports/source.ts';
import type { Deps } from '../deps.ts';
import { loadTree, type Scene, sceneOf } from '../load.ts';
import type { Observation } from '../observe.ts';
import { driftPolicyOf } from '../policy.ts';
import { filesWith, withEdits } from '../propose/edits.ts';
import { renamesOf } from '../runtime.ts';

export interface Ground {
  readonly deps: Pick<Deps, 'cache' | 'clock'>;
  readonly types: CrmTypes;
  readonly tree: Tree;
  readonly scene: Scene;
  readonly observation: Pick<Observation, 'inventory' | 'live'>;
}

/** The files that are different then; `null`: gone. */
export type Changed = ReadonlyMap<string, string | null>;

export function attempt(ground: Ground, adoptions: readonly Adopted[]): Checked<Changed> {
  const edits = distinct(adoptions.flatMap((one) => one.edits));
  const edited = withEdits(ground.tree, edits);
  if (!edited.ok) return edited;
  const drops = edits.filter(({ edit }) => edit.op === 'drop').map(({ resource }) => resource);
  const inUse = drops.length === 0 ? [] : stillReferred(ground, edited.value, drops);
  if (inUse.length > 0) return { ok: false, problems: inUse };
  const changed = withoutDocuments(ground, edited.value, drops);
  const problems = whatIsWrong(ground, changed, adoptions);
  return problems.length === 0 ? { ok: true, value: changed } : { ok: false, problems };
}

/** Several differences may come down to one edit: a level of access that changed everywhere. */
function distinct(edits: readonly Placed[]): readonly Placed[] {
  return [...new Map(edits.map((one) => [JSON.stringify([refText(one.resource.ref), one.edit]), one])).values()];
}

type Texts = ReadonlyMap<string, string>;

/** What leaves git must not be referred to by what stays. */
function stillReferred(ground: Ground, texts: Texts, drops: readonly Resource[]): readonly Problem[] {
  const { organisation } = readOrganisation(filesWith(ground.tree, texts), { cache: reading(ground) });
  const leaving = new Set(drops.map(({ ref }) => refText(ref)));
  return drops.flatMap((resource): readonly Problem[] => {
    const referrers = referrersOf(resource.ref, organisation).filter((one) => !leaving.has(refText(one.resource.ref)));
    if (referrers.length === 0) return [];
    const told = referrers
      .slice(0, MOST_TOLD)
      .map((one) => `${refText(one.resource.ref)} (${originText(one.resource.at({ path: one.path }))})`);
    const more = referrers.length > MOST_TOLD ? ` and ${referrers.length - MOST_TOLD} more` : '';
    return [
      {
        severity: 'error',
        code: 'still-referred-to',
        message: `it was deleted in the org and cannot leave git: ${told.join(', ')}${more} ${referrers.length === 1 ? 'refers' : 'refer'} to it`,
        ref: resource.ref,
        at: resource.origin,
        hint: `Take these away first, or put it back: loopctl drift --revert ${refText(resource.ref)}`,
      },
    ];
  });
}

const MOST_TOLD = 5;

/** From the last document of a file to the first: the others keep their places. */
function withoutDocuments({ tree }: Ground, texts: Texts, drops: readonly Resource[]): Changed {
  const before = new Map(tree.files.map(({ path, text }) => [path, text]));
  const changed = new Map<string, string | null>(texts);
  for (const { origin } of drops.toSorted((a, b) => b.origin.line - a.origin.line)) {
    const text = changed.get(origin.path) ?? before.get(origin.path);
    if (typeof text === 'string') changed.set(origin.path, dropDocument(text, partAt(before.get(origin.path) ?? '', origin.line)) ?? null);
  }
  return changed;
}

function whatIsWrong(ground: Ground, changed: Changed, adoptions: readonly Adopted[]): readonly Problem[] {
  const { deps, scene, observation, types, tree } = ground;
  const { environment, asOf } = scene.resolved;
  const loaded = loadTree({ ...tree, files: filesWith(tree, changed) }, reading(ground));
  const now = sceneOf(loaded, deps, { environment: environment.name, asOf });
  if (!now.ok) return now.problems.filter(({ severity }) => severity === 'error');
  const { drift } = compare({
    desired: materialise(now.value.resolved),
    inventory: observation.inventory,
    live: observation.live,
    types,
    renames: renamesOf(now.value.resolved),
    adoption: environment.adoption,
    driftPolicy: driftPolicyOf(now.value.resolved),
  });
  const left = new Set(drift.map(({ address, path }) => `${addressText(address)} ${path}`));
  return adoptions
    .flatMap(({ of }) => of)
    .filter(({ address, field }) => left.has(`${addressText(address)} ${field}`))
    .map(({ ref, address, field }) => ({
      severity: 'error',
      code: 'not-settled',
      message: `${addressText(address)}${field === '' ? '' : ` ${field}`} would still differ from what the org has`,
      ref,
      hint: `Edit it by hand, or put it back: loopctl drift --revert ${refText(ref)}`,
    }));
}

/** What is only tried is not kept. */
function reading({ deps: { cache } }: Ground): Deps['cache'] {
  return { get: (key) => cache.get(key), set: () => {} };
}
