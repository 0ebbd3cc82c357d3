// The controller's surface over HTTP: reads for dashboards and the command line, writes for people with a role, answers of the loops.
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { RunningController } from '../../controller/follow/process.ts';
import type { EngagementIntake } from '../../controller/engagement/intake.ts';
import type { SignalIntake } from '../../controller/generate/told.ts';
import type { PoolGround } from '../../controller/pools/ground.ts';
import type { LoopHost } from '../../controller/loops/answer.ts';
import type { Log } from '../../ports/log.ts';
import { guard, isLoopback } from './auth.ts';
import { healthRoutes } from './health.ts';
import { idempotency } from './idempotency.ts';
import { DEFAULT_LIMITS, limiterOf, type Limits } from './limits.ts';
import { serveMetrics } from './metrics.ts';
import { methodsAt, rememberRoutes } from './not-found.ts';
import { openApi, serveOpenApi } from './openapi.ts';
import { pageRoutes } from './page/routes.ts';
import { pageSessions } from './page/sessions.ts';
import { errorHandler, refuse, sendProblem } from './problems.ts';
import { securityHeaders } from './security.ts';
import { type Control, controlRoutes } from './routes/control.ts';
import { decisionRoutes } from './routes/decisions.ts';
import { eventRoutes } from './routes/events.ts';
import { loopRoutes } from './routes/loops.ts';
import { measureRoutes } from './routes/measures.ts';
import { experimentRoutes } from './routes/experiments.ts';
import { poolRoutes } from './routes/pools.ts';
import { planRoutes } from './routes/plans.ts';
import { previewRoutes } from './routes/preview.ts';
import { reviewRoutes } from './routes/reviews.ts';
import { syncRoutes } from './routes/sync.ts';
import { verdictRoutes } from './routes/verdicts.ts';
import { webhookRoutes } from './routes/webhook.ts';
import { signalRoutes } from './routes/signals.ts';
import { stateRoutes } from './routes/state.ts';
import { type CrmWebhook, crmWebhookRoutes } from './routes/crm-webhook.ts';
import type { App, Measures, Surface } from './surface.ts';
import { answerUnreadable } from './unreadable.ts';

export interface ServerOptions {
  /** The address it listens on. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly controller: Pick<RunningController, 'followed' | 'sync'>;
  readonly loops?: LoopHost;
  readonly measures?: Measures;
  /** On what pools are looked at; without it nobody can. */
  pools?(): Promise<PoolGround | undefined>;
  readonly version: string;
  /** What the forge signs its pushes with; without it there is no webhook. */
  readonly webhookSecret?: string;
  /** Where the org sends its messages; without it there is no such address. */
  readonly crmWebhook?: CrmWebhook;
  /** Takes what people did; without it nobody can tell. */
  readonly events?: EngagementIntake;
  /** Takes signs that other systems tell of; without it there is no such address. */
  readonly signals?: SignalIntake;
  /** A person answered a review: the loops have something to do. */
  onAnswer?(): void;
  readonly log: Log;
  readonly metrics: Registry;
  readonly limits?: Partial<Limits>;
  /** Opens the clock to this token. */
  readonly control?: Control;
}

export interface Server {
  readonly url: string;
  /** Opens the page once, where not everybody who reaches it may look. */
  readonly link?: string;
  /** From now on it is not ready for anything new; what comes is still answered. */
  drain(): void;
  /** Answers what has begun, and ends. */
  close(): Promise<void>;
}

const MAX_BODY = 1 << 20;
const READ_TIMEOUT = 30_000;
const ANSWER_TIMEOUT = 120_000;
const KEEP_ALIVE = 65_000;
const PATIENCE = 10_000;

export async function startServer(options: ServerOptions): Promise<Server> {
  const { controller, log, version, host } = options;
  const { site } = controller.followed;
  const state = { stopping: false };
  const { loops, measures } = options;
  const surface: Surface = { controller, store: site.store, loops, measures, log, version, loopback: isLoopback(host), state };
  const sessions = pageSessions(site.deps.clock);
  const app = newApp(log);
  await securityHeaders(app);
  await openApi(app, version);
  guard(app, surface, sessions, await limiterOf(app, { ...DEFAULT_LIMITS, ...options.limits }));
  idempotency(app, surface);
  audit(app, log);
  collectDefaultMetrics({ register: options.metrics });
  serveMetrics(app, options.metrics, version);
  healthRoutes(app, surface);
  pageRoutes(app, surface);
  stateRoutes(app, surface);
  decisionRoutes(app, surface);
  loopRoutes(app, surface);
  previewRoutes(app, surface);
  measureRoutes(app, surface);
  experimentRoutes(app, surface);
  planRoutes(app, surface);
  if (options.pools !== undefined) poolRoutes(app, surface, options.pools);
  reviewRoutes(app, surface, () => options.onAnswer?.());
  verdictRoutes(app, surface);
  syncRoutes(app, surface);
  serveOpenApi(app);
  if (options.webhookSecret !== undefined) await webhookRoutes(app, surface, options.webhookSecret);
  if (options.events !== undefined) eventRoutes(app, surface, options.events);
  if (options.signals !== undefined) signalRoutes(app, surface, options.signals);
  if (options.crmWebhook !== undefined) await crmWebhookRoutes(app, options.crmWebhook);
  if (options.control !== undefined) controlRoutes(app, options.control);
  await app.listen({ host, port: options.port });
  const url = urlOf(host, app.server.address() as AddressInfo);
  return {
    url,
    ...(!surface.loopback && { link: `${url}/?key=${sessions.key()}` }),
    drain() {
      state.stopping = true;
    },
    async close() {
      state.stopping = true;
      // Whoever hangs on is cut off: a process that is asked to end has to.
      const cut = setTimeout(() => app.server.closeAllConnections(), PATIENCE);
      await app.close();
      clearTimeout(cut);
    },
  };
}

function newApp(log: Log): App {
  const app = fastify({
    logger: false,
    bodyLimit: MAX_BODY,
    requestTimeout: READ_TIMEOUT,
    handlerTimeout: ANSWER_TIMEOUT,
    keepAliveTimeout: KEEP_ALIVE,
    forceCloseConnections: 'idle',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 200 },
    // Refused below, in the same words as everything else.
    http: { requireHostHeader: false },
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (error, request, reply) => void errorHandler(log)(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(log));
  app.removeContentTypeParser('text/plain');
  const routes = rememberRoutes(app);
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?');
    const allowed = methodsAt(routes, path);
    if (allowed.length === 0) return sendProblem(request, reply, 404, { code: 'not-found', detail: 'There is nothing at this address.' });
    const detail = `This address answers to ${allowed.join(', ')}.`;
    return sendProblem(request, reply.header('allow', allowed.join(', ')), 405, { code: 'method', detail });
  });
  app.addHook('onRequest', async ({ headers, raw }) => {
    if (raw.httpVersion === '1.1' && (headers.host ?? '') === '') refuse(400, 'no-host', 'The header Host is missing.');
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  return app;
}

/** Who asked for a change, and what came of it. */
function audit(app: App, log: Log): void {
  app.addHook('onResponse', async ({ method, caller, id, url }, { statusCode }) => {
    if (method !== 'POST' || caller === null) return;
    const end = statusCode < 400 ? '' : statusCode < 500 ? `: refused, ${statusCode}` : `: failed, ${statusCode}`;
    log.info(
      { event: 'request', request: id, by: caller.identity, role: caller.role, path: url, status: statusCode },
      `${caller.identity}: POST ${url}${end}`,
    );
  });
}

function urlOf(host: string, { port }: AddressInfo): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
