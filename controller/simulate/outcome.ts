// What a version of the loops says of a record, reduced to what is compared: its score with what it is made of, and whose it is with where
// that came from.
import type { Decide } from '../../loops/decide.ts';
import type { PoolState } from '../../engines/pools/state.ts';
import type { SnapshotContent } from '../../plans/content.ts';
import type { CompiledVersion } from './version.ts';

/** Where nothing scores or routes records of the object, that part is not there. */
export interface Outcome {
  readonly score?: Scored;
  readonly route?: Routed;
}

export interface Scored {
  readonly score: number;
  /** `null`: excluded. */
  readonly grade: string | null;
  /** Points by factor, with what was taken off. */
  readonly points: ReadonlyMap<string, number>;
  /** Why it is not graded. */
  readonly excluded: string | null;
}

export interface Routed {
  readonly rule: string;
  /** Into which territory the record falls; several where it can not be told. */
  readonly territory: string | null;
  /** A username, `queue/x`, `review`, `held by pool/x`, `rejected: x`, `nobody`. */
  readonly owner: string;
  readonly seat?: string;
  /** How the owner was found: an account's owner, a step of a cascade, a pool. */
  readonly place: string;
  /** Those who take turns there, where somebody's turn decided. */
  readonly turns?: { readonly key: string; readonly users: ReadonlySet<string> };
  /** What an agent would be asked by, where one would be: it is never called. */
  readonly agent?: string;
  /** Records that went out of a pool on the way, by whom they went to. */
  readonly released: readonly string[];
}

export function scoredOf({ outcome }: Decide): Scored {
  const { score, grade, excluded, factors, negative } = outcome as {
    readonly score: number;
    readonly grade: string | null;
    readonly excluded: { readonly reason: string } | null;
    readonly factors: readonly { readonly id: string; readonly points: number }[];
    readonly negative: readonly { readonly id: string; readonly points: number }[];
  };
  const points = new Map([...factors, ...negative].map((row) => [row.id, row.points]));
  return { score, grade, excluded: excluded?.reason ?? null, points };
}

interface Given {
  readonly rule_matched: string;
  readonly action: string;
  readonly territory?: string;
  readonly owner?: { readonly username: string; readonly seat?: string };
  readonly queue?: string;
  readonly held_by?: string;
  readonly review?: boolean;
  readonly rejected?: string;
  readonly step?: string;
  readonly via?: string;
  readonly fallback: boolean;
  readonly released?: readonly { readonly seat: string }[];
}

export function routedOf({ outcome, writes }: Decide, territory: string | null, { users, content }: CompiledVersion): Routed {
  const given = outcome as unknown as Given;
  const { rule_matched: rule, action, owner, released = [] } = given;
  const turns = owner === undefined ? undefined : turnsOf(given, writes, users);
  return {
    rule,
    territory,
    owner: ownerOf(given),
    ...(owner?.seat !== undefined && { seat: owner.seat }),
    place: [action, given.territory, given.step, given.via, given.fallback ? 'default' : undefined].filter(Boolean).join(' '),
    ...(turns !== undefined && { turns }),
    ...(action === 'agent' && { agent: askedBy(content, rule) }),
    released: released.flatMap(({ seat }) => users.get(seat) ?? []),
  };
}

function ownerOf({ owner, queue, held_by: holder, review, rejected }: Given): string {
  if (owner !== undefined) return owner.username.toLowerCase();
  if (holder !== undefined) return `held by pool/${holder}`;
  if (rejected !== undefined) return `rejected: ${rejected}`;
  if (review === true) return queue === undefined ? 'review' : `review in queue/${queue}`;
  return queue === undefined ? 'nobody' : `queue/${queue}`;
}

/** The pool that the owner comes from, or the seats of one place that take turns: by the state that the decision leaves of it. */
function turnsOf({ via, owner }: Given, writes: Decide['writes'], users: CompiledVersion['users']): Routed['turns'] {
  const isPlace = (key: string) => (via?.startsWith('pool/') === true ? key === via : key.startsWith('seats/'));
  const found = writes.find(({ key, value }) => isPlace(key) && (value as PoolState).members.some(({ seat }) => seat === owner?.seat));
  if (found === undefined) return undefined;
  const members = (found.value as PoolState).members.filter(({ away, paused }) => !away && !paused);
  return { key: found.key, users: new Set(members.flatMap(({ seat }) => users.get(seat) ?? [])) };
}

/** The rule's action with the prompt that it names: two of them are the same question where this is. */
function askedBy({ resources }: SnapshotContent, rule: string): string {
  const rules = Object.entries(resources).flatMap(([key, set]) =>
    key.startsWith('RoutingRuleSet/')
      ? (set as { readonly rules: readonly { readonly id: string; readonly action: unknown }[] }).rules
      : [],
  );
  const action = rules.find(({ id }) => id === rule)?.action as { readonly agent?: { readonly prompt?: string } } | undefined;
  return JSON.stringify([action, resources[`Prompt/${action?.agent?.prompt ?? ''}`]]);
}
