import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkPlays } from './checks.ts';
import { Play, type PlaySpec } from './schema.ts';

export const play: Kind<PlaySpec> = {
  ...Play,
  names: KEBAB,
  summary: "The milestones of a deal. The first play that holds, by priority, is the deal's.",
  becomes: 'Nothing by itself; tasks when it runs.',
  whenRemoved: 'No deal starts it any more.',
  example: `apiVersion: loopctl/v1
kind: Play
metadata: {name: fast-track}
spec:
  object: Opportunity
  when: "amount < 50000"
  priority: 20
  due_anchor: start
  milestones:
    - {id: discovery, name: Discovery call, due: +2bd, owner: opportunity_owner}
    - {id: proposal, name: Send proposal, due: +7bd, owner: opportunity_owner, evidence: "a document is attached"}
`,
  targets: new Set(['runtime']),
  check: checkPlays,
};
