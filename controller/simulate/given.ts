// Records of the past through what is reconciled and through what somebody sends: rules alone, or a whole folder. Who would change owner, why,
// and who would have how many. Nothing is kept, and neither an agent nor the org is asked.
import type { Checked, Problem } from '../../resources/core.ts';
import { visitReferences } from '../../resources/references.ts';
import { routingRuleSet } from '../../resources/routing-rule-set/kind.ts';
import { RoutingRuleSet, type RoutingRuleSetSpec } from '../../resources/routing-rule-set/schema.ts';
import { suggestion } from '../../resources/suggest.ts';
import type { Seat } from '../../engines/cascade/roster.ts';
import type { LoopEvent } from '../../loops/event.ts';
import type { SnapshotContent } from '../../plans/content.ts';
import type { Tree } from '../../ports/source.ts';
import type { SnapshotRow } from '../../ports/store.ts';
import type { Identity } from '../follow/run.ts';
import { loadTree, sceneOf } from '../load.ts';
import type { Site } from '../reconcile.ts';
import { snapshotOf } from '../runtime.ts';
import { simulate, type Simulation } from '../simulate.ts';
import { fileRecords, ledgerRecords } from './past.ts';
import { versionsFrom } from './version.ts';

export interface GivenRequest {
  /** A rule set in the place of the one of its object, or a whole folder. */
  readonly after: { readonly rules: unknown } | { readonly tree: Tree };
  /** Records that are given; absent: those that were decided on. */
  readonly records?: readonly LoopEvent[];
  /** Milliseconds: decisions of so long ago and later. */
  readonly since: number;
  readonly limit: number;
  readonly object: string;
  readonly examples: number;
}

export type Given =
  | { readonly kind: 'simulated'; readonly simulation: Simulation }
  /** Nothing was reconciled yet: there is nothing to compare with. */
  | { readonly kind: 'no-snapshot' }
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

export async function simulateGiven(
  { deps, store }: Pick<Site, 'deps' | 'store'>,
  identity: Identity,
  { after, records, since, limit, object, examples }: GivenRequest,
): Promise<Given> {
  const { project, environment } = identity;
  const [scope] = await store.scopes(project, environment.name);
  const active = scope === undefined ? undefined : await store.activeSnapshot(scope);
  if (scope === undefined || active === undefined) return { kind: 'no-snapshot' };
  const content = 'rules' in after ? withRules(active, after.rules) : contentOf(deps, identity, after.tree);
  if (!content.ok) return { kind: 'refused', problems: content.problems };
  const label = 'rules' in after ? 'the rules that were sent' : 'the files that were sent';
  const now = deps.clock.now().getTime();
  const past =
    records === undefined ? await ledgerRecords(store.decisions, { scope, limit, object, since: now - since }) : fileRecords(records);
  const versions = versionsFrom(active, 'what is reconciled', { label, commit: null, content: content.value });
  return { kind: 'simulated', simulation: await simulate({ ...versions, records: past, now, examples }) };
}

/** What strangers send does not fill the cache of what is followed. */
const NOTHING_KEPT = { get: () => undefined, set: () => {} };

function contentOf(deps: Site['deps'], { project, environment }: Identity, tree: Tree): Checked<SnapshotContent> {
  const scene = sceneOf(loadTree(tree, NOTHING_KEPT), deps, { environment: environment.name });
  if (!scene.ok) return scene;
  const sent = scene.value.resolved.project.ref.name;
  if (sent !== project) return refused('other-project', `These files are of the project ${sent}; this controller follows ${project}.`);
  return { ok: true, value: snapshotOf(scene.value.resolved).content };
}

/** The active content with a rule set in the place of the one of its object: what it names has to be there. */
function withRules({ content }: SnapshotRow, rules: unknown): Checked<SnapshotContent> {
  const read = RoutingRuleSet.schema.safeParse(rules);
  if (!read.success) {
    const problems = read.error.issues.map(
      ({ path, message }): Problem => ({ severity: 'error', code: 'invalid', message: `rules${pathText(path)}: ${message}` }),
    );
    return { ok: false, problems };
  }
  const problems = danglingIn(content, read.data);
  if (problems.length > 0) return { ok: false, problems };
  const { resources } = content;
  const own = Object.keys(resources).find(
    (key) => key.startsWith('RoutingRuleSet/') && (resources[key] as RoutingRuleSetSpec).object === read.data.object,
  );
  return { ok: true, value: { ...content, resources: { ...resources, [own ?? `RoutingRuleSet/${read.data.object}`]: read.data } } };
}

function danglingIn({ resources }: SnapshotContent, spec: RoutingRuleSetSpec): readonly Problem[] {
  const problems: Problem[] = [];
  const named = (kind: string) => {
    const prefix = `${kind}/`;
    return Object.keys(resources).flatMap((key) => (key.startsWith(prefix) ? [key.slice(prefix.length)] : []));
  };
  const seats = named('Scenario').flatMap((name) => (resources[`Scenario/${name}`] as { readonly seats: readonly Seat[] }).seats);
  visitReferences(routingRuleSet, { spec }, ({ kind, name, path }) => {
    const names = kind === 'Seat' ? seats.map(({ seat }) => seat) : named(kind);
    // What loops do not read of a kind can not be told here.
    if (names.length === 0 || names.includes(name)) return;
    const { hint } = suggestion(name, names);
    problems.push({
      severity: 'error',
      code: 'dangling-reference',
      message: `rules${pathText(path.slice(1))}: no ${kind} "${name}" is reconciled`,
      ...(hint !== undefined && { hint }),
    });
  });
  return problems;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
}

function refused(code: string, message: string): Checked<SnapshotContent> {
  return { ok: false, problems: [{ severity: 'error', code, message }] };
}
