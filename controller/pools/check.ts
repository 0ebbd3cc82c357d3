// The state of a pool made anew from the ledger: each decision that touched it is made once more, in the order of their turns, on the state
// that the ones before left and on the facts of its day. What comes out must be what is kept.
import type { LoopEvent } from '../../loops/event.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { States } from '../../loops/requests.ts';
import { route } from '../../loops/route/loop.ts';
import { readState } from '../../engines/pools/state.ts';
import type { StoredDecision } from '../../ports/decisions.ts';
import type { Scope, Store } from '../../ports/store.ts';
import { compileRow, type Compiled } from '../loops/world.ts';

export interface PoolCheck {
  readonly pool: string;
  readonly same: boolean;
  /** Decisions that changed it. */
  readonly turns: number;
  readonly version: { readonly kept: number; readonly rebuilt: number };
  /** What differs, or which decision can not be made again. */
  readonly differences: readonly string[];
}

type Known = Pick<Store, 'decisions' | 'snapshot'>;

export async function checkPool(store: Known, scope: Scope, pool: string): Promise<PoolCheck> {
  const key = `pool/${pool}`;
  const kept = (await store.decisions.state(scope, [key])).get(key) ?? { version: 0, value: null };
  const touched = await decisionsOn(store, scope, key);
  const compiled = new Map<string, Compiled | undefined>();
  let rebuilt: { readonly version: number; readonly value: unknown } = { version: 0, value: null };
  const differences: string[] = [];
  for (const one of touched) {
    const { snapshot } = one.decision.revision;
    if (!compiled.has(snapshot)) {
      const row = await store.snapshot(scope, snapshot);
      compiled.set(snapshot, row && compileRow(row));
    }
    const on = compiled.get(snapshot);
    if (on === undefined) {
      differences.push(`The snapshot ${snapshot} of decision ${one.decision.id} is gone.`);
      break;
    }
    const next = stepped(on, one, key, rebuilt);
    if (typeof next === 'string') {
      differences.push(`Decision ${one.decision.id} can not be made again: ${next}.`);
      break;
    }
    rebuilt = next ?? rebuilt;
  }
  if (differences.length === 0) differences.push(...differing(kept, rebuilt));
  return {
    pool,
    same: differences.length === 0,
    turns: rebuilt.version,
    version: { kept: kept.version, rebuilt: rebuilt.version },
    differences,
  };
}

const PAGE = 200;

/** In the order in which they found the state; those that left it alone change nothing. */
async function decisionsOn({ decisions }: Known, scope: Scope, key: string): Promise<readonly StoredDecision[]> {
  const found: { readonly one: StoredDecision; readonly version: number }[] = [];
  for (let before: string | undefined; ; ) {
    const page = await decisions.past(scope, { limit: PAGE, ...(before !== undefined && { before }) });
    for (const one of page) {
      const fact = one.decision.loop === route.name ? one.recorded.facts.find(({ id }) => id === `state ${key}`) : undefined;
      if (fact !== undefined) found.push({ one, version: (fact.value as States)[key]?.version ?? 0 });
    }
    if (page.length < PAGE) break;
    before = page.at(-1)?.decision.id;
    await new Promise<void>((turn) => void setImmediate(turn));
  }
  return found.sort((a, b) => a.version - b.version).map(({ one }) => one);
}

/** The state after a decision; nothing where it left it alone; a text where it can not be made again. */
function stepped(
  on: Compiled,
  { decision, recorded }: StoredDecision,
  key: string,
  rebuilt: { readonly version: number; readonly value: unknown },
): { readonly version: number; readonly value: unknown } | string | undefined {
  const facts = new Map<string, FactValue>(recorded.facts.map(({ id, ...fact }) => [id, fact]));
  const fact = facts.get(`state ${key}`);
  const found = (fact?.value as States | undefined)?.[key];
  if (fact === undefined || found === undefined) return undefined;
  facts.set(`state ${key}`, { ...fact, value: { ...(fact.value as States), [key]: { version: found.version, value: rebuilt.value } } });
  const event = recorded.event as LoopEvent;
  const end = route.step?.({
    world: on.worldOf(route, event.arms) as never,
    event,
    turn: decision.id,
    now: Date.parse(recorded.now),
    facts,
  });
  if (end?.kind !== 'decide')
    return end?.kind === 'ask' ? `it asks for ${end.requests.map(({ id }) => id).join(', ')}` : 'it decides nothing';
  const write = end.writes.find((one) => one.key === key);
  if (write === undefined) return undefined;
  if (write.expect !== rebuilt.version) return `it was made on turn ${write.expect}, and the ledger has ${rebuilt.version} before it`;
  return { version: write.expect + 1, value: write.value };
}

function* differing(
  kept: { readonly version: number; readonly value: unknown },
  rebuilt: { readonly version: number; readonly value: unknown },
): Generator<string> {
  if (kept.version !== rebuilt.version) yield `${kept.version} turns are kept, and the ledger has ${rebuilt.version}`;
  const [before, after] = [readState(kept.value), readState(rebuilt.value)];
  if (before === null || after === null) {
    if (before !== after) yield before === null ? 'nothing is kept' : 'the ledger has nothing of it';
    return;
  }
  for (const name of Object.keys(before) as (keyof typeof before)[]) {
    if (name === 'members' || JSON.stringify(before[name]) === JSON.stringify(after[name])) continue;
    yield `${name}: ${JSON.stringify(before[name])} is kept, ${JSON.stringify(after[name])} follows from the ledger`;
  }
  const others = new Map(after.members.map((member) => [member.seat, member]));
  for (const member of before.members) {
    const other = others.get(member.seat);
    others.delete(member.seat);
    if (JSON.stringify(member) !== JSON.stringify(other))
      yield `${member.seat}: ${JSON.stringify(member)} is kept, ${JSON.stringify(other ?? null)} follows from the ledger`;
  }
  for (const seat of others.keys()) yield `${seat}: is no member in what is kept`;
}
