// What the routes are given: the controller that runs, and who asks it.
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { RunningController } from '../../controller/follow/process.ts';
import type { Identity } from '../../controller/follow/run.ts';
import type { LoopHost } from '../../controller/loops/answer.ts';
import type { Measured, Took } from '../../controller/metrics/loops.ts';
import type { Caller } from '../../controller/tokens.ts';
import type { Log } from '../../ports/log.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Role } from '../../ports/tokens.ts';
import { refuse, refuseBy } from './problems.ts';

export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** Beside a role: `always` for the health of the process; `local` on a loopback address, else by token; `page` the same, or by the session of a browser; `signed`: the route looks itself. */
export type Access = Role | 'always' | 'local' | 'page' | 'signed';

/** What the process measures of the loops. */
export interface Measures {
  last(): Measured | undefined;
  took(loop: string): Took | undefined;
}

export interface Surface {
  readonly controller: Pick<RunningController, 'followed' | 'sync'>;
  readonly store: Store;
  readonly loops: LoopHost | undefined;
  readonly measures: Measures | undefined;
  readonly log: Log;
  readonly version: string;
  /** Only this machine reaches it. */
  readonly loopback: boolean;
  readonly state: { stopping: boolean };
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route says who may use it. */
    readonly access?: Access;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Whoever passed a route that wants a role. */
export function callerOf(request: { readonly caller: Caller | null }): Caller {
  return request.caller ?? refuse(401, 'no-token', 'A token is needed.');
}

/** Which project and environment this is about; 503 with the reasons until the configuration was read once. */
export function identityOf({ controller }: Pick<Surface, 'controller'>): Identity {
  const { identity, problems } = controller.followed;
  if (identity !== undefined) return identity;
  if (problems.length > 0) return refuseBy(503, problems, { 'retry-after': '10' });
  return refuse(503, 'not-read-yet', 'The configuration was not read yet.', { 'retry-after': '1' });
}

/** The environment's key in the store. */
export function whereOf(surface: Pick<Surface, 'controller'>): Pick<Scope, 'project' | 'environment'> {
  const { project, environment } = identityOf(surface);
  return { project, environment: environment.name };
}
