// The commands and what they share: options, errors, exit codes.
import { Command, CommanderError, Option } from 'commander';
import { problemOf } from '../../controller/problems.ts';
import { backtestCommand } from './commands/backtest.ts';
import { backupCommands } from './commands/backup.ts';
import { controllerCommand } from './commands/controller.ts';
import { approveCommands } from './commands/approve.ts';
import { applyCommand } from './commands/apply.ts';
import { assignCommand } from './commands/assign.ts';
import { decideCommands } from './commands/decide.ts';
import { doctorCommand } from './commands/doctor.ts';
import { driftCommand } from './commands/drift.ts';
import { experimentCommand } from './commands/experiment.ts';
import { explainCommands } from './commands/explain.ts';
import { formatCommand } from './commands/format.ts';
import { historyCommand } from './commands/history.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { loopCommands } from './commands/loop.ts';
import { matchCommand } from './commands/match.ts';
import { orgCommands } from './commands/org.ts';
import { pauseCommands } from './commands/pause.ts';
import { planCommand } from './commands/plan.ts';
import { poolCommand } from './commands/pool.ts';
import { quickstartCommand } from './commands/quickstart.ts';
import { reviewCommand } from './commands/review.ts';
import { rollbackCommand } from './commands/rollback.ts';
import { schemaCommand } from './commands/schema.ts';
import { simulateCommand } from './commands/simulate.ts';
import { statusCommand } from './commands/status.ts';
import { suspendCommands } from './commands/suspend.ts';
import { testCommand } from './commands/test.ts';
import { tokenCommands } from './commands/token.ts';
import { tuneCommand } from './commands/tune.ts';
import { validateCommand } from './commands/validate.ts';
import { whyCommand } from './commands/why.ts';
import { EXIT, Refusal } from './ending.ts';
import type { Host } from './host.ts';
import { machineRefusal } from './machine.ts';
import { checkEnvironment, remoteAt, type RemoteSession } from './remote.ts';
import { type CommonOptions, type Session, withSession } from './session.ts';
import { placeIn, problemText, publicProblem, type Terminal, terminal } from './terminal.ts';

interface GlobalOptions extends CommonOptions {
  readonly output: 'text' | 'json';
  readonly color: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly server?: string;
}

export interface Cli {
  readonly host: Host;
  /** An action in a configuration's folder: gives the exit code. */
  run<Options>(
    action: (session: Session, options: Options, ...args: readonly unknown[]) => Promise<number>,
  ): (...args: readonly unknown[]) => Promise<void>;
  /** An action that a running controller can do as well: it does where `--server` or LOOPCTL_SERVER names one. */
  either<Options>(actions: {
    local(session: Session, options: Options, ...args: readonly unknown[]): Promise<number>;
    remote(session: RemoteSession, options: Options, ...args: readonly unknown[]): Promise<number>;
  }): (...args: readonly unknown[]) => Promise<void>;
  /** An action that needs no configuration. */
  bare<Options>(
    action: (terminal: Terminal, options: Options, ...args: readonly unknown[]) => Promise<number>,
  ): (...args: readonly unknown[]) => Promise<void>;
}

/** Runs one command line and gives its exit code. Nothing is thrown at the user. */
export async function runCommand(argv: readonly string[], host: Host): Promise<number> {
  let code: number = EXIT.done;
  let complaint = '';
  const end = (ended: number) => {
    code = ended;
  };
  const program = build(host, end, (text) => {
    complaint += text;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    // Where a command is missing, the complaint is the help.
    if (error instanceof CommanderError && error.code === 'commander.help' && !wantsJson(argv)) {
      host.err(complaint);
      return EXIT.error;
    }
    return failed(error, argv, program, host);
  }
}

function build(host: Host, end: (code: number) => void, writeErr: (text: string) => void): Command {
  const program = new Command('loopctl')
    .description('Revenue operations as code: declare the revenue organisation in git, plan, apply to Salesforce, watch for drift.')
    .version(host.version, '-V, --version')
    .option('--config <dir>', 'the folder of loopctl.yaml (default: ., then ./config)')
    .option('--env <name>', 'the environment (default: the first one)')
    .option('--as-of <date>', 'the day that counts as today, like 2027-02-01')
    .addOption(new Option('-o, --output <format>', 'how the result is written').choices(['text', 'json']).default('text'))
    .option('--server <url>', 'speak to the controller there, with the token in LOOPCTL_TOKEN (default: LOOPCTL_SERVER)')
    .option('--no-color', 'no colour')
    .option('--quiet', 'the result alone')
    .option('--debug', 'stack traces of errors')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: host.out, writeErr })
    .exitOverride();
  const cli: Cli = {
    host,
    run:
      (action) =>
      async (...given) => {
        const { options, args, common, words } = taken(given, host);
        noServer(options);
        end(await withSession(host, words, common, (session) => action(session, options as never, ...args)));
      },
    either:
      ({ local, remote }) =>
      async (...given) => {
        const { options, args, common, words } = taken(given, host);
        const server = options.server ?? host.env.LOOPCTL_SERVER ?? '';
        if (server === '') {
          end(await withSession(host, words, common, (session) => local(session, options as never, ...args)));
          return;
        }
        if (common.asOf !== undefined) throw new Refusal('no-as-of', 'The controller lives today: --as-of does not go with --server.');
        const at = remoteAt(server, host);
        await checkEnvironment(at, common.env);
        end(await remote({ remote: at, terminal: words, host, options: common }, options as never, ...args));
      },
    bare:
      (action) =>
      async (...given) => {
        const { options, args, words } = taken(given, host);
        noServer(options);
        end(await action(words, options as never, ...args));
      },
  };
  for (const add of [
    initCommand,
    validateCommand,
    testCommand,
    formatCommand,
    schemaCommand,
    doctorCommand,
    planCommand,
    applyCommand,
    driftCommand,
    importCommand,
    approveCommands,
    reviewCommand,
    rollbackCommand,
    statusCommand,
    historyCommand,
    whyCommand,
    suspendCommands,
    pauseCommands,
    poolCommand,
    experimentCommand,
    tokenCommands,
    decideCommands,
    matchCommand,
    assignCommand,
    simulateCommand,
    backtestCommand,
    tuneCommand,
    explainCommands,
    loopCommands,
    controllerCommand,
    backupCommands,
    orgCommands,
    quickstartCommand,
  ]) {
    add(program, cli);
  }
  for (const command of program.commands) command.exitOverride().configureOutput({ writeOut: host.out, writeErr });
  return program;
}

/** Nobody is to believe that it was done there. */
function noServer({ server }: GlobalOptions): void {
  if (server !== undefined) throw new Refusal('usage', 'This command works here alone: leave --server away.');
}

/** Commander gives an action its arguments, then the options, then the command. */
function taken(given: readonly unknown[], host: Host) {
  const command = given.at(-1) as Command;
  const all = command.optsWithGlobals<GlobalOptions>();
  const { config, env, asOf } = all;
  const common: CommonOptions = {
    ...(config !== undefined && { config }),
    ...(env !== undefined && { env }),
    ...(asOf !== undefined && { asOf }),
  };
  const words = terminal(host, { json: all.output === 'json', color: all.color && host.color, quiet: all.quiet === true });
  return { options: all, args: given.slice(0, -2), common, words };
}

function failed(error: unknown, argv: readonly string[], program: Command, host: Host): number {
  if (error instanceof CommanderError && error.exitCode === 0) return EXIT.done;
  const { output, color, debug } = program.opts<GlobalOptions>();
  const words = terminal(host, { json: output === 'json' || wantsJson(argv), color: color && host.color, quiet: false });
  const { code, message, problems, root } = told(error, host);
  if (words.json) {
    words.value({ error: { code, message, ...(problems.length > 0 && { problems: problems.map(publicProblem) }) } });
  } else {
    const place = root === undefined ? undefined : placeIn(root, host.cwd);
    for (const problem of problems) words.error(problemText(problem, words.colors, place));
    if (problems.length !== 1 || problems[0]?.message !== message) words.error(`${words.colors.red('Error')}: ${message}`);
  }
  if (debug === true && error instanceof Error) words.error(error.stack ?? error.message);
  return EXIT.error;
}

/** Options may not have been read when a command line is refused. */
function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (arg, index) => arg === '--output=json' || arg === '-ojson' || ((arg === '-o' || arg === '--output') && argv[index + 1] === 'json'),
  );
}

function told(error: unknown, host: Host): Pick<Refusal, 'code' | 'message' | 'problems' | 'root'> {
  if (error instanceof Refusal) return error;
  if (error instanceof CommanderError) {
    const message = error.code === 'commander.help' ? 'Name a command; --help lists them.' : error.message.replace(/^error: /, '');
    return { code: 'usage', message, problems: [], root: undefined };
  }
  const refused = problemOf(error);
  if (refused !== undefined) {
    const { code, message, hint } = refused;
    return { code, message: hint === undefined ? message : `${message} ${hint}`, problems: [], root: undefined };
  }
  const machine = machineRefusal(error, host.dataFolder);
  if (machine !== undefined) return { ...machine, problems: [], root: undefined };
  const { message } = error as Error;
  return { code: 'internal', message: `${message} (this is a fault of loopctl; --debug shows where)`, problems: [], root: undefined };
}
