// What is looked at again and again, each at its own time.
import { millisecondsOf } from '../../resources/duration.ts';
import type { Environment } from '../../resources/project/schema.ts';
import type { Crm } from '../../ports/crm.ts';
import type { Acting } from './acting.ts';

/** Something that is looked at again and again: changed records, what is due by a schedule. */
export interface Look {
  readonly name: string;
  /** Milliseconds from look to look; nothing where there is nothing to look at. */
  every(acting: Acting): number | undefined;
  /** What it finds becomes events. */
  run(acting: Acting, crm: Crm): Promise<void>;
}

const DEFAULT_POLL = '15s';

export function pollEvery({ events }: Environment): number {
  return millisecondsOf(events.poll ?? DEFAULT_POLL);
}
