// Deploy: the reconciler, seen as a loop. It has no step of its own: the controller drives it, and its runs are the applies.
import { z } from 'zod';
import type { LoopDescriptor } from '../loop.ts';

export const deploy: LoopDescriptor<null> = {
  name: 'deploy',
  chain: 'planning',
  summary: 'Brings what is declared into the org, in order, and watches that it stays so.',
  archetypes: ['schedule', 'event'],
  parts: {
    config: [
      'Project',
      'TerritoryModel',
      'TerritoryType',
      'Territory',
      'Scenario',
      'Queue',
      'CustomField',
      'TerritoryMatch',
      'RoleCascade',
      'Pool',
    ],
    logic: 'head → load → observe → plan → gate → apply, on every commit, on a timer, and on the day when a seat starts or ends.',
    inputs: ['a commit of the branch', 'the records of the org', 'what was applied last'],
    outputs: ['records of the org', 'the snapshot that the other loops read', 'drift', 'holds'],
    metrics: ['reconciles by outcome', 'seconds a run', 'drift', 'holds', 'API calls of the day'],
    feedback: ['drift is told, adopted into git or put back', 'a held plan waits for people'],
  },
  contract: {
    takes: z.object({ commit: z.string().nullable() }),
    gives: z.looseObject({ plan: z.string(), outcome: z.string(), commit: z.string().nullable() }),
  },
  compile: () => null,
};
