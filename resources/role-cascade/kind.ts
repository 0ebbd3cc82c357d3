import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkCascades } from './checks.ts';
import { RoleCascade, type RoleCascadeSpec } from './schema.ts';

export const roleCascade: Kind<RoleCascadeSpec> = {
  ...RoleCascade,
  names: KEBAB,
  summary: 'Who gets what belongs to a territory whose seat is open: the first step that gives somebody.',
  becomes: 'Nothing: loops read it.',
  whenRemoved: 'An error while something refers to it.',
  example: `apiVersion: loopctl/v1
kind: RoleCascade
metadata: {name: default}
spec:
  role: AE
  steps: [primary, interim, manager, parent, pool/na-commercial, queue/general]
`,
  targets: new Set(['runtime']),
  check: checkCascades,
};
