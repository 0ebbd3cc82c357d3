// drift --adopt: what somebody changed in the org by hand becomes a branch that edits the very values in git. Each difference is taken over or
// refused by itself; what is taken over validates, and leaves no drift behind, before there is a branch.
import { createHash } from 'node:crypto';
import { type Address, addressText, type Checked, type Problem, refText } from '../resources/core.ts';
import { type Adopted, type Adoption, type Diverged, type Divergence, putBack } from '../resources/adopt.ts';
import { kindsByName } from '../resources/index.ts';
import type { DesiredObject } from '../resources/desired.ts';
import { materialise } from '../resources/materialise.ts';
import type { Drift, LiveObject } from '../plans/plan.ts';
import type { CrmReader } from '../ports/crm.ts';
import { attempt, type Changed, type Ground } from './adopt/attempt.ts';
import { type Cluster, clustersOf, settle } from './adopt/clusters.ts';
import { type Change, commitMessage } from './adopt/message.ts';
import type { LocalDeps } from './deps.ts';
import type { Scene } from './load.ts';
import type { Preview } from './preview.ts';
import { proposing } from './propose/local.ts';
import { propose } from './propose/propose.ts';

export interface AdoptReport {
  readonly branch: string;
  readonly commit: string;
  /** The pull request; absent where no forge is set. */
  readonly url?: string;
  readonly pushed: boolean;
  readonly notices: readonly Problem[];
  /** Differences that the branch takes over. */
  readonly changes: number;
  readonly adopted: readonly Change[];
  /** Files that the branch changes or, `true`, takes away. */
  readonly files: readonly { readonly path: string; readonly gone: boolean }[];
  /** What could not be taken over, and what to do instead. */
  readonly refused: readonly Problem[];
}

/** `found`: the drift that the org is right about. Nothing is written where none of it can be taken over. */
export async function adoptDrift(
  deps: LocalDeps,
  crm: CrmReader,
  scene: Scene,
  { plan, observation }: Preview,
  found: readonly Drift[],
): Promise<Checked<AdoptReport>> {
  const tree = await deps.source.read();
  const ground: Ground = { deps, types: crm.types, tree, scene, observation };
  const { adoptions, refused } = await outcomes(crm, ground, found);
  const { good, stand, fall } = settle<Changed>(clustersOf(adoptions), (some) => attempt(ground, some));
  const problems = [...refused, ...fall.flatMap((one) => one.problems)];
  if (good === undefined) return { ok: false, problems: distinct(problems) };
  const adopted = changesOf(stand, found);
  const message = commitMessage(plan.org, adopted);
  const [title = '', ...body] = message.split('\n');
  const topic = `adopt-${shortId(tree.commit, good)}`;
  const made = await propose(await proposing(deps, scene.resolved.project), {
    topic,
    title,
    body: body.join('\n').trim(),
    message,
    files: good,
    tree,
  });
  if (!made.ok) return made;
  const { branch, commit, url, pushed, notices } = made.value;
  const files = [...good].map(([path, text]) => ({ path, gone: text === null }));
  return {
    ok: true,
    value: {
      branch,
      commit: commit ?? tree.commit ?? '',
      ...(url !== undefined && { url }),
      pushed,
      notices,
      changes: adopted.flatMap(({ of }) => of).length,
      adopted,
      files,
      refused: distinct(problems),
    },
  };
}

interface Outcomes {
  readonly adoptions: readonly Adopted[];
  readonly refused: readonly Problem[];
}

/** What each kind says of the differences of its resources. */
async function outcomes(crm: CrmReader, ground: Ground, found: readonly Drift[]): Promise<Outcomes> {
  const { resolved } = ground.scene;
  const adoptions: Adopted[] = [];
  const refused: Problem[] = [];
  const take = (outcome: Adoption) => void (outcome.kind === 'adopted' ? adoptions.push(outcome) : refused.push(outcome.problem));
  const possible = withoutImpossible(ground, found, refused);
  const desired = new Map(materialise(resolved).map((object) => [addressText(object.address), object]));
  const diverged = await divergedOf(crm, ground, desired, possible.map(divergenceOf));
  for (const [name, some] of Map.groupBy(possible, ({ ref }) => refText(ref))) {
    const resource = resolved.organisation.resources.get(name);
    const kind = kindsByName.get(some[0]?.ref.kind ?? '');
    if (resource === undefined || kind?.adopt === undefined)
      refused.push(...some.map((one) => withoutWords(one, desired.get(addressText(one.address)))));
    else for (const outcome of kind.adopt(resource, some.map(divergenceOf), diverged, resolved)) take(outcome);
  }
  return { adoptions, refused };
}

function divergenceOf({ ref, address, path, live }: Drift): Divergence {
  return { ref, address, field: path, live };
}

/** Without what no kind need be asked about: secrets, and records that only go by another name now. */
function withoutImpossible({ types, observation }: Ground, found: readonly Drift[], refused: Problem[]): readonly Drift[] {
  const applied = new Map(observation.inventory.map((entry) => [addressText(entry.address), entry.id]));
  const byId = new Map(observation.live.map((object) => [`${object.address.type} ${object.id}`, object]));
  return found.filter(({ ref, address, path, kind }) => {
    if (types[address.type]?.sensitive?.includes(path) === true) {
      const message = `${addressText(address)} ${path} is a secret, and secrets are not written to git`;
      refused.push({ severity: 'error', code: 'sensitive', message, ref, hint: putBack(ref) });
      return false;
    }
    const now = kind === 'vanished' ? byId.get(`${address.type} ${applied.get(addressText(address))}`) : undefined;
    if (now === undefined) return true;
    const message = `${addressText(address)} is still there, under another name: ${addressText(now.address)}`;
    const hint = `Give it back its name in the org, or declare the resource under a name that gives that one, with the annotation loopctl/moved-from: ${refText(ref)}`;
    refused.push({ severity: 'error', code: 'renamed-in-org', message, ref, hint });
    return false;
  });
}

function withoutWords({ ref, address, path, kind }: Drift, declared: DesiredObject | undefined): Problem {
  const what = kind === 'vanished' ? 'was deleted' : `${path} was changed`;
  return {
    severity: 'error',
    code: 'not-adoptable',
    message: `${addressText(address)}: ${what} in the org; it follows from other things that are declared, so there is no one place to say it`,
    ref,
    ...(declared !== undefined && { at: declared.origin }),
    hint: putBack(ref),
  };
}

async function divergedOf(
  crm: CrmReader,
  { observation }: Ground,
  desired: ReadonlyMap<string, DesiredObject>,
  found: readonly Divergence[],
): Promise<Diverged> {
  const keyOf = (address: Address, field: string) => `${addressText(address)} ${field}`;
  const byKey = new Map(found.map((one) => [keyOf(one.address, one.field), one]));
  const peopleLeft = found.some(({ address, field }) => address.type === ASSIGNMENT && field === '');
  const known = new Set([...desired.keys(), ...observation.inventory.map(({ address }) => addressText(address))]);
  const there: readonly LiveObject[] = peopleLeft ? await crm.list([ASSIGNMENT]) : [];
  return {
    isGone: (address) => byKey.has(keyOf(address, '')),
    find: (address, field) => byKey.get(keyOf(address, field)),
    newcomers: there.filter(({ address }) => !known.has(addressText(address))),
  };
}

const ASSIGNMENT = 'UserTerritory2Association';

function distinct(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify([problem.code, problem.message, problem.at]), problem])).values()];
}

function changesOf(stand: readonly Cluster[], found: readonly Drift[]): readonly Change[] {
  const drift = new Map(found.map((one) => [`${addressText(one.address)} ${one.path}`, one]));
  return stand.flat().map(({ of, edits, says }) => ({
    ref: edits[0]?.resource.ref ?? (of[0] as Divergence).ref,
    says,
    files: [...new Set(edits.map(({ resource }) => resource.origin.path))],
    of: of.flatMap(({ address, field }) => {
      const one = drift.get(`${addressText(address)} ${field}`);
      return one === undefined ? [] : [one];
    }),
  }));
}

/** The same change of the same commit has the same name: asked twice, there is one branch. */
function shortId(commit: string | null, changed: Changed): string {
  const content = JSON.stringify([commit, [...changed].sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256').update(content).digest('hex').slice(0, 8);
}
