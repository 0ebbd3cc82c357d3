// The only place that reads the environment and wires adapters to ports.
import { mkdirSync, readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { v7 } from 'uuid';
import { anthropic } from './adapters/anthropic/agent.ts';
import { readAnthropic } from './adapters/anthropic/settings.ts';
import { systemClock } from './adapters/clock/clock.ts';
import { openParseCache } from './adapters/files/parse-cache.ts';
import { worktree } from './adapters/git/worktree.ts';
import { githubForges } from './adapters/github/forge.ts';
import { untilStopped } from './adapters/process/ending.ts';
import { type Credentials, readCredentials } from './adapters/salesforce/credentials.ts';
import { salesforce, salesforceTypes } from './adapters/salesforce/crm.ts';
import { peopleOf } from './controller/people.ts';
import type { Agent } from './ports/agent.ts';
import type { Crm } from './ports/crm.ts';
import type { Store } from './ports/store.ts';
import type { Checked } from './resources/core.ts';
import type { Environment } from './resources/project/schema.ts';
import { readOrganisation } from './resources/organisation.ts';
import { readFolder } from './adapters/files/read.ts';
import { stateFiles } from './state/backup.ts';
import { openStore } from './state/open.ts';
import type { Ports } from './serve.ts';
import type { ControllerStart, Host, OrgStart, StartedOrg, Workspace } from './surfaces/cli/host.ts';
import { runCommand } from './surfaces/cli/program.ts';

const PACKAGE = import.meta.filename.endsWith('.ts') ? import.meta.dirname : join(import.meta.dirname, '..');

export async function main(): Promise<void> {
  process.exitCode = await runCommand(process.argv.slice(2), systemHost());
}

const clock = systemClock();

function systemHost(): Host {
  const { env, stdout, stderr, stdin } = process;
  const dataFolder = resolve(env.LOOPCTL_DATA ?? '.loopctl');
  return {
    env,
    cwd: process.cwd(),
    version: version(),
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    interactive: stdin.isTTY && stdout.isTTY,
    color: stdout.isTTY && (env.NO_COLOR ?? '') === '',
    ask,
    dataFolder,
    open: (root, notice) => openWorkspace(root, dataFolder, notice),
    startOrg: (options) => startOrg(dataFolder, options),
    startController: async (start) => (await serving(dataFolder, start)).serve(),
    reconcileOnce: async (start) => (await serving(dataFolder, start)).serveOnce(),
    untilStopped,
    identity: identity(),
    stateFiles: () => ((env.DATABASE_URL ?? '') === '' ? stateFiles(dataFolder) : undefined),
    starter: join(PACKAGE, 'config'),
    now: () => new Date(),
  };
}

/** A container may run as a user who has no name. */
function identity(): string {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}@${hostname()}`;
  }
}

function version(): string {
  return (JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }).version;
}

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}

function openWorkspace(root: string, dataFolder: string, notice: (line: string) => void): Workspace {
  return { ...openPorts(dataFolder, identity(), notice), source: worktree(root, process.env) };
}

function openPorts(dataFolder: string, identity: string, notice: (line: string) => void): Ports {
  const closing: (() => Promise<void>)[] = [];
  let store: Promise<Store> | undefined;
  const cache = openParseCache(join(dataFolder, 'cache', 'documents.json'));
  const connections = new Map<string, Promise<Checked<Crm>>>();
  const agents = new Map<string, Agent | undefined>();
  const agentOf = (environment: Environment) => {
    const prefix = environment.env_prefix ?? '';
    if (!agents.has(prefix)) agents.set(prefix, openAgent(prefix, notice));
    return agents.get(prefix);
  };
  return {
    cache,
    types: salesforceTypes,
    forgeOf: githubForges({ token: process.env.GITHUB_TOKEN, api: process.env.GITHUB_API_URL, version: version() }),
    clock,
    nextId: () => v7(),
    identity,
    store() {
      store ??= openStore({
        folder: dataFolder,
        nextId: () => v7(),
        now: clock.now,
        ...(process.env.DATABASE_URL && { databaseUrl: process.env.DATABASE_URL }),
      });
      return store;
    },
    connect(environment) {
      const prefix = environment.env_prefix ?? '';
      const known = connections.get(prefix) ?? openCrm(environment, dataFolder, notice, closing);
      connections.set(prefix, known);
      return known;
    },
    agentOf,
    async desks(request) {
      const { desksOf } = await import('./desks.ts');
      return desksOf({ env: process.env, clock, nextId: () => v7(), agentOf }, request);
    },
    async close() {
      cache.save();
      await (await store)?.close();
      for (const close of closing.reverse()) await close();
    },
  };
}

function openAgent(prefix: string, notice: (line: string) => void): Agent | undefined {
  const settings = readAnthropic(process.env, prefix);
  if (settings === undefined) return undefined;
  if (settings.ok) return anthropic(settings.value);
  for (const { message, hint } of settings.problems) notice(`${message}${hint === undefined ? '' : ` ${hint}`}`);
  return undefined;
}

/** The long-running process is wired in a module of its own: no other command pays for loading it. */
async function serving(dataFolder: string, start: ControllerStart) {
  const { serve, serveOnce } = await import('./serve.ts');
  const ports = openPorts(dataFolder, `controller@${hostname()}`, start.notice);
  const wiring = { ports, dataFolder, env: process.env, version: version(), clock };
  return { serve: () => serve(wiring, start), serveOnce: () => serveOnce(wiring, start) };
}

/** The org that the environment's variables name, else the embedded one of the data folder. */
async function openCrm(
  environment: Environment,
  dataFolder: string,
  notice: (line: string) => void,
  closing: (() => Promise<void>)[],
): Promise<Checked<Crm>> {
  const credentials = readCredentials(process.env, environment.env_prefix ?? '', (path) => readFileSync(path, 'utf8'));
  if (credentials !== undefined) return credentials.ok ? { ok: true, value: salesforce(credentials.value) } : credentials;
  if (environment.env_prefix !== undefined) {
    const message = `The environment ${environment.name} names no org: ${environment.env_prefix}SALESFORCE_INSTANCE_URL is not set.`;
    return { ok: false, problems: [{ severity: 'error', code: 'no-org', message, hint: 'Set it, and the credentials of its user.' }] };
  }
  const { openEmbedded } = await import('./sandbox/embedded.ts');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const org = await openEmbedded({ folder: dataFolder, seed: 'demo', people: starterPeople() });
  closing.push(() => org.close());
  notice(`No org is set (SALESFORCE_INSTANCE_URL): this is the embedded org at ${org.url}, a double of Salesforce.`);
  const embedded: Credentials = { kind: 'token', instanceUrl: org.url, accessToken: org.token };
  return { ok: true, value: salesforce(embedded) };
}

async function startOrg(dataFolder: string, { port, data, seed, control, log }: OrgStart): Promise<StartedOrg> {
  const common = { port, seed, people: starterPeople(), log, ...(control !== undefined && { control }) };
  if (data === ':memory:') {
    const { startOrg: start } = await import('./sandbox/server.ts');
    return start({ ...common, data });
  }
  const { startOwned } = await import('./sandbox/embedded.ts');
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  return startOwned({ ...common, data: data === undefined ? join(dataFolder, 'org.db') : resolve(data) });
}

/** The people of the starter's roster, for the embedded org's seed. */
function starterPeople() {
  return peopleOf(readOrganisation(readFolder(join(PACKAGE, 'config')).files).organisation);
}
