// What a controller tells over HTTP of the environment that it keeps.
import { expect, test } from 'vitest';
import { running } from './running.ts';

test('a controller that has applied its commit is ready, tells its status to a token, and gives numbers', async () => {
  const { ask, token } = await running();
  expect((await ask('/healthz')).json).toEqual({ status: 'ok' });
  expect((await ask('/readyz')).json).toEqual({ ready: true });
  const status = await ask('/api/status', { token: await token('rep') });
  expect(status.status).toBe(200);
  expect(status.json).toMatchObject({ environment: 'sandbox', sync: { state: 'synced' }, drift: 0, problems: [] });
  const metrics = await ask('/metrics');
  expect(metrics.text).toMatch(/^# HELP loopctl_/m);
  expect(metrics.text).toMatch(/loopctl_reconciles_total\{environment="sandbox",outcome="done"\} 1/);
  expect(metrics.text).toMatch(/loopctl_build_info\{version="0.0.0-test"\} 1/);
  expect(metrics.text).toMatch(/loopctl_http_request_seconds_count\{method="GET",route="\/api\/status",status="200"\} 1/);
});

test('history, drift, plans and why tell what the store has', async () => {
  const { ask, token, product, sync, reconciled } = await running();
  const manager = await token('manager');
  const history = await ask('/api/history?limit=5', { token: manager });
  expect(history.json.entries.at(-1)).toMatchObject({ outcome: 'done', by: 'tester@machine', failed: [] });
  expect((await ask('/api/history?limit=none', { token: manager })).json.errors[0].path).toBe('limit');
  const why = await ask('/api/why?ref=Territory/ams/west', { token: manager });
  expect(why.json).toMatchObject({
    ref: { kind: 'Territory', name: 'ams/west' },
    declared: { at: { path: 'design/territories/ams.yaml' } },
  });
  expect(why.json.records).toHaveLength(1);
  expect(await ask('/api/why?ref=Territory/nothing', { token: manager })).toMatchObject({
    status: 404,
    json: { code: 'unknown-resource' },
  });
  expect((await ask('/api/why?ref=nothing', { token: manager })).status).toBe(400);
  const [row] = await product.org.query("SELECT Id FROM Territory2 WHERE DeveloperName = 'ams_east'");
  expect((await product.org.update('Territory2', String(row?.['Id']), { Name: 'By hand' })).status).toBe(204);
  const looked = reconciled();
  sync();
  await looked;
  await reconciled();
  const drift = await ask('/api/drift', { token: manager });
  expect(drift.json.drift).toMatchObject([{ kind: 'drift', path: 'Name', live: 'By hand', policy: 'alert' }]);
  expect(drift.json.org).toMatchObject({ sandbox: true });
  expect((await ask('/')).text).toContain('By hand');
  const [first] = (await ask('/api/plans', { token: manager })).json.plans;
  const page = await ask(`/plans/${first.id}`);
  expect(page.headers.get('content-type')).toMatch('text/html');
  expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
});

test('before the configuration was read once it is not ready, and answers say why with file and line', async () => {
  const { ask, token } = await running({ prepare: (product) => product.write('loopctl.yaml', 'apiVersion: nothing\n') });
  expect(await ask('/readyz')).toMatchObject({ status: 503, json: { ready: false, waiting: 'no-configuration' } });
  expect((await ask('/healthz')).status).toBe(200);
  const status = await ask('/api/status', { token: await token('rep') });
  expect(status.status).toBe(503);
  expect(status.json.problems[0]).toMatchObject({ path: 'loopctl.yaml', line: expect.any(Number) as number });
  expect((await ask('/')).text).toContain('loopctl.yaml:');
});

test('while it is held before the first apply there is nothing to answer from', async () => {
  const { ask } = await running({ prepare: (product) => product.edit('loopctl.yaml', 'sync: automatic', 'sync: approval') });
  expect((await ask('/readyz')).json).toEqual({ ready: false, waiting: 'no-snapshot' });
  expect((await ask('/')).text).toContain('Held: somebody has to look');
});

test('it stops being ready before it stops answering', async () => {
  const { ask, server } = await running();
  server.drain();
  expect(await ask('/readyz')).toMatchObject({ status: 503, json: { waiting: 'stopping' } });
  expect((await ask('/healthz')).status).toBe(200);
  await server.close();
  await expect(ask('/healthz')).rejects.toThrow('fetch failed');
});

test('the OpenAPI document has every path with its role, its answers and its refusals', async () => {
  const { ask, token } = await running({ wait: false });
  const { json } = await ask('/openapi.json', { token: await token('rep') });
  expect(json.openapi).toBe('3.1.0');
  const operations = Object.entries(json.paths as Record<string, Record<string, Record<string, never>>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path: `${method} ${path}`, operation })),
  );
  expect(operations.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['get /api/status', 'post /api/plans', 'post /api/plans/{id}/approve', 'post /api/loops/route/resolve']),
  );
  const wanting = operations.filter(({ operation }) => {
    const { summary, description, security, responses } = operation as Record<string, unknown>;
    const told = typeof summary === 'string' && /Role: (eng|ops|leadership|manager|rep)\./.test(String(description));
    return !told || JSON.stringify(security) !== '[{"token":[]}]' || !Object.hasOwn(responses as object, 'default');
  });
  expect(wanting.map(({ path }) => path)).toEqual([]);
  const { record } = json.paths['/api/loops/qualify'].post.requestBody.content['application/json'].schema.properties;
  expect(record.description).toMatch(/Fields and values/);
  expect(json.paths['/api/status'].get.responses['200'].description).toBe('How the environment stands');
  expect(json.paths['/api/status'].get.responses['200'].content['application/json'].schema.properties.sync).toBeDefined();
});
