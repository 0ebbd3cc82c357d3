// What the loops decided by is no longer what they read: then what they look after is decided on again, all of it. A run is a step like any
// other, so that whoever reads the plan sees it coming; it writes nothing to the org by itself, and counts for no limit.
import { type Address, addressText, type Ref } from '../resources/core.ts';
import { type Draft, type Edges, addEdge } from './findings.ts';
import type { Step, StepResult } from './plan.ts';

/** Something that a loop looks after, and what its decisions on it come from. */
export interface Rerun {
  readonly loop: string;
  readonly object: string;
  /** The resource that people know it by. */
  readonly ref: Ref;
  /** What it reads, by `Kind/name`; a difference in one of these makes a run. */
  readonly reads: readonly string[];
}

const TYPE = 'Run';

export function runAddress(loop: string, object: string): Address {
  return { type: TYPE, key: `${loop}/${object}` };
}

/** What is run there. */
export function runAt({ key }: Address): { readonly loop: string; readonly object: string } {
  const [loop = '', object = ''] = key.split('/');
  return { loop, object };
}

/** Whether all is done but what was begun to run: the org is as the plan wanted it. */
export function allButRuns(steps: readonly Pick<Step, 'id' | 'action'>[], results: readonly StepResult[]): boolean {
  const runs = new Set(steps.flatMap(({ id, action }) => (action === 'run' ? [id] : [])));
  return results.length > 0 && results.every(({ id, status }) => status === 'done' || (status === 'pending' && runs.has(id)));
}

/** The runs that follow a switch, with their edges. */
export function runSteps(reruns: readonly Rerun[], changed: readonly string[], after: Draft, edges: Edges): readonly Draft[] {
  return reruns.flatMap(({ loop, object, ref, reads }): readonly Draft[] => {
    const refs = changed.filter((one) => reads.includes(one));
    if (refs.length === 0) return [];
    const address = runAddress(loop, object);
    const id = addressText(address);
    addEdge(edges, id, after.id);
    return [
      { id, ref, address, action: 'run', phase: 'switch', tier: 'structure', fields: [], cause: { kind: 'run', loop, object, refs } },
    ];
  });
}
