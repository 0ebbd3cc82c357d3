// What the tuner suggests, as a proposal: one open for each model, made anew when the records say something else.
import type { Checked } from '../../resources/core.ts';
import type { Tree } from '../../ports/source.ts';
import { code, words } from '../../plans/render/inline.ts';
import { counted, thousands } from '../../plans/show.ts';
import type { Deps } from '../deps.ts';
import type { Tuned } from '../tune.ts';
import { proposeEdits } from './checked.ts';
import type { ProposeDeps, Proposed } from './propose.ts';
import { backtestSection, effectSection, number, percent } from './sections.ts';

export interface TuningProposal {
  /** Edits are of this tree: it is what the branch stands on. */
  readonly tree: Tree;
  readonly tuned: Tuned;
  /** Where the records came from, for people: a file, or decisions since a day. */
  readonly records: string;
  /** False: what people closed as it is now is not opened once more. */
  readonly again?: boolean;
}

/** Only for what is suggested: anything else has no edits, and is `nothing`. */
export function proposeTuning(
  deps: ProposeDeps & Pick<Deps, 'cache'>,
  { tree, tuned, records, again }: TuningProposal,
): Promise<Checked<Proposed>> {
  const { model } = tuned;
  return proposeEdits(deps, tree, tuned.edits, {
    topic: `tune-${model.name}`,
    title: titleOf(tuned),
    body: bodyOf(tuned, records),
    ...(again !== undefined && { again }),
  });
}

function titleOf({ model, tuning }: Tuned): string {
  const moved = tuning.rules.filter(({ points, after }) => points !== after).length;
  return `Tune ${model.name}: ${counted(moved, 'rule')} moved, AUC ${number(tuning.before.auc?.value, 3)} → ${number(tuning.after.auc?.value, 3)}`;
}

function bodyOf({ model, bounds, tuning }: Tuned, records: string): string {
  const { train, holdout, rules } = tuning;
  const moved = rules.filter(({ points, after }) => points !== after);
  const locked = bounds.locked.length === 0 ? '' : `, ${bounds.locked.map(code).join(', ')} left alone`;
  return [
    `Other points for ${code(`ScoringModel/${model.name}`)} (${code(model.version)} → ${code(model.next_version)}), learned from ${words(records)}: ` +
      `${counted(train.n, 'older record')} to learn from, the newest ${thousands(holdout.n)} to judge by. ` +
      `Bounds: at most ${counted(bounds.max_step, 'point')} a rule${bounds.reorder ? '' : ', the order of the rules kept'}${locked}.`,
    '',
    '#### Points',
    '',
    '| component | rule | before | after | records | converted | coefficient |',
    '|---|---|---:|---:|---:|---:|---:|',
    ...moved.map(
      ({ id, condition, points, after, n, rate, coefficient }) =>
        `| ${code(id)} | ${inTable(code(condition))} | ${points} | ${after} | ${thousands(n)} | ${percent(rate)} | ${signed(coefficient)} |`,
    ),
    '',
    `The coefficient is what a rule tells beyond its points, in log-odds; a point of the score is worth ${number(tuning.point_worth)}.`,
    '',
    ...backtestSection(tuning, holdout.n),
    '',
    ...effectSection(tuning),
  ].join('\n');
}

function inTable(text: string): string {
  return text.replaceAll('|', '\\|');
}

function signed(coefficient: number | null): string {
  return coefficient === null ? '–' : `${coefficient < 0 ? '−' : '+'}${number(Math.abs(coefficient), 2)}`;
}
