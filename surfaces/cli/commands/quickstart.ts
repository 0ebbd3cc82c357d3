// quickstart: what `npm start` runs. The embedded org, the starter planned and applied, and what to try next.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { PROJECT_FILE } from '../../../controller/load.ts';
import { apply } from '../../../controller/apply.ts';
import { EXIT } from '../ending.ts';
import type { Cli } from '../program.ts';
import { connect, scene, withSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { conclude, confirm } from './apply.ts';

export function quickstartCommand(program: Command, cli: Cli): void {
  program
    .command('quickstart')
    .summary('try it: embedded org, starter, plan, apply')
    .description(
      'Starts the embedded org (a double, not Salesforce), plans and applies the configuration of ./config or the starter, and says what to try next.',
    )
    .action(
      cli.bare<object>(async (terminal) => {
        const { host } = cli;
        const org = await host.startOrg({ port: 8585, seed: 'demo', log: (line) => terminal.note(line) });
        try {
          const own = existsSync(join(host.cwd, 'config', PROJECT_FILE));
          const folder = own ? 'config' : host.starter;
          await withSession(host, terminal, { config: folder }, async (session) => {
            const now = await scene(session);
            const { crm, store } = await connect(session, now.resolved.environment);
            const answer = await apply(session.workspace, crm, store, now, {
              actor: 'person',
              waitMs: 60_000,
              leaseMs: 10_000,
              confirm: (plan) => confirm(session, plan, true),
            });
            return conclude(session, answer);
          });
          next(terminal, org.url, folder);
          await host.untilStopped();
        } finally {
          await org.close();
        }
        return EXIT.done;
      }),
    );
}

function next(terminal: Terminal, url: string, folder: string): void {
  const { bold, dim } = terminal.colors;
  terminal.print(`
${bold('The embedded org answers at')} ${url} ${dim('(a double of Salesforce; its token is in .loopctl/org.json)')}

${bold('Three things to try, in a second terminal:')}
  1. Change a label in ${folder}/design/territories/ams.yaml, then:   npx loopctl plan
  2. Promote the other scenario: one line in ${folder}/design/capacity_config.yaml, then:   npx loopctl plan
  3. Change something in the org by hand, then:   npx loopctl drift

Stop with Ctrl-C. Everything is kept in .loopctl/.`);
}
