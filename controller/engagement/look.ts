// What people did in the org is looked at as changed records are: whoever answered a campaign is scored again, whoever was called too.
import { fold } from '../../resources/conditions/text.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { Cursor, NewEvent } from '../../ports/live.ts';
import type { RecordChange } from '../../ports/changes.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Acting } from '../live/acting.ts';
import { beginOf } from '../live/looks.ts';
import { type Look, pollEvery } from '../live/look.ts';
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

/** When a change was seen first, in milliseconds, and whether it was looked at once more. */
type Seen = Map<string, { readonly first: number; readonly again: boolean }>;

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

async function pollObject(poll: EngagementPoll, object: string, readers: Readers): Promise<number> {
  const { store, scope, records, begin } = poll;
  const name = `engagement ${object}`;
  const cursor = await store.inbox.cursor(scope, name);
  if (cursor === undefined) {
    // The org knows whole seconds: what happens in this one is news.
    await store.inbox.add(scope, [], { name, value: new Date(Math.floor(begin.getTime() / 1000) * 1000).toISOString() });
    return 0;
  }
  const [since = '', begun = since] = cursor.split(' ');
  let told = 0;
  for (let at: string | undefined = since, last = since; at !== undefined; ) {
    const { changes, next } = await records.changedSince(object, at);
    const news = changes.filter((change) => change.at >= begun);
    const fresh = news.filter((change) => isFresh(poll, change));
    last = news.at(-1)?.cursor ?? last;
    const place: Cursor = { name, value: `${last} ${begun}` };
    told += await store.inbox.add(scope, await eventsOf(poll, fresh, readers), place);
    // Only now: where the org did not answer, they are as fresh as before.
    for (const change of fresh) looked(poll, change);
    at = next;
  }
  return told;
}

/** The org tells times in whole seconds: a second change within one is seen by looking once more after it. */
const SECOND_LOOK_MS = 2_000;
/** A poll looks back two minutes; beyond that nothing is seen again. */
const SEEN_FOR_MS = 5 * 60_000;

function isFresh({ seen, now }: EngagementPoll, change: RecordChange): boolean {
  // What is taken back is found to be missing when its person is scored next.
  if (change.kind === 'deleted') return false;
  const before = seen.get(nameOf(change));
  return before === undefined || (!before.again && now.getTime() - before.first >= SECOND_LOOK_MS);
}

function looked({ seen, now }: EngagementPoll, change: RecordChange): void {
  const name = nameOf(change);
  const moment = now.getTime();
  const before = seen.get(name);
  if (before === undefined) {
    for (const [old, { first }] of seen) {
      // In the order in which they were seen.
      if (moment - first < SEEN_FOR_MS) break;
      seen.delete(old);
    }
  }
  seen.set(name, before === undefined ? { first: moment, again: false } : { ...before, again: true });
}

function nameOf({ object, id, at }: RecordChange): string {
  return `${object}/${id}@${at}`;
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
      const name = `${nameOf(change)} ${event.type} ${event.at} ${person}/${record}`;
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
