// How experiments do, counted from the ledger of decisions: records of each side, what became of them, what was decided, how often both agreed.
import { compared, type Compared, isTooBad } from '../../engines/experiment/verdict.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { ExperimentStanding, Scope, Store } from '../../ports/store.ts';
import { labelOf } from '../loops/decision.ts';
import { type Past, scan } from '../metrics/scan.ts';
import { percent } from '../metrics/words.ts';
import type { Mark } from './shadow.ts';
import { type Arm, isRunning, type Trial, trialsIn } from './trials.ts';

export interface ExperimentReport extends Omit<Trial, 'spec' | 'loop'> {
  readonly state: ExperimentStanding['state'];
  readonly because: string;
  /** ISO: of its first decision. */
  readonly since?: string;
  /** ISO. */
  readonly at: string;
  readonly arms: Readonly<Record<Arm, ArmReport>>;
  /** On a share. */
  readonly difference?: Compared;
  /** In shadow: `n` decisions that both made, of which `agreed` came to the same. */
  readonly agreement?: { readonly n: number; readonly agreed: number; readonly rate: number | null; readonly undetermined: number };
}

export interface ArmReport {
  /** Records. */
  readonly n: number;
  /** Of these, converted or won so far. */
  readonly converted: number;
  readonly rate: number | null;
  readonly mean_score: number | null;
  /** Grades, or rules; the most frequent first. */
  readonly shares: readonly { readonly label: string; readonly n: number; readonly share: number }[];
}

/** Labels beyond these are counted together. */
const MOST_LABELS = 24;
/** Where nobody has looked yet, a run is not older than what it takes, and a month. */
const MONTH_MS = 30 * 86_400_000;

/** In the order of their names; none where nothing was reconciled. `name`: one alone. */
export async function experimentReports(
  store: Pick<Store, 'tally' | 'outcomes' | 'activeSnapshot' | 'standing'>,
  scope: Scope | undefined,
  { now, name }: { readonly now: Date; readonly name?: string },
): Promise<readonly ExperimentReport[]> {
  const row = scope === undefined ? undefined : await store.activeSnapshot(scope);
  const all = trialsIn(row?.content.resources ?? {}).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const trials = name === undefined ? all : all.filter((one) => one.name === name);
  if (scope === undefined || trials.length === 0) return [];
  const { experiments: known = {} } = await store.standing(scope.project, scope.environment);
  const counts = new Map(trials.map((trial) => [trial.run, emptyCount()]));
  const since = Math.min(...trials.map((trial) => startOf(trial, known[trial.name], now.getTime())));
  const loops = new Set(trials.map(({ loop }) => loop));
  const [loop] = loops;
  await scan(store, scope, { since, ...(loops.size === 1 && loop !== undefined && { loop }) }, (past) => {
    const mark = past.decision['experiment'] as Mark | undefined;
    const count = mark && counts.get(mark.run);
    if (mark !== undefined && count !== undefined) see(count, mark, past);
  });
  return trials.map((trial) => reportOf(trial, counts.get(trial.run) ?? emptyCount(), known[trial.name], now));
}

function startOf({ run, stop }: Trial, known: ExperimentStanding | undefined, now: number): number {
  if (known?.run === run && known.since !== undefined) return Date.parse(known.since);
  return now - millisecondsOf(stop.after) - MONTH_MS;
}

interface Count {
  readonly arms: Readonly<Record<Arm, ArmCount>>;
  /** Milliseconds since 1970. */
  first: number | undefined;
  agreed: number;
  differed: number;
  undetermined: number;
}

interface ArmCount {
  readonly seen: Set<string>;
  readonly converted: Set<string>;
  readonly labels: Map<string, number>;
  score: number;
  scored: number;
}

function emptyCount(): Count {
  const arm = (): ArmCount => ({ seen: new Set(), converted: new Set(), labels: new Map(), score: 0, scored: 0 });
  return { arms: { control: arm(), candidate: arm() }, first: undefined, agreed: 0, differed: 0, undetermined: 0 };
}

/** Newest first: a record counts with the newest decision on it, and as converted where it did after any of them. */
function see(count: Count, mark: Mark, past: Past): void {
  const { decision, at } = past;
  // What people decide is no side's.
  if (decision['method'] === 'human') return;
  count.first = Math.min(count.first ?? at, at);
  if (mark.mode === 'share') {
    // What becomes of something without an id nobody learns.
    if (decision.subject.id !== undefined) seeArm(count.arms[mark.arm], past, decision);
    return;
  }
  const isNews = !count.arms.control.seen.has(keyOf(decision));
  seeArm(count.arms.control, past, decision);
  if (mark.candidate === undefined) {
    if (isNews) count.undetermined += 1;
    return;
  }
  seeArm(count.arms.candidate, past, mark.candidate);
  if (isNews) count[mark.differs === true ? 'differed' : 'agreed'] += 1;
}

function seeArm(arm: ArmCount, { decision, at, outcomes }: Past, said: Readonly<Record<string, unknown>>): void {
  const key = keyOf(decision);
  if (outcomes.some((one) => (one.outcome === 'converted' || one.outcome === 'won') && Date.parse(one.at) >= at)) arm.converted.add(key);
  if (arm.seen.has(key)) return;
  arm.seen.add(key);
  const label = labelOf(said as DecisionRecord);
  const known = arm.labels.has(label) || arm.labels.size < MOST_LABELS ? label : 'other';
  arm.labels.set(known, (arm.labels.get(known) ?? 0) + 1);
  if (typeof said['score'] !== 'number') return;
  arm.score += said['score'];
  arm.scored += 1;
}

function keyOf({ subject, id }: DecisionRecord): string {
  return subject.id ?? id;
}

function reportOf(from: Trial, count: Count, known: ExperimentStanding | undefined, now: Date): ExperimentReport {
  const { spec: _, loop: __, ...trial } = from;
  const arms = { control: armReport(count.arms.control), candidate: armReport(count.arms.candidate) };
  const { agreed, differed, undetermined } = count;
  const n = agreed + differed;
  const made = {
    ...trial,
    ...(count.first !== undefined && { since: new Date(count.first).toISOString() }),
    at: now.toISOString(),
    arms,
    ...(trial.mode === 'share'
      ? { difference: compared(arms.control, arms.candidate) }
      : { agreement: { n, agreed, rate: n === 0 ? null : agreed / n, undetermined } }),
  };
  return { ...made, ...judged(made, known, count.first, now.getTime()) };
}

function armReport({ seen, converted, labels, score, scored }: ArmCount): ArmReport {
  const n = seen.size;
  return {
    n,
    converted: converted.size,
    rate: n === 0 ? null : converted.size / n,
    mean_score: scored === 0 ? null : score / scored,
    shares: [...labels].map(([label, of]) => ({ label, n: of, share: of / n })).sort((a, b) => b.n - a.n),
  };
}

type Unjudged = Omit<ExperimentReport, 'state' | 'because'>;

function judged(
  report: Unjudged,
  known: ExperimentStanding | undefined,
  first: number | undefined,
  now: number,
): Pick<ExperimentReport, 'state' | 'because'> {
  const { run, arms, stop, mode, from, to, agreement } = report;
  // Once it is stopped no record comes to it any more: what was seen then counts.
  if (known?.run === run && known.state === 'stopped') return { state: 'stopped', because: known.because };
  if (mode === 'share' && isTooBad(arms.control, arms.candidate, stop))
    return { state: 'stopped', because: `${rates(report)}; more than ${points(stop.max_drop)} less is too much` };
  if (!isRunning(report, now))
    return to !== undefined && new Date(now).toISOString().slice(0, 10) > to
      ? { state: 'over', because: `its last day was ${to}${first === undefined ? '' : `; ${told(report)}`}` }
      : { state: 'waiting', because: `it begins on ${from ?? 'a day to come'}` };
  if (first === undefined) return { state: 'running', because: 'nothing was decided yet' };
  const least = mode === 'share' ? Math.min(arms.control.n, arms.candidate.n) : (agreement?.n ?? 0);
  const end = first + millisecondsOf(stop.after);
  if (least >= stop.min_n && now >= end) return { state: 'enough', because: told(report) };
  const missing = [
    ...(least < stop.min_n ? [`${least} of ${stop.min_n} records${mode === 'share' ? ' on the smaller side' : ''}`] : []),
    ...(now < end ? [`it goes on until ${new Date(end).toISOString().slice(0, 10)} at least`] : []),
  ];
  return { state: 'running', because: missing.join('; ') };
}

function told(report: Unjudged): string {
  if (report.mode === 'share') return rates(report);
  const { n, rate, undetermined } = report.agreement ?? { n: 0, rate: null, undetermined: 0 };
  const more = undetermined === 0 ? '' : `; of ${undetermined} nobody can tell`;
  return `both decide alike on ${rate === null ? 'none' : percent(rate)} of ${n} records${more}`;
}

function rates({ arms: { control, candidate }, difference }: Unjudged): string {
  const side = ({ rate, n }: ArmReport) => `${rate === null ? 'nothing' : percent(rate)} of ${n}`;
  const z = difference?.z === null || difference?.z === undefined ? '' : ` (z ${Math.abs(difference.z).toFixed(2)})`;
  return `the candidate converts ${side(candidate)}, the control ${side(control)}${z}`;
}

function points(share: number): string {
  return `${Number((share * 100).toFixed(1))} points`;
}
