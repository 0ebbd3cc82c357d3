// simulate: records of the past through two versions: who changes owner, grade, score, territory. Nothing is kept, and nothing is written.
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Simulation } from '../../../controller/simulate.ts';
import type { OrgRecords } from '../../../controller/simulate/past.ts';
import type { PastRecord } from '../../../controller/simulate/replay.ts';
import type { Versions } from '../../../controller/simulate/versions.ts';
import type { Scene } from '../../../controller/load.ts';
import type { Scope } from '../../../ports/store.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration } from '../options.ts';
import type { Cli } from '../program.ts';
import { progressLine } from '../progress.ts';
import { eventsOf } from '../records.ts';
import { asOfOption, scene, type Session } from '../session.ts';
import { simulationMarkdown, simulationText } from '../simulate-text.ts';

interface Options {
  readonly since?: string;
  readonly file?: string;
  readonly against?: string;
  readonly object?: string;
  readonly from?: 'ledger' | 'org';
  readonly examples: number;
  readonly limit: number;
  readonly format?: 'text' | 'json' | 'markdown';
}

export function simulateCommand(program: Command, cli: Cli): void {
  program
    .command('simulate')
    .summary('past records through two versions: who changes owner, grade, score')
    .description(
      'Scores and routes records of the past by what is reconciled, or by a revision, and by the working tree, and says what is different. ' +
        'Pools begin empty on both sides; an owner that only the turn changes is told apart. Neither an agent nor a pool of the org is asked, nothing is kept.',
    )
    .option('--since <age>', 'records that were decided on since then, like 90d; where there are none, those of the org that changed since')
    .option('--file <file>', 'records of a file: .json (one, or a list) or .csv, fields by the product’s names or the org’s')
    .option('--against <rev>', 'the revision of git that comes before (default: what is reconciled)')
    .option('--object <object>', 'whose records they are (default: Lead; of those that were decided on, all)')
    .addOption(new Option('--from <where>', 'with --since: where records come from').choices(['ledger', 'org']))
    .option('--examples <n>', 'how many records are told one by one', parseCount, 10)
    .option('--limit <n>', 'with --since: at most so many records, the newest', parseLimit, 10_000)
    .addOption(new Option('--format <format>', 'how the result is written').choices(['text', 'json', 'markdown']))
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing changes, 2 something does, 1 error.\n\nExample:\n  $ loopctl simulate --file leads.csv --against origin/main --format markdown',
    )
    .action(cli.run<Options>((session, options) => run(session, options)));
}

/** Engines are loaded by the commands that ask them alone: every other one starts without. */
const simulating = () => import('../../../controller/simulate.ts');
const past = () => import('../../../controller/simulate/past.ts');
const between = () => import('../../../controller/simulate/versions.ts');

async function run(session: Session, options: Options): Promise<number> {
  const { terminal, host } = session;
  if ((options.since === undefined) === (options.file === undefined))
    throw new Refusal('usage', 'Say which records: --since 90d, or --file FILE.');
  if (terminal.json && options.format !== undefined && options.format !== 'json')
    throw new Refusal('usage', `-o json gives JSON alone: leave out --format ${options.format}, or -o json.`);
  const here = await scene(session);
  const versions = await versionsOf(session, here, options);
  const { records, source } = await recordsOf(session, here, versions, options);
  const progress = progressLine(session);
  const { simulate } = await simulating();
  const simulation = await simulate({
    ...versions,
    records,
    now: nowIn(session),
    examples: options.examples,
    onProgress: (done) => progress.count(done, 'record'),
  });
  progress.end();
  const format = options.format ?? (terminal.json ? 'json' : 'text');
  if (format === 'json') host.out(`${JSON.stringify(publicSimulation(simulation, source))}\n`);
  else terminal.print(format === 'markdown' ? simulationMarkdown(simulation, source) : simulationText(simulation, source, terminal.colors));
  return simulation.changed > 0 ? EXIT.differs : EXIT.done;
}

function publicSimulation(simulation: Simulation, source: string) {
  return { same: simulation.changed === 0, source, ...simulation };
}

/** Noon of `--as-of`: its seats are the ones that sit. */
function nowIn(session: Session): number {
  const { asOf } = asOfOption(session);
  return asOf === undefined ? session.workspace.clock.now().getTime() : Date.parse(`${asOf}T12:00:00Z`);
}

async function versionsOf(session: Session, here: Scene, { against }: Options): Promise<Versions> {
  const { workspace, root } = session;
  const { versionsAgainst, versionsSince } = await between();
  if (against !== undefined) {
    const tree = await workspace.source.readAt(against);
    if (tree === undefined) throw new Refusal('unknown-revision', `git knows no revision "${against}".`);
    const made = versionsAgainst(workspace, against, tree, here);
    if (!made.ok) throw refusedBy(made.problems, root);
    return made.value;
  }
  const scope = await scopeOf(session, here);
  const active = scope === undefined ? undefined : await (await workspace.store()).activeSnapshot(scope);
  if (active === undefined)
    throw new Refusal('no-snapshot', 'Nothing was reconciled yet: apply first, or name what comes before: --against main.');
  return versionsSince(active, here);
}

interface Records {
  readonly records: readonly PastRecord[];
  /** Where they come from, as part of a sentence. */
  readonly source: string;
}

async function recordsOf(session: Session, here: Scene, versions: Versions, options: Options): Promise<Records> {
  const { host } = session;
  const { fileRecords } = await past();
  if (options.file !== undefined) return { records: fileRecords(eventsOf(host.cwd, undefined, options)), source: `of ${options.file}` };
  const since = session.workspace.clock.now().getTime() - parseDuration(options.since ?? '');
  const day = new Date(since).toISOString().slice(0, 10);
  if (options.from !== 'org') {
    const records = await decidedRecords(session, here, since, options);
    if (records.length > 0 || options.from === 'ledger') return { records, source: `decided on since ${day}` };
  }
  const { records, absent } = await recordsOfOrg(session, here, versions, since, options);
  if (absent.length > 0) session.terminal.note(`The org does not have ${absent.join(', ')} yet: taken to be empty in every record.`);
  return { records, source: `of the org changed since ${day}` };
}

async function decidedRecords(session: Session, here: Scene, since: number, { limit, object }: Options): Promise<readonly PastRecord[]> {
  const scope = await scopeOf(session, here);
  if (scope === undefined) return [];
  const { decisions } = await session.workspace.store();
  const { ledgerRecords } = await past();
  return ledgerRecords(decisions, { scope, since, limit, ...(object !== undefined && { object }) });
}

async function recordsOfOrg(
  session: Session,
  here: Scene,
  { before, after }: Versions,
  since: number,
  { limit, object = 'Lead' }: Options,
): Promise<OrgRecords> {
  const crm = await session.workspace.connect(here.resolved.environment);
  if (!crm.ok) throw refusedBy(crm.problems);
  const now = session.workspace.clock.now().getTime();
  const { orgRecords } = await past();
  return orgRecords(crm.value.records, { object, since, limit, before: before.content, after: after.content, now });
}

/** The org that the environment was reconciled with last. */
async function scopeOf({ workspace }: Session, { resolved }: Scene): Promise<Scope | undefined> {
  const [scope] = await (await workspace.store()).scopes(resolved.project.ref.name, resolved.environment.name);
  return scope;
}

function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d{1,6}$/.test(text) || !Number.isInteger(count)) throw new InvalidArgumentError('A whole number, up to 999999.');
  return count;
}

function parseLimit(text: string): number {
  if (parseCount(text) === 0) throw new InvalidArgumentError('At least 1.');
  return parseCount(text);
}
