// fmt: canonical order and spacing, comments kept.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { format } from '../../../resources/format.ts';
import type { Problem } from '../../../resources/core.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { placeIn } from '../terminal.ts';

export function formatCommand(program: Command, cli: Cli): void {
  program
    .command('fmt')
    .summary('canonical order, comments kept')
    .description('Writes every file in the canonical order and spacing. What it means stays, comments stay.')
    .option('--check', 'change nothing; exit 1 where a file would change')
    .addHelpText('after', '\nExample:\n  $ loopctl fmt --check')
    .action(
      cli.run<{ check?: boolean }>(async (session, { check }) => {
        const { files } = await session.workspace.source.read();
        const problems: Problem[] = [];
        const changed = new Map<string, string>();
        for (const file of files) {
          const formatted = format(file.text, file.path);
          if (!formatted.ok) problems.push(...formatted.problems);
          else if (formatted.value !== file.text) changed.set(file.path, formatted.value);
        }
        if (problems.length > 0) throw refusedBy(problems, session.root);
        if (check !== true) for (const [path, text] of changed) writeFileSync(join(session.root, path), text);
        const { terminal, host, root } = session;
        const place = placeIn(root, host.cwd);
        if (terminal.json) terminal.value({ changed: [...changed.keys()] });
        else for (const path of changed.keys()) terminal.print(place(path));
        if (!terminal.json && changed.size === 0) terminal.print('Nothing to change.');
        return check === true && changed.size > 0 ? EXIT.error : EXIT.done;
      }),
    );
}
