// What a guard found, in words: what is wrong, and what to do about it.
import type { Finding } from '../../engines/backtest/backtest.ts';
import { counted } from '../../plans/show.ts';

export interface Advice {
  readonly message: string;
  readonly hint: string;
}

export function adviceOn(finding: Finding): Advice {
  switch (finding.code) {
    case 'leak_denied_field':
      return {
        message: `${finding.factor} reads "${finding.field}", which guard.deny_fields names: it knows the outcome.`,
        hint: 'Take the factor out of the model. If the field is known before the outcome after all, take it out of deny_fields and say why.',
      };
    case 'leak_single_factor_auc':
      return {
        message: `${finding.factor} alone predicts with an AUC of ${decimals(finding.auc)}: what is known before the outcome is hardly ever that good.`,
        hint: 'Find out when its field is filled in. Afterwards: take the factor out and name the field in guard.deny_fields. Before: raise guard.max_factor_auc and say why.',
      };
    case 'low_auc':
      return {
        message: `The AUC is ${decimals(finding.auc)}, and the guard wants ${decimals(finding.min)} at least: the score hardly tells good from bad.`,
        hint: 'Look at each factor alone: at 0.5 it says nothing, below it its points stand upside down.',
      };
    case 'low_lift':
      return {
        message: `${finding.grade} converts ${decimals(finding.lift, 2)} times as often as all, and the guard wants ${decimals(finding.min, 2)}.`,
        hint: `Raise the cut-off of ${finding.grade}: the calibration shows from which score on records convert.`,
      };
    case 'not_monotone':
      return {
        message: `${finding.grades.join(', ')} ${finding.grades.length === 1 ? 'converts' : 'convert'} no less than a better grade.`,
        hint: 'Join grades that do not differ, or move their cut-offs. If the scores themselves are upside down there, look at the factors alone.',
      };
    case 'unstable':
      return {
        message: `The PSI is ${decimals(finding.psi)}, and the guard allows ${decimals(finding.max)}: the last third scores unlike the first.`,
        hint: 'The PSI of each factor says which input moved: a form, a source, a way of filling in. Fit the model to records of today.',
      };
    case 'nothing_to_learn':
      return {
        message: `Of ${counted(finding.n, 'record')} ${finding.converted} converted: nothing can be learned without both outcomes.`,
        hint: 'Take records that are old enough to have ended, won and lost ones. The model excludes records: are these all of them?',
      };
    default:
      return finding satisfies never;
  }
}

export function decimals(number: number, places = 3): string {
  return number.toFixed(places);
}
