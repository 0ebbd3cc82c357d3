// What providers said is kept as it was said, on SQLite.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Kept } from '../../resources/enrichment-policy/found.ts';
import { openStore } from '../../state/open.ts';

async function store() {
  const folder = mkdtempSync(join(tmpdir(), 'loopctl-enrichments-'));
  const opened = await openStore({ folder, nextId: () => 'id', now: () => new Date() });
  onTestFinished(async () => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return opened.enrichments;
}

const none: Kept = { answer: { kind: 'none' }, at: '2026-11-01T00:00:00.000Z' };
const found: Kept = {
  answer: { kind: 'found', candidates: [{ id: 'ü', label: 'Ünal "& Söhne"', values: { technologies: ['a', 'b'], employee_count: 7 } }] },
  at: '2026-11-02T00:00:00.000Z',
};

test('the last word of each question of a project, and nothing of others', async () => {
  const kept = await store();
  const key = { provider: 'pdl', key: 'company domain=acme.com' };
  await kept.keep('acme', key, none, '2026-11-01T00:00:00.000Z');
  await kept.keep('acme', key, found, '2026-11-02T00:00:00.000Z');
  await kept.keep('acme', { ...key, provider: 'house' }, none, '2026-11-02T00:00:00.000Z');
  expect(await kept.find('acme', [key, { ...key, key: 'company domain=other.com' }])).toEqual([{ ...key, kept: found }]);
  expect(await kept.find('other', [key])).toEqual([]);
  expect(await kept.find('acme', [])).toEqual([]);
  const many = Array.from({ length: 1_200 }, (_, at) => ({ provider: 'pdl', key: `company domain=${at}.com` }));
  expect(await kept.find('acme', [...many, key])).toHaveLength(1);
  await kept.prune('acme', '2026-11-02T00:00:00.000Z');
  await kept.prune('other', '2026-12-01T00:00:00.000Z');
  expect(await kept.find('acme', [key])).toHaveLength(1);
  await kept.prune('acme', '2026-11-02T00:00:00.001Z');
  expect(await kept.find('acme', [key])).toEqual([]);
});
