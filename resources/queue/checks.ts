import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { checkDeveloperNames } from '../naming.ts';
import { meantObject } from '../objects.ts';
import type { QueueSpec } from './schema.ts';

const MAX_NAME = 40;

export function checkQueues(queues: readonly Resource<QueueSpec>[], _: Organisation, report: Report): void {
  checkDeveloperNames(queues, MAX_NAME, report);
  for (const queue of queues) {
    checkTwice(queue, 'members', queue.spec.members, report);
    checkTwice(queue, 'objects', queue.spec.objects, report);
    for (const [index, object] of queue.spec.objects.entries()) {
      const meant = meantObject(object);
      if (meant === undefined) continue;
      report.warning(queue, {
        path: ['spec', 'objects', index],
        code: 'unusual-object',
        message: `objects: Salesforce itself has no object ${object}`,
        hint: `Did you mean "${meant}"?`,
      });
    }
  }
}

function checkTwice(queue: Resource<QueueSpec>, key: string, values: readonly string[], report: Report): void {
  const seen = new Set<string>();
  for (const [index, value] of values.entries()) {
    const folded = value.toLowerCase();
    if (seen.has(folded))
      report.error(queue, {
        path: ['spec', key, index],
        code: 'listed-twice',
        message: `${key}: ${value} is listed twice`,
        hint: 'Keep one of them.',
      });
    seen.add(folded);
  }
}
