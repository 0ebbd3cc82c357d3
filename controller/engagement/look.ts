// What people did in the org is looked at as changed records are: whoever answered a campaign is scored again, whoever was called too.
import { fold } from '../../resources/conditions/text.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { RecordChange } from '../../ports/changes.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Acting } from '../live/acting.ts';
import { beginOf } from '../live/looks.ts';
import { type Look, pollEvery } from '../live/look.ts';
import { changeName, pollFresh, type Seen } from '../live/poll-fresh.ts';
import { type EngagedModel, engagedModels } from './models.ts';
import { type OrgSource, orgSources } from './org.ts';
import { tellEngagements } from './take.ts';

export interface EngagementLook {
  readonly store: Pick<Store, 'engagements' | 'inbox'>;
  readonly deps: Pick<Deps, 'clock'>;
  /** For the log: the org refuses what a model's `sources` say. Not again until it is something else. */
  onTrouble(message: string): void;
}

/** Only where a model counts events and Qualify acts. */
export function engagementLook({ store, deps, onTrouble }: EngagementLook): Look {
  const seen: Seen = new Map();
  let troubles = new Set<string>();
  const modelsOf = ({ active, ground }: Acting) => (active.has('qualify') ? engagedModels(ground.compiled.row.content.resources) : []);
  return {
    name: 'engagement',
    every: (acting) => (modelsOf(acting).length === 0 ? undefined : pollEvery(acting.environment)),
    async run(acting, { records }) {
      const now = deps.clock.now();
      const begin = beginOf(acting, now);
      const before = troubles;
      troubles = new Set();
      const tell = (message: string) => {
        troubles.add(message);
        if (!before.has(message)) onTrouble(message);
      };
      const { scope } = acting.ground;
      await pollEngagement({ store, records, scope, models: modelsOf(acting), now, begin, seen, onTrouble: tell });
    },
  };
}

export interface EngagementPoll {
  readonly store: Pick<Store, 'engagements' | 'inbox'>;
  readonly records: Pick<CrmRecords, 'changedSince' | 'childrenOf'>;
  readonly scope: Scope;
  readonly models: readonly EngagedModel[];
  readonly now: Date;
  /** What happens from then on is news, where nobody has looked before. */
  readonly begin: Date;
  /** Changes that were looked at, kept by the caller from poll to poll. */
  readonly seen: Seen;
  /** The org refuses what a model's `sources` say. */
  onTrouble(message: string): void;
}

/** Gives how many events for Qualify were new. Throws where the org does not answer; the next one goes on where this one was. */
export async function pollEngagement(poll: EngagementPoll): Promise<number> {
  const { models } = poll;
  const sources = new Map<string, (readonly [EngagedModel, OrgSource])[]>();
  for (const model of models)
    for (const source of orgSources(model.sources)) sources.set(source.object, [...(sources.get(source.object) ?? []), [model, source]]);
  let told = await unlessRefused(poll, 'Whose the posted events are', () => tellEngagements(poll));
  for (const [object, readers] of sources)
    told += await unlessRefused(poll, `${object}, which engagement.sources names,`, () => pollObject(poll, object, readers));
  await forgetOld(poll);
  return told;
}

/** What the org refuses now it refuses the next time (a field that is not there, or not to be seen): it is told, and the rest goes on. */
async function unlessRefused({ onTrouble }: EngagementPoll, what: string, ask: () => Promise<number>): Promise<number> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof CallFailed) || (error.status ?? 500) >= 500) throw error;
    onTrouble(`${what} can not be read: ${error.message}`);
    return 0;
  }
}

type Readers = readonly (readonly [EngagedModel, OrgSource])[];

function pollObject(poll: EngagementPoll, object: string, readers: Readers): Promise<number> {
  return pollFresh(poll, { name: `engagement ${object}`, object }, (fresh) => eventsOf(poll, fresh, readers));
}

/** The people of these records, where what they did counts. The same record that says something else is another event. */
async function eventsOf(
  { records, now }: EngagementPoll,
  changes: readonly RecordChange[],
  readers: Readers,
): Promise<readonly NewEvent[]> {
  const [object] = changes.map((change) => change.object);
  if (object === undefined) return [];
  const fields = [...new Set(readers.flatMap(([, { fields: own, who }]) => [...own, ...who]))];
  const ids = changes.map(({ id }) => id);
  const rows = new Map((await records.childrenOf(object, 'Id', ids, fields)).map((row) => [String(row['Id']), row]));
  return changes.flatMap((change) => {
    const { id, at } = change;
    const row = rows.get(id);
    return readers.flatMap(([{ object: person, types, horizon }, source]): readonly NewEvent[] => {
      const event = row === undefined ? undefined : source.eventOf(row, now.getTime());
      const record = row === undefined ? undefined : source.personOf(row, person);
      if (event === undefined || record === undefined || !types.has(fold(event.type))) return [];
      if (Date.parse(event.at) < now.getTime() - horizon) return [];
      const name = `${changeName(change)} ${event.type} ${event.at} ${person}/${record}`;
      return [{ id: name, loop: 'qualify', object: person, record, at, source: 'engagement' }];
    });
  });
}

const FORGOTTEN = 'engagement forgotten';

/** Once a day: what no model counts any more. */
async function forgetOld({ store, scope, models, now }: EngagementPoll): Promise<void> {
  const today = now.toISOString().slice(0, 10);
  if (models.length === 0 || (await store.inbox.cursor(scope, FORGOTTEN)) === today) return;
  const oldest = now.getTime() - Math.max(...models.map(({ horizon }) => horizon));
  await store.engagements.prune(scope, new Date(oldest).toISOString());
  await store.inbox.add(scope, [], { name: FORGOTTEN, value: today });
}
