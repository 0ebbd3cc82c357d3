// A controller on the fixture organisation and an embedded org, with its surface on a port of this machine.
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { followFolder } from '../../../adapters/git/folder.ts';
import type { ControllerEvent } from '../../../controller/follow/events.ts';
import { startController } from '../../../controller/follow/process.ts';
import type { LoopHost } from '../../../controller/loops/answer.ts';
import { createToken } from '../../../controller/tokens.ts';
import type { Role } from '../../../ports/tokens.ts';
import { metricsListener } from '../../../surfaces/http/metrics.ts';
import { type Server, type ServerOptions, startServer } from '../../../surfaces/http/server.ts';
import { openProduct, type Product, type ProductOptions } from '../../controller/product.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly json: any;
}

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

export interface Running {
  readonly product: Product;
  readonly server: Server;
  readonly logged: readonly string[];
  /** Waits for the end of a run that begins from now on. */
  reconciled(): Promise<Extract<ControllerEvent, { type: 'reconciled' }>>;
  sync(): void;
  token(role: Role, more?: { readonly user?: string; readonly name?: string }): Promise<string>;
  ask(path: string, ask?: Ask): Promise<Answer>;
  post(path: string, body: unknown, token: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface RunningOptions {
  readonly prepare?: (product: Product) => void | Promise<void>;
  readonly product?: ProductOptions;
  readonly server?: Partial<ServerOptions>;
  /** Stands for the loops of the controller: what they answer is their own business. */
  readonly loops?: LoopHost;
  /** False: the first run is not waited for. */
  readonly wait?: boolean;
}

export async function running(options: RunningOptions = {}): Promise<Running> {
  const product = await openProduct(options.product);
  await options.prepare?.(product);
  const metrics = new Registry();
  const numbers = metricsListener(metrics);
  const waiting = new Set<(event: Extract<ControllerEvent, { type: 'reconciled' }>) => void>();
  const logged: string[] = [];
  const reconciled = () => new Promise<Extract<ControllerEvent, { type: 'reconciled' }>>((found) => void waiting.add(found));
  const first = reconciled();
  const started = await startController({
    site: { deps: product.deps, upstream: followFolder(product.root), store: product.store, waitMs: 10_000 },
    notifiers: [],
    listener: (event) => {
      numbers(event);
      if (event.type !== 'reconciled') return;
      const woken = [...waiting];
      waiting.clear();
      for (const wake of woken) wake(event);
    },
    onError: (error) => {
      throw error;
    },
  });
  if (!started.ok) throw new Error(JSON.stringify(started.problems));
  const controller = started.value;
  onTestFinished(() => controller.stop());
  if (options.wait !== false) await first;
  const line = (fields: object, message: string) => void logged.push(JSON.stringify([message, fields]));
  const server = await startServer({
    host: '127.0.0.1',
    port: 0,
    controller,
    version: '0.0.0-test',
    log: { info: line, warn: line, error: line },
    metrics,
    ...(options.loops !== undefined && { loops: options.loops }),
    ...options.server,
  });
  onTestFinished(() => server.close());
  const ask = async (path: string, { method = 'GET', body, headers = {}, token }: Ask = {}): Promise<Answer> => {
    const response = await fetch(new URL(path, server.url), {
      method,
      redirect: 'manual',
      headers: {
        connection: 'close',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  };
  let names = 0;
  return {
    product,
    server,
    logged,
    reconciled,
    sync: () => controller.sync(),
    async token(role, more = {}) {
      const made = await createToken(product.deps, product.store.tokens, { name: `${role}-${(names += 1)}`, role, ...more });
      if (!made.ok) throw new Error(JSON.stringify(made.problems));
      return made.value.token;
    },
    ask,
    post: (path, body, token, headers = {}) => ask(path, { method: 'POST', body, token, headers }),
  };
}
