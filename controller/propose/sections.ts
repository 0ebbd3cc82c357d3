// What a proposal shows of a change of a model before people decide: what it can do on past records, before and after, and whom it grades otherwise.
// Values stand in code spans: nothing in them becomes markup or calls a person.
import type { BacktestReport } from '../../engines/backtest/backtest.ts';
import type { GradeChange, Judged } from '../../engines/tuner/judged.ts';
import { code } from '../../plans/render/inline.ts';
import { counted, thousands } from '../../plans/show.ts';

export interface Compared {
  readonly n: number;
  readonly before: Judged;
  readonly after: Judged;
  readonly grade_changes: readonly GradeChange[];
  readonly backtest: { readonly before: BacktestReport; readonly after: BacktestReport };
}

export function backtestSection({ n, before, after, backtest }: Compared, newest: number): readonly string[] {
  return [
    '#### Backtest',
    '',
    `| | before | after |`,
    '|---|---:|---:|',
    `| AUC, the newest ${thousands(newest)} records | ${number(before.auc?.value)} | ${number(after.auc?.value)} |`,
    `| Lift of the best grade, the same | ${number(before.lift_best_grade, 2)} | ${number(after.lift_best_grade, 2)} |`,
    `| AUC, all ${thousands(n)} records | ${number(backtest.before.auc?.value)} | ${number(backtest.after.auc?.value)} |`,
    `| Brier by grade, all | ${number(backtest.before.brier.by_grade)} | ${number(backtest.after.brier.by_grade)} |`,
    `| Findings of the guard, all | ${backtest.before.findings.length} | ${backtest.after.findings.length} |`,
    '',
    '| grade, newest records | records | rate | lift | records after | rate | lift |',
    '|---|---:|---:|---:|---:|---:|---:|',
    ...before.grades.map((row, at) => {
      const now = after.grades[at];
      return `| ${code(row.grade)} | ${thousands(row.n)} | ${percent(row.rate)} | ${number(row.lift, 2)} | ${thousands(now?.n ?? 0)} | ${percent(now?.rate)} | ${number(now?.lift, 2)} |`;
    }),
  ];
}

export function effectSection({ n, grade_changes: changes }: Compared): readonly string[] {
  const moved = changes.reduce((sum, { n: of }) => sum + of, 0);
  return [
    '#### Simulated effect',
    '',
    `${counted(moved, 'record')} of ${thousands(n)} would have another grade.`,
    ...(changes.length === 0
      ? []
      : [
          '',
          '| from | to | records | of them converted |',
          '|---|---|---:|---:|',
          ...changes.map(
            ({ from, to, n: of, converted }) => `| ${code(from)} | ${code(to)} | ${thousands(of)} | ${percent(converted / of)} |`,
          ),
        ]),
  ];
}

export function number(value: number | null | undefined, places = 4): string {
  return value === null || value === undefined ? '–' : value.toFixed(places);
}

export function percent(share: number | null | undefined): string {
  return share === null || share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}
