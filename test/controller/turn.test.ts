// One apply at a time: whoever waits for another is told so, once.
import { expect, test } from 'vitest';
import { openProduct } from './product.ts';

test('who waits for another apply is told who it is; who has waited long enough is refused', async () => {
  const product = await openProduct();
  const lease = await product.store.lease(await product.scope(), 'ada@laptop');
  if ('heldBy' in lease) throw new Error('the lease is free');
  const told: string[] = [];
  const onWait = (heldBy: string) => void told.push(heldBy);
  await expect(product.apply({ leaseMs: 100, onWait })).rejects.toThrow(/Another apply of sandbox is at work: ada@laptop/);
  expect(told).toEqual(['ada@laptop']);
  const waiting = product.apply({
    leaseMs: 60_000,
    onWait: (heldBy) => {
      onWait(heldBy);
      void lease.release();
    },
  });
  expect((await waiting).outcome).toBe('done');
  expect(told).toHaveLength(2);
});
