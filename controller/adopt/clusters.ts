// Which adoptions stand or fall together, and which of them stand: as many as come out well.
import { addressText, type Checked, type Problem } from '../../resources/core.ts';
import type { Adopted } from '../../resources/adopt.ts';

/** A territory that is gone, and the seats that leave it, are one. */
export type Cluster = readonly Adopted[];

/** In an order in which each needs only those before it: edits, then documents that leave, the deeper ones first. */
export function clustersOf(adoptions: readonly Adopted[]): readonly Cluster[] {
  const goneBy = new Map<string, Adopted>();
  for (const one of adoptions) for (const { address, field } of one.of) if (field === '') goneBy.set(addressText(address), one);
  const cluster = new Map<Adopted, Set<Adopted>>(adoptions.map((one) => [one, new Set([one])]));
  for (const one of adoptions) {
    for (const followed of one.follows ?? []) {
      const [own, others] = [cluster.get(one), cluster.get(goneBy.get(followed) ?? one)];
      if (own === undefined || others === undefined || own === others) continue;
      for (const other of others) {
        own.add(other);
        cluster.set(other, own);
      }
    }
  }
  return [...new Set(cluster.values())].map((set) => [...set]).toSorted((a, b) => rank(a) - rank(b));
}

function rank(cluster: Cluster): number {
  const drops = cluster.flatMap(({ edits }) => edits.filter(({ edit }) => edit.op === 'drop'));
  if (drops.length === 0) return 0;
  const longest = Math.max(...drops.map(({ resource }) => resource.ref.name.split('/').length));
  return (drops.some(({ resource }) => resource.ref.kind === 'Territory') ? 1 : 2) + 1 / (longest + 1);
}

export interface Settled<Good> {
  readonly good: Good | undefined;
  readonly stand: readonly Cluster[];
  readonly fall: readonly { readonly cluster: Cluster; readonly problems: readonly Problem[] }[];
}

/** Tries all at once; where something is wrong, by halves, so that one that fails takes no other along. */
export function settle<Good>(clusters: readonly Cluster[], attempt: (adoptions: readonly Adopted[]) => Checked<Good>): Settled<Good> {
  let good: Good | undefined;
  const stand: Cluster[] = [];
  const fall: Settled<Good>['fall'][number][] = [];
  const add = (some: readonly Cluster[]): void => {
    const [first] = some;
    if (first === undefined) return;
    const made = attempt([...stand, ...some].flat());
    if (made.ok) {
      good = made.value;
      stand.push(...some);
    } else if (some.length === 1) {
      fall.push({ cluster: first, problems: made.problems });
    } else {
      const half = Math.ceil(some.length / 2);
      add(some.slice(0, half));
      add(some.slice(half));
    }
  };
  add(clusters);
  return { good, stand, fall };
}
