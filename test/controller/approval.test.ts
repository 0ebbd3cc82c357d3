// What the environment asks for before anything is applied binds whoever applies.
import { expect, test } from 'vitest';
import { openProduct } from './product.ts';

test('sync: approval binds a person at the command line as it binds the controller', async () => {
  const product = await openProduct();
  product.edit('loopctl.yaml', 'sync: automatic', 'sync: approval');
  for (const actor of ['person', 'controller'] as const) {
    const report = await product.apply({ actor });
    expect([report.outcome, report.holds.map(({ code }) => code)], actor).toEqual(['held', ['approval-required']]);
  }
  expect(await product.org.query('SELECT Id FROM Territory2')).toEqual([]);
});
