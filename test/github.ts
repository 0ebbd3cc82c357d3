// GitHub for tests: emulate, a double that is not ours, over HTTP. What it can not do: git over HTTP, and it takes a second pull request for a branch
// that has one, which GitHub refuses; a token that it does not know is somebody to it.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createEmulator } from 'emulate';
import { onTestFinished } from 'vitest';

export interface GitHub {
  /** Of its API. */
  readonly url: string;
  readonly token: string;
  /** Of somebody who is let into no repository. */
  readonly reader: string;
  /** The address of its one repository, as git would be told. */
  readonly remote: string;
  /** Asks the API past the product. */
  ask<T>(method: string, path: string, body?: object): Promise<T>;
  pulls(): Promise<readonly Pull[]>;
  comments(number: number): Promise<readonly string[]>;
  close(number: number): Promise<void>;
}

export interface Pull {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string };
  readonly base: { readonly ref: string };
  readonly labels: readonly { readonly name: string }[];
}

const TOKEN = 'token-of-a-test';
const READER = 'token-of-a-reader';

export async function github(): Promise<GitHub> {
  const port = await freePort();
  const emulator = await createEmulator({
    service: 'github',
    port,
    seed: {
      tokens: { [TOKEN]: { login: 'acme', scopes: ['repo'] }, [READER]: { login: 'reader', scopes: ['repo'] } },
      github: {
        users: [
          { login: 'acme', email: 'bot@acme.example' },
          { login: 'reader', email: 'reader@acme.example' },
        ],
        repos: [{ owner: 'acme', name: 'revenue', default_branch: 'main', private: true }],
      },
    },
  });
  onTestFinished(() => emulator.close());
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const answer = await fetch(`${emulator.url}/repos/acme/revenue/${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
    return (await answer.json()) as T;
  };
  return {
    url: emulator.url,
    token: TOKEN,
    reader: READER,
    remote: `${emulator.url}/acme/revenue.git`,
    ask,
    pulls: async () => (await ask<Pull[]>('GET', 'pulls?state=all')).toSorted((a, b) => a.number - b.number),
    comments: async (number) => (await ask<{ body: string }[]>('GET', `issues/${number}/comments`)).map(({ body }) => body),
    async close(number) {
      await ask('PATCH', `pulls/${number}`, { state: 'closed' });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => {
    server.close(closed);
  });
  return port;
}
