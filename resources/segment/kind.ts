import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkSegments } from './checks.ts';
import { Segment, type SegmentSpec } from './schema.ts';

export const segment: Kind<SegmentSpec> = {
  ...Segment,
  names: KEBAB,
  summary:
    "A part of the market. The first segment that holds, by priority, is the record's segment; a record without the fields has its account's.",
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: Segment
metadata: {name: commercial}
spec: {priority: 20, when: "employee_count between 100 and 999"}
`,
  targets: new Set(['runtime']),
  check: checkSegments,
};
