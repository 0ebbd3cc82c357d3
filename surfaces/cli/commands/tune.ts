// tune: other points for the rules of a scoring model, learned from records whose end is known. What is suggested may be proposed as a branch.
import { basename } from 'node:path';
import type { Command } from 'commander';
import { Project } from '../../../resources/project/schema.ts';
import type { Proposed } from '../../../controller/propose/propose.ts';
import type { Tuned } from '../../../controller/tune.ts';
import type { PastRead } from '../../../controller/past/rows.ts';
import { loadTree } from '../../../controller/load.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { progressLine } from '../progress.ts';
import { proposedText, publicProposal } from '../proposed.ts';
import { asOfOption, type Session } from '../session.ts';
import { openTable, watched } from '../table.ts';
import { adviceOnRefusal, tuneText } from '../tune-text.ts';

interface Options {
  readonly file: string;
  readonly outcome: string;
  readonly time?: string;
  readonly propose?: boolean;
}

export function tuneCommand(program: Command, cli: Cli): void {
  program
    .command('tune')
    .summary('other points for the rules of a scoring model, learned from records of the past')
    .description(
      'Learns from the older records what each rule tells beyond its points, moves points within the bounds of the model’s `tuning`, and judges ' +
        'the result by the newer records: it is refused where AUC, the lift of the best grade or the order of the grades gets worse. Columns are ' +
        'fields by the product’s names or the org’s. The org is not asked. The same records always give the same points.',
    )
    .argument('<model>', 'the name of a ScoringModel')
    .requiredOption('--file <file>', 'the records: comma-separated values, the first line names the columns')
    .requiredOption('--outcome <column>', 'whether a record converted: 1 or 0, true or false, yes or no')
    .option('--time <column>', 'a number or a date that orders records in time (default: as they stand in the file)')
    .option('--propose', 'make a branch that says so, and a pull request where a forge is set')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing to change, or proposed; 2 a change is suggested; 1 refused, or an error.\n\n' +
        'Example:\n  $ loopctl tune inbound --file leads.csv --outcome Converted --time CreatedDate --propose',
    )
    .action(cli.run<Options>((session, options, model) => tuned(session, String(model), options)));
}

async function tuned(session: Session, model: string, options: Options): Promise<number> {
  const { terminal, host, root, workspace } = session;
  const tree = await workspace.source.read();
  const { organisation, problems } = loadTree(tree, workspace.cache);
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, root);
  const { asOf } = asOfOption(session);
  const table = await openTable(host.cwd, options.file);
  const { tuneModel } = await import('../../../controller/tune.ts');
  const found = await tuneModel(organisation, {
    model,
    table: { ...table, rows: watched(table.rows, progressLine(session)) },
    outcome: options.outcome,
    now: host.now().getTime(),
    ...(options.time !== undefined && { order: options.time }),
    ...(asOf !== undefined && { asOf: Date.parse(`${asOf}T00:00:00Z`) }),
  });
  if (!found.ok) throw refusedBy(found.problems);
  const { verdict } = found.value.tuning;
  let proposal: Proposed | undefined;
  if (verdict.kind === 'suggested' && options.propose === true) {
    const [project] = organisation.all(Project);
    if (project === undefined) throw refusedBy(problems, root);
    const { proposeTuning } = await import('../../../controller/propose/tuning.ts');
    const { proposing } = await import('../../../controller/propose/local.ts');
    const deps = { ...(await proposing(workspace, project)), cache: workspace.cache };
    const made = await proposeTuning(deps, { tree, tuned: found.value, records: basename(options.file) });
    if (!made.ok) throw refusedBy(made.problems, root);
    proposal = made.value;
  }
  if (terminal.json) terminal.value(publicTuned(found.value, options, proposal));
  else {
    terminal.print(tuneText(found.value, options, terminal.colors));
    if (proposal !== undefined) terminal.print(`\n${proposedText(proposal)}`);
    else if (verdict.kind === 'suggested') terminal.print('Make a branch of it with --propose.');
  }
  if (verdict.kind === 'refused') return EXIT.error;
  return verdict.kind === 'suggested' && proposal === undefined ? EXIT.differs : EXIT.done;
}

/** `verdict`: `suggested`, `nothing` or `refused`, with its reasons in words. */
function publicTuned(
  { model, bounds, asOf, unseen, tuning }: Tuned & PastRead,
  { file, outcome, time }: Options,
  proposal: Proposed | undefined,
) {
  const { verdict, backtest, spec: _, ...rest } = tuning;
  const reasons =
    verdict.kind === 'refused' ? { reasons: verdict.reasons.map((reason) => ({ ...reason, ...adviceOnRefusal(reason) })) } : {};
  const summary = ({ auc, ks, lift_best_grade, monotone, brier, psi, findings }: typeof backtest.before) => ({
    auc,
    ks,
    lift_best_grade,
    monotone,
    brier,
    psi: { by_grade: psi.by_grade, by_score_bin: psi.by_score_bin },
    findings,
  });
  return {
    ok: verdict.kind !== 'refused',
    verdict: { ...verdict, ...reasons },
    model,
    bounds,
    file,
    outcome,
    time: time ?? null,
    as_of: asOf.kind === 'order' ? { order: asOf.column } : new Date(asOf.at).toISOString(),
    unseen,
    ...rest,
    backtest: { before: summary(backtest.before), after: summary(backtest.after) },
    proposal: proposal === undefined ? null : publicProposal(proposal),
  };
}
