// A look at an org of 10,000 territories in which nothing changed: what the controller does every few minutes. Calls, seconds and memory,
// in a process that does nothing else, beside a floor: the same queries by bare fetch, each answer parsed and let go.
// node bin/with-node.js bench/drift.ts [territories]
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { organisationOf } from './organisation.ts';
import { median, runProgram, startOrgProcess } from './program.ts';

interface Look {
  readonly seconds: number;
  /** The largest resident set of the process until then. */
  readonly mebibytes: number;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly mutating: boolean;
}

const ROUNDS = 5;
const [role = '10000', ...rest] = process.argv.slice(2);
if (role === 'look') await look(rest);
else if (role === 'floor') await floor(rest);
else await measure(Number(role));
process.exit(0);

async function measure(territories: number): Promise<void> {
  const org = await startOrgProcess();
  const root = organisationOf(territories);
  const data = mkdtempSync(join(tmpdir(), 'loopctl-bench-data-'));
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data };
  const first = await runProgram('clone', ['apply', '--yes', '-o', 'json', '--quiet', '--config', root], env);
  if (first.code !== 0) throw new Error(first.stdout.slice(0, 2_000));
  const control = async (method: string) => {
    const answer = await fetch(`${org.url}/__control/calls`, { method, headers: { authorization: `Bearer ${org.control}` } });
    return ((await answer.json().catch(() => ({ calls: [] }))) as { readonly calls: readonly Asked[] }).calls;
  };
  console.log(`${territories} territories, nothing to do`);
  await control('DELETE');
  tell('the first look of a process', await inProcess(['look', root, data, org.url, org.token, '1']));
  const asked = await control('GET');
  const looks = await inProcess(['look', root, data, org.url, org.token, String(ROUNDS + 1)]);
  tell('each further look', looks.slice(1));
  // Further pages are asked for by what the page before says.
  const paths = asked.map(({ path }) => path).filter((path) => !/query\/[^?]/.test(path));
  tell('floor: the same queries', (await inProcess(['floor', org.url, org.token, JSON.stringify(paths), String(ROUNDS + 1)])).slice(1));
  if (asked.some(({ mutating }) => mutating)) throw new Error('a look changed something');
  const types = ['Territory2Model', 'Territory2Type', 'Territory2'];
  const pages = Math.ceil(territories / 2_000);
  console.log(
    `  calls of the first look: ${asked.length}; floor ${types.length - 1 + pages} (${types.length} types, ${pages} pages of territories)`,
  );
  org.stop();
}

function tell(name: string, looks: readonly Look[]): void {
  const seconds = looks.map((one) => one.seconds);
  const range = looks.length > 1 ? ` (${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}, ${looks.length} looks)` : '';
  const memory = Math.max(...looks.map(({ mebibytes }) => mebibytes));
  console.log(`  ${name.padEnd(30)} ${median(seconds).toFixed(2)} s${range}, ${memory.toFixed(0)} MiB`);
}

/** This file in another role, in a process of its own; it tells a look a line. */
async function inProcess(args: readonly string[]): Promise<readonly Look[]> {
  const child = spawn(process.execPath, [import.meta.filename, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const code = await new Promise<number | null>((end) => {
    child.on('close', end);
  });
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}`);
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Look);
}

/** Reconciles as the controller does, one time after the other. */
async function look([root = '', data = '', instanceUrl = '', accessToken = '', rounds]: readonly string[]): Promise<void> {
  const { openParseCache } = await import('../adapters/files/parse-cache.ts');
  const { followFolder } = await import('../adapters/git/folder.ts');
  const { systemClock } = await import('../adapters/clock/clock.ts');
  const { salesforce, salesforceTypes } = await import('../adapters/salesforce/crm.ts');
  const { reconcileOnce } = await import('../controller/follow/process.ts');
  const { openStoreOf } = await import('./token.ts');
  const { v7 } = await import('uuid');
  const store = await openStoreOf(data);
  const crm = salesforce({ kind: 'token', instanceUrl, accessToken });
  const deps = {
    cache: openParseCache(join(data, 'cache', 'documents.json')),
    clock: systemClock(),
    nextId: () => v7(),
    identity: 'bench',
    types: salesforceTypes,
    store: async () => store,
    connect: async () => ({ ok: true as const, value: crm }),
  };
  const site = { deps, upstream: followFolder(root), store, waitMs: 120_000 };
  for (let round = 0; round < Number(rounds); round += 1) {
    const started = performance.now();
    const ended = await reconcileOnce({ site, notifiers: [], listener: () => undefined });
    tellParent(started);
    if (!ended.ok || ended.value.kind !== 'ended') throw new Error(JSON.stringify(ended).slice(0, 2_000));
    const { outcome, steps } = ended.value.report;
    if (outcome !== 'nothing' || steps.length > 0 || ended.value.drift.length > 0) throw new Error(`${outcome}, ${steps.length} steps`);
  }
  await store.close();
}

async function floor([url = '', token = '', paths = '[]', rounds]: readonly string[]): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (let round = 0; round < Number(rounds); round += 1) {
    const started = performance.now();
    let rows = 0;
    for (const first of JSON.parse(paths) as readonly string[]) {
      for (let path: string | undefined = first; path !== undefined; ) {
        const answer = await fetch(url + path, { headers });
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        const page = (await answer.json()) as { readonly records?: readonly unknown[]; readonly nextRecordsUrl?: string };
        rows += page.records?.length ?? 0;
        path = page.nextRecordsUrl;
      }
    }
    tellParent(started);
    if (rows === 0) throw new Error('nothing was read');
  }
}

function tellParent(started: number): void {
  const told: Look = { seconds: (performance.now() - started) / 1000, mebibytes: process.resourceUsage().maxRSS / 1024 };
  console.log(JSON.stringify(told));
}
