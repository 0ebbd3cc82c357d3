// Who gets a lead, asked over HTTP of a controller in a process of its own: with the decision on the disk before it is answered
// (synchronous=FULL, turns taken), beside the same server, route and records with `dry`, which keeps nothing. Rounds of both alternate,
// so that whatever else the machine does meets both. node bin/with-node.js bench/resolve.ts [seconds a round] [--profile]
// `--profile` leaves a CPU profile of the server in the folder loopctl-bench-profile of the temporary folder.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Pool } from 'undici';
import { median, startControllerProcess, startOrgProcess } from './program.ts';
import { openStoreOf, tokenIn } from './token.ts';

const SECONDS = Number(process.argv[2] ?? 3);
const ROUNDS = 5;
const AT_ONCE = [1, 8, 64];
/** What one token may ask in a minute is not what is measured. */
const TOKENS = 200;
const CONFIG = join(import.meta.dirname, '..', 'config');

interface Round {
  readonly throughput: number;
  readonly p50: number;
  readonly p99: number;
  /** Of the server's process, milliseconds a request. */
  readonly cpu: number;
}

const org = await startOrgProcess('demo');
const data = mkdtempSync(join(tmpdir(), 'loopctl-bench-data-'));
const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data };
const profile = process.argv.includes('--profile') ? ['--cpu-prof', '--cpu-prof-dir', join(tmpdir(), 'loopctl-bench-profile')] : [];
const controller = await startControllerProcess(['--config', CONFIG], env, profile);
const store = await openStoreOf(data);
const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, at) => tokenIn(store, `bench-${at}`)));
const leads = (JSON.parse(readFileSync(join(CONFIG, 'samples', 'leads.json'), 'utf8')) as readonly Record<string, unknown>[]).map(
  (record) => ({ ...record, id: undefined }),
);
const bodies = { durable: leads.map((record) => bodyOf(record, false)), dry: leads.map((record) => bodyOf(record, true)) };
await untilItDecides();
console.log(`floor: 12 KiB into SQLite, on the disk: p50 ${diskTime().toFixed(2)} ms, one at a time`);

for (const connections of AT_ONCE) {
  await measure(connections, bodies.dry, 1);
  await measure(connections, bodies.durable, 1);
  const rounds: Record<keyof typeof bodies, Round[]> = { durable: [], dry: [] };
  for (let round = 0; round < ROUNDS; round += 1) {
    rounds.dry.push(await measure(connections, bodies.dry, SECONDS));
    rounds.durable.push(await measure(connections, bodies.durable, SECONDS));
  }
  console.log(`${connections} at once`);
  tell('durable', rounds.durable);
  tell('dry', rounds.dry);
  const shares = rounds.durable.map(({ throughput }, at) => throughput / (rounds.dry[at]?.throughput ?? Number.NaN));
  console.log(`  durable is ${(median(shares) * 100).toFixed(0)} % of dry (${shares.map((share) => (share * 100).toFixed(0)).join(', ')})`);
}
const kept = await store.decisions.recent('acme-revenue', 'local', 1);
if (kept.length !== 1) throw new Error('nothing was kept');
await store.close();
await controller.stop();
process.exit(0);

async function measure(connections: number, some: readonly string[], seconds: number): Promise<Round> {
  const pool = new Pool(controller.url, { connections, pipelining: 1 });
  const times: number[] = [];
  const cpuBefore = await cpuSeconds();
  const started = performance.now();
  const end = started + seconds * 1000;
  const caller = async (from: number) => {
    for (let at = from; performance.now() < end; at += connections) {
      const asked = performance.now();
      const { statusCode, body } = await pool.request({
        method: 'POST',
        path: '/api/loops/route/resolve',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[at % TOKENS]}` },
        body: some[at % some.length] ?? '',
      });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`${statusCode}: ${text}`);
      times.push(performance.now() - asked);
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, at) => caller(at)));
  const throughput = (times.length * 1000) / (performance.now() - started);
  await pool.close();
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { throughput, p50: at(0.5), p99: at(0.99), cpu: ((await cpuSeconds()) - cpuBefore) * (1000 / times.length) };
}

/** As the server itself tells it. */
async function cpuSeconds(): Promise<number> {
  const text = await (await fetch(`${controller.url}/metrics`, { headers: { authorization: `Bearer ${tokens[0]}` } })).text();
  return Number(/^process_cpu_seconds_total (\S+)/m.exec(text)?.[1]);
}

function tell(name: string, rounds: readonly Round[]): void {
  const of = (part: keyof Round) => median(rounds.map((round) => round[part]));
  console.log(
    `  ${name.padEnd(8)} ${of('throughput').toFixed(0).padStart(5)} a second, p50 ${of('p50').toFixed(2)} ms, p99 ${of('p99').toFixed(2)} ms, ${of('cpu').toFixed(2)} ms of CPU`,
  );
}

/** What the disk and SQLite take to keep as much as a decision is: nothing that is durable is faster, one at a time. */
function diskTime(): number {
  const database = new Database(join(data, 'floor.db'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)');
  const insert = database.prepare('INSERT INTO kept (text) VALUES (?)');
  const text = 'x'.repeat(12 * 1024);
  const times = Array.from({ length: 200 }, () => {
    const started = performance.now();
    insert.run(text);
    return performance.now() - started;
  });
  database.close();
  return median(times);
}

/** The first run has to be through. */
async function untilItDecides(): Promise<void> {
  for (;;) {
    const response = await fetch(`${controller.url}/api/loops/route/resolve`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[0]}` },
      body: bodies.dry[0] ?? '',
    });
    const text = await response.text();
    if (response.status === 200) return;
    if (response.status !== 503) throw new Error(`${response.status}: ${text}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

function bodyOf(record: Readonly<Record<string, unknown>>, dry: boolean): string {
  return JSON.stringify({ object: 'Lead', record, dry });
}
