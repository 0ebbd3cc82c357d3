// A backtest as people read it: whether the score tells good from bad, what a grade is worth, whether that lasts, and what the guard says.
import type { Auc } from '../../engines/backtest/discrimination.ts';
import type { BacktestReport } from '../../engines/backtest/backtest.ts';
import type { Backtested } from '../../controller/backtest.ts';
import { counted, safe, thousands } from '../../plans/show.ts';
import { adviceOn, decimals } from './backtest-findings.ts';
import { inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

export interface Shown {
  readonly file: string;
  readonly outcome: string;
  readonly order: string | undefined;
}

export function backtestText({ model, guard, asOf, unseen, report }: Backtested, shown: Shown, colors: Colors): string {
  const { bold, yellow } = colors;
  const when = asOf.kind === 'order' ? `its own day ("${safe(asOf.column)}")` : new Date(asOf.at).toISOString().slice(0, 10);
  const order = shown.order === undefined ? 'in the order of the file' : `in the order of "${safe(shown.order)}"`;
  return [
    bold(`${model.name} v${model.version.replace(/^v/, '')} on ${safe(shown.file)}`),
    `${counted(report.n, 'record')}, ${thousands(report.converted)} of them converted${rateText(report.base_rate)} by "${safe(shown.outcome)}"; ${order}; each scored as of ${when}.`,
    ...(report.excluded === 0 ? [] : [`${counted(report.excluded, 'record')} more that the model excludes: left out.`]),
    ...unseen.map(
      ({ field, factors, near }) =>
        `${yellow('No record has')} ${safe(field)}, which ${factors.join(', ')} reads: judged without it.${near === undefined ? '' : ` Did you mean "${safe(near)}"?`}`,
    ),
    ...(report.n === 0 ? [] : bodyOf(report, guard, bold)),
    '',
    ...verdictOf(report, colors),
  ].join('\n');
}

function bodyOf(report: BacktestReport, guard: Backtested['guard'], bold: Colors['bold']): readonly string[] {
  return [
    '',
    ...measures(report, guard),
    '',
    bold('Grades'),
    ...grades(report),
    '',
    bold('Calibration'),
    ...calibration(report),
    '',
    bold('Factors, each alone'),
    ...factors(report),
    '',
    bold('Stability'),
    ...stability(report, guard),
  ];
}

function measures(report: BacktestReport, guard: Backtested['guard']): readonly string[] {
  const { lift_top_decile: top, brier, holdout, at_threshold: at } = report;
  const best = report.grades[0]?.grade ?? '';
  const rows = [
    ['AUC', aucText(report.auc), `0.5 is chance; the guard wants ${decimals(guard.min_auc)}`],
    ['KS', number(report.ks), 'the greatest distance between the scores of both outcomes'],
    [`Lift of ${best}`, number(report.lift_best_grade, 2), `times the rate of all; the guard wants ${decimals(guard.min_lift_a, 2)}`],
    ['Top decile', number(top.lift, 2), `times the rate of all: ${thousands(top.converted)} of the best ${thousands(top.n)} converted`],
    ['Brier by grade', number(brier.by_grade), `0 is best; ${number(brier.base_rate_only)} by the rate of all alone`],
    ['Brier by score', number(brier.by_score_bin), ''],
    [
      'Newest third',
      aucText(holdout.auc),
      `AUC of ${counted(holdout.n, 'record')}; Brier ${number(holdout.brier)} by grades of the others`,
    ],
    ...(at === null
      ? []
      : [
          [`From ${at.threshold} on`, percent(at.precision), `convert, of ${thousands(at.tp + at.fp)}`],
          [
            `Below ${at.threshold}`,
            percent(at.false_negative_share),
            'of all that converted; above 10 to 15 % there is a path that the model does not see',
          ],
        ]),
  ];
  // No heading says more than the rows do.
  return inColumns(
    [
      ['', '<'],
      ['', '>'],
      ['', '<'],
    ],
    rows,
  ).slice(1);
}

function grades(report: BacktestReport): readonly string[] {
  return inColumns(
    [
      ['grade', '<'],
      ['records', '>'],
      ['share', '>'],
      ['converted', '>'],
      ['rate', '>'],
      ['lift', '>'],
      ['mean score', '>'],
    ],
    report.grades.map(({ grade, n, share, converted, rate, lift, mean_score }) => [
      grade,
      thousands(n),
      percent(share),
      thousands(converted),
      percent(rate),
      number(lift, 2),
      number(mean_score, 1),
    ]),
  );
}

function calibration(report: BacktestReport): readonly string[] {
  return inColumns(
    [
      ['score', '>'],
      ['records', '>'],
      ['converted', '>'],
      ['rate', '>'],
    ],
    report.reliability.map(({ bin, n, converted, rate }) => [bin, thousands(n), thousands(converted), percent(rate)]),
  );
}

function factors({ factor_auc, psi }: BacktestReport): readonly string[] {
  return inColumns(
    [
      ['factor', '<'],
      ['AUC', '>'],
      ['PSI', '>'],
    ],
    Object.entries(factor_auc).map(([id, auc]) => [id, number(auc), number(psi.by_factor[id] ?? null)]),
  );
}

function stability({ psi }: BacktestReport, guard: Backtested['guard']): readonly string[] {
  const shares = (period: BacktestReport['psi']['first_third']) =>
    Object.entries(period.grades).map(([grade, n]) => `${grade} ${percent(period.n === 0 ? null : n / period.n)}`);
  return [
    `  PSI ${decimals(psi.by_grade)} by grade, ${decimals(psi.by_score_bin)} by score: ${psi.verdict} (the guard allows ${decimals(guard.max_psi)})`,
    `  first third  ${[...shares(psi.first_third), `converted ${percent(psi.first_third.rate)}`].join('  ')}`,
    `  last third   ${[...shares(psi.last_third), `converted ${percent(psi.last_third.rate)}`].join('  ')}`,
  ];
}

function verdictOf({ findings }: BacktestReport, { green, red, dim }: Colors): readonly string[] {
  if (findings.length === 0) return [`${green('The guard lets it pass.')} Records that the model has never seen are the better proof.`];
  return [
    `${red('The guard refuses it')}: ${counted(findings.length, 'finding')}.`,
    ...findings.flatMap((finding) => {
      const { message, hint } = adviceOn(finding);
      return [`  ${safe(message)}${dim(` [${finding.code}]`)}`, `    ${hint}`];
    }),
  ];
}

function rateText(rate: number | null): string {
  return rate === null ? '' : ` (${percent(rate)})`;
}

function aucText(auc: Auc | null): string {
  return number(auc?.value ?? null);
}

function number(value: number | null, places = 3): string {
  return value === null ? '–' : decimals(value, places);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
