// What people and pipelines ask a controller to do.
import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isoMilliseconds } from '../../../surfaces/http/iso-duration.ts';
import { type Running, running } from './running.ts';

const WHERE = ['acme-revenue', 'sandbox'] as const;

function filesOf({ product }: Running) {
  return readdirSync(product.root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml'))
    .map((path) => ({ path, text: readFileSync(join(product.root, path), 'utf8') }));
}

const held = (sync = 'approval') => running({ prepare: (product) => product.edit('loopctl.yaml', 'sync: automatic', `sync: ${sync}`) });

describe('plans', () => {
  test('sent files are planned against the inventory, kept, and nothing is applied', async () => {
    const running = await held('manual');
    const { post, ask, token, product } = running;
    const applied = (await product.apply()).plan.id;
    const ops = await token('ops');
    const late = await post(`/api/plans/${applied}/reject`, { reason: 'Too late' }, await token('leadership'));
    expect([late.status, late.json.code]).toEqual([409, 'already-applied']);
    const same = await post('/api/plans', { files: filesOf(running) }, ops);
    expect(same.status).toBe(200);
    expect(same.json.steps.map((step: { id: string }) => step.id)).toEqual([]);
    const files = filesOf(running).map(({ path, text }) => ({ path, text: text.replace('label: AMS East', 'label: East') }));
    const before = await product.store.standing(...WHERE);
    const made = await post('/api/plans', { files, commit: 'a'.repeat(40) }, ops);
    expect(made.json.steps.map((step: { id: string }) => step.id)).toEqual(['Territory2/FY27/ams_east', 'Snapshot/sandbox']);
    expect(made.json).not.toHaveProperty('settled');
    expect((await product.store.standing(...WHERE)).waiting).toBe(before.waiting);
    expect(await product.org.query("SELECT Id FROM Territory2 WHERE Name = 'East'")).toEqual([]);
    // The controller comes to the same id when the change is merged: what was said of it holds.
    const verdict = await post(
      `/api/plans/${made.json.id}/approve`,
      { reason: 'Looked at it' },
      await token('leadership', { name: 'lee', user: 'lee@acme.example' }),
    );
    expect(verdict.json).toMatchObject({
      plan: made.json.id,
      verdict: 'approve',
      by: 'lee@acme.example',
      reason: 'Looked at it',
      counts: true,
    });
    expect((await product.store.verdicts(made.json.id)).map(({ by }) => by)).toEqual(['lee@acme.example']);
    const list = await ask('/api/plans', { token: ops });
    expect(list.json.plans.map((one: { id: string }) => one.id)).toContain(made.json.id);
    expect((await ask(`/api/plans/${made.json.id.slice(0, 10)}`, { token: ops })).json.id).toBe(made.json.id);
  });

  test('files that cannot be read, of another project, or with paths that lead out are told by field or line', async () => {
    const running = await held();
    const { post } = running;
    const ops = await running.token('ops');
    const files = filesOf(running);
    const broken = files.map(({ path, text }) => ({ path, text: text.replace('type: Area', 'type: Nonsense') }));
    const refused = await post('/api/plans', { files: broken }, ops);
    expect(refused.status).toBe(422);
    expect(refused.json.problems[0]).toMatchObject({
      severity: 'error',
      path: expect.stringMatching(/yaml$/) as string,
      line: expect.any(Number) as number,
    });
    const other = files.map(({ path, text }) => ({ path, text: text.replace('acme-revenue', 'other') }));
    expect((await post('/api/plans', { files: other }, ops)).json.code).toBe('other-project');
    const out = await post('/api/plans', { files: [{ path: '../../etc/passwd', text: '' }] }, ops);
    expect(out.status).toBe(400);
    expect(out.json.errors[0].pointer).toBe('/files/0/path');
  });

  test('a token without a person is told as such; an unknown plan and an empty reason are refused', async () => {
    const { post, token, product } = await held();
    const [plan] = await product.store.plans(...WHERE, 1);
    const id = plan?.plan.id ?? '';
    const leadership = await token('leadership', { name: 'bot' });
    expect((await post(`/api/plans/${id}/reject`, { reason: 'no' }, leadership)).json.by).toBe('token:bot');
    expect((await post('/api/plans/00000000/approve', { reason: 'x' }, leadership)).status).toBe(404);
    expect((await post(`/api/plans/${id}/approve`, {}, leadership)).json.errors[0].path).toBe('reason');
    // Nothing that would mean whatever plan there is.
    for (const any of ['%25%25%25%25', '____', 'a'])
      expect((await post(`/api/plans/${any}/approve`, { reason: 'x' }, leadership)).status).toBe(400);
  });

  test('a verdict on a plan that lapsed says which one is held instead', async () => {
    const { post, token, product, sync, reconciled } = await held();
    const [old] = await product.store.plans(...WHERE, 1);
    const again = reconciled();
    product.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
    sync();
    await again;
    const now = (await product.store.standing(...WHERE)).lastAttempted?.plan;
    expect(now).not.toBe(old?.plan.id);
    const leadership = await token('leadership');
    const lapsed = await post(`/api/plans/${old?.plan.id}/approve`, { reason: 'yes' }, leadership);
    expect(lapsed.json).toMatchObject({ counts: true, held_instead: now });
    const current = await post(`/api/plans/${now}/reject`, { reason: 'no' }, leadership);
    expect(current.json).not.toHaveProperty('held_instead');
  });

  test('an approval of somebody whom the environment does not name is kept, and says that it does not count', async () => {
    const { post, token, product } = await running({
      prepare: (product) => {
        product.edit('loopctl.yaml', 'sync: automatic', 'approvals: [{by: [lee@acme.example]}]\n      sync: approval');
      },
    });
    const [plan] = await product.store.plans(...WHERE, 1);
    const url = `/api/plans/${plan?.plan.id}/approve`;
    const machine = await post(url, { reason: 'yes' }, await token('eng', { name: 'bot' }));
    expect(machine.json).toMatchObject({ by: 'token:bot', counts: false, approvers: ['lee@acme.example'] });
    const person = await post(url, { reason: 'yes' }, await token('leadership', { name: 'lee', user: 'lee@acme.example' }));
    expect(person.json).toMatchObject({ by: 'lee@acme.example', counts: true });
  });
});

describe('sync', () => {
  test('a suspended resource and a suspended environment stand in the store with who and why, until they are resumed', async () => {
    const { post, ask, token, product } = await running();
    const ops = await token('ops', { name: 'olga', user: 'olga@acme.example' });
    const one = await post('/api/suspend', { ref: 'Territory/ams/west', reason: 'Being sorted out' }, ops);
    expect(one.json).toMatchObject({
      environment: 'sandbox',
      ref: 'Territory/ams/west',
      suspended: { by: 'olga@acme.example', reason: 'Being sorted out' },
    });
    expect((await product.store.standing(...WHERE)).suspendedResources).toHaveProperty(['Territory/ams/west']);
    const wrong = await post('/api/suspend', { ref: 'Territory/ams/wets', reason: 'x' }, ops);
    expect(wrong.status).toBe(404);
    expect(wrong.json.detail).toContain('Did you mean Territory/ams/west');
    expect((await post('/api/suspend', { reason: 'Migration' }, ops)).status).toBe(200);
    const status = await ask('/api/status', { token: ops });
    expect(status.json).toMatchObject({ sync: { state: 'suspended' }, suspended: { reason: 'Migration' } });
    expect((await ask('/')).text).toContain('Being sorted out');
    expect((await post('/api/resume', {}, ops)).json).toEqual({ environment: 'sandbox', suspended: null });
    expect((await post('/api/resume', {}, ops)).status).toBe(409);
    expect((await post('/api/resume', { ref: 'Territory/ams/west' }, ops)).status).toBe(200);
    expect(await product.store.standing(...WHERE)).not.toHaveProperty('suspendedResources');
  });

  test('sync, and a push that is signed, start a run; one that is not signed starts none', async () => {
    const { post, ask, token, reconciled } = await running({ server: { webhookSecret: 'a-secret-of-the-hook' } });
    const next = reconciled();
    expect((await post('/api/sync', {}, await token('ops'))).status).toBe(202);
    await next;
    const body = '{"ref": "refs/heads/main",   "after": "x"}';
    const push = (secret: string) =>
      ask('/webhooks/git', {
        method: 'POST',
        body,
        headers: { 'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`, 'x-github-event': 'push' },
      });
    expect((await push('another')).status).toBe(401);
    const run = reconciled();
    expect((await push('a-secret-of-the-hook')).status).toBe(202);
    await run;
  });

  test('without a secret there is no webhook, without a control token no clock', async () => {
    const { ask } = await running({ wait: false });
    expect((await ask('/webhooks/git', { method: 'POST', body: {} })).status).toBe(404);
    expect((await ask('/__control/clock', { method: 'POST', body: { advance: 'P1D' } })).status).toBe(404);
  });

  test('the clock goes ahead for the control token alone', async () => {
    const advanced: number[] = [];
    const control = { token: 'let-me', advance: (ms: number) => void advanced.push(ms) };
    const { ask, token } = await running({ wait: false, server: { control } });
    const clock = (bearer: string, advance: string) => ask('/__control/clock', { method: 'POST', body: { advance }, token: bearer });
    expect((await clock(await token('eng'), 'PT4H')).status).toBe(401);
    expect((await clock('let-me', 'PT4H')).status).toBe(200);
    expect((await clock('let-me', '4h')).status).toBe(400);
    expect(advanced).toEqual([4 * 3_600_000]);
  });

  test.each([
    ['P1D', 86_400_000],
    ['PT1H30M', 5_400_000],
    ['PT0.5S', 500],
    ['P1W', 604_800_000],
    ['P', undefined],
    ['PT', undefined],
    ['1D', undefined],
    ['P1M', undefined],
  ])('%s is %s ms', (text, milliseconds) => expect(isoMilliseconds(text)).toBe(milliseconds));
});

describe('a write that is sent twice', () => {
  test('is done once under its key; another body or another caller is another matter', async () => {
    // By hand: an approval that the controller acts on would end what is asked about.
    const { post, token, product } = await held('manual');
    const [plan] = await product.store.plans(...WHERE, 1);
    const url = `/api/plans/${plan?.plan.id}/approve`;
    const leadership = await token('leadership');
    const key = { 'idempotency-key': 'k-1' };
    const first = await post(url, { reason: 'yes' }, leadership, key);
    const second = await post(url, { reason: 'yes' }, leadership, key);
    expect(second.json).toEqual(first.json);
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await product.store.verdicts(plan?.plan.id ?? '')).toHaveLength(1);
    expect((await post(url, { reason: 'other' }, leadership, key)).status).toBe(422);
    const other = await post(url, { reason: 'yes' }, await token('leadership'), key);
    expect([other.status, other.headers.get('idempotency-replayed')]).toEqual([200, null]);
    // What was refused did nothing: its key is free.
    expect((await post('/api/plans/00000000/approve', { reason: 'x' }, leadership, { 'idempotency-key': 'k-2' })).status).toBe(404);
    expect((await post(url, { reason: 'x' }, leadership, { 'idempotency-key': 'k-2' })).status).toBe(200);
    expect((await post(url, { reason: 'x' }, leadership, { 'idempotency-key': 'with space' })).status).toBe(400);
  });
});
