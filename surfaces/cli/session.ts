// What every command begins with: the folder of the configuration, the environment, the organisation, the org.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readOrganisation } from '../../resources/organisation.ts';
import { type Environment, Project, type ProjectSpec } from '../../resources/project/schema.ts';
import { type Loaded, loadTree, PROJECT_FILE, type Scene, sceneOf } from '../../controller/load.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Store } from '../../ports/store.ts';
import { Refusal, refusedBy } from './ending.ts';
import type { Host, Workspace } from './host.ts';
import type { Terminal } from './terminal.ts';

export interface CommonOptions {
  readonly config?: string;
  readonly env?: string;
  readonly asOf?: string;
}

export interface Session {
  readonly host: Host;
  readonly terminal: Terminal;
  readonly root: string;
  readonly workspace: Workspace;
  readonly options: CommonOptions;
}

/** The folder of `loopctl.yaml`: the one that is named, else `.`, else `./config`. */
export function findRoot(host: Host, named: string | undefined): string {
  const found = existingRoot(host, named);
  if (found !== undefined) return found;
  const looked = candidates(named)
    .map((candidate) => join(candidate, PROJECT_FILE))
    .join(' or ');
  throw new Refusal('no-configuration', `There is no ${looked}. Name its folder with --config DIR, or make one: loopctl init DIR`);
}

/** The same, where there is one. */
export function existingRoot(host: Host, named?: string): string | undefined {
  return candidates(named)
    .map((candidate) => resolve(host.cwd, candidate))
    .find((folder) => existsSync(join(folder, PROJECT_FILE)));
}

function candidates(named: string | undefined): readonly string[] {
  return named === undefined ? ['.', 'config'] : [named];
}

export async function withSession<T>(
  host: Host,
  terminal: Terminal,
  options: CommonOptions,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  const root = findRoot(host, options.config);
  const workspace = host.open(root, (line) => terminal.note(line));
  try {
    return await run({ host, terminal, root, workspace, options });
  } finally {
    await workspace.close();
  }
}

/** The working tree, with all that is wrong with it. */
export async function loaded({ workspace }: Session): Promise<Loaded> {
  return loadTree(await workspace.source.read(), workspace.cache);
}

/** The organisation without an error, today or on `--as-of`, in the environment. */
export async function scene(session: Session, from?: Loaded): Promise<Scene> {
  const found = sceneOf(from ?? (await loaded(session)), session.workspace, {
    ...(session.options.env !== undefined && { environment: session.options.env }),
    ...asOfOption(session),
  });
  if (!found.ok) throw refusedBy(found.problems, session.root);
  return found.value;
}

/** `--as-of`, else LOOPCTL_NOW: a day that exists. */
export function asOfOption({ options, host }: Session): { asOf?: string } {
  const asOf = options.asOf ?? host.env.LOOPCTL_NOW?.slice(0, 10);
  if (asOf === undefined || asOf === '') return {};
  // 2027-02-30 would pass for a day of March.
  const day = /^\d{4}-\d{2}-\d{2}$/.test(asOf) ? new Date(`${asOf}T00:00:00Z`) : undefined;
  if (day === undefined || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== asOf) {
    const where = options.asOf === undefined ? 'LOOPCTL_NOW' : '--as-of';
    throw new Refusal('bad-day', `${where} ${asOf} is no day. Write it like 2027-02-01.`);
  }
  return { asOf };
}

/** The project file alone: what commands need that work while the rest is broken. */
export interface ProjectFile {
  readonly name: string;
  readonly spec: ProjectSpec;
  readonly environment: Environment;
}

export async function project(session: Session): Promise<ProjectFile> {
  const tree = await session.workspace.source.read();
  const file = tree.files.find(({ path }) => path === PROJECT_FILE);
  const read = readOrganisation(file === undefined ? [] : [file]);
  const [found] = read.organisation.all(Project);
  if (found === undefined) throw refusedBy(read.problems, session.root);
  const wanted = session.options.env;
  const environment = found.spec.environments.find(({ name }) => wanted === undefined || name === wanted);
  if (environment === undefined) {
    throw new Refusal(
      'unknown-environment',
      `There is no environment "${wanted}". There are: ${found.spec.environments.map(({ name }) => name).join(', ')}.`,
    );
  }
  return { name: found.ref.name, spec: found.spec, environment };
}

export async function connect(session: Session, environment: Environment): Promise<{ readonly crm: Crm; readonly store: Store }> {
  const connected = await session.workspace.connect(environment);
  if (!connected.ok) throw refusedBy(connected.problems);
  const store = await session.workspace.store();
  // From another folder everything would look as if it had never been applied.
  if ((await store.standings()).length === 0) {
    const { host, terminal } = session;
    const where = (host.env.DATABASE_URL ?? '') === '' ? `The data folder ${host.dataFolder}` : 'The state in DATABASE_URL';
    terminal.note(`${where} is new: nothing is known in it of what was applied from another one (LOOPCTL_DATA names it).`);
  }
  return { crm: connected.value, store };
}
