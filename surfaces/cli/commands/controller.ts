// controller: the long-running process that follows git.
import type { Command } from 'commander';
import type { Checked } from '../../../resources/core.ts';
import type { Reconciled } from '../../../controller/reconcile.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import type { ControllerStart } from '../host.ts';
import { parsePort } from '../options.ts';
import type { Cli } from '../program.ts';
import { applyJson, applyText } from '../report.ts';
import { type CommonOptions, findRoot } from '../session.ts';
import type { Terminal } from '../terminal.ts';
import { OUTCOME_EXITS } from './apply.ts';

interface Options extends CommonOptions {
  readonly repo?: string;
  readonly branch?: string;
  readonly path?: string;
  readonly port: number;
  readonly host: string;
  readonly control?: string;
  readonly once?: boolean;
}

export function controllerCommand(program: Command, cli: Cli): void {
  program
    .command('controller')
    .summary('follow git, keep the org in step, answer over HTTP')
    .description(
      'Runs until it is stopped: follows a branch of a git remote, or the folder of --config, applies what changes there as the sync policy of the environment allows, tells of drift, and answers over HTTP. One process a data folder.',
    )
    .option('--repo <url>', 'the git remote that is followed; a clone is kept in the data folder')
    .option('--branch <name>', 'its branch (default: main)')
    .option('--path <dir>', 'where the folder of loopctl.yaml lies in the repository')
    .option('--port <n>', 'the port of the HTTP surface; 0 takes a free one', parsePort, 8484)
    .option('--host <address>', 'the address it listens on', '127.0.0.1')
    .option('--control <token>', 'open the clock to this token, for tests of timers')
    .option('--once', 'reconcile one time and end with the exit code of apply')
    .addHelpText(
      'after',
      '\nWebhooks of a forge come to POST /webhooks/git, signed with LOOPCTL_WEBHOOK_SECRET.\n\nExample:\n  $ loopctl controller --repo https://github.com/acme/revenue.git --branch main',
    )
    .action(cli.bare<Options>((terminal, options) => run(cli, terminal, options)));
}

async function run({ host }: Cli, terminal: Terminal, options: Options): Promise<number> {
  if (options.asOf !== undefined) throw new Refusal('no-as-of', 'The controller lives today: --as-of is for plan and validate.');
  const start: ControllerStart = {
    ...place(host, options),
    port: options.port,
    hostname: options.host,
    ...(options.env !== undefined && { environment: options.env }),
    ...(options.control !== undefined && { control: options.control }),
    notice: (line) => terminal.note(line),
  };
  if (options.once === true) return once(terminal, await host.reconcileOnce(start));
  const stopped = host.untilStopped();
  const started = await host.startController(start);
  if (!started.ok) throw refusedBy(started.problems);
  const { url, link, stop } = started.value;
  if (terminal.json) terminal.value({ ready: true, url, ...(link !== undefined && { link }) });
  else terminal.print(`The controller answers. Stop it with Ctrl-C.\n${link ?? url}`);
  await stopped;
  await stop();
  return EXIT.done;
}

function place(host: Cli['host'], { repo, branch, path, config }: Options): Pick<ControllerStart, 'folder' | 'remote'> {
  if (repo === undefined) {
    if (branch !== undefined || path !== undefined) throw new Refusal('no-repo', '--branch and --path belong to --repo.');
    return { folder: findRoot(host, config) };
  }
  return { remote: { url: repo, branch: branch ?? 'main', ...(path !== undefined && { path }) } };
}

function once(terminal: Terminal, ended: Checked<Reconciled>): number {
  if (!ended.ok) throw refusedBy(ended.problems);
  const result = ended.value;
  if (result.kind !== 'ended') throw refusedBy(result.problems);
  if (terminal.json) terminal.value(applyJson(result.report));
  else terminal.print(applyText(result.report, terminal.colors));
  return OUTCOME_EXITS[result.report.outcome];
}
