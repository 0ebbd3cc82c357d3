import type { Kind } from '../kind.ts';
import { KEBAB } from '../naming.ts';
import { checkScans } from './checks.ts';
import { SignalScan, type SignalScanSpec } from './schema.ts';

export const signalScan: Kind<SignalScanSpec> = {
  ...SignalScan,
  names: KEBAB,
  summary:
    'Which accounts are looked at for signs that they may buy, and what counts as one. An agent searches, a few accounts at a time; what it tells counts where its quotes stand on the pages.',
  becomes: 'Nothing: the generate loop reads it.',
  whenRemoved: 'Its accounts are looked at no more; what was found stays with the decisions.',
  example: `apiVersion: loopctl/v1
kind: SignalScan
metadata: {name: strategic}
spec:
  list: strategic
  prompt: account-signals
  tick: 5m
  types:
    funding: {base: 80, half_life: 90d}
    hiring: {base: 60, half_life: 30d}
  evidence: {min_sources: 1, max_age: 180d}
  threshold: 60
  budget: {calls_day: 100}
`,
  targets: new Set(['runtime']),
  check: checkScans,
};
