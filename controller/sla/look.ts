// Tasks and events of the org are looked at as changed records are: whoever has a clock running is looked at again when somebody did something.
import { readState, stateKey } from '../../loops/sla/state.ts';
import { sla } from '../../loops/sla/loop.ts';
import type { SlaWorld } from '../../loops/sla/world.ts';
import type { RecordChange } from '../../ports/changes.ts';
import type { NewEvent } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Acting } from '../live/acting.ts';
import { beginOf } from '../live/looks.ts';
import { type Look, pollEvery } from '../live/look.ts';
import { objectOf } from '../live/objects.ts';
import { changeName, pollFresh, type Seen } from '../live/poll-fresh.ts';
import { LOOPS } from '../loops/registry.ts';

export interface SlaLook {
  readonly store: Pick<Store, 'inbox' | 'decisions'>;
  readonly deps: Pick<Deps, 'clock'>;
}

/** Only where the loop acts and a policy counts such acts. */
export function slaLook({ store, deps }: SlaLook): Look {
  const seen: Seen = new Map();
  return {
    name: 'sla',
    every: (acting) => (watchedActs(acting).length === 0 ? undefined : pollEvery(acting.environment)),
    async run(acting, { records }) {
      const now = deps.clock.now();
      const { scope } = acting.ground;
      const poll = { store, records, scope, now, begin: beginOf(acting, now), seen };
      const world = worldOf(acting);
      for (const object of watchedActs(acting))
        await pollFresh(poll, { name: `sla ${object}`, object }, (fresh) => eventsOf({ store, records, scope, world }, object, fresh));
    },
  };
}

function worldOf({ ground }: Acting): SlaWorld {
  const loop = LOOPS.get(sla.name);
  if (loop === undefined) throw new Error(`there is no loop ${sla.name}`);
  return ground.compiled.worldOf(loop) as SlaWorld;
}

function watchedActs(acting: Acting): readonly string[] {
  if (!acting.active.has(sla.name)) return [];
  const touches = [...worldOf(acting).byObject.values()].flatMap(({ policies }) => policies.map(({ spec }) => spec.touch));
  return [...(touches.some(({ tasks }) => tasks) ? ['Task'] : []), ...(touches.some(({ events }) => events) ? ['Event'] : [])];
}

interface Places {
  readonly store: Pick<Store, 'decisions'>;
  readonly records: Pick<CrmRecords, 'childrenOf'>;
  readonly scope: Scope;
  readonly world: SlaWorld;
}

interface Subject {
  readonly object: string;
  readonly record: string;
}

/** One for each record with a clock that is running. A call for the acts, one for deals of their companies. */
async function eventsOf(places: Places, object: string, changes: readonly RecordChange[]): Promise<readonly NewEvent[]> {
  if (changes.length === 0) return [];
  const { records, world } = places;
  const ids = changes.map(({ id }) => id);
  const more = object === 'Task' ? ['IsClosed'] : [];
  const rows = await records.childrenOf(object, 'Id', ids, ['WhoId', 'WhatId', 'AccountId', ...more]);
  const ofAccount = await dealsOf(places, world, rows);
  const subjects = new Map(rows.map((row) => [String(row['Id']), subjectsOf(row, ofAccount, world)]));
  const running = await runningOf(places, [...subjects.values()].flat());
  const closed = new Map(rows.map((row) => [String(row['Id']), row['IsClosed'] === true]));
  return changes.flatMap((change) =>
    (subjects.get(change.id) ?? [])
      .filter(({ object: of, record }) => running.has(stateKey(of, record)))
      .map(({ object: of, record }): NewEvent => {
        const name = `${changeName(change)}${closed.get(change.id) === true ? ' closed' : ''} sla ${of}/${record}`;
        return { id: name, loop: sla.name, object: of, record, at: change.at, source: 'activity' };
      }),
  );
}

type Row = Readonly<Record<string, unknown>>;

/** Deals that are won are worked at their company: tasks of the account tell of them. */
async function dealsOf({ records }: Places, { byObject }: SlaWorld, rows: readonly Row[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const isAsked = byObject.get('Opportunity')?.policies.some(({ spec }) => spec.start === 'won') === true;
  const accounts = [...new Set(rows.map((row) => row['AccountId']).filter((id) => typeof id === 'string'))];
  if (!isAsked || accounts.length === 0) return new Map();
  const found = new Map<string, string[]>();
  for (const deal of await records.childrenOf('Opportunity', 'AccountId', accounts, ['IsWon'])) {
    if (deal['IsWon'] !== true) continue;
    const account = String(deal['AccountId']);
    found.set(account, [...(found.get(account) ?? []), String(deal['Id'])]);
  }
  return found;
}

function subjectsOf(row: Row, deals: ReadonlyMap<string, readonly string[]>, { byObject }: SlaWorld): readonly Subject[] {
  const direct = [row['WhoId'], row['WhatId']].flatMap((id) => {
    const object = objectOf(id);
    return object === undefined || !byObject.has(object) ? [] : [{ object, record: String(id) }];
  });
  const won = (deals.get(String(row['AccountId'])) ?? []).map((record) => ({ object: 'Opportunity', record }));
  return [...direct, ...won.filter(({ record }) => direct.every((one) => one.record !== record))];
}

async function runningOf({ store, scope }: Places, subjects: readonly Subject[]): Promise<ReadonlySet<string>> {
  const keys = [...new Set(subjects.map(({ object, record }) => stateKey(object, record)))];
  const found = await store.decisions.state(scope, keys);
  const runs = (key: string) => Object.values(readState(found.get(key)?.value)?.clocks ?? {}).some(({ running }) => running !== undefined);
  return new Set(keys.filter(runs));
}
