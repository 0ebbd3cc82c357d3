// The fixture organisation with a model that counts events, in an embedded org.
import { expect } from 'vitest';
import { type EngagedModel, engagedModels } from '../../../controller/engagement/models.ts';
import { openProduct, type Product } from '../product.ts';

const ENGAGEMENT = `  engagement:
    types: {webinar: 10, call: 6, demo_request: 20, unsubscribe: -5}
    half_life: 30d
    cap: 25
`;
export const SOURCES = `    sources:
      campaign_member: {}
      task: {}
`;

export interface Engaged extends Product {
  readonly models: readonly EngagedModel[];
}

export function countEvents(product: Product, sources = SOURCES): void {
  const model = 'qualify/scoring_model.yaml';
  product.edit(model, 'max_score: 135', 'max_score: 160');
  product.edit(model, '  intent:\n    weight: 50', '  intent:\n    weight: 75');
  product.edit(model, '  mql:', `${ENGAGEMENT}${sources}  mql:`);
}

/** Applied. */
export async function openEngaged(sources = SOURCES): Promise<Engaged> {
  const product = await openProduct();
  countEvents(product, sources);
  expect((await product.apply()).outcome).toBe('done');
  const row = await product.store.activeSnapshot(await product.scope());
  return { ...product, models: engagedModels(row?.content.resources ?? {}) };
}

export const LEAD = { LastName: 'Quill', Company: 'Bayside Software' };

/** How often the org was asked while something was done. */
export async function callsOf({ org }: Product, work: () => Promise<unknown>): Promise<number> {
  await org.control('DELETE', 'calls');
  await work();
  return (await org.control<{ calls: readonly unknown[] }>('GET', 'calls')).calls.length;
}
