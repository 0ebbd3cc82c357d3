// The cases of test packs, each put to Route as the same files declare it: what is expected, what came of it, and where they differ.
import { instantOf } from '../../resources/conditions/dates.ts';
import type { Checked, Origin, Problem } from '../../resources/core.ts';
import { isCandidate } from '../../resources/experiment/candidates.ts';
import type { Resource } from '../../resources/resource.ts';
import { RoutingRuleSet } from '../../resources/routing-rule-set/schema.ts';
import {
  type Expected,
  type RoutingTestCase,
  RoutingTestPack,
  type RoutingTestPackSpec,
} from '../../resources/routing-test-pack/schema.ts';
import type { Decide } from '../../loops/decide.ts';
import type { LoopDescriptor } from '../../loops/loop.ts';
import { route } from '../../loops/route/loop.ts';
import type { Deps } from '../deps.ts';
import { trialsIn, withCandidates } from '../experiments/trials.ts';
import { type Loaded, type Scene, sceneOf } from '../load.ts';
import { type Ended, runLoop } from '../loops/run.ts';
import { snapshotOf } from '../runtime.ts';
import { type CompiledVersion, compileVersion, NOBODY_AWAY } from '../simulate/version.ts';
import { answersOfCase } from './answers.ts';

export interface CaseResult {
  readonly pack: string;
  readonly name: string;
  readonly ok: boolean;
  readonly at: Origin;
  /** Keys of `expect` that are not so. `got`: nothing where there is none. */
  readonly differences: readonly Difference[];
  /** What was decided, in the words of `expect`. */
  readonly got: Expected;
  /** The decision's own reasoning. */
  readonly why: string;
}

export interface Difference {
  readonly key: string;
  readonly expected: unknown;
  readonly got: unknown;
  readonly at: Origin;
}

export interface PackRequest {
  /** Only these packs, by name. */
  readonly packs?: readonly string[];
  /** The day of cases that name none: `YYYY-MM-DD`. */
  readonly today: string;
  readonly environment?: string;
}

/** Problems: the organisation has errors, or there is no such pack. */
export async function runPacks(
  deps: Pick<Deps, 'clock'>,
  loaded: Loaded,
  { packs: wanted, today, environment }: PackRequest,
): Promise<Checked<readonly CaseResult[]>> {
  const all = loaded.organisation.all(RoutingTestPack);
  const unknown = (wanted ?? []).filter((name) => !all.some(({ ref }) => ref.name === name));
  if (unknown.length > 0) return { ok: false, problems: unknown.map((name) => noPack(name, all)) };
  const versions = new Map<string, CompiledVersion>();
  const results: CaseResult[] = [];
  for (const pack of all) {
    if (wanted !== undefined && wanted.length > 0 && !wanted.includes(pack.ref.name)) continue;
    const object = loaded.organisation.get(RoutingRuleSet, pack.spec.rule_set)?.spec.object;
    for (const [index, one] of pack.spec.cases.entries()) {
      const day = one.as_of ?? pack.spec.as_of ?? today;
      const key = `${day} ${tried(loaded, pack) ?? ''}`;
      const version = versions.get(key) ?? versionOn(deps, loaded, { asOf: day, candidate: tried(loaded, pack), environment });
      if (!('content' in version)) return version;
      versions.set(key, version);
      results.push(await resultOf(pack, index, one, { version, object: object ?? 'Lead', day }));
    }
  }
  return { ok: true, value: results };
}

/** The candidate of an experiment, where the pack is of one: its cases are tried as if it acted. */
function tried({ organisation }: Loaded, { spec }: Resource<RoutingTestPackSpec>): string | undefined {
  return isCandidate(organisation, { kind: RoutingRuleSet.name, name: spec.rule_set }) ? spec.rule_set : undefined;
}

interface Wanted {
  readonly asOf: string;
  readonly candidate: string | undefined;
  readonly environment: string | undefined;
}

function versionOn(deps: Pick<Deps, 'clock'>, loaded: Loaded, { asOf, candidate, environment }: Wanted): CompiledVersion | Checked<never> {
  const scene: Checked<Scene> = sceneOf(loaded, deps, { asOf, ...(environment !== undefined && { environment }) });
  if (!scene.ok) return scene;
  const { content } = snapshotOf(scene.value.resolved);
  const trials = trialsIn(content.resources).filter((one) => one.kind === RoutingRuleSet.name && one.candidate === candidate);
  const resources = withCandidates(content.resources, trials);
  return compileVersion({ label: asOf, commit: null, content: { ...content, resources }, people: NOBODY_AWAY });
}

interface On {
  readonly version: CompiledVersion;
  readonly object: string;
  readonly day: string;
}

async function resultOf(
  pack: Resource<RoutingTestPackSpec>,
  index: number,
  given: RoutingTestCase,
  { version, object, day }: On,
): Promise<CaseResult> {
  const now = instantOf(`${day}T12:00:00Z`) ?? 0;
  const loop = route as unknown as LoopDescriptor;
  const event = { object, record: given.record };
  const run = { loop, world: version.worldOf(loop), event, turn: `${pack.ref.name}/${given.name}`, now };
  const { end } = await runLoop<Ended>(run, answersOfCase(given, { version, now }), (value) => ({ kind: 'taken', value }));
  const at = (...path: readonly (string | number)[]) => pack.at({ path: ['spec', 'cases', index, ...path] });
  const head = { pack: pack.ref.name, name: given.name, at: at('name') };
  if (end.kind !== 'decide') {
    const why = end.kind === 'drop' ? end.because : end.problems.map(({ path, message }) => `${path}: ${message}`).join(', ');
    const differences = [{ key: 'expect', expected: given.expect, got: null, at: at('expect') }];
    return { ...head, ok: false, differences, got: {}, why };
  }
  const got = gotOf(end, given.expect);
  const differences = Object.entries(given.expect).flatMap(([key, expected]): readonly Difference[] => {
    if (expected === undefined) return [];
    const found = got[key as keyof Expected] ?? null;
    return isSame(expected, found) ? [] : [{ key, expected, got: found, at: at('expect', key) }];
  });
  return { ...head, ok: differences.length === 0, differences, got, why: end.reasoning };
}

/** Flags count as false where a decision does not bear them. */
function gotOf({ outcome }: Decide, { review, fallback }: Expected): Expected {
  const given = outcome as {
    readonly rule_matched: string;
    readonly territory?: string;
    readonly owner?: { readonly username: string; readonly seat?: string };
    readonly queue?: string;
    readonly held_by?: string;
    readonly rejected?: string;
    readonly review?: boolean;
    readonly fallback: boolean;
  };
  const { owner, queue, territory, held_by, rejected } = given;
  return {
    rule: given.rule_matched,
    ...(owner?.seat !== undefined && { seat: owner.seat }),
    ...(owner !== undefined && { owner: owner.username }),
    ...(queue !== undefined && { queue }),
    ...(held_by !== undefined && { held_by }),
    ...(territory !== undefined && { territory }),
    ...(rejected !== undefined && { rejected }),
    ...((review !== undefined || given.review === true) && { review: given.review === true }),
    ...((fallback !== undefined || given.fallback) && { fallback: given.fallback }),
  };
}

/** Usernames are told apart by nothing but their letters. */
function isSame(expected: unknown, got: unknown): boolean {
  if (typeof expected === 'string' && typeof got === 'string') return expected.toLowerCase() === got.toLowerCase();
  return expected === got;
}

function noPack(name: string, all: readonly Resource<RoutingTestPackSpec>[]): Problem {
  const names = all.map(({ ref }) => ref.name);
  return {
    severity: 'error',
    code: 'unknown-pack',
    message: `There is no RoutingTestPack "${name}".`,
    hint: names.length === 0 ? 'Nothing is declared of that kind.' : `There is: ${names.join(', ')}.`,
  };
}

/** What `validate` says of cases that fail: at the expectation that is not met. */
export function problemsOf(results: readonly CaseResult[]): readonly Problem[] {
  return results.flatMap(({ pack, name, differences, why }) =>
    differences.map(
      ({ key, expected, got, at }): Problem => ({
        severity: 'error',
        code: 'case-failed',
        message: `"${name}": ${key} is ${textOf(got)}, expected ${textOf(expected)}`,
        ref: { kind: RoutingTestPack.name, name: pack },
        at,
        hint: why,
      }),
    ),
  );
}

export function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
