// A loop that the house has never heard of: put in, it is asked, acts on an org, is replayed, told of and measured like every other one.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { decideDry, groundOfSnapshot } from '../../../controller/loops/dry.ts';
import { LOOPS } from '../../../controller/loops/registry.ts';
import { replay } from '../../../controller/loops/replay.ts';
import { loopHost } from '../../../controller/loops/host.ts';
import { anatomyOf } from '../../../controller/metrics/anatomy.ts';
import { kindsByName } from '../../../resources/index.ts';
import { LEAD, live } from '../../controller/live/running.ts';
import { openProduct } from '../../controller/product.ts';
import { partner } from './loop.ts';

beforeEach(() => {
  LOOPS.set(partner.name, partner);
  onTestFinished(() => void LOOPS.delete(partner.name));
});

const OURS = { company: 'Bayside Software', lead_source: 'Partner', title: 'VP of Sales', employee_count: 2400, industry: 'Software' };

test('it has what every loop has', () => {
  for (const kind of partner.parts.config) expect([...kindsByName.keys()]).toContain(kind);
  expect(z.toJSONSchema(partner.contract.takes, { io: 'input' })).toMatchObject({ type: 'object' });
  expect(z.toJSONSchema(partner.contract.gives, { io: 'input' })).toMatchObject({ type: 'object' });
  expect(anatomyOf(['partner']).map(({ name }) => name)).toContain('partner');
});

describe('asked', () => {
  test('it decides, is kept, and is replayed on the files of its day', async () => {
    const product = await openProduct();
    expect((await product.apply()).outcome).toBe('done');
    const { store, deps, crm } = product;
    const connect = async () => ({ ok: true as const, value: crm.records });
    const host = loopHost({
      deps,
      store,
      place: () => ({ project: 'acme-revenue', environment: 'sandbox' }),
      connect,
      listener: () => {},
      engine: 'test',
    });
    const answer = await host.decide('partner', { object: 'Lead', record: OURS });
    expect(answer).toMatchObject({
      kind: 'decided',
      decision: { loop: 'partner', action: 'registered', sources: { grade: { source: 'loop/qualify' } } },
    });
    if (answer.kind !== 'decided') return;
    expect(partner.contract.gives.safeParse(answer.decision)).toMatchObject({ success: true });
    const stored = await store.decisions.find('acme-revenue', 'sandbox', answer.decision.id);
    if (stored === undefined) throw new Error('it was not kept');
    expect(await replay(store, [await product.scope()], stored)).toMatchObject({ kind: 'same' });
    const ground = await groundOfSnapshot(store, await product.scope());
    if (ground === undefined) throw new Error('nothing was reconciled');
    const dry = await decideDry(deps, { ...ground, connect, engine: 'test' }, 'partner', { object: 'Lead', record: { company: 'Other' } });
    expect(dry).toMatchObject({ kind: 'decided', decision: { action: 'no_partner', rating: null } });
  });
});

test('where the environment lists it, it acts: once a change, and hands on to the next', async () => {
  const { org, becomes, decisions, store, scope } = await live({
    events: 'poll: 1s',
    edit: (product) => product.edit('loopctl.yaml', 'loops: [qualify, route]', 'loops: [partner, route]'),
  });
  const id = await org.create('Lead', { ...LEAD, LeadSource: 'Partner Referral' });
  const rating = async () => (await org.query(`SELECT Rating FROM Lead WHERE Id = '${id}'`))[0]?.['Rating'];
  await becomes(async () => (await rating()) !== null);
  expect(['Hot', 'Warm']).toContain(await rating());
  await becomes(async () => (await decisions(id)).some(({ loop }) => loop === 'route'));
  // What it wrote itself is no news to it.
  await becomes(async () => (await store.inbox.nextDue(await scope())) === undefined);
  expect((await decisions(id)).map(({ loop }) => loop)).toEqual(['partner', 'route']);
});

test('nothing else in the house knows of it', () => {
  const root = join(import.meta.dirname, '..', '..', '..');
  const own = join('test', 'loops', 'partner');
  const files = readdirSync(root, { recursive: false, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !['node_modules', 'dist', '.git'].includes(entry.name) && !entry.name.startsWith('.'))
    .flatMap(({ name }) => readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((file) => join(name, file)))
    .concat(['main.ts', 'serve.ts', 'providers.ts'])
    .filter((file) => /\.(?:ts|js|json|ya?ml)$/.test(file) && !file.startsWith(own));
  expect(files.length).toBeGreaterThan(500);
  // As a source of leads the word is everybody's; as a loop it is nobody's but this folder's.
  const knows = /loops\/partner|\bpartner\.ts|loop:\s*'partner'|decide\(\s*'partner'|loops:\s*\[[^\]]*\bpartner\b/;
  expect(files.filter((file) => knows.test(readFileSync(join(root, file), 'utf8')))).toEqual([]);
});
