// Experiments over HTTP and for Prometheus, on what a controller reconciled.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { experimentGauges } from '../../../surfaces/http/experiment-metrics.ts';
import { running } from './running.ts';

test('how experiments do, for managers; as numbers', async () => {
  const { ask, token } = await running({
    prepare(product) {
      const model = readFileSync(join(product.root, 'qualify/scoring_model.yaml'), 'utf8');
      product.write('qualify/next.yaml', model.replace('name: inbound', 'name: inbound-next'));
      product.write(
        'qualify/experiment.yaml',
        'apiVersion: loopctl/v1\nkind: Experiment\nmetadata: {name: trial}\nspec: {candidate: scoringmodel/inbound-next, control: scoringmodel/inbound}\n',
      );
    },
  });
  expect((await ask('/api/experiments', { token: await token('rep') })).status).toBe(403);
  const { status, json } = await ask('/api/experiments', { token: await token('manager') });
  expect([status, json.experiments]).toMatchObject([
    200,
    [{ name: 'trial', control: 'inbound', candidate: 'inbound-next', mode: 'shadow', state: 'running', agreement: { n: 0, rate: null } }],
  ]);
  expect(json.experiments[0].spec).toBeUndefined();
  const registry = new Registry();
  experimentGauges(registry)(json.experiments);
  const told = await registry.metrics();
  expect(told).toContain('loopctl_experiment_state{experiment="trial"} 0');
  expect(told).toContain('loopctl_experiment_records{experiment="trial",arm="candidate"} 0');
});
