// A step of Route driven by data: every question has its answer here.
import { type Ended, runLoop } from '../../../controller/loops/run.ts';
import type { Decide } from '../../../loops/decide.ts';
import type { LoopEvent } from '../../../loops/event.ts';
import type { FactValue, LoopDescriptor, Snapshot } from '../../../loops/loop.ts';
import type { Request } from '../../../loops/requests.ts';
import { route, type RouteWorld } from '../../../loops/route/loop.ts';
import { readOrganisation } from '../../../resources/organisation.ts';
import { resolve } from '../../../resources/resolve.ts';
import { runtimeContent } from '../../../resources/runtime.ts';
import { filesIn } from '../../resources/fixture.ts';

export function snapshotOf(folder: string, asOf: string): Snapshot {
  const { organisation, problems } = readOrganisation(filesIn(folder));
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  const resolved = resolve(organisation, { asOf });
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.problems));
  return { id: 'test', resources: runtimeContent(resolved.value).resources };
}

export interface Given {
  readonly world: RouteWorld;
  readonly event: LoopEvent;
  readonly now: number;
  /** By the id of the request, or by its kind. */
  readonly answers: Readonly<Record<string, unknown>>;
}

/** States are new, nobody is away, no ids are known, unless something else is given. */
const PLAIN: Readonly<Record<string, unknown>> = { people: { absent: [], standing: {} }, ids: {} };

async function routed({ world, event, now, answers }: Given): Promise<{ readonly end: Ended['end']; readonly asked: readonly Request[] }> {
  const asked: Request[] = [];
  const answer = (request: Request): FactValue => {
    asked.push(request);
    const at = new Date(now).toISOString();
    const given = answers[request.id] ?? answers[request.kind] ?? PLAIN[request.kind];
    if (given !== undefined)
      return { value: typeof given === 'function' ? (given as (of: Request) => unknown)(request) : given, source: 'test', at };
    if (request.kind === 'state')
      return { value: Object.fromEntries(request.keys.map((key) => [key, { version: 0, value: null }])), source: 'ledger', at };
    return { value: null, missing: 'nobody is there to ask', source: 'test', at };
  };
  const run = { loop: route as unknown as LoopDescriptor, world, event, turn: event.id ?? 'turn', now };
  const { end } = await runLoop<Ended>(run, answer, (value) => ({ kind: 'taken', value }));
  return { end, asked };
}

export async function decision(given: Given): Promise<Decide> {
  const { end } = await routed(given);
  if (end.kind !== 'decide') throw new Error(JSON.stringify(end));
  return end;
}
