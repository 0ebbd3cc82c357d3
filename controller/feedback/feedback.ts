// Feedback of Qualify: what the controller learned from its own decisions, and what an agent would change, each as a branch that people read.
// Nothing is changed by itself.
import { millisecondsOf } from '../../resources/duration.ts';
import type { Problem } from '../../resources/core.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { CheckedChange } from '../../engines/answers/change.ts';
import type { PastRow } from '../../engines/tuner/rows.ts';
import type { Refusal } from '../../engines/tuner/verdict.ts';
import type { Lookup } from '../../loops/requests.ts';
import type { ProjectSpec } from '../../resources/project/schema.ts';
import type { Tree } from '../../ports/source.ts';
import type { Store } from '../../ports/store.ts';
import type { Upstream } from '../../ports/upstream.ts';
import type { AgentFact } from '../agents/call.ts';
import type { Deps } from '../deps.ts';
import type { Listener } from '../follow/events.ts';
import { addressed, type Channels } from '../follow/messages.ts';
import type { Acting } from '../live/acting.ts';
import type { Look } from '../live/look.ts';
import { loadTree } from '../load.ts';
import type { Desk } from '../lookups/desk.ts';
import { proposeFromAgent } from '../propose/agent.ts';
import type { ProposeDeps, Proposed } from '../propose/propose.ts';
import { proposeTuning } from '../propose/tuning.ts';
import { tuneFromDecisions } from '../tune.ts';
import { numbersOf } from './numbers.ts';
import { pastRows } from './rows.ts';
import { feedbackWords, isNews } from './words.ts';

export interface FeedbackOptions {
  readonly deps: Pick<Deps, 'cache' | 'clock' | 'forgeOf'>;
  readonly store: Store;
  readonly upstream: Upstream;
  /** Nothing before the configuration was read. */
  project(): { readonly project: string; readonly spec: ProjectSpec } | undefined;
  /** Who is asked what it would change; nothing where nobody is. */
  agent(): Desk<'agent'> | undefined;
  readonly channels: Channels;
  readonly listener: Listener;
}

export interface FeedbackTold {
  readonly model: string;
  readonly by: 'tuner' | 'agent';
  readonly outcome: Proposed['outcome'] | 'unchanged-points' | 'refused' | 'no-answer';
  readonly branch?: string;
  readonly url?: string;
  readonly problems?: readonly Problem[];
}

const LOOK_MS = 10 * 60_000;

export function feedbackLook(options: FeedbackOptions): Look {
  return {
    name: 'feedback',
    every: ({ active, ground }) => (active.has('qualify') && modelsIn(ground).length > 0 ? LOOK_MS : undefined),
    async run(acting) {
      for (const model of modelsIn(acting.ground)) await ofModel(options, acting, model);
    },
  };
}

interface Model {
  readonly name: string;
  readonly spec: ScoringModelSpec;
}

/** Models that are to be learned for. */
function modelsIn({ compiled }: Acting['ground']): readonly Model[] {
  return Object.entries(compiled.row.content.resources).flatMap(([key, content]) => {
    const spec = content as ScoringModelSpec;
    return key.startsWith('ScoringModel/') && spec.object !== undefined && spec.tuning?.every !== undefined
      ? [{ name: key.slice('ScoringModel/'.length), spec }]
      : [];
  });
}

async function ofModel(options: FeedbackOptions, { ground, environment }: Acting, model: Model): Promise<void> {
  const { store, upstream, deps, project } = options;
  const { scope, compiled } = ground;
  const now = deps.clock.now();
  const name = `feedback ${model.name}`;
  const last = await store.inbox.cursor(scope, name);
  const every = millisecondsOf(model.spec.tuning.every ?? '0s');
  const identity = project();
  if (identity === undefined || upstream.branches === undefined || (last !== undefined && now.getTime() < Date.parse(last) + every)) return;
  // Whatever comes of it, it is not tried again before its time.
  await store.inbox.add(scope, [], { name, value: now.toISOString() });
  const snapshot = { id: compiled.row.id, resources: compiled.row.content.resources };
  const rows = await pastRows(store, { scope, snapshot, model, now });
  const head = await upstream.head();
  const tell = (told: FeedbackTold) => tellOf(options, identity.spec, { environment: environment.name, told });
  if (!head.ok) return tell({ model: model.name, by: 'tuner', outcome: 'refused', problems: head.problems });
  const tree = await upstream.read(head.value);
  const proposing: ProposeDeps & Pick<Deps, 'cache'> = {
    branches: upstream.branches,
    proposals: store.proposals,
    ...(deps.forgeOf !== undefined && { forgeOf: deps.forgeOf }),
    clock: deps.clock,
    project: { name: identity.project, spec: identity.spec },
    cache: deps.cache,
  };
  const place = { proposing, tree, rows, model, tell };
  await tuneBy(options, place);
  await askAgent(options, place);
}

interface Place {
  readonly proposing: ProposeDeps & Pick<Deps, 'cache'>;
  readonly tree: Tree;
  readonly rows: readonly PastRow[];
  readonly model: Model;
  tell(told: FeedbackTold): Promise<void>;
}

/** In the log, and to people where there is something to read. */
async function tellOf(
  { store, channels, listener, deps }: FeedbackOptions,
  spec: ProjectSpec,
  { environment, told }: { readonly environment: string; readonly told: FeedbackTold },
): Promise<void> {
  listener({ type: 'feedback', told });
  if (!isNews(told)) return;
  const at = deps.clock.now().toISOString();
  const message = { key: `feedback ${told.branch ?? ''} ${at}`, topic: 'proposal' as const, environment, text: feedbackWords(told), at };
  await store.messages.add(addressed(spec, channels, message));
}

async function tuneBy({ deps }: FeedbackOptions, { proposing, tree, rows, model, tell }: Place): Promise<void> {
  const { name } = model;
  const tuned = tuneFromDecisions(loadTree(tree, deps.cache).organisation, name, rows);
  if (!tuned.ok) return tell({ model: name, by: 'tuner', outcome: 'refused', problems: tuned.problems });
  const { verdict } = tuned.value.tuning;
  if (verdict.kind === 'refused') return tell({ model: name, by: 'tuner', outcome: 'refused', problems: verdict.reasons.map(problemOf) });
  if (tuned.value.edits.length === 0) return tell({ model: name, by: 'tuner', outcome: 'unchanged-points' });
  const records = `${rows.length} records that the controller decided on`;
  const made = await proposeTuning(proposing, { tree, tuned: tuned.value, records, again: false });
  await tell(made.ok ? toldOf(name, 'tuner', made.value) : { model: name, by: 'tuner', outcome: 'refused', problems: made.problems });
}

/** Why nothing was learned; `loopctl tune` says more. */
function problemOf(reason: Refusal): Problem {
  const message =
    reason.code === 'too_few_rows'
      ? `There are ${reason.n} records to learn from, and ${reason.min} are needed.`
      : `Nothing is learned: ${reason.code === 'guard' ? reason.finding.code : reason.code.replaceAll('_', ' ')}.`;
  return { severity: 'warning', code: reason.code, message };
}

async function askAgent({ agent }: FeedbackOptions, { proposing, tree, rows, model, tell }: Place): Promise<void> {
  const { name, spec } = model;
  const prompt = spec.tuning.agent;
  const desk = agent();
  if (prompt === undefined || desk === undefined || rows.length < spec.tuning.min_rows) return;
  const request: Extract<Lookup, { readonly kind: 'agent' }> = {
    id: 'change',
    kind: 'agent',
    prompt,
    shape: 'change',
    input: numbersOf(model, rows),
  };
  await desk.ask(request);
  const answer = (await desk.known(request)).value as AgentFact | null;
  if (answer === null) return tell({ model: name, by: 'agent', outcome: 'no-answer' });
  const made = await proposeFromAgent(proposing, {
    topic: `agent-${name}`,
    tree,
    change: answer.answer as CheckedChange,
    within: { kind: 'ScoringModel', name },
    past: new Map([[name, rows]]),
    by: `prompt ${answer.prompt} ${answer.version}, ${answer.model}`,
    again: false,
  });
  await tell(made.ok ? toldOf(name, 'agent', made.value) : { model: name, by: 'agent', outcome: 'refused', problems: made.problems });
}

function toldOf(model: string, by: FeedbackTold['by'], { outcome, branch, url }: Proposed): FeedbackTold {
  return { model, by, outcome, branch, ...(url !== undefined && { url }) };
}
