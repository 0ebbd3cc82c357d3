// A controller in this process, wired as main.ts does it, on a clock of its own; it can die, and be born again on the same data.
import { join } from 'node:path';
import { v7 } from 'uuid';
import { openParseCache } from '../../../adapters/files/parse-cache.ts';
import { followRemote } from '../../../adapters/git/remote.ts';
import { salesforce, salesforceTypes } from '../../../adapters/salesforce/crm.ts';
import type { Deps } from '../../../controller/deps.ts';
import { type RunningController, startController } from '../../../controller/follow/process.ts';
import type { Crm } from '../../../ports/crm.ts';
import type { Store } from '../../../ports/store.ts';
import { openStore } from '../../../state/open.ts';
import type { TestClock } from '../../clock.ts';
import { type Death, Died, mortal } from './death.ts';
import type { World } from './world.ts';

export interface BodyOptions {
  readonly clock: TestClock;
  readonly org: World;
  readonly remote: string;
  readonly data: string;
  send(text: string): void;
  onError(error: string): void;
  onReconciled(): void;
}

export interface Alive {
  readonly controller: RunningController;
  readonly store: Store;
  readonly death: Death;
  /** Lets go of what the system takes from a process that died. */
  buried(): Promise<void>;
}

/** What main.ts does, with a death that can be armed around the ports. */
export async function born({ clock, org, remote, data, send, onError, onReconciled }: BodyOptions): Promise<Alive> {
  const death = mortal();
  const nextId = () => v7();
  const store = await openStore({ folder: data, nextId, now: clock.now });
  const crm = salesforce({ kind: 'token', instanceUrl: org.running.url, accessToken: org.running.token });
  const upstream = followRemote({ url: remote, branch: 'main', folder: data, environment: process.env });
  const around = death.around<Store>(store);
  const deps: Deps = {
    cache: openParseCache(join(data, 'cache', 'documents.json')),
    clock,
    nextId,
    identity: 'controller@machine',
    types: salesforceTypes,
    store: async () => around,
    connect: async () => ({ ok: true, value: death.around<Crm>(crm) }),
  };
  const started = await startController({
    site: { deps, upstream, store: around, waitMs: 120_000 },
    notifiers: [
      {
        channel: 'slack',
        async send(text) {
          send(text);
          return { delivery: 'sent' };
        },
      },
    ],
    listener: (event) => {
      if (event.type === 'reconciled') onReconciled();
    },
    onError: (error) => {
      if (!(error instanceof Died)) onError(error instanceof Error ? (error.stack ?? error.message) : String(error));
    },
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  return {
    controller: started.value,
    store,
    death,
    async buried() {
      await started.value.stop();
      await store.close();
    },
  };
}
