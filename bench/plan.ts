// A plan as a whole process, cold (nothing parsed yet) and warm, beside a floor: a process that reads the same files and asks the org the
// same questions with bare fetch, and does nothing with the answers. Then 1 % changed, in a process that already runs.
// node bin/with-node.js bench/plan.ts [resources …]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openParseCache } from '../adapters/files/parse-cache.ts';
import { worktree } from '../adapters/git/worktree.ts';
import { salesforceTypes } from '../adapters/salesforce/crm.ts';
import { loadTree, sceneOf } from '../controller/load.ts';
import { snapshotOf } from '../controller/runtime.ts';
import { buildPlan } from '../plans/build.ts';
import { compare } from '../plans/compare.ts';
import type { InventoryEntry, LiveObject } from '../plans/plan.ts';
import { hashOf } from '../plans/value.ts';
import { addressText } from '../resources/core.ts';
import { materialise } from '../resources/materialise.ts';
import { changeOnePercent, organisationOf } from './organisation.ts';
import { type Flavour, median, type Run, runProgram, startOrgProcess } from './program.ts';

const ROUNDS = 7;
const FLOOR = `
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const [root, url, token, rss] = process.argv.slice(2);
let bytes = 0;
for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) if (entry.isFile() && entry.name.endsWith('.yaml')) bytes += readFileSync(join(entry.parentPath, entry.name)).length;
const soql = 'SELECT Id, Name, DeveloperName, Description, AccountAccessLevel, OpportunityAccessLevel, CaseAccessLevel, Territory2Model.DeveloperName, Territory2Type.DeveloperName, ParentTerritory2.DeveloperName, LastModifiedDate, LastModifiedBy.Username FROM Territory2';
let rows = 0;
for (let next = '/services/data/v64.0/query?q=' + encodeURIComponent(soql); next; ) {
  const page = await (await fetch(url + next, { headers: { authorization: 'Bearer ' + token } })).json();
  rows += page.records.length;
  next = page.nextRecordsUrl;
}
if (bytes === 0 || rows === 0) throw new Error('nothing was read');
writeFileSync(rss, String(process.resourceUsage().maxRSS));
`;

for (const size of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000]) await measure(size);
process.exit(0);

async function measure(size: number): Promise<void> {
  const org = await startOrgProcess();
  const root = organisationOf(size);
  const data = mkdtempSync(join(tmpdir(), 'loopctl-bench-data-'));
  const env = { SALESFORCE_INSTANCE_URL: org.url, SALESFORCE_ACCESS_TOKEN: org.token, LOOPCTL_DATA: data };
  const first = await runProgram('package', ['apply', '--yes', '-o', 'json', '--quiet', '--config', root], env);
  console.log(`${size} resources`);
  tell('apply, all created', [first]);
  if (first.code !== 0) throw new Error(first.stdout.slice(0, 2_000));
  for (const flavour of ['package', 'clone'] as const) {
    tell(
      `plan, unchanged, cold (${flavour})`,
      await rounds(3, flavour, root, env, () => rmSync(join(data, 'cache'), { recursive: true, force: true })),
    );
    tell(`plan, unchanged, warm (${flavour})`, await rounds(ROUNDS, flavour, root, env));
  }
  tell('floor: the same files and questions', await floor(root, org));
  await inProcess(root, data, size);
  org.stop();
}

async function rounds(
  count: number,
  flavour: Flavour,
  root: string,
  env: Record<string, string>,
  before = () => {},
): Promise<readonly Run[]> {
  const runs: Run[] = [];
  for (let round = 0; round <= count; round += 1) {
    before();
    const run = await runProgram(flavour, ['plan', '-o', 'json', '--quiet', '--config', root], env);
    if (run.code !== 0) throw new Error(`exit ${run.code}: ${run.stdout.slice(0, 500)}`);
    if (round > 0) runs.push(run);
  }
  return runs;
}

function tell(name: string, runs: readonly Run[]): void {
  const seconds = runs.map((run) => run.seconds);
  const memory = Math.max(...runs.map((run) => run.mebibytes));
  const range = runs.length > 1 ? ` (${Math.min(...seconds).toFixed(2)}–${Math.max(...seconds).toFixed(2)}, ${runs.length} runs)` : '';
  console.log(`  ${name.padEnd(44)} ${median(seconds).toFixed(2)} s${range}, ${memory.toFixed(0)} MiB`);
}

/** Reads the files and pages through the territories. */
async function floor(root: string, org: { readonly url: string; readonly token: string }): Promise<readonly Run[]> {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-bench-floor-'));
  const script = join(folder, 'floor.mjs');
  writeFileSync(script, FLOOR);
  const runs: Run[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const rss = join(folder, 'rss');
    const started = performance.now();
    const child = spawn(process.execPath, [script, root, org.url, org.token, rss], { stdio: 'inherit' });
    const code = await new Promise<number | null>((end) => {
      child.on('close', end);
    });
    runs.push({ seconds: (performance.now() - started) / 1000, mebibytes: Number(readFileSync(rss, 'utf8')) / 1024, code, stdout: '' });
  }
  return runs;
}

/** Load, compare and plan again after one territory in a hundred changed; the org as it was last seen. */
async function inProcess(root: string, data: string, size: number): Promise<void> {
  const source = worktree(root);
  const cache = openParseCache(join(data, 'cache', 'documents.json'));
  const clock = { now: () => new Date(), sleep: async () => {}, random: () => 0.5 };
  const resolved = async () => {
    const scene = sceneOf(loadTree(await source.read(), cache), { clock }, {});
    if (!scene.ok) throw new Error(JSON.stringify(scene.problems.slice(0, 3)));
    return scene.value;
  };
  const before = await resolved();
  const applied = materialise(before.resolved);
  const inventory: readonly InventoryEntry[] = applied.map(({ address, ref, tier, fields, late, dependsOn, onRemove, protect }) => ({
    address,
    id: addressText(address),
    ref,
    tier,
    fields: { ...fields, ...late?.fields },
    dependsOn,
    onRemove,
    protect,
    adopted: false,
    written: true,
  }));
  const live: readonly LiveObject[] = inventory.map(({ address, id, fields }) => ({ address, id, fields }));
  const active = snapshotOf(before.resolved).content;
  const beforeHash = hashOf(active);
  const times: number[] = [];
  let steps = 0;
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    changeOnePercent(root, size, `Changed${round}`);
    const started = performance.now();
    const { resolved: now, loaded } = await resolved();
    const snapshot = snapshotOf(now);
    const comparison = compare({
      desired: materialise(now),
      inventory,
      live,
      types: salesforceTypes,
      adoption: 'hold',
      driftPolicy: () => 'alert',
    });
    const org = { id: '00D', name: 'bench', url: 'http://localhost', sandbox: true, user: 'bench' };
    const plan = buildPlan({
      comparison,
      environment: 'local',
      org,
      commit: loaded.commit,
      dirty: true,
      asOf: now.asOf,
      snapshot: { before: active, beforeHash, after: snapshot.content, needs: snapshot.needs },
      callsRead: 0,
    });
    if (round > 1) times.push(performance.now() - started);
    steps = plan.steps.length;
  }
  console.log(
    `  ${'1 % changed, in a running process'.padEnd(44)} ${(median(times) / 1000).toFixed(3)} s (${steps} steps; files read, loaded, compared, planned)`,
  );
}
