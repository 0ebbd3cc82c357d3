// The product on a fixture organisation and an embedded org, wired as main.ts does: real git, real SQLite, the real client over HTTP.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openParseCache } from '../../adapters/files/parse-cache.ts';
import { worktree } from '../../adapters/git/worktree.ts';
import { salesforce, salesforceTypes } from '../../adapters/salesforce/crm.ts';
import { apply, type ApplyRequest } from '../../controller/apply.ts';
import type { ApplyReport } from '../../controller/carry-out.ts';
import type { LocalDeps } from '../../controller/deps.ts';
import { loadTree, type Scene, sceneOf } from '../../controller/load.ts';
import { preview, type PreviewRequest } from '../../controller/preview.ts';
import type { Plan } from '../../plans/plan.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { openStore } from '../../state/open.ts';
import { openOrg, type TestOrg } from '../sandbox/org.ts';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'organisation');
const NOW = '2026-11-21T12:00:00Z';

export interface Product {
  readonly org: TestOrg;
  readonly root: string;
  readonly deps: LocalDeps;
  readonly crm: Crm;
  readonly store: Store;
  edit(file: string, from: string, to: string): void;
  write(file: string, text: string): void;
  scene(options?: { readonly asOf?: string }): Promise<Scene>;
  plan(request?: Partial<PreviewRequest>): Promise<Plan>;
  apply(request?: Partial<ApplyRequest>): Promise<ApplyReport>;
  scope(): Promise<Scope>;
}

export interface ProductOptions {
  readonly org?: TestOrg;
  /** Another data folder on the same configuration. */
  readonly root?: string;
  /** An existing data folder. */
  readonly data?: string;
  /** Put around the ports: what a fault or a death of the process looks like. */
  readonly around?: <Port extends object>(port: Port) => Port;
}

export async function openProduct(options: ProductOptions = {}): Promise<Product> {
  const around = options.around ?? ((port) => port);
  const org = options.org ?? (await orgWithUsers());
  const root = options.root ?? copyOf(FIXTURE);
  const folder = options.data ?? temporary('data');
  let ids = 0;
  const nextId = () => `id-${String((ids += 1)).padStart(8, '0')}-${Math.random().toString(36).slice(2, 8)}`;
  const store = await openStore({ folder, nextId, now: () => new Date(NOW) });
  onTestFinished(() => store.close());
  const crm = salesforce({ kind: 'token', instanceUrl: org.url, accessToken: org.token });
  const deps: LocalDeps = {
    source: worktree(root),
    cache: openParseCache(join(folder, 'cache.json')),
    types: salesforceTypes,
    clock: { now: () => new Date(), sleep: (ms) => new Promise((wake) => void setTimeout(wake, Math.min(ms, 20))), random: () => 0.5 },
    nextId,
    identity: 'tester@machine',
    store: async () => around(store),
    connect: async () => ({ ok: true, value: around(crm) }),
  };
  return onPorts(deps, around(crm), around(store), { org, root });
}

/** The same product with something else around its ports. */
export function onPorts(deps: LocalDeps, crm: Crm, store: Store, { org, root }: { readonly org: TestOrg; readonly root: string }): Product {
  const scene = async (more: { readonly asOf?: string } = {}) => {
    const found = sceneOf(loadTree(await deps.source.read(), deps.cache), deps, { asOf: '2026-11-21', ...more });
    if (!found.ok) throw new Error(JSON.stringify(found.problems, null, 1));
    return found.value;
  };
  return {
    org,
    root,
    deps,
    crm,
    store,
    scene,
    edit(file, from, to) {
      const text = readFileSync(join(root, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
      writeFileSync(join(root, file), text.replace(from, to));
    },
    write: (file, text) => writeFileSync(join(root, file), text),
    async plan(request = {}) {
      const made = await preview(deps, crm, store, await scene(), { actor: 'person', ...request });
      if (!made.ok) throw new Error(JSON.stringify(made.problems, null, 1));
      return made.value.plan;
    },
    async apply(request = {}) {
      const answer = await apply(deps, crm, store, await scene(), {
        actor: 'person',
        waitMs: 10_000,
        leaseMs: 0,
        confirm: async () => true,
        ...request,
      });
      if (answer.kind !== 'report') throw new Error(JSON.stringify(answer));
      return answer.report;
    },
    async scope() {
      const { resolved } = await scene();
      return { project: resolved.project.ref.name, environment: resolved.environment.name, orgId: (await crm.identify()).id };
    },
  };
}

/** An org with everybody whom the fixture's scenarios name. */
export async function orgWithUsers(data = ':memory:'): Promise<TestOrg> {
  const org = await openOrg({ data });
  for (const username of fixtureUsers()) await org.addUser(username);
  return org;
}

/** Everybody whom the fixture's scenarios name. */
export function fixtureUsers(): readonly string[] {
  const text = ['fy27-base', 'fy27-expansion'].map((name) => readFileSync(join(FIXTURE, 'design', 'scenarios', `${name}.yaml`), 'utf8'));
  return [...new Set([...text.join('\n').matchAll(/user: ([^,}\s]+)/g)].map((match) => match[1] ?? ''))];
}

export function copyOf(folder: string): string {
  const copy = temporary('config');
  cpSync(folder, copy, { recursive: true });
  return copy;
}

export function temporary(what: string): string {
  const folder = mkdtempSync(join(tmpdir(), `loopctl-${what}-`));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What is in the org and in the inventory, without ids and times: two worlds that came about in different ways can be compared. */
export async function picture(product: {
  readonly org: Pick<TestOrg, 'query'>;
  readonly store: Store;
  scope(): Promise<Scope>;
}): Promise<unknown> {
  const q = async (soql: string) =>
    JSON.parse(JSON.stringify(await product.org.query(soql), (key, value) => (key === 'attributes' ? undefined : value))) as unknown;
  const inventory = await product.store.inventory(await product.scope());
  return {
    territories: await q(
      'SELECT Name, DeveloperName, ParentTerritory2.DeveloperName, Territory2Type.DeveloperName, AccountAccessLevel FROM Territory2 ORDER BY DeveloperName',
    ),
    seats: await q(
      'SELECT User.Username, Territory2.DeveloperName, RoleInTerritory2 FROM UserTerritory2Association ORDER BY User.Username, Territory2.DeveloperName',
    ),
    queues: await q("SELECT Name, DeveloperName FROM Group WHERE Type = 'Queue' ORDER BY DeveloperName"),
    objects: await q('SELECT Queue.DeveloperName, SobjectType FROM QueueSobject ORDER BY Queue.DeveloperName, SobjectType'),
    models: await q('SELECT DeveloperName, State FROM Territory2Model'),
    permissions: await q(
      "SELECT Field, PermissionsRead, PermissionsEdit FROM FieldPermissions WHERE Field LIKE '%__c' ORDER BY Field, PermissionsEdit",
    ),
    inventory: inventory
      .map(({ address, ref, fields, adopted, written, onRemove }) => ({ address, ref, fields, adopted, written, onRemove }))
      .sort((a, b) => (JSON.stringify(a.address) < JSON.stringify(b.address) ? -1 : 1)),
    snapshot: (await product.store.activeSnapshot(await product.scope()))?.id,
  };
}
