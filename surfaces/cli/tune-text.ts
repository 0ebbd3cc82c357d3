// A tuning as people read it: each rule with its points before and after and why, what the model can do before and after, whom it grades otherwise,
// and what is to be done with it.
import type { Judged } from '../../engines/tuner/judged.ts';
import type { Tuning } from '../../engines/tuner/tune.ts';
import type { Refusal, Verdict } from '../../engines/tuner/verdict.ts';
import type { PastRead } from '../../controller/past/rows.ts';
import type { Tuned } from '../../controller/tune.ts';
import { counted, safe, thousands } from '../../plans/show.ts';
import { type Advice, adviceOn, decimals } from './backtest-findings.ts';
import { inColumns } from './columns.ts';
import type { Colors } from './terminal.ts';

interface Shown {
  readonly file: string;
  readonly outcome: string;
  readonly time?: string;
}

export function tuneText({ model, bounds, unseen, tuning }: Tuned & PastRead, shown: Shown, colors: Colors): string {
  const { bold, yellow } = colors;
  const { n, train, holdout, excluded, verdict } = tuning;
  const order = shown.time === undefined ? 'in the order of the file' : `in the order of "${safe(shown.time)}"`;
  const isLearned = tuning.rules.some(({ coefficient }) => coefficient !== null);
  return [
    bold(`${model.name} v${model.version.replace(/^v/, '')} on ${safe(shown.file)}`),
    `${counted(n, 'record')} by "${safe(shown.outcome)}", ${order}: learned from the older ${thousands(train.n)}${rateText(train.rate)}, judged by the newer ${thousands(holdout.n)}${rateText(holdout.rate)}.`,
    ...(excluded === 0 ? [] : [`${counted(excluded, 'record')} more that the model excludes: left out.`]),
    `At most ${counted(bounds.max_step, 'point')} a rule${bounds.reorder ? '' : ', their order kept'}${bounds.locked.length === 0 ? '' : `; left alone: ${bounds.locked.join(', ')}`}.`,
    ...unseen.map(
      ({ field, factors, near }) =>
        `${yellow('No record has')} ${safe(field)}, which ${factors.join(', ')} reads: judged without it.${near === undefined ? '' : ` Did you mean "${safe(near)}"?`}`,
    ),
    ...(isLearned
      ? [
          '',
          bold('Points'),
          ...points(tuning),
          '',
          bold('Newer records'),
          ...measures(tuning),
          '',
          ...grades(tuning),
          '',
          ...effect(tuning),
        ]
      : []),
    '',
    ...verdictLines(verdict, colors),
  ].join('\n');
}

function points({ rules, point_worth }: Tuning): readonly string[] {
  return [
    ...inColumns(
      [
        ['component', '<'],
        ['rule', '<'],
        ['points', '>'],
        ['', '<'],
        ['new', '>'],
        ['records', '>'],
        ['rate', '>'],
        ['coefficient', '>'],
      ],
      rules.map(({ id, condition, points: before, after, n, rate, coefficient, locked }) => [
        id,
        safe(condition),
        String(before),
        before === after ? '' : '→',
        before === after ? '' : String(after),
        thousands(n),
        percent(rate),
        locked ? 'locked' : signed(coefficient),
      ]),
    ),
    `  The coefficient is what a rule tells beyond its points, in log-odds; a point of the score is worth ${number(point_worth, 4)}.`,
  ];
}

function measures({ before, after }: Tuning): readonly string[] {
  const row = (name: string, of: (judged: Judged) => string) => [name, of(before), '→', of(after)];
  return inColumns(
    [
      ['', '<'],
      ['before', '>'],
      ['', '<'],
      ['after', '>'],
    ],
    [
      row('AUC', ({ auc }) => number(auc?.value ?? null, 4)),
      row(`Lift of ${before.grades[0]?.grade ?? ''}`, ({ lift_best_grade }) => number(lift_best_grade, 2)),
      row('Better grades convert better', ({ monotone }) => (monotone ? 'yes' : 'no')),
    ],
  );
}

function grades({ before, after }: Tuning): readonly string[] {
  return inColumns(
    [
      ['grade', '<'],
      ['records', '>'],
      ['rate', '>'],
      ['lift', '>'],
      ['', '<'],
      ['records', '>'],
      ['rate', '>'],
      ['lift', '>'],
    ],
    before.grades.map(({ grade, n, rate, lift }, at) => {
      const now = after.grades[at];
      return [
        grade,
        thousands(n),
        percent(rate),
        number(lift, 2),
        '→',
        thousands(now?.n ?? 0),
        percent(now?.rate ?? null),
        number(now?.lift ?? null, 2),
      ];
    }),
  );
}

function effect({ n, grade_changes: changes }: Tuning): readonly string[] {
  const moved = changes.reduce((sum, { n: of }) => sum + of, 0);
  return [
    `${counted(moved, 'record')} of all ${thousands(n)} would have another grade${moved === 0 ? '.' : ':'}`,
    ...changes.map(({ from, to, n: of, converted }) => `  ${from} → ${to}  ${thousands(of)}, ${percent(converted / of)} of them converted`),
  ];
}

function verdictLines(verdict: Verdict, { green, red, yellow, dim }: Colors): readonly string[] {
  switch (verdict.kind) {
    case 'suggested':
      return [`${yellow('A change is suggested')}: the AUC of the newer records rises by ${decimals(verdict.gain, 4)}.`];
    case 'nothing':
      return [
        verdict.why === 'no_moves'
          ? `${green('Nothing to change')}: the records would leave every rule where it is.`
          : `${green('Nothing to change')}: the AUC of the newer records would rise by ${decimals(verdict.gain, 4)}, and tuning.min_gain wants ${decimals(verdict.min, 4)}.`,
      ];
    case 'refused':
      return [
        `${red('Refused')}: ${counted(verdict.reasons.length, 'reason')}.`,
        ...verdict.reasons.flatMap((reason) => {
          const { message, hint } = adviceOnRefusal(reason);
          return [`  ${safe(message)}${dim(` [${reason.code === 'guard' ? reason.finding.code : reason.code}]`)}`, `    ${hint}`];
        }),
      ];
    default:
      return verdict satisfies never;
  }
}

/** Why a tuning is refused, and what to do about it. */
export function adviceOnRefusal(reason: Refusal): Advice {
  switch (reason.code) {
    case 'too_few_rows':
      return {
        message: `There are ${counted(reason.n, 'record')} that the model grades, and tuning.min_rows wants ${thousands(reason.min)}.`,
        hint: 'Wait for more of them to end. Fewer rows move points by chance.',
      };
    case 'one_outcome':
      return {
        message: `Of the ${counted(reason.n, `${reason.part} record`)} ${reason.converted === 0 ? 'none' : 'every one'} converted.`,
        hint: 'Take records that are old enough to have ended, won and lost ones, and order them in time with --time.',
      };
    case 'upside_down':
      return {
        message: 'A higher score converts less often: small steps do not mend that.',
        hint: 'Is --outcome the right column? loopctl backtest shows each factor alone.',
      };
    case 'auc_falls':
      return {
        message: `What the older records teach makes the newer ones worse: their AUC falls from ${decimals(reason.before, 4)} to ${decimals(reason.after, 4)}.`,
        hint: 'Something changed between them. loopctl backtest shows which factor is no longer what it was (PSI).',
      };
    case 'lift_falls':
      return {
        message: `The best grade would be worth less among the newer records: its lift falls from ${decimals(reason.before, 2)} to ${reason.after === null ? 'nothing, since none has it' : decimals(reason.after, 2)}.`,
        hint: 'Raise its cut-off, or lock the components that bring others into it: tuning.locked.',
      };
    case 'no_longer_monotone':
      return {
        message: 'A better grade would no longer convert better among the newer records.',
        hint: 'Move the cut-offs of the grades, or lower tuning.max_step.',
      };
    case 'guard':
      return adviceOn(reason.finding);
    default:
      return reason satisfies never;
  }
}

function rateText(rate: number | null): string {
  return rate === null ? '' : ` (${percent(rate)} converted)`;
}

function signed(value: number | null): string {
  return value === null ? '–' : `${value < 0 ? '-' : '+'}${decimals(Math.abs(value))}`;
}

function number(value: number | null, places = 3): string {
  return value === null ? '–' : decimals(value, places);
}

function percent(share: number | null): string {
  return share === null ? '–' : `${(share * 100).toFixed(1)} %`;
}
