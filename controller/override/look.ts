// Cases in which people ask for another owner are looked at as changed records are. What a manager said becomes an event of the record; a
// case that nobody decided in time becomes one too.
import type { Override } from '../../loops/event.ts';
import { route } from '../../loops/route/loop.ts';
import type { OverrideRuntime } from '../../resources/override-policy/schema.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { NewEvent } from '../../ports/live.ts';
import { CallFailed } from '../../ports/crm.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Acting } from '../live/acting.ts';
import { beginOf } from '../live/looks.ts';
import { type Look, pollEvery } from '../live/look.ts';
import { objectOf } from '../live/objects.ts';
import { pollFresh, type Seen } from '../live/poll-fresh.ts';
import { type CaseUser, verdictOf, wantedIn } from './verdict.ts';

export interface OverrideLook {
  readonly store: Pick<Store, 'inbox' | 'decisions'>;
  readonly deps: Pick<Deps, 'clock'>;
  /** For the log: the org refuses what the policy says. */
  onTrouble(message: string): void;
}

/** Only where Route acts and a policy says how. */
export function overrideLook({ store, deps, onTrouble }: OverrideLook): Look {
  const seen: Seen = new Map();
  let trouble = '';
  return {
    name: 'override',
    every: (acting) => (policyIn(acting) === undefined ? undefined : pollEvery(acting.environment)),
    async run(acting, { records }) {
      const policy = policyIn(acting);
      if (policy === undefined) return;
      const now = deps.clock.now();
      const { scope } = acting.ground;
      const places: Places = { store, records, scope, policy, now };
      try {
        const poll = { store, records, scope, now, begin: beginOf(acting, now), seen };
        await pollFresh(poll, { name: 'override Case', object: 'Case' }, (fresh) =>
          eventsOf(
            places,
            fresh.map(({ id }) => id),
          ),
        );
        await lateOnes(places, millisecondsOf(acting.environment.drift.check));
        trouble = '';
      } catch (error) {
        // What the org refuses now it refuses the next time: a field that is not there, or not to be seen. It is told once.
        if (!(error instanceof CallFailed) || (error.status ?? 500) >= 500) throw error;
        if (error.message !== trouble) onTrouble(`cases that ask for another owner can not be read: ${error.message}`);
        trouble = error.message;
      }
    },
  };
}

function policyIn({ active, ground }: Acting): OverrideRuntime | undefined {
  if (!active.has(route.name)) return undefined;
  const found = Object.entries(ground.compiled.row.content.resources).find(([key]) => key.startsWith('OverridePolicy/'));
  return found?.[1] as OverrideRuntime | undefined;
}

interface Places {
  readonly store: Pick<Store, 'inbox' | 'decisions'>;
  readonly records: CrmRecords;
  readonly scope: Scope;
  readonly policy: OverrideRuntime;
  readonly now: Date;
}

/** An id, alone or in an address of the org. */
const ID = /(?:^|[^A-Za-z0-9])([A-Za-z0-9]{18}|[A-Za-z0-9]{15})(?![A-Za-z0-9])/;

/** Two calls for the cases and their people, one an object whose ids were written in short. */
async function eventsOf(places: Places, ids: readonly string[]): Promise<readonly NewEvent[]> {
  const { records, policy, now, store, scope } = places;
  if (ids.length === 0) return [];
  const { record_field, owner_field, status_field } = policy;
  const people = ['CreatedBy.Username', 'CreatedBy.Name', 'LastModifiedBy.Username'];
  const fields = [record_field, owner_field, status_field, 'Subject', 'Description', 'CreatedDate', 'SystemModstamp', ...people];
  const rows = await records.childrenOf('Case', 'Id', ids, fields);
  const asking = rows.flatMap((row) => {
    const id = typeof row[record_field] === 'string' ? ID.exec(row[record_field])?.[1] : undefined;
    const object = objectOf(id);
    return id === undefined || object === undefined || !policy.objects.includes(object) ? [] : [{ row, id, object }];
  });
  if (asking.length === 0) return [];
  const whole = await inFull(records, asking);
  const owners = await usersOf(
    records,
    asking.map(({ row }) => wantedIn(row, policy)),
  );
  const made: NewEvent[] = [];
  for (const { row, id, object } of asking) {
    const record = whole.get(id.slice(0, 15));
    if (record === undefined) continue;
    const verdict = verdictOf(row, policy, { owner: owners.get(wantedIn(row, policy).toLowerCase()), now: now.getTime() });
    if (verdict === undefined) continue;
    const decision = await lastOf(store, scope, record);
    const override: Override = {
      ...verdict,
      ...(decision !== undefined && { decision }),
      fields: { decision: policy.decision_field, answer: policy.answer_field },
      notify: policy.notify,
    };
    const name = `override ${String(row['Id'])} ${verdict.verdict}${verdict.verdict === 'impossible' ? ` ${verdict.because ?? ''}` : ''}`;
    const at = new Date(String(row['SystemModstamp'])).toISOString();
    made.push({ id: name, loop: route.name, object, record, at, source: 'override', payload: { override } });
  }
  return made;
}

async function usersOf(records: Pick<CrmRecords, 'childrenOf'>, names: readonly string[]): Promise<ReadonlyMap<string, CaseUser>> {
  const rows = await records.childrenOf('User', 'Username', [...new Set(names.filter((name) => name !== ''))], ['Name', 'IsActive']);
  return new Map(
    rows.map((row) => {
      const username = String(row['Username']);
      const user = {
        id: String(row['Id']),
        username,
        name: typeof row['Name'] === 'string' ? row['Name'] : username,
        isActive: row['IsActive'] === true,
      };
      return [username.toLowerCase(), user];
    }),
  );
}

/** Ids of 18 characters by those of 15; what is not there is left out. */
async function inFull(
  records: Pick<CrmRecords, 'records'>,
  asking: readonly { readonly id: string; readonly object: string }[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const [object, some] of Map.groupBy(asking, (one) => one.object)) {
    const there = await records.records(object, [...new Set(some.map(({ id }) => id))], []);
    for (const id of there.keys()) found.set(id.slice(0, 15), id);
  }
  return found;
}

/** The decision that is overruled. */
async function lastOf(
  { decisions }: Pick<Store, 'decisions'>,
  { project, environment }: Scope,
  record: string,
): Promise<string | undefined> {
  const all = await decisions.ofSubject(project, environment, record);
  return all.findLast(({ decision: { loop, owner } }) => loop === route.name && owner !== undefined)?.decision.id;
}

const LATE = 'override late';
const PAGE = 200;

/** Cases that nobody has decided in time, once in a while: nothing changes about them by itself. */
async function lateOnes(places: Places, every: number): Promise<void> {
  const { store, scope, records, policy, now } = places;
  const last = await store.inbox.cursor(scope, LATE);
  if (last !== undefined && now.getTime() - Date.parse(last) < every) return;
  const before = new Date(now.getTime() - millisecondsOf(policy.expires)).toISOString();
  const where = `${policy.record_field} != null AND ${policy.decision_field} = null AND CreatedDate < ${before}`;
  for (let after: string | undefined; ; ) {
    const rows = await records.page('Case', [], { limit: PAGE, where, ...(after !== undefined && { after }) });
    const ids = rows.map((row) => String(row['Id']));
    await store.inbox.add(scope, await eventsOf(places, ids));
    if (rows.length < PAGE) break;
    after = ids.at(-1);
  }
  await store.inbox.add(scope, [], { name: LATE, value: now.toISOString() });
}
