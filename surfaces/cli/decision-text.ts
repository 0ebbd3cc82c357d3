// Decisions as people read them: what came out, why, and each thing that was looked at.
import { safe, show } from '../../plans/show.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { TraceEntry } from '../../engines/trace.ts';
import type { Colors } from './terminal.ts';

export function decisionText(decision: DecisionRecord, colors: Colors): string {
  if (decision.loop === 'lifecycle') return stageText(decision, colors);
  if (decision.loop === 'generate') return signalText(decision, colors);
  return decision.loop === 'qualify' ? scoreText(decision, colors) : routeText(decision, colors);
}

interface Factor {
  readonly id: string;
  readonly input: unknown;
  readonly reason: string;
  readonly points: number;
  readonly max: number;
}

/** `Score: 129/135 Grade: A Config: v3.1.0`, then a row a factor. */
function scoreText(decision: DecisionRecord, { bold, dim }: Colors): string {
  const { score, max, grade, model, trace, reasoning } = decision as DecisionRecord & {
    readonly score: number;
    readonly max: number;
    readonly grade: string | null;
    readonly model: { readonly name: string; readonly version: string };
    readonly trace: readonly TraceEntry[];
    readonly reasoning: string;
  };
  const factors = (decision['factors'] as readonly Factor[] | undefined) ?? [];
  const because = new Map(trace.map((entry) => [entry.rule, entry]));
  const width = Math.max(0, ...factors.map(({ id }) => id.length));
  const rows = factors.map(
    ({ id, points, max: most }) =>
      `  ${id.padEnd(width)}  ${`${points}/${most}`.padStart(6)}  ${dim(safe(because.get(id)?.because ?? ''))}`,
  );
  const others = trace
    .filter(({ rule }) => !factors.some(({ id }) => id === rule))
    .map(({ rule, result, because: why }) => `  ${rule}: ${result}, ${safe(why)}`);
  return [
    bold(`Score: ${score}/${max} Grade: ${grade ?? 'none'} Config: v${model.version}`),
    ...rows,
    ...others,
    safe(reasoning),
    ...effectLines(decision),
    ...outcomeLines(decision),
    foot(decision, dim),
  ].join('\n');
}

/** `lead → mql (advance)`, what it means for people, then each condition that was looked at. */
function stageText(decision: DecisionRecord, { bold, dim }: Colors): string {
  const { action, from, stage, reasoning, trace } = decision as DecisionRecord & {
    readonly trace: readonly TraceEntry[];
  };
  const line = (name: string, value: unknown) => (value === undefined || value === null ? [] : [`${name}: ${plain(value)}`]);
  const way = from === stage || from === null ? plain(stage ?? 'no stage') : `${plain(from)} → ${plain(stage)}`;
  return [
    bold(`stage: ${way} (${plain(action)})`),
    ...line('reason', decision['reason']),
    ...line('since', decision['since']),
    ...line('owner of the stage', decision['stage_owner']),
    ...line(
      'sla_due',
      decision['sla_due'] === undefined ? undefined : `${plain(decision['sla_due'])}${decision['overdue'] === true ? ', overdue' : ''}`,
    ),
    ...line('look_again', decision['look_again']),
    `reasoning: ${show(reasoning, 2_000)}`,
    ...traceLines(trace, dim),
    ...effectLines(decision),
    ...outcomeLines(decision),
    foot(decision, dim),
  ].join('\n');
}

/** `signals: 76.52/100 warm, 1 new`, what is new with what shows it, then each sign that was told of. */
function signalText(decision: DecisionRecord, { bold, dim }: Colors): string {
  const { account_score, band, signals, known, reasoning, trace } = decision as DecisionRecord & {
    readonly signals: readonly {
      readonly type: string;
      readonly title: string;
      readonly evidence: readonly { readonly url: string; readonly quote: string; readonly published_at: string }[];
    }[];
    readonly trace: readonly TraceEntry[];
  };
  const news = signals.flatMap(({ type, title, evidence }) => [
    `new: ${safe(type)}, ${show(title, 300)}`,
    ...evidence.map(({ url, quote, published_at }) => `  ${show(quote, 300)} ${dim(`${safe(url)}, ${published_at.slice(0, 10)}`)}`),
  ]);
  return [
    bold(`signals: ${plain(account_score)}/100 ${plain(band)}, ${signals.length} new, ${plain(known)} known`),
    ...news,
    `reasoning: ${show(reasoning, 2_000)}`,
    ...traceLines(trace, dim),
    ...outcomeLines(decision),
    foot(decision, dim),
  ].join('\n');
}

/** As the trail of a decision is written down: rule, action, territory, owner, inputs, reasoning. */
function routeText(decision: DecisionRecord, { bold, dim }: Colors): string {
  const { rule_matched, priority, action, territory, owner, queue, method, confidence, inputs, reasoning, trace } =
    decision as DecisionRecord & {
      readonly owner?: { readonly name: string; readonly username: string; readonly role: string | null };
      readonly inputs: Readonly<Record<string, unknown>>;
      readonly trace: readonly TraceEntry[];
    };
  const line = (name: string, value: unknown) => (value === undefined || value === null ? [] : [`${name}: ${plain(value)}`]);
  return [
    bold(`rule_matched: ${plain(rule_matched)}${typeof priority === 'number' ? ` (priority ${priority})` : ''}`),
    ...line('action', action),
    ...line('territory', territory),
    ...(owner === undefined
      ? []
      : [`owner: ${safe(owner.name)}${owner.role === null ? '' : ` (${safe(owner.role)})`}, ${safe(owner.username)}`]),
    ...line('queue', queue),
    ...line('held_by', decision['held_by']),
    ...line('rejected', decision['rejected']),
    ...line('method', method),
    ...line('confidence', confidence),
    'inputs:',
    ...Object.entries(inputs).map(([name, value]) => `  ${safe(name)}: ${show(value)}`),
    `reasoning: ${show(reasoning, 2_000)}`,
    ...traceLines(trace, dim),
    ...effectLines(decision),
    ...outcomeLines(decision),
    foot(decision, dim),
  ].join('\n');
}

function traceLines(trace: readonly TraceEntry[], dim: Colors['dim']): readonly string[] {
  const because = (why: string) => (why === '' ? '' : dim(`, ${safe(why)}`));
  return ['trace:', ...trace.map((entry) => `  ${safe(entry.rule)}: ${safe(entry.result)}${because(entry.because)}`)];
}

interface ToldEffect {
  readonly kind?: string;
  readonly object?: string;
  readonly fields?: readonly string[];
  readonly text?: string;
  readonly made?: string;
  readonly status: string;
  readonly error?: string;
}

function wantedText({ kind, object, fields = [], text, made }: ToldEffect): string {
  if (kind === 'create') return `made: ${safe(object ?? '')}${made === undefined ? '' : ` ${safe(made)}`}`;
  return kind === 'notify' ? `told: ${show(text, 200)}` : `written back: ${fields.join(', ')}`;
}

/** What became of what the decision wanted written, made and told. */
function effectLines({ effects }: DecisionRecord): readonly string[] {
  return ((effects ?? []) as readonly ToldEffect[]).map(
    (effect) => `${wantedText(effect)}: ${effect.status}${effect.error === undefined ? '' : `, ${safe(effect.error)}`}`,
  );
}

/** What became of the record afterwards. */
function outcomeLines({ outcomes }: DecisionRecord): readonly string[] {
  const some = (outcomes ?? []) as readonly {
    readonly outcome: string;
    readonly at: string;
    readonly reason?: string;
    readonly source: string;
  }[];
  return some.map(
    ({ outcome, at, reason, source }) =>
      `became of it: ${outcome} at ${at}${reason === undefined ? '' : `, ${safe(reason)}`}${source === 'org' ? '' : ` (${safe(source)})`}`,
  );
}

function foot({ id, loop, subject, revision, logged_at }: DecisionRecord, dim: Colors['dim']): string {
  const of = [subject.object, subject.id, subject.name].filter((part) => part !== undefined).join(' ');
  const commit = revision.commit === null ? 'no commit' : revision.commit.slice(0, 10);
  return dim(`${loop} ${id} of ${safe(of)}, on snapshot ${revision.snapshot.slice(0, 12)} of ${commit}, logged at ${logged_at}`);
}

function plain(value: unknown): string {
  return safe(typeof value === 'string' ? value : JSON.stringify(value));
}
