// Somebody with an administrator's rights changes the org by hand; and the product's configuration in a git repository.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AdoptReport, adoptDrift } from '../../controller/adopt.ts';
import { preview } from '../../controller/preview.ts';
import type { Drift } from '../../plans/plan.ts';
import type { Checked } from '../../resources/core.ts';
import { openProduct, type Product, type ProductOptions } from './product.ts';

export const SOMEBODY = 'ops@acme.example';

export interface Hand {
  id(soql: string): Promise<string>;
  change(type: string, where: string, fields: object): Promise<void>;
  remove(type: string, where: string): Promise<void>;
  add(type: string, fields: object): Promise<string>;
}

async function byHand(product: Product): Promise<Hand> {
  const [profile] = await product.org.query("SELECT Id FROM Profile WHERE Name = 'System Administrator'");
  await product.org.addUser(SOMEBODY, { ProfileId: profile?.['Id'] });
  const caller = await product.org.as(SOMEBODY);
  const ids = async (type: string, where: string) => {
    const rows = await caller.query(`SELECT Id FROM ${type} WHERE ${where}`);
    if (rows.length === 0) throw new Error(`nothing is there: ${type} ${where}`);
    return rows.map((row) => String(row['Id']));
  };
  return {
    id: async (soql) => String((await caller.query(soql))[0]?.['Id']),
    async change(type, where, fields) {
      for (const id of await ids(type, where)) {
        const answer = await caller.update(type, id, fields);
        if (answer.status !== 204) throw new Error(answer.text);
      }
    },
    async remove(type, where) {
      for (const id of await ids(type, where)) {
        const answer = await caller.call('DELETE', `sobjects/${type}/${id}`);
        if (answer.status !== 204) throw new Error(answer.text);
      }
    },
    add: (type, fields) => caller.create(type, fields),
  };
}

export interface GitProduct extends Product {
  readonly hand: Hand;
  git(...args: readonly string[]): string;
  text(file: string): string;
  /** What a revision says, by file. */
  at(revision: string, file: string): string;
  drift(): Promise<readonly Drift[]>;
  adopt(wanted?: (drift: Drift) => boolean): Promise<Checked<AdoptReport>>;
}

/** Committed and applied, with somebody who may change the org. `prepare`: edits before that. */
export async function gitProduct(prepare: (product: Product) => void = () => {}, options: ProductOptions = {}): Promise<GitProduct> {
  const product = await openProduct(options);
  const git = (...args: readonly string[]) => {
    const run = spawnSync('git', [...args], { cwd: product.root, encoding: 'utf8' });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
    return run.stdout.trim();
  };
  prepare(product);
  git('init', '-q', '-b', 'main');
  git('config', 'user.name', 'Ada');
  git('config', 'user.email', 'ada@acme.example');
  git('add', '-A');
  git('commit', '-q', '-m', 'The organisation');
  const report = await product.apply();
  if (report.outcome !== 'done') throw new Error(JSON.stringify(report.results.filter(({ status }) => status !== 'done')));
  const see = async () => {
    const scene = await product.scene();
    const seen = await preview(product.deps, product.crm, product.store, scene, { actor: 'person', allowMissing: true });
    if (!seen.ok) throw new Error(JSON.stringify(seen.problems, null, 1));
    return { scene, seen: seen.value };
  };
  return {
    ...product,
    hand: await byHand(product),
    git,
    text: (file) => readFileSync(join(product.root, file), 'utf8'),
    at: (revision, file) => `${git('show', `${revision}:${file}`)}\n`,
    drift: async () => (await see()).seen.plan.drift,
    async adopt(wanted = () => true) {
      const { scene, seen } = await see();
      return adoptDrift(product.deps, product.crm, scene, seen, seen.plan.drift.filter(wanted));
    },
  };
}
