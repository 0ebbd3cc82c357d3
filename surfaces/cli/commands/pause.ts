// pause, unpause: a seat takes nothing for a while, without a commit.
import type { Command } from 'commander';
import { type Paused, pauseSeat, unpauseSeat } from '../../../controller/availability/pause.ts';
import type { Pause } from '../../../ports/pauses.ts';
import { pausedShape, pauseListShape } from '../../http/pool-shapes.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { pausesText } from '../pool-text.ts';
import type { Cli } from '../program.ts';
import { project, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface PauseOptions {
  readonly until?: string;
  readonly reason?: string;
  readonly list?: boolean;
}

export function pauseCommands(program: Command, cli: Cli): void {
  program
    .command('pause')
    .summary('a seat takes nothing for a while')
    .description(
      'Takes a seat out of pools and cascades at once, without a commit: until a day, on which it takes part again, or until it is unpaused. Where it stands in its pools stays. With --list, the seats that are paused.',
    )
    .argument('[seat]', 'the name of a seat')
    .option('--until <date>', 'the first day on which it takes part again, by its calendar; or a moment like 2026-11-30T09:00Z')
    .option('--reason <text>', 'why; decisions say it')
    .option('--list', 'who is paused')
    .addHelpText(
      'after',
      '\nExamples:\n  $ loopctl pause ae-sf-bay-1 --until 2026-11-30 --reason "training"\n  $ loopctl pause --list\n  $ loopctl unpause ae-sf-bay-1',
    )
    .action(
      cli.either<PauseOptions>({
        async local(session, options, given) {
          const seat = wantedSeat(given, options);
          const store = await session.workspace.store();
          if (seat === undefined) return listed(session.terminal, await store.pauses.open(await place(session)));
          const { until, reason } = options;
          const more = { ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
          const done = await pauseSeat(session.workspace, store, { ...(await place(session)), seat, ...more });
          if (!done.ok) throw refusedBy(done.problems);
          return told(session.terminal, done.value);
        },
        async remote({ remote, terminal }, options, given) {
          const seat = wantedSeat(given, options);
          if (seat === undefined) return listed(terminal, (await remote.get('/api/pauses', pauseListShape)).pauses);
          const { until, reason } = options;
          const body = { seat, ...(until !== undefined && { until }), ...(reason !== undefined && { reason }) };
          return told(terminal, await remote.post('/api/pause', body, pausedShape));
        },
      }),
    );
  program
    .command('unpause')
    .summary('a seat takes part again')
    .description('Ends the pause of a seat. It begins where the others are, as the absence policy of its pools says.')
    .argument('<seat>', 'the name of a seat')
    .addHelpText('after', '\nExample:\n  $ loopctl unpause ae-sf-bay-1')
    .action(
      cli.either<object>({
        async local(session, _options, given) {
          const done = await unpauseSeat(session.workspace, await session.workspace.store(), {
            ...(await place(session)),
            seat: String(given),
          });
          if (!done.ok) throw refusedBy(done.problems);
          return told(session.terminal, done.value);
        },
        remote: async ({ remote, terminal }, _options, given) =>
          told(terminal, await remote.post('/api/unpause', { seat: String(given) }, pausedShape)),
      }),
    );
}

async function place(session: Session) {
  const { name, environment } = await project(session);
  return { project: name, environment: environment.name };
}

/** Nothing: a list is wanted. */
function wantedSeat(given: unknown, { list, until, reason }: PauseOptions): string | undefined {
  if (list !== true && typeof given !== 'string') throw new Refusal('usage', 'Say which seat, or --list.');
  if (list === true && (typeof given === 'string' || until !== undefined || reason !== undefined))
    throw new Refusal('usage', '--list goes alone.');
  return typeof given === 'string' ? given : undefined;
}

function listed(terminal: Terminal, pauses: readonly Pause[]): number {
  if (terminal.json) terminal.value({ pauses });
  else terminal.print(pausesText(pauses));
  return EXIT.done;
}

function told(terminal: Terminal, done: Paused): number {
  const { seat, paused, environment } = done;
  if (terminal.json) terminal.value(done);
  else if (paused === null) terminal.print(`${seat} takes part again in ${environment}.`);
  else
    terminal.print(
      `${seat} takes nothing in ${environment} ${paused.until === undefined ? 'until somebody says so' : `until ${paused.until}`}.\nBack: loopctl unpause ${seat}`,
    );
  return EXIT.done;
}
