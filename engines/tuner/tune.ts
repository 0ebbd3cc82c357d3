// Other points for the rules of a scoring model, learned from what became of past records: on the older ones, judged on the newer, a few points
// at a time, within the bounds that the model declares. The same rows always give the same points.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { backtest, type BacktestReport } from '../backtest/backtest.ts';
import { convertedIn, rateOf } from '../backtest/rows.ts';
import { type GradeChange, gradeChanges, type Judged, judge, split } from './judged.ts';
import { fitLogistic } from './logistic.ts';
import { type LearnedRow, learnedRows, type PastRow, type TunableRule, tunableRules } from './rows.ts';
import { stepped } from './steps.ts';
import { type Refusal, type Verdict, verdictOn } from './verdict.ts';

export interface Tuning {
  /** Rows that the model grades, and rows that it excludes. */
  readonly n: number;
  readonly excluded: number;
  /** The older rows, that it learned from, and the newer ones, that it is judged on. */
  readonly train: Part;
  readonly holdout: Part;
  /** What a point of today's score is worth among the older rows, in log-odds; `null` where it was not asked. */
  readonly point_worth: number | null;
  /** In the order of the model; empty where nothing could be learned. */
  readonly rules: readonly RuleMove[];
  /** On the newer rows. */
  readonly before: Judged;
  readonly after: Judged;
  /** Of all rows, by the grade before and after. */
  readonly grade_changes: readonly GradeChange[];
  readonly verdict: Verdict;
  /** Of all rows: what the model's guard says of either. */
  readonly backtest: { readonly before: BacktestReport; readonly after: BacktestReport };
  /** The model with the new points; the same as before where none moved. */
  readonly spec: ScoringModelSpec;
}

export interface Part {
  readonly n: number;
  readonly converted: number;
  readonly rate: number | null;
  /** First and last. */
  readonly order: readonly [number, number] | null;
}

export interface RuleMove extends TunableRule {
  readonly after: number;
  /** Among the older rows. */
  readonly n: number;
  readonly converted: number;
  readonly rate: number | null;
  /** How much more than its points say it tells, in log-odds; `null` where it was not asked. */
  readonly coefficient: number | null;
}

/** Never throws: where nothing can be learned, the verdict says why. */
export function tune(spec: ScoringModelSpec, past: readonly PastRow[]): Tuning {
  const rules = tunableRules(spec);
  const rows = learnedRows(spec, rules, past);
  const [train, holdout] = split(rows, spec.tuning.holdout);
  const report = backtest(spec, rows);
  const still: Unmoved = { spec, rules, rows, train, holdout, report, excluded: past.length - rows.length };
  const unfit = whyNot(spec, report, train, holdout);
  if (unfit.length > 0) return unmoved(still, null, { kind: 'refused', reasons: unfit });
  const worth = pointWorth(train, spec.tuning.ridge);
  if (worth === undefined || worth <= 0) return unmoved(still, worth ?? null, { kind: 'refused', reasons: [{ code: 'upside_down' }] });
  const moves = movesOf(spec, rules, train, worth);
  if (moves.every(({ points, after }) => points === after)) return unmoved(still, worth, { kind: 'nothing', why: 'no_moves' }, moves);
  const tuned = withPoints(spec, moves);
  const now = learnedRows(tuned, rules, past);
  const [, nowHoldout] = split(now, spec.tuning.holdout);
  const [before, after] = [judge(holdout, spec), judge(nowHoldout, tuned)];
  const reports = { before: report, after: backtest(tuned, now) };
  return {
    ...common(still),
    point_worth: worth,
    rules: moves,
    before,
    after,
    grade_changes: gradeChanges(rows, now),
    verdict: verdictOn(spec.tuning, before, after, reports),
    backtest: reports,
    spec: tuned,
  };
}

interface Unmoved {
  readonly spec: ScoringModelSpec;
  readonly rules: readonly TunableRule[];
  readonly rows: readonly LearnedRow[];
  readonly train: readonly LearnedRow[];
  readonly holdout: readonly LearnedRow[];
  readonly report: BacktestReport;
  readonly excluded: number;
}

function common({ rows, train, holdout, excluded }: Unmoved) {
  return { n: rows.length, excluded, train: partOf(train), holdout: partOf(holdout) };
}

function unmoved(still: Unmoved, worth: number | null, verdict: Verdict, moves?: readonly RuleMove[]): Tuning {
  const { spec, rules, rows, train, holdout, report } = still;
  const judged = judge(holdout, spec);
  return {
    ...common(still),
    point_worth: worth,
    rules: moves ?? rules.map((rule, at) => ({ ...rule, after: rule.points, ...seen(train, at), coefficient: null })),
    before: judged,
    after: judged,
    grade_changes: gradeChanges(rows, rows),
    verdict,
    backtest: { before: report, after: report },
    spec,
  };
}

function partOf(rows: readonly LearnedRow[]): Part {
  const [oldest, newest] = [rows[0], rows.at(-1)];
  const order = oldest === undefined || newest === undefined ? null : ([oldest.order, newest.order] as const);
  return { n: rows.length, converted: convertedIn(rows), rate: rateOf(rows), order };
}

/** Why nothing is to be learned from these rows, or by this model. */
function whyNot(
  { tuning }: ScoringModelSpec,
  { findings }: BacktestReport,
  train: readonly LearnedRow[],
  holdout: readonly LearnedRow[],
): readonly Refusal[] {
  const n = train.length + holdout.length;
  const reasons: Refusal[] = [];
  if (n < tuning.min_rows) reasons.push({ code: 'too_few_rows', n, min: tuning.min_rows });
  for (const [part, rows] of [['older', train] as const, ['newer', holdout] as const]) {
    const converted = convertedIn(rows);
    if (converted === 0 || converted === rows.length) reasons.push({ code: 'one_outcome', part, n: rows.length, converted });
  }
  // What was filled in after the fact would be given even more points.
  const leaks = findings.filter((finding) => finding.code === 'leak_denied_field' || finding.code === 'leak_single_factor_auc');
  return [...reasons, ...leaks.map((finding): Refusal => ({ code: 'guard', finding }))];
}

/** Points to a step, so that the numbers are of one size. */
const POINTS = 10;

/** What one point of the score is worth, in log-odds. */
function pointWorth(rows: readonly LearnedRow[], ridge: number): number | undefined {
  const observations = rows.map(({ score, outcome }) => ({ offset: 0, features: [{ at: 0, value: score / POINTS }], outcome }));
  const worth = fitLogistic(observations, 1, ridge)?.coefficients[0];
  return worth === undefined ? undefined : worth / POINTS;
}

/** Each rule beside what its points say of it already: what is left over, in points. */
function movesOf(
  { tuning }: ScoringModelSpec,
  rules: readonly TunableRule[],
  train: readonly LearnedRow[],
  worth: number,
): readonly RuleMove[] {
  const free = rules.flatMap(({ locked }, at) => (locked ? [] : [at]));
  const places = new Map(free.map((at, place) => [at, place]));
  const observations = train.map(({ score, outcome, fired }) => ({
    offset: worth * score,
    features: fired.flatMap(({ at, share }) => {
      const place = places.get(at);
      return place === undefined ? [] : [{ at: place, value: share }];
    }),
    outcome,
  }));
  const fitted = fitLogistic(observations, free.length, tuning.ridge);
  const wanted = rules.map((rule, at) => {
    const place = places.get(at);
    const coefficient = (place === undefined ? undefined : fitted?.coefficients[place]) ?? null;
    return { move: { ...rule, ...seen(train, at), coefficient }, target: rule.points + (coefficient ?? 0) / worth };
  });
  const after = new Map<TunableRule, number>();
  for (const of of Map.groupBy(wanted, ({ move }) => move.id).values()) {
    const { weight = 0 } = of[0]?.move ?? {};
    const points = stepped(
      of.map(({ move, target }) => ({ points: move.points, n: move.n, locked: move.locked, target })),
      { maxStep: tuning.max_step, weight, reorder: tuning.reorder },
    );
    for (const [at, { move }] of of.entries()) after.set(move, points[at] ?? move.points);
  }
  return wanted.map(({ move }) => ({ ...move, after: after.get(move) ?? move.points }));
}

function seen(rows: readonly LearnedRow[], rule: number): { readonly n: number; readonly converted: number; readonly rate: number | null } {
  const of = rows.filter(({ fired }) => fired.some(({ at }) => at === rule));
  return { n: of.length, converted: convertedIn(of), rate: rateOf(of) };
}

function withPoints(spec: ScoringModelSpec, moves: readonly RuleMove[]): ScoringModelSpec {
  const tuned = structuredClone(spec) as Mutable<ScoringModelSpec>;
  for (const { side, component, rule, after } of moves) {
    const found = tuned[side].components[component]?.rules?.[rule];
    if (found !== undefined) found.points = after;
  }
  return tuned;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends object ? Mutable<T[Key]> : T[Key] };
