// Looking at the org: who we are there and whether we may, then the live records of what is declared and what the inventory has.
import { type Address, addressText, type Checked, type Problem } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import type { Resolved } from '../resources/resolved.ts';
import type { LiveObject, OrgIdentity } from '../plans/plan.ts';
import { addressesToRead, type Rename } from '../plans/world.ts';
import { type Crm, UnknownObject } from '../ports/crm.ts';
import type { InventoryRow, Scope, Store } from '../ports/store.ts';
import { settleOpenBatches } from './apply/recover.ts';
import type { Deps } from './deps.ts';

export interface Observation {
  readonly scope: Scope;
  readonly org: OrgIdentity;
  readonly inventory: readonly InventoryRow[];
  readonly live: readonly LiveObject[];
}

export interface ToObserve {
  readonly resolved: Resolved;
  readonly desired: readonly DesiredObject[];
  readonly renames: readonly Rename[];
  readonly needs: readonly string[];
  /** Take it that missing records were really deleted, however many. */
  readonly allowMissing?: boolean;
  /** The caller holds the lease. */
  readonly leased?: boolean;
}

/** More than this share of a type's records gone at once looks like lost rights, not like somebody's work. */
const MISSING_SHARE = 0.2;
const FEWEST_MISSING = 4;

export async function observe(deps: Deps, crm: Crm, store: Store, wanted: ToObserve): Promise<Checked<Observation>> {
  const org = await crm.identify();
  const { resolved, desired, renames, needs } = wanted;
  const wrong = wrongOrg(resolved, org);
  if (wrong.length > 0) return { ok: false, problems: wrong };
  const scope: Scope = { project: resolved.project.ref.name, environment: resolved.environment.name, orgId: org.id };
  await recover(deps, crm, store, scope, wanted.leased === true);
  const inventory = await store.inventory(scope);
  const lacking = await crm.preflight([...new Set([...desired, ...inventory].map(({ address }) => address.type))]);
  if (lacking.length > 0) return { ok: false, problems: lacking };
  const read = await readAll(crm, addressesToRead({ desired, inventory, renames }, needs), desired);
  if (!read.ok) return read;
  const live = read.value;
  const vanished = wanted.allowMissing === true ? [] : tooManyMissing(inventory, live, renames);
  if (vanished.length > 0) return { ok: false, problems: vanished };
  return { ok: true, value: { scope, org, inventory, live } };
}

/** A field of an object that is not there is somebody's slip: told with the place, instead of ending the plan with a refusal of the org. */
async function readAll(
  crm: Crm,
  addresses: readonly Address[],
  desired: readonly DesiredObject[],
): Promise<Checked<readonly LiveObject[]>> {
  try {
    return { ok: true, value: await crm.read(addresses) };
  } catch (error) {
    if (!(error instanceof UnknownObject)) throw error;
    const { object } = error;
    const fields = desired.filter(({ address }) => address.type === 'CustomField' && address.key.startsWith(`${object}.`));
    if (fields.length === 0) throw error;
    const message = `the org has no object "${object}", or this user may not see it`;
    const hint = 'Correct the name, or give the user the right to see it.';
    return {
      ok: false,
      problems: fields.map(({ ref, origin: at }) => ({ severity: 'error', code: 'no-such-object', message, ref, at, hint })),
    };
  }
}

/** What a crash left open is settled before anything is compared, unless an apply is at work just now. */
async function recover(deps: Deps, crm: Crm, store: Store, scope: Scope, leased: boolean): Promise<void> {
  if (!(await store.hasOpenApply(scope))) return;
  const tools = { crm, store, clock: deps.clock };
  if (leased) {
    await settleOpenBatches(tools, scope);
    return;
  }
  const lease = await store.lease(scope, deps.identity);
  if ('heldBy' in lease) return;
  try {
    await settleOpenBatches(tools, scope);
  } finally {
    await lease.release();
  }
}

function wrongOrg({ environment }: Resolved, org: OrgIdentity): readonly Problem[] {
  const problem = (code: string, message: string): Problem => ({
    severity: 'error',
    code,
    message,
    hint: 'Check which org the environment variables name, and `org` of the environment in loopctl.yaml.',
  });
  const { sandbox, id } = environment.org;
  const here = `"${org.name}" (${org.id}, ${org.url})`;
  const problems: Problem[] = [];
  if (id !== undefined && id.slice(0, 15) !== org.id.slice(0, 15))
    problems.push(problem('other-org', `The environment ${environment.name} is pinned to the org ${id}; this is ${here}.`));
  if (sandbox === true && !org.sandbox)
    problems.push(problem('not-a-sandbox', `The environment ${environment.name} wants a sandbox; ${here} is a production org.`));
  if (sandbox === false && org.sandbox)
    problems.push(problem('a-sandbox', `The environment ${environment.name} is no sandbox; ${here} is one.`));
  return problems;
}

function tooManyMissing(inventory: readonly InventoryRow[], live: readonly LiveObject[], renames: readonly Rename[]): readonly Problem[] {
  const there = new Set(live.map((object) => addressText(object.address)));
  for (const { from, to } of renames) if (there.has(addressText(to))) there.add(addressText(from));
  const problems: Problem[] = [];
  for (const [type, rows] of Map.groupBy(inventory, (row) => row.address.type)) {
    const missing = rows.filter((row) => !there.has(addressText(row.address)));
    if (missing.length < FEWEST_MISSING || missing.length <= rows.length * MISSING_SHARE) continue;
    problems.push({
      severity: 'error',
      code: 'records-missing',
      message: `${missing.length} of ${rows.length} ${type} records that loopctl manages are not to be seen (${missing[0]?.address.key}, …). Weak rights make records vanish from queries.`,
      hint: 'Check the permissions of the user. If they were really deleted, say so with --allow-missing.',
    });
  }
  return problems;
}
