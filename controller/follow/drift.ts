// Which divergences people are told of: each once when it has lasted, and once more when it is gone.
import { addressText, refText } from '../../resources/core.ts';
import type { Drift } from '../../plans/plan.ts';
import type { Divergence } from '../../ports/divergences.ts';

export interface Look {
  readonly now: Date;
  /** How long a difference must have been left alone before anybody is told, in milliseconds. */
  readonly graceMs: number;
  /** `Kind/name` of resources that somebody suspended. */
  readonly suspended: ReadonlySet<string>;
}

export interface News {
  /** What is remembered from now on. */
  readonly now: readonly Divergence[];
  /** Of it, what belongs to suspended resources: as it was known before they were. */
  readonly resting: readonly Divergence[];
  /** To be told. */
  readonly news: readonly Divergence[];
  /** Were told, and are no more. */
  readonly gone: readonly Divergence[];
}

export function newsOf(before: readonly Divergence[], found: readonly Drift[], look: Look): News {
  const known = new Map(before.map((one) => [one.key, one]));
  const isSuspended = ({ ref }: Drift) => look.suspended.has(refText(ref));
  const now = found.filter((drift) => drift.policy !== 'ignore' && !isSuspended(drift)).map((drift) => remembered(known, drift, look));
  const told = now.map((one) =>
    one.told === undefined && hasLasted(one.drift, one.since, look) ? { ...one, told: look.now.toISOString() } : one,
  );
  // Nobody looks at what is suspended: it stays as it was known, so that it neither seems gone now nor new afterwards.
  const resting = before.filter(({ drift }) => isSuspended(drift));
  const there = new Set([...now, ...resting].map(({ key }) => key));
  return {
    now: [...told, ...resting],
    resting,
    news: told.filter((one, at) => one.told !== undefined && now[at]?.told === undefined),
    gone: before.filter((one) => one.told !== undefined && !there.has(one.key)),
  };
}

/** Another value than the one that was seen is another divergence: it is told anew. */
function remembered(known: ReadonlyMap<string, Divergence>, drift: Drift, { now }: Look): Divergence {
  const key = keyOf(drift);
  const old = known.get(key);
  if (old !== undefined && JSON.stringify(old.drift.live) === JSON.stringify(drift.live)) return { ...old, drift };
  return { key, drift, since: now.toISOString() };
}

/** Nobody has touched the record for as long as the grace; where the org does not say when, since we saw it first. */
export function hasLasted(drift: Drift, since: string, { now, graceMs }: Pick<Look, 'now' | 'graceMs'>): boolean {
  const touched = Date.parse(drift.at ?? since);
  return now.getTime() - (Number.isNaN(touched) ? Date.parse(since) : touched) >= graceMs;
}

export function keyOf({ address, path }: Drift): string {
  return `${addressText(address)} ${path}`;
}
