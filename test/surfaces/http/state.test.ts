// What a controller tells over HTTP of the environment that it keeps.
import { expect, test } from 'vitest';
import { running } from './running.ts';

test('a controller that has applied its commit is ready, tells its status to a token, and gives numbers', async () => {
  const { ask, token } = await running();
  expect((await ask('/healthz')).json).toEqual({ status: 'ok' });
  expect((await ask('/readyz')).json).toEqual({ ready: true });
  const status = await ask('/api/status', { token: await token('rep') });
  expect(status.status, status.text).toBe(200);
  expect(status.json).toMatchObject({ environment: 'sandbox', sync: { state: 'synced' }, drift: 0, problems: [] });
  const metrics = await ask('/metrics');
  expect(metrics.text).toMatch(/^# HELP loopctl_/m);
  expect(metrics.text).toMatch(/loopctl_reconciles_total\{environment="sandbox",outcome="done"\} 1/);
  expect(metrics.text).toMatch(/loopctl_build_info\{version="0.0.0-test"\} 1/);
});
