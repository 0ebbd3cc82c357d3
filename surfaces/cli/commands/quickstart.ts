// quickstart: what `npm start` runs. The embedded org, the starter planned and applied by the controller that follows it, and what to try.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command } from 'commander';
import { PROJECT_FILE } from '../../../controller/load.ts';
import { apply } from '../../../controller/apply.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { connect, scene, withSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { parsePort } from '../options.ts';
import { conclude, confirm } from './apply.ts';

interface Options {
  readonly port: number;
  readonly orgPort: number;
}

export function quickstartCommand(program: Command, cli: Cli): void {
  program
    .command('quickstart')
    .summary('try it: embedded org, starter, controller')
    .description(
      'Starts the embedded org (a double, not Salesforce), plans and applies the configuration of ./config or the starter, follows its folder from then on, answers over HTTP, and says what to try next.',
    )
    .option('--port <n>', 'the port of the controller; 0 takes a free one', parsePort, 8484)
    .option('--org-port <n>', 'the port of the embedded org; 0 takes a free one', parsePort, 8585)
    .addHelpText('after', '\nExample:\n  $ npm start')
    .action(cli.bare<Options>((terminal, options) => run(cli, terminal, options)));
}

async function run({ host }: Cli, terminal: Terminal, { port, orgPort }: Options): Promise<number> {
  const org = await host.startOrg({ port: orgPort, seed: 'demo', log: () => {} });
  terminal.note(`The embedded org, a double of Salesforce, answers at ${org.url}.`);
  try {
    const own = existsSync(join(host.cwd, 'config', PROJECT_FILE));
    const folder = own ? 'config' : host.starter;
    const territory = await firstApply(host, terminal, folder);
    const started = await host.startController({ folder, port, hostname: '127.0.0.1', words: true, notice: (line) => terminal.note(line) });
    if (!started.ok) throw refusedBy(started.problems);
    const { url, stop } = started.value;
    if (terminal.json) terminal.value({ ready: true, url, org: org.url });
    else terminal.print(whatToTry(terminal, { url, org: org.url, folder, territory }));
    await host.untilStopped();
    await stop();
  } finally {
    await org.close();
  }
  return EXIT.done;
}

/** Steps of the first plan that are worth reading on a first look. */
const SHOWN = 6;

/** The id of a territory that can be changed by hand, where one was made. */
async function firstApply(host: Cli['host'], terminal: Terminal, config: string): Promise<string | undefined> {
  return withSession(host, terminal, { config }, async (session) => {
    const now = await scene(session);
    const { crm, store } = await connect(session, now.resolved.environment);
    const answer = await apply(session.workspace, crm, store, now, {
      actor: 'person',
      waitMs: 60_000,
      leaseMs: 10_000,
      confirm: (plan) => confirm(session, plan, { yes: true, most: SHOWN }),
    });
    if (!terminal.json) conclude(session, answer);
    const { project, environment } = now.resolved;
    const scope = { project: project.ref.name, environment: environment.name, orgId: (await crm.identify()).id };
    return (await store.inventory(scope)).find((row) => row.address.type === 'Territory2')?.id;
  });
}

interface Places {
  readonly url: string;
  readonly org: string;
  readonly folder: string;
  readonly territory: string | undefined;
}

const LEAD =
  '{"object": "Lead", "record": {"company": "Bayside Bakery", "billing_country": "US", "billing_state": "CA", "billing_city": "San Francisco"}}';

function whatToTry({ colors: { bold, dim } }: Terminal, { url, org, folder, territory }: Places): string {
  const secret = `$(node -p "require('./.loopctl/org.json').token")`;
  const json = "-H 'Content-Type: application/json'";
  const byHand = `curl -X PATCH ${org}/services/data/v64.0/sobjects/Territory2/${territory} -H "Authorization: Bearer ${secret}" ${json} -d '{"Name": "By hand"}'`;
  return `
${bold('Status page:')}  ${url}
${bold('Embedded org:')} ${org} ${dim('(a double of Salesforce; its token is in .loopctl/org.json)')}

${bold('Three things to try, in a second terminal:')}
  1. Change a label in ${folder}/design/territories/ams.yaml and save: the controller applies it. What did it do?
       npx loopctl history
  2. ${territory === undefined ? 'Change a territory in the org' : `Change a territory in the org, behind the back of git:\n       ${byHand}\n     and ask what diverges, and since when`}
       npx loopctl drift
  3. Send a lead, and ask why it went where it went:
       export LOOPCTL_TOKEN=$(npx loopctl token create --name me --role ops --quiet)
       curl -s ${url}/api/loops/route/resolve -H "Authorization: Bearer $LOOPCTL_TOKEN" ${json} \\
         -d '${LEAD}'
       npx loopctl explain ID-OF-THE-ANSWER

Stop with Ctrl-C. Everything is kept in .loopctl/.`;
}
