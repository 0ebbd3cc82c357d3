// history: past applies, newest first.
import { type Command, InvalidArgumentError } from 'commander';
import { type HistoryEntry, historyOf } from '../../../controller/status.ts';
import { historyShape } from '../../http/shapes.ts';
import { EXIT } from '../ending.ts';
import type { Cli } from '../program.ts';
import { project } from '../session.ts';
import type { Colors, Terminal } from '../terminal.ts';

export function historyCommand(program: Command, cli: Cli): void {
  program
    .command('history')
    .summary('past applies')
    .description('Lists what was applied, newest first: plan, commit, who, when, how it ended.')
    .option('--limit <n>', 'how many', wholeNumber, 20)
    .addHelpText('after', '\nExample:\n  $ loopctl history --limit 5')
    .action(
      cli.either<{ limit: number }>({
        async local(session, { limit }) {
          const { name, environment } = await project(session);
          return told(session.terminal, await historyOf(await session.workspace.store(), name, environment.name, limit));
        },
        async remote({ remote, terminal }, { limit }) {
          return told(terminal, (await remote.get(`/api/history?limit=${limit}`, historyShape)).entries);
        },
      }),
    );
}

function told(terminal: Terminal, entries: readonly HistoryEntry[]): number {
  if (terminal.json) terminal.value({ entries });
  else
    terminal.print(
      entries.length === 0 ? 'Nothing was applied yet.' : entries.map((entry) => entryText(entry, terminal.colors)).join('\n'),
    );
  return EXIT.done;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('A whole number from 1 on is wanted.');
  return number;
}

function entryText({ plan, commit, at, by, outcome, summary, failed }: HistoryEntry, colors: Colors): string {
  const counts = Object.entries(summary).filter(([name, count]) => name !== 'unchanged' && count > 0);
  const what = counts.length === 0 ? 'no record changed' : counts.map(([name, count]) => `${count} ${name}`).join(', ');
  const paint = outcome === 'done' ? colors.green : colors.yellow;
  const lines = [
    `${at}  ${paint(outcome ?? 'not finished')}  plan ${plan}, ${commit === null ? 'no commit' : commit.slice(0, 10)}, by ${by}: ${what}`,
  ];
  return [...lines, ...failed.map(({ id, message }) => `    ${colors.red('failed')} ${id}: ${message}`)].join('\n');
}
