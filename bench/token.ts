// Tokens for the HTTP surface of a controller, made as `loopctl token create` makes them.
import { v7 } from 'uuid';
import { createToken } from '../controller/tokens.ts';
import type { Store } from '../ports/store.ts';
import { openStore } from '../state/open.ts';

export function openStoreOf(dataFolder: string): Promise<Store> {
  return openStore({ folder: dataFolder, nextId: () => v7(), now: () => new Date() });
}

export async function tokenIn(store: Store, name: string): Promise<string> {
  const deps = { clock: { now: () => new Date(), sleep: async () => {}, random: () => 0.5 }, nextId: () => v7(), identity: 'bench' };
  const made = await createToken(deps, store.tokens, { name, role: 'ops' });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  return made.value.token;
}
