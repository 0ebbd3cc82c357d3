// A candidate while the loops act on a real org: on its share it is what is written, in shadow nothing of it is.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Mark } from '../../../controller/experiments/shadow.ts';
import type { Product } from '../product.ts';
import { LEAD, type Live, live } from './running.ts';

/** Nobody gets more than a D of the candidate's. */
function trying(spec: string) {
  return (product: Product) => {
    const model = readFileSync(join(product.root, 'qualify/scoring_model.yaml'), 'utf8');
    product.write(
      'qualify/next.yaml',
      model.replace('name: inbound', 'name: inbound-next').replace(/grades: .*/, 'grades: {A: ">= 135", D: ">= 0"}'),
    );
    product.write(
      'qualify/experiment.yaml',
      `apiVersion: loopctl/v1\nkind: Experiment\nmetadata: {name: trial}\nspec: {candidate: scoringmodel/inbound-next, control: scoringmodel/inbound, ${spec}}\n`,
    );
  };
}

const marksOf = async (one: Live, id: string) =>
  (await one.decisions(id)).map(({ loop, experiment, grade }) => ({ loop, grade, mark: experiment as Mark | undefined }));

test('on a share the grade of the record’s own side is written', async () => {
  const one = await live({ events: 'poll: 1s', edit: trying('mode: share, share: 0.5') });
  const ids = await Promise.all(Array.from({ length: 16 }, async (_, at) => one.org.create('Lead', { ...LEAD, LastName: `Quill ${at}` })));
  await one.becomes(async () => (await Promise.all(ids.map((id) => one.lead(id)))).every((lead) => typeof lead['Grade__c'] === 'string'));
  const arms = new Set<string>();
  for (const id of ids) {
    const [first] = await marksOf(one, id);
    const arm = first?.mark?.arm ?? 'none';
    arms.add(arm);
    expect([id, arm, (await one.lead(id))['Grade__c']]).toEqual([id, arm, arm === 'candidate' ? 'D' : first?.grade]);
    expect(arm === 'candidate' || first?.grade !== 'D').toBe(true);
  }
  expect(arms).toEqual(new Set(['control', 'candidate']));
});

test('in shadow the control’s grade is written, once', async () => {
  const one = await live({ events: 'poll: 1s', edit: trying('mode: shadow') });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await marksOf(one, id)).some(({ loop }) => loop === 'route'));
  const qualified = (await marksOf(one, id)).filter(({ loop }) => loop === 'qualify');
  expect(qualified).toEqual([
    {
      loop: 'qualify',
      grade: expect.not.stringMatching('D'),
      mark: expect.objectContaining({ differs: true, candidate: expect.objectContaining({ grade: 'D' }) }),
    },
  ]);
  await one.becomes(async () => (await one.lead(id))['Grade__c'] === qualified[0]?.grade);
  const fields = (await one.effects(id)).flatMap((effect) => ('Grade__c' in effect.fields ? [effect.fields['Grade__c']] : []));
  expect(fields).toEqual([qualified[0]?.grade]);
});
