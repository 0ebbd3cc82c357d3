// backtest: what a scoring model would have said of records whose end is known. A check for CI: it fails where the guard refuses.
import { type Command, InvalidArgumentError } from 'commander';
import type { Backtested } from '../../../controller/backtest.ts';
import { adviceOn } from '../backtest-findings.ts';
import { backtestText } from '../backtest-text.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { progressLine } from '../progress.ts';
import { asOfOption, loaded, type Session } from '../session.ts';
import { openTable, watched } from '../table.ts';

interface Options {
  readonly file: string;
  readonly outcome: string;
  readonly order?: string;
  readonly threshold?: number;
}

export function backtestCommand(program: Command, cli: Cli): void {
  program
    .command('backtest')
    .summary('whether a scoring model tells good records from bad ones, by records of the past')
    .description(
      'Scores records whose outcome is known, by a ScoringModel of the working tree: AUC, lift, what each grade is worth, whether that lasts, ' +
        'and whether the model’s guard lets it go live. Columns are fields by the product’s names or the org’s. Neither the org nor the state is asked. ' +
        'Each record is scored as of --as-of; without it, as of the dates in --order, else of today.',
    )
    .argument('<model>', 'the name of a ScoringModel')
    .requiredOption('--file <file>', 'the records: comma-separated values, the first line names the columns')
    .requiredOption('--outcome <column>', 'whether a record converted: 1 or 0, true or false, yes or no')
    .option('--order <column>', 'a number or a date that orders records in time (default: as they stand in the file)')
    .option('--threshold <score>', 'count hits and misses of records that score so high', parseScore)
    .addHelpText('after', '\nExample:\n  $ loopctl backtest inbound --file leads.csv --outcome Converted --order CreatedDate')
    .action(cli.run<Options>((session, options, model) => judge(session, String(model), options)));
}

async function judge(session: Session, model: string, { file, outcome, order, threshold }: Options): Promise<number> {
  const { terminal, host, root } = session;
  const { organisation, problems } = await loaded(session);
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, root);
  const { asOf } = asOfOption(session);
  const progress = progressLine(session);
  const table = await openTable(host.cwd, file);
  const { backtestModel } = await import('../../../controller/backtest.ts');
  const found = await backtestModel(organisation, {
    model,
    table: { ...table, rows: watched(table.rows, progress) },
    outcome,
    now: host.now().getTime(),
    ...(order !== undefined && { order }),
    ...(asOf !== undefined && { asOf: Date.parse(`${asOf}T00:00:00Z`) }),
    ...(threshold !== undefined && { threshold }),
  });
  if (!found.ok) throw refusedBy(found.problems);
  const { report } = found.value;
  if (terminal.json) terminal.value({ ...publicReport(found.value), file, outcome, order: order ?? null });
  else terminal.print(backtestText(found.value, { file, outcome, order }, terminal.colors));
  return report.findings.length === 0 ? EXIT.done : EXIT.error;
}

/** The report with its findings in words; `ok`: the guard lets the model pass. */
function publicReport({ model, guard, asOf, unseen, report }: Backtested) {
  return {
    ok: report.findings.length === 0,
    model,
    as_of: asOf.kind === 'order' ? { order: asOf.column } : new Date(asOf.at).toISOString(),
    guard,
    unseen,
    ...report,
    findings: report.findings.map((finding) => ({ ...finding, ...adviceOn(finding) })),
  };
}

function parseScore(text: string): number {
  const score = Number(text);
  if (text.trim() === '' || !Number.isFinite(score)) throw new InvalidArgumentError('A score is a number.');
  return score;
}
