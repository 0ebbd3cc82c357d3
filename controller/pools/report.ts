// Fairness of pools, from the ledger: who had how many of which grade, against what their weights say of those who were there.
import { type Assigned, type Fairness, fairness } from '../../engines/pools/fairness.ts';
import type { StoredDecision } from '../../ports/decisions.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Pool } from '../../engines/pools/pool.ts';

export interface PoolReport extends Fairness {
  readonly pool: string;
  readonly strategy: string;
  /** Decisions in which nobody of the pool could take the record: it went to a queue, another pool, or waits. */
  readonly unserved: number;
}

export interface PoolReports {
  /** ISO. */
  readonly since: string;
  readonly at: string;
  readonly pools: readonly PoolReport[];
}

export interface ReportOptions {
  readonly pools: readonly Pool[];
  readonly now: Date;
  /** How far back, in milliseconds. */
  readonly span: number;
}

const PAGE = 200;

export async function reportPools(
  store: Pick<Store, 'decisions'>,
  scope: Scope,
  { pools, now, span }: ReportOptions,
): Promise<PoolReports> {
  const since = now.getTime() - span;
  const counts = new Map(pools.map((pool) => [pool.name, { pool, assigned: [] as Assigned[], unserved: 0 }]));
  for (let before: string | undefined; ; ) {
    const page = await store.decisions.past(scope, { limit: PAGE, ...(before !== undefined && { before }) });
    const recent = page.filter(({ decision }) => Date.parse(decision.logged_at) >= since);
    for (const one of recent) see(counts, one);
    // Ids grow with time: what is behind an older one is older.
    if (page.length < PAGE || recent.length < page.length) break;
    before = page.at(-1)?.decision.id;
    await new Promise<void>((turn) => void setImmediate(turn));
  }
  return {
    since: new Date(since).toISOString(),
    at: now.toISOString(),
    pools: [...counts.values()].map(({ pool: { name, spec }, assigned, unserved }) => ({
      pool: name,
      strategy: spec.strategy,
      unserved,
      ...fairness(new Map(spec.members.map(({ seat, weight = 1 }) => [seat, weight])), assigned),
    })),
  };
}

function see(
  counts: ReadonlyMap<string, { readonly pool: Pool; readonly assigned: Assigned[]; unserved: number }>,
  { decision, recorded }: StoredDecision,
): void {
  const { loop, via, owner, held_by: held } = decision;
  if (loop !== 'route') return;
  const name = typeof held === 'string' ? held : typeof via === 'string' && via.startsWith('pool/') ? via.slice('pool/'.length) : '';
  const count = counts.get(name);
  if (count === undefined) return;
  const seat = (owner as { readonly seat?: string } | undefined)?.seat;
  if (seat === undefined) {
    count.unserved += 1;
    return;
  }
  const qualified = recorded.facts.find(({ id }) => id === 'qualify')?.value as { readonly grade?: string | null } | null | undefined;
  count.assigned.push({ seat, among: ableIn(decision, count.pool), grade: qualified?.grade });
}

/** Members of today whom the trace does not pass over. */
function ableIn({ trace }: StoredDecision['decision'], { spec }: Pool): readonly string[] {
  const members = new Set(spec.members.map(({ seat }) => seat));
  const lines = trace as readonly { readonly rule: string; readonly result: string }[];
  return lines.filter(({ rule, result }) => members.has(rule) && (result === 'waits' || result === 'taken')).map(({ rule }) => rule);
}
