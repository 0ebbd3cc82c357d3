// backup, restore: the state of a data folder as one file.
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backUp, restore } from '../../../controller/backup.ts';
import type { StateFiles } from '../../../ports/backup.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import type { Host } from '../host.ts';
import type { Cli } from '../program.ts';

export function backupCommands(program: Command, cli: Cli): void {
  const { host } = cli;
  program
    .command('backup')
    .summary('copy the state to a file')
    .description(
      'Copies the state (what was applied last, journal, history, approvals, snapshots, decisions, hashes of tokens) to a file, whatever runs beside it. The file is there when it is whole, or not at all.',
    )
    .argument('<file>', 'where to; an earlier backup of that name is replaced')
    .addHelpText('after', '\nExample:\n  $ loopctl backup /backups/loopctl-2026-11-21.db')
    .action(
      cli.bare<object>(async (terminal, _options, given) => {
        const files = filesOf(host, 'pg_dump --format=custom --file=FILE "$DATABASE_URL"');
        const made = await backUp(files, resolve(host.cwd, String(given)));
        if (!made.ok) throw refusedBy(made.problems);
        const { path: file, bytes, schema } = made.value;
        if (terminal.json) terminal.value({ file, bytes, schema });
        else terminal.print(`Backed up to ${file} (${bytes} bytes, schema ${schema}), and read again.`);
        return EXIT.done;
      }),
    );
  program
    .command('restore')
    .summary('put a backup of the state back')
    .description(
      'Puts a backup in the place of the state, while no controller and no apply is at work. The state that was there is kept beside it. The org is not touched: what was done there since shows in the next plan.',
    )
    .argument('<file>', 'a file that backup made')
    .addHelpText('after', '\nExample:\n  $ loopctl restore /backups/loopctl-2026-11-21.db')
    .action(
      cli.bare<object>(async (terminal, _options, given) => {
        const files = filesOf(host, 'pg_restore --clean --if-exists --single-transaction --dbname="$DATABASE_URL" FILE');
        const put = await restore(files, { path: resolve(host.cwd, String(given)), by: host.identity, now: host.now() });
        if (!put.ok) throw refusedBy(put.problems);
        const { path: file, schema, aside } = put.value;
        if (terminal.json) terminal.value({ file, schema, ...(aside !== undefined && { aside }) });
        else
          terminal.print(
            [`Restored from ${file} (schema ${schema}).`, ...(aside === undefined ? [] : [`What was there before: ${aside}`])].join('\n'),
          );
        terminal.note('Tokens that were revoked since that backup count again: loopctl token list. See what the org says: loopctl plan');
        return EXIT.done;
      }),
    );
}

function filesOf(host: Host, instead: string): StateFiles {
  const files = host.stateFiles();
  if (files !== undefined) return files;
  throw new Refusal('state-in-postgres', `The state lies in the database of DATABASE_URL, which has tools of its own: ${instead}`);
}
