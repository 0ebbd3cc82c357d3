// Where somebody posts what people did: kept at once, and Qualify told as soon as the org says whose records they are.
import type { Checked } from '../../resources/core.ts';
import type { Environment } from '../../resources/project/schema.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { RunningHost } from '../loops/host.ts';
import { problemOf } from '../problems.ts';
import { engagedModels } from './models.ts';
import { type EngagementTaken, type PostedEvent, takeEngagements, tellEngagements } from './take.ts';

export interface IntakeOptions {
  readonly deps: Pick<Deps, 'clock'>;
  readonly store: Pick<Store, 'engagements'>;
  readonly host: Pick<RunningHost, 'current'>;
  /** As it was read last; nothing before that. */
  environment(): Environment | undefined;
  connect(): Promise<Checked<CrmRecords>>;
  /** Records are to be scored. */
  nudge(): void;
}

export interface PostedTaken extends EngagementTaken {
  /** How many records are scored again; absent where the org could not be asked yet: it is asked again. */
  readonly records?: number;
}

export interface EngagementIntake {
  /** Nothing where nothing was reconciled yet: nobody knows whose events these are. */
  take(events: readonly PostedEvent[], by: string): Promise<PostedTaken | undefined>;
}

export function engagementIntake({ deps, store, host, environment, connect, nudge }: IntakeOptions): EngagementIntake {
  return {
    async take(posted, by) {
      const ground = await host.current();
      if (ground === undefined) return undefined;
      const { scope, compiled } = ground;
      const acting = environment()?.loops.includes('qualify') ?? false;
      const models = engagedModels(compiled.row.content.resources);
      const now = deps.clock.now();
      const taken = await takeEngagements({ store, scope, models, now, source: by, acting }, posted);
      if (!acting) return { ...taken, records: 0 };
      const org = await connect();
      if (!org.ok) return taken;
      try {
        const records = await tellEngagements({ store, records: org.value, scope, models, now });
        if (records > 0) nudge();
        return { ...taken, records };
      } catch (error) {
        // What was kept is told with the next look at the org.
        if (problemOf(error) === undefined) throw error;
        return taken;
      }
    },
  };
}
