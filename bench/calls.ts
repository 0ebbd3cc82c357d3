// API calls of plan and apply against the floor: a call for 200 rows of each level and type to write, a call for 2,000 rows of each type to read.
// node bin/with-node.js bench/calls.ts [territories …]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { changeOnePercent, organisationOf } from './organisation.ts';
import { runProgram, startOrgProcess } from './program.ts';

interface PlanStep {
  readonly phase: string;
  readonly level: number;
  readonly action: string;
  readonly address: { readonly type: string };
}

for (const size of process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1_000, 10_000]) await measure(size);
process.exit(0);

async function measure(size: number): Promise<void> {
  const org = await startOrgProcess();
  const root = organisationOf(size);
  const env = {
    SALESFORCE_INSTANCE_URL: org.url,
    SALESFORCE_ACCESS_TOKEN: org.token,
    LOOPCTL_DATA: mkdtempSync(join(tmpdir(), 'loopctl-bench-data-')),
  };
  const command = (...args: readonly string[]) => runProgram('clone', [...args, '-o', 'json', '--quiet', '--config', root], env);
  const counted = async (name: string, args: readonly string[], floor: { readonly write: number; readonly read: number }) => {
    await control(org, 'DELETE');
    await command(...args);
    const { calls } = await control(org, 'GET');
    const write = calls.filter((call) => call.mutating).length;
    const read = calls.length - write;
    const told = (made: number, least: number) => `${made} (floor ${least}, ${least === 0 ? '–' : `${(made / least).toFixed(2)} ×`})`;
    console.log(`  ${name.padEnd(34)} write ${told(write, floor.write).padEnd(28)} read ${told(read, floor.read)}`);
  };
  console.log(`${size} territories`);
  const plan = async () =>
    JSON.parse((await command('plan')).stdout) as { readonly steps: readonly PlanStep[]; readonly summary: Record<string, number> };
  const types = ['Territory2Model', 'Territory2Type', 'Territory2'].length;
  const pages = Math.ceil(size / 2_000);
  const empty = { write: 0, read: types - 1 + pages };
  const first = floorOf((await plan()).steps);
  // Who we are and what we may do are two calls; a new model has no territories to page through before, and all of them after.
  await counted('apply, all created, looked at again', ['apply', '--yes'], { write: first, read: types + types - 1 + pages });
  await counted('plan, unchanged', ['plan'], empty);
  changeOnePercent(root, size, 'Changed');
  const changed = floorOf((await plan()).steps);
  await counted('apply, 1 % changed, looked at again', ['apply', '--yes'], { write: changed, read: 2 * empty.read });
  org.stop();
}

/** Rows of one phase, level, type and action go together, 200 a call. */
function floorOf(steps: readonly PlanStep[]): number {
  const groups = Map.groupBy(
    steps.filter(({ action }) => action !== 'switch'),
    ({ phase, level, action, address }) => [phase, level, action, address.type].join(' '),
  );
  return [...groups.values()].reduce((calls, rows) => calls + Math.ceil(rows.length / 200), 0);
}

async function control(org: { readonly url: string; readonly control: string }, method: 'GET' | 'DELETE') {
  const response = await fetch(`${org.url}/__control/calls`, { method, headers: { authorization: `Bearer ${org.control}` } });
  return (await response.json().catch(() => ({ calls: [] }))) as { readonly calls: readonly { readonly mutating: boolean }[] };
}
