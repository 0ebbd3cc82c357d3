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
import { parsePort } from '../options.ts';
import { conclude, confirm } from './apply.ts';

export function quickstartCommand(program: Command, cli: Cli): void {
  program
    .command('quickstart')
    .summary('try it: embedded org, starter, plan, apply')
    .description(
      'Starts the embedded org (a double, not Salesforce), plans and applies the configuration of ./config or the starter, and says what to try next.',
    )
    .option('--port <n>', 'the port of the embedded org; 0 takes a free one', parsePort, 8585)
    .addHelpText('after', '\nExample:\n  $ npm start')
    .action(
      cli.bare<{ port: number }>(async (terminal, { port }) => {
        const { host } = cli;
        const org = await host.startOrg({ port, seed: 'demo', log: () => {} });
        terminal.note(`The embedded org, a double of Salesforce, answers at ${org.url}.`);
        try {
          const own = existsSync(join(host.cwd, 'config', PROJECT_FILE));
          const folder = own ? 'config' : host.starter;
          const example = await withSession(host, terminal, { config: folder }, async (session) => {
            const now = await scene(session);
            const { crm, store } = await connect(session, now.resolved.environment);
            const answer = await apply(session.workspace, crm, store, now, {
              actor: 'person',
              waitMs: 60_000,
              leaseMs: 10_000,
              confirm: (plan) => confirm(session, plan, { yes: true, most: SHOWN }),
            });
            conclude(session, answer);
            const { resolved } = now;
            const rows = await store.inventory({
              project: resolved.project.ref.name,
              environment: resolved.environment.name,
              orgId: (await crm.identify()).id,
            });
            return rows.find((row) => row.address.type === 'Territory2');
          });
          next(terminal, org.url, folder, example?.id);
          await host.untilStopped();
        } finally {
          await org.close();
        }
        return EXIT.done;
      }),
    );
}

/** Steps of the first plan that are worth reading on a first look. */
const SHOWN = 6;

function next(terminal: Terminal, url: string, folder: string, territory: string | undefined): void {
  const { bold, dim } = terminal.colors;
  const token = `$(node -p "require('./.loopctl/org.json').token")`;
  const byHand =
    territory === undefined
      ? ''
      : `
  3. Change a territory in the org, behind the back of git, and ask who did that:
       curl -X PATCH ${url}/services/data/v64.0/sobjects/Territory2/${territory} -H "Authorization: Bearer ${token}" -H 'Content-Type: application/json' -d '{"Name": "By hand"}'
       npx loopctl drift`;
  terminal.print(`
${bold('The embedded org answers at')} ${url} ${dim('(a double of Salesforce; its token is in .loopctl/org.json)')}

${bold('Three things to try, in a second terminal:')}
  1. Change a label in ${folder}/design/territories/ams.yaml, see what that means, make it so:
       npx loopctl plan
       npx loopctl apply
  2. Promote the other scenario: in ${folder}/design/capacity_config.yaml, write active_scenario: fy27-growth
       npx loopctl plan${byHand}

Stop with Ctrl-C. Everything is kept in .loopctl/.`);
}
