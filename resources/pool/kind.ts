import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkPools, DEFAULT_QUEUE } from './checks.ts';
import { Pool, type PoolSpec } from './schema.ts';

export const pool: Kind<PoolSpec> = {
  ...Pool,
  names: KEBAB,
  summary: 'People who take turns. Who is next derives from the decisions that were made, so a change of members never resets the others.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: Pool
metadata: {name: na-commercial}
spec:
  strategy: least_open
  count_object: Opportunity
  members: [{seat: ae-sf-bay-1}, {seat: ae-sf-bay-2, cap: {open: 40}}, {seat: ae-east-1}]
  all_unavailable: queue
  queue: queue/general
`,
  targets: new Set(['runtime']),
  check: checkPools,
  runtime: ({ spec }) => ({ ...spec, queue: spec.queue ?? DEFAULT_QUEUE }),
};
