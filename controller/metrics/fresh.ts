// What was counted a while ago, with what is open just now: counting what is open costs next to nothing.
import type { Scope, Store } from '../../ports/store.ts';
import type { LoopMetrics, Measured, Took } from './loops.ts';
import { withBacklog } from './loops.ts';

export async function freshened(
  store: Pick<Store, 'tally'>,
  scope: Scope,
  measured: Measured,
  took: (loop: string) => Took | undefined,
): Promise<Measured> {
  const backlog = await store.tally.backlog(scope);
  const loops = measured.loops.map((one): LoopMetrics => {
    const seconds = took(one.loop);
    return { ...withBacklog(one, backlog.get(one.loop)), ...(seconds !== undefined && { seconds }) };
  });
  return { ...measured, loops };
}
