// Somebody who leaves the org while a seat names them changes nothing, so it has to be said.
import { expect, test } from 'vitest';
import { orgFindings } from '../../controller/doctor.ts';
import { gitProduct } from './hand.ts';

test('who became inactive while seated is told by plan and doctor, and nothing is planned for it', async () => {
  const product = await gitProduct();
  const people = async () => {
    const { loaded, resolved } = await product.scene();
    return (await orgFindings(product.deps, resolved.environment, loaded)).find(({ name }) => name === 'people');
  };
  expect(await people()).toMatchObject({ state: 'ok', detail: expect.stringMatching(/^\d+ named, all of them active/) });
  expect((await product.plan()).warnings).toBeUndefined();
  await product.hand.change('User', "Username = 'ae.east1@acme.example'", { IsActive: false });
  const plan = await product.plan();
  expect([plan.steps, plan.drift, plan.warnings?.map(({ code }) => code)]).toEqual([[], [], ['inactive-user']]);
  expect(plan.warnings?.[0]?.message).toMatch(
    /^ae\.east1@acme\.example is inactive .*seat ae-east-1 \(design\/scenarios\/fy27-base\.yaml:\d+\)/,
  );
  expect(await people()).toMatchObject({ state: 'missing', detail: 'inactive: ae.east1@acme.example' });
});
