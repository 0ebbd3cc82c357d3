// import: the org as it is, written as files of a configuration.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { Command } from 'commander';
import type { Environment } from '../../../resources/project/schema.ts';
import { importableKinds } from '../../../resources/import-org.ts';
import { kindsByName } from '../../../resources/index.ts';
import { suggestion } from '../../../resources/suggest.ts';
import { counted } from '../../../plans/show.ts';
import { importOrg, type ImportReport, type ImportRequest } from '../../../controller/import.ts';
import { firstEnvironment } from '../../../controller/import/project.ts';
import { PROJECT_FILE } from '../../../controller/load.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { type CommonOptions, existingRoot, findRoot, loaded, scene, type Session } from '../session.ts';
import { problemText, publicProblem, type Terminal } from '../terminal.ts';

interface ImportOptions extends CommonOptions {
  readonly kind?: readonly string[];
  readonly out?: string;
}

const DEFAULT_FOLDER = 'imported';

export function importCommand(program: Command, cli: Cli): void {
  program
    .command('import')
    .summary('write what is in the org as a configuration')
    .description(
      'Reads territory models, territories, people in them, queues and custom fields from the org and writes them as YAML; a plan then adopts them as they are. Inside of a configuration only what it does not declare yet is written, elsewhere a whole configuration. What has no words in the language stays in the org, and is said.',
    )
    .option('--kind <kind...>', `only these kinds and what they refer to: ${importableKinds.map(({ name }) => name).join(', ')}`)
    .option('--out <dir>', `the folder of the files (default: ${DEFAULT_FOLDER} in the configuration, or here)`)
    .addHelpText(
      'after',
      '\nExample:\n  $ loopctl import --out acme-revenue && loopctl plan --config acme-revenue\n  $ loopctl import --kind Queue',
    )
    .action(cli.bare<ImportOptions>((terminal, options) => run(cli, terminal, options)));
}

/** Where the files go: into a configuration that is there, or into a folder that becomes one. */
interface Target {
  /** Of the configuration that they are part of. */
  readonly root: string;
  /** Below it, with `/`. */
  readonly folder: string;
  readonly isNew: boolean;
}

async function run(cli: Cli, terminal: Terminal, options: ImportOptions): Promise<number> {
  const { host } = cli;
  const kinds = checkedKinds(options.kind);
  const here = options.config === undefined ? existingRoot(host) : findRoot(host, options.config);
  const target = targetOf(resolve(host.cwd, options.out ?? join(here ?? '.', DEFAULT_FOLDER)), here);
  const workspace = host.open(target.isNew ? (here ?? host.cwd) : target.root, (line) => terminal.note(line));
  try {
    const session: Session = { host, terminal, root: target.isNew ? (here ?? target.root) : target.root, workspace, options };
    const { environment, request } = await prepared(session, target, here !== undefined);
    const connected = await workspace.connect(environment);
    if (!connected.ok) throw refusedBy(connected.problems);
    const made = await importOrg(workspace, connected.value, { ...request, ...(kinds !== undefined && { kinds }) });
    if (!made.ok) throw refusedBy(made.problems, target.root);
    write(target, made.value);
    tell(session, target, made.value);
    return EXIT.done;
  } finally {
    await workspace.close();
  }
}

function targetOf(out: string, here: string | undefined): Target {
  if (existsSync(join(out, PROJECT_FILE))) return { root: out, folder: '', isNew: false };
  const below = here === undefined ? '..' : relative(here, out);
  const isInside = below !== '' && below !== '..' && !below.startsWith(`..${sep}`);
  if (here !== undefined && isInside) return { root: here, folder: below.split(sep).join('/'), isNew: false };
  return { root: out, folder: '', isNew: true };
}

/** A configuration of its own takes its environment from the one it is made in, where there is one. */
async function prepared(
  session: Session,
  { folder, isNew }: Target,
  hasProject: boolean,
): Promise<{ readonly environment: Environment; readonly request: ImportRequest }> {
  const { env } = session.options;
  if (isNew && !hasProject)
    return { environment: firstEnvironment(env ?? 'new'), request: { folder, environment: env === undefined ? {} : { name: env } } };
  const tree = await session.workspace.source.read();
  const now = await scene(session, await loaded(session));
  const { environment } = now.resolved;
  const { name, env_prefix } = environment;
  const own = { name, ...(env_prefix !== undefined && { env_prefix }) };
  return { environment, request: isNew ? { folder, environment: own } : { folder, beside: { tree, scene: now } } };
}

function checkedKinds(kinds: readonly string[] | undefined): readonly string[] | undefined {
  const names = importableKinds.map(({ name }) => name);
  for (const kind of kinds ?? []) {
    if (names.includes(kind)) continue;
    const why = kindsByName.has(kind)
      ? `A ${kind} is not read from an org: it has no records there, or none that say what it was.`
      : `There is no kind "${kind}".`;
    const { hint } = kindsByName.has(kind) ? { hint: `These are: ${names.join(', ')}.` } : suggestion(kind, names);
    throw new Refusal('unknown-kind', hint === undefined ? why : `${why} ${hint}`);
  }
  return kinds;
}

function write({ root }: Target, { files }: ImportReport): void {
  const taken = [...files.keys()].filter((path) => existsSync(join(root, path)));
  if (taken.length > 0) {
    const shown = `${taken.slice(0, 3).join(', ')}${taken.length > 3 ? ', …' : ''}`;
    throw new Refusal(
      'files-there',
      `${taken.length} of the files are there already (${shown}); nothing was written. Name another folder: loopctl import --out DIR`,
    );
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

function tell({ host, terminal }: Session, { root }: Target, { org, files, resources, adopts, creates, problems }: ImportReport): void {
  if (terminal.json) {
    terminal.value({ folder: root, files: [...files.keys()], org, resources, adopts, creates, problems: problems.map(publicProblem) });
    return;
  }
  for (const problem of problems) terminal.error(problemText(problem, terminal.colors));
  if (files.size === 0) {
    terminal.print(`Nothing was written: "${org.name}" has nothing that is not declared already.`);
    return;
  }
  const counts = Object.entries(resources).map(([kind, n]) => `${n} ${kind}`);
  const shown = relative(host.cwd, root) || '.';
  terminal.print(
    [
      `${counted(files.size, 'file')} in ${shown}, from "${org.name}" (${org.id}): ${counts.join(', ')}.`,
      `A plan of it adopts ${counted(adopts, 'record')} as they are. Look at the files, then:`,
      `  loopctl plan --config ${shown}`,
    ].join('\n'),
  );
}
