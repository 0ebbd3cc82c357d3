// After a crash: a batch that was begun and never ended is settled by looking at the org, before anything new is planned. So a record
// that we made but never wrote down is ours, and what we removed is no drift.
import { addressText } from '../../resources/core.ts';
import type { StepResult } from '../../plans/plan.ts';
import type { InventoryChange, Scope } from '../../ports/store.ts';
import type { CrmReader } from '../../ports/crm.ts';
import type { Tools } from './batch.ts';
import { byAddress, inventoryChanges, isAsWanted, needsNoCall } from './changes.ts';

/** How many batches were settled. Needs the lease: a batch that is open may belong to an apply that runs. */
export async function settleOpenBatches(
  tools: Pick<Tools, 'store' | 'clock'> & { readonly crm: CrmReader },
  scope: Scope,
): Promise<number> {
  const open = await tools.store.openBatches(scope);
  const addresses = open.flatMap((batch) => (batch.operation === 'switch' ? [] : batch.steps.map((step) => step.address)));
  const live = byAddress(addresses.length === 0 ? [] : await tools.crm.read(addresses));
  for (const batch of open) {
    const results: StepResult[] = [];
    const changes: InventoryChange[] = [];
    for (const step of batch.steps) {
      const found = live.get(addressText(step.address));
      const done = batch.operation !== 'switch' && !needsNoCall(step) && isAsWanted(step, found);
      if (done) changes.push(...inventoryChanges(step, found?.id ?? step.recordId ?? ''));
      results.push(done ? { id: step.id, status: 'done' } : { id: step.id, status: 'not-run' });
    }
    await tools.store.endBatch(scope, batch, results, changes, tools.clock.now().toISOString());
  }
  await tools.store.finishDeadApplies(scope, tools.clock.now().toISOString());
  return open.length;
}
