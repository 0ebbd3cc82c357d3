// What an agent would change, as a proposal that people read: only where every place is there and says what the agent believes, the result is whole,
// and past records do not speak against it. Who is guarded does not move the guard.
import type { Checked, Problem, Ref } from '../../resources/core.ts';
import { type Placed, setting, shown } from '../../resources/adopt.ts';
import { refText } from '../../resources/core.ts';
import { pathText } from '../../resources/path.ts';
import type { Organisation, Resource } from '../../resources/resource.ts';
import { ScoringModel } from '../../resources/scoring-model/schema.ts';
import type { CheckedChange } from '../../engines/answers/change.ts';
import { compareModels, type Comparison } from '../../engines/tuner/compare.ts';
import type { PastRow } from '../../engines/tuner/rows.ts';
import type { Tree } from '../../ports/source.ts';
import { code, words } from '../../plans/render/inline.ts';
import { cut, safe, show } from '../../plans/show.ts';
import type { Deps } from '../deps.ts';
import { loadTree } from '../load.ts';
import { nextVersion } from '../tune.ts';
import { edited } from './checked.ts';
import { placementOf } from './place.ts';
import { propose, type ProposeDeps, type Proposed } from './propose.ts';
import { backtestSection, effectSection } from './sections.ts';

export interface AgentProposal {
  /** `agent-inbound`: one open for each. */
  readonly topic: string;
  readonly tree: Tree;
  /** Its evidence was checked. */
  readonly change: Pick<CheckedChange, 'summary' | 'edits' | 'confidence' | 'evidence'>;
  /** The resource of places that name none. */
  readonly within?: Ref;
  /** Past records by the name of the ScoringModel: without them no model is changed. */
  readonly past: ReadonlyMap<string, readonly PastRow[]>;
  /** Which prompt and model said so, for people. */
  readonly by: string;
  readonly again?: boolean;
}

export async function proposeFromAgent(deps: ProposeDeps & Pick<Deps, 'cache'>, proposal: AgentProposal): Promise<Checked<Proposed>> {
  const { tree, topic, change, again } = proposal;
  const judged = judgeChange(proposal, deps.cache);
  if (!judged.ok) return judged;
  const { files, comparisons, edits } = judged.value;
  const body = bodyOf(proposal, edits, comparisons);
  return propose(deps, {
    topic,
    title: cut(safe(oneLine(change.summary)), LONGEST_TITLE),
    body,
    files,
    tree,
    ...(again !== undefined && { again }),
  });
}

const LONGEST_TITLE = 120;

export interface JudgedChange {
  readonly files: ReadonlyMap<string, string>;
  readonly edits: readonly Placed[];
  /** By the name of the ScoringModel. */
  readonly comparisons: ReadonlyMap<string, Comparison>;
}

/** Pure. All that is against it at once. */
export function judgeChange(
  { tree, change, within, past }: Omit<AgentProposal, 'topic' | 'by'>,
  cache: Deps['cache'],
): Checked<JudgedChange> {
  const { organisation } = loadTree(tree, cache);
  const placed = editsOf(organisation, change, within);
  if (!placed.ok) return placed;
  const edits = withVersions(placed.value);
  const made = edited(tree, edits, cache);
  if (!made.ok) return made;
  const comparisons = new Map<string, Comparison>();
  const problems: Problem[] = [];
  for (const old of modelsIn(edits, organisation)) {
    const now = made.value.organisation.get(ScoringModel, old.ref.name);
    const rows = past.get(old.ref.name);
    if (now === undefined || rows === undefined) {
      problems.push(refusal('no-records', `Nothing says what ${refText(old.ref)} would do: there are no past records to judge it by.`));
      continue;
    }
    const comparison = compareModels(old.spec, now.spec, rows);
    comparisons.set(old.ref.name, comparison);
    for (const reason of comparison.falls) {
      const said = (reason.code === 'guard' ? reason.finding.code : reason.code).replaceAll('_', ' ');
      problems.push(refusal('backtest-falls', `Past records speak against the change of ${refText(old.ref)}: ${said}.`));
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: { files: made.value.files, edits, comparisons } };
}

function editsOf(
  organisation: Organisation,
  { edits, confidence, evidence }: AgentProposal['change'],
  within: Ref | undefined,
): Checked<readonly Placed[]> {
  const problems: Problem[] = [];
  if (edits.length === 0) problems.push(refusal('no-edits', 'The agent would change nothing.'));
  if (evidence.length === 0 || confidence <= 0)
    problems.push(refusal('no-evidence', 'No evidence of the agent holds: what it says rests on nothing.'));
  const placed = edits.flatMap(({ path: text, from, to }): readonly Placed[] => {
    const found = placementOf(organisation, text, within);
    const against = typeof found === 'string' ? found : whyNot(found.resource, found.path, found.value, from);
    if (typeof found === 'string' || against !== undefined) {
      problems.push(refusal('bad-edit', `${JSON.stringify(text)}: ${against}`));
      return [];
    }
    return [setting(found.resource, found.path, to)];
  });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: placed };
}

/** What keeps changes within bounds is changed by people. */
const GUARDS = new Set(['guard', 'tuning']);

function whyNot({ ref }: Resource, path: readonly (string | number)[], value: unknown, from: unknown): string | undefined {
  if (ref.kind === 'Project') return 'the project’s own file is changed by people alone';
  if (ref.kind === 'ScoringModel' && GUARDS.has(String(path[1])))
    return `${path[1]} says how far a change may go: it is changed by people alone`;
  if (typeof value === 'object' && value !== null) return 'it is no single value';
  return value === from ? undefined : `${shown(value)} stands there, not ${shown(from)}`;
}

/** A model that says something else is another version. */
function withVersions(edits: readonly Placed[]): readonly Placed[] {
  const touched = new Map(edits.map(({ resource }) => [refText(resource.ref), resource]));
  const raised = [...touched.values()].flatMap((resource) => {
    if (resource.ref.kind !== 'ScoringModel') return [];
    const isSaid = edits.some(({ resource: of, edit }) => of === resource && 'path' in edit && edit.path[1] === 'version');
    return isSaid ? [] : [setting(resource, ['spec', 'version'], nextVersion((resource as Resource<{ version: string }>).spec.version))];
  });
  return [...edits, ...raised];
}

function modelsIn(edits: readonly Placed[], organisation: Organisation) {
  const names = new Set(edits.flatMap(({ resource: { ref } }) => (ref.kind === 'ScoringModel' ? [ref.name] : [])));
  return [...names].flatMap((name) => organisation.get(ScoringModel, name) ?? []);
}

function bodyOf({ change, by }: AgentProposal, edits: readonly Placed[], comparisons: ReadonlyMap<string, Comparison>): string {
  const { summary, evidence, confidence } = change;
  return [
    words(oneLine(summary)),
    '',
    `Proposed by an agent (${words(by)}), ${Math.round(confidence * 100)} % sure. What it says is its own; what follows under backtest was computed.`,
    '',
    '| place | before | after | because |',
    '|---|---|---|---|',
    ...change.edits.map(
      ({ path, from, to, because }) =>
        `| ${inTable(code(path))} | ${inTable(code(String(from)))} | ${inTable(code(String(to)))} | ${words(oneLine(because))} |`,
    ),
    ...edits.flatMap(({ resource, edit }) =>
      'path' in edit && edit.path[1] === 'version' && edit.op === 'set'
        ? ['', `${code(`${refText(resource.ref)} ${pathText({ spec: resource.spec }, edit.path)}`)} becomes ${code(show(edit.value))}.`]
        : [],
    ),
    '',
    '#### Evidence',
    '',
    ...evidence.map(({ source, quote }) => `- ${code(cut(quote, LONGEST_QUOTE))} (${code(cut(source, LONGEST_QUOTE))})`),
    ...[...comparisons].flatMap(([name, comparison]) => [
      '',
      `### ${code(`ScoringModel/${name}`)}`,
      '',
      ...backtestSection(comparison, comparison.holdout),
      '',
      ...effectSection(comparison),
    ]),
    ...(comparisons.size === 0 ? ['', 'There is no backtest: nothing in this change scores records.'] : []),
  ].join('\n');
}

const LONGEST_QUOTE = 500;

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function inTable(text: string): string {
  return text.replaceAll('|', '\\|');
}

function refusal(problemCode: string, message: string): Problem {
  return { severity: 'error', code: problemCode, message };
}
