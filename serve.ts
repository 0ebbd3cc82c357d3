// The second half of main: the long-running process, wired. Loaded when somebody starts it.
import { Registry } from 'prom-client';
import type { SystemClock } from './adapters/clock/clock.ts';
import { followFolder } from './adapters/git/folder.ts';
import { followRemote } from './adapters/git/remote.ts';
import { processLog } from './adapters/log/log.ts';
import { endOnFault } from './adapters/process/ending.ts';
import { ackOutbound, outboundChanges, parseOutbound } from './adapters/salesforce/outbound.ts';
import { slack } from './adapters/slack/slack.ts';
import { webPages } from './adapters/web/pages.ts';
import type { Deps } from './controller/deps.ts';
import type { ControllerEvent } from './controller/follow/events.ts';
import { heldLook } from './controller/availability/held.ts';
import { engagementIntake } from './controller/engagement/intake.ts';
import { eventsKnowledge } from './controller/engagement/known.ts';
import { engagementLook } from './controller/engagement/look.ts';
import { knowledgeOf } from './controller/lookups/knowledge.ts';
import { feedbackLook } from './controller/feedback/feedback.ts';
import { logListener } from './controller/follow/log.ts';
import { signalLook } from './controller/generate/look.ts';
import { pageAnswers } from './controller/generate/pages.ts';
import { signalIntake } from './controller/generate/told.ts';
import { logTicks } from './controller/generate/words.ts';
import { poolsLook } from './controller/pools/watch.ts';
import { reconcileOnce, startController } from './controller/follow/process.ts';
import { tellPeople } from './controller/live/notices.ts';
import { forgetLook } from './controller/live/looks.ts';
import { type LiveLoops, startLive } from './controller/live/process.ts';
import { durations } from './controller/metrics/durations.ts';
import { outcomesLook } from './controller/metrics/outcomes.ts';
import { startWatch } from './controller/metrics/watch.ts';
import { loopHost, type RunningHost } from './controller/loops/host.ts';
import { overrideLook } from './controller/override/look.ts';
import type { Reconciled, Site } from './controller/reconcile.ts';
import { slaLook } from './controller/sla/look.ts';
import type { Followed } from './controller/follow/run.ts';
import type { Log } from './ports/log.ts';
import type { CrmRecords } from './ports/records.ts';
import type { Store } from './ports/store.ts';
import type { Notifier } from './ports/notify.ts';
import type { Upstream } from './ports/upstream.ts';
import type { Checked } from './resources/core.ts';
import type { ControllerStart, StartedController } from './surfaces/cli/host.ts';
import { metricsListener } from './surfaces/http/metrics.ts';
import type { CrmAnswer } from './surfaces/http/routes/crm-webhook.ts';
import { startServer } from './surfaces/http/server.ts';

/** What every process of the product is given, without a working tree. */
export type Ports = Deps & { close(): Promise<void> };

export interface Wiring {
  readonly ports: Ports;
  /** Absolute. */
  readonly dataFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  readonly clock: SystemClock;
}

/** What an apply waits for the org by itself; the next run goes on where it was not enough. */
const WAIT_MS = 120_000;

export async function serve(wiring: Wiring, start: ControllerStart): Promise<Checked<StartedController>> {
  const { ports, clock, env, version } = wiring;
  const log = start.words === true ? inWords(start.notice) : logOf(wiring);
  endOnFault(log);
  const metrics = new Registry();
  const site = await siteOf(wiring, start);
  let host: RunningHost | undefined;
  let live: LiveLoops | undefined;
  const took = durations();
  const listener = toAll(logListener(log), metricsListener(metrics), took.listener);
  const started = await startController({
    site,
    notifiers: notifiersOf(env),
    listener,
    // Where its port is taken it ends, and nothing was begun.
    patient: true,
    onError: (error, run) => log.error({ event: 'fault', run, error: faultOf(error) }, 'a run failed by a fault of loopctl'),
    onRun() {
      host?.refresh();
      // What it began is not left until the next look.
      live?.nudge();
    },
  });
  if (!started.ok) {
    await ports.close();
    return started;
  }
  const controller = started.value;
  const { followed } = controller;
  const records = async (): Promise<Checked<CrmRecords>> => {
    if (followed.identity === undefined) return { ok: false, problems: [] };
    const crm = await ports.connect(followed.identity.environment);
    return crm.ok ? { ok: true, value: crm.value.records } : crm;
  };
  const web = webPages({ userAgent: `loopctl/${version}`, allow: (env['LOOPCTL_PAGES_ALLOW'] ?? '').split(',') });
  const pages = pageAnswers(web, () => clock.now());
  const desks = await ports.desks?.({
    store: site.store,
    place: () => followed.identity,
    resources: async () => (await host?.current())?.compiled.row.content.resources ?? {},
    locate: async (path) => site.upstream.file?.(path),
    tell: (message) => log.warn({ event: 'enrichment' }, message),
  });
  const did = eventsKnowledge({ store: site.store, connect: records, now: () => clock.now() });
  host = loopHost({
    deps: ports,
    store: site.store,
    place: () => followed.identity && { project: followed.identity.project, environment: followed.identity.environment.name },
    connect: records,
    ...(desks !== undefined && { knowledge: knowledgeOf({ desks, events: did, pages }) }),
    listener,
    engine: version,
  });
  live = startLive({
    deps: ports,
    store: site.store,
    host,
    environment: () => followed.identity?.environment,
    connect: (environment) => ports.connect(environment),
    listener,
    desks: () => desks,
    looks: [
      engagementLook({ store: site.store, deps: ports, onTrouble: (message) => log.warn({ event: 'engagement' }, message) }),
      outcomesLook({ store: site.store, listener }),
      slaLook({ store: site.store, deps: ports }),
      overrideLook({ store: site.store, deps: ports, onTrouble: (message) => log.warn({ event: 'override' }, message) }),
      forgetLook({ store: site.store, deps: ports }, () => followed.identity?.spec.retention),
      feedbackLook({
        deps: ports,
        store: site.store,
        upstream: site.upstream,
        project: () => followed.identity,
        agent: () => desks?.agent,
        channels: followed.channels,
        listener,
      }),
      heldLook({ store: site.store, host: () => host }),
      poolsLook({ host: () => host, listener }),
      signalLook({ store: site.store, deps: ports, onTick: logTicks(log) }),
    ],
    tell: tellPeople({
      store: site.store,
      clock,
      notifiers: notifiersOf(env),
      listener,
      identity: () => followed.identity,
      onError: (error) => log.error({ event: 'fault', error: faultOf(error) }, 'messages of the loops were not sent by a fault of loopctl'),
    }),
    onError: (error) => log.error({ event: 'fault', error: faultOf(error) }, 'the live loops stumbled over a fault of loopctl'),
    onTrouble: (message) => log.warn({ event: 'stream' }, message),
  });
  const events = engagementIntake({
    deps: ports,
    store: site.store,
    host,
    environment: () => followed.identity?.environment,
    connect: records,
    nudge: () => live.nudge(),
  });
  const signals = signalIntake({
    host,
    active: () => followed.identity?.environment.loops ?? [],
    nudge: () => live.nudge(),
  });
  const watch = startWatch({
    store: site.store,
    clock,
    identity: () => followed.identity,
    channels: followed.channels,
    listener,
    onError: (error) => log.error({ event: 'fault', error: faultOf(error) }, 'the loops could not be measured by a fault of loopctl'),
  });
  const secret = env['LOOPCTL_WEBHOOK_SECRET'];
  const crmKey = env['LOOPCTL_CRM_WEBHOOK_KEY'];
  const server = await startServer({
    host: start.hostname,
    port: start.port,
    controller,
    loops: host,
    async pools() {
      const at = await host?.current();
      return at && host?.pools(at);
    },
    measures: { last: () => watch.last(), took: (loop) => took.took(loop) },
    version,
    log,
    metrics,
    events,
    signals,
    onAnswer: () => live.nudge(),
    ...(secret !== undefined && secret !== '' && { webhookSecret: secret }),
    ...(crmKey !== undefined &&
      crmKey !== '' && { crmWebhook: { key: crmKey, receive: (body) => outbound(body, site.store, followed, live) } }),
    ...(start.control !== undefined && { control: { token: start.control, advance: (milliseconds) => clock.advance(milliseconds) } }),
  }).catch(async (error: unknown) => {
    await Promise.all([controller.stop(), live.stop(), watch.stop()]);
    await ports.close();
    throw error;
  });
  controller.sync();
  log.info({ url: server.url, follows: site.upstream.name, environment: start.environment }, `following ${site.upstream.name}`);
  return {
    ok: true,
    value: {
      url: server.url,
      ...(server.link !== undefined && { link: server.link }),
      async stop() {
        listener({ type: 'stopping' });
        server.drain();
        await Promise.all([controller.stop(), live.stop(), watch.stop()]);
        await Promise.all([server.close(), web.close()]);
        await ports.close();
      },
    },
  };
}

export async function serveOnce(wiring: Wiring, start: ControllerStart): Promise<Checked<Reconciled>> {
  try {
    const site = await siteOf(wiring, start);
    return await reconcileOnce({ site, notifiers: notifiersOf(wiring.env), listener: logListener(logOf(wiring)) });
  } finally {
    await wiring.ports.close();
  }
}

async function siteOf(
  { ports, dataFolder, env }: Wiring,
  { folder, remote, environment }: ControllerStart,
): Promise<Omit<Site, 'stopping'>> {
  const upstream: Upstream =
    remote === undefined ? followFolder(folder ?? '.', env) : followRemote({ ...remote, folder: dataFolder, environment: env });
  return { deps: ports, upstream, store: await ports.store(), waitMs: WAIT_MS, ...(environment !== undefined && { environment }) };
}

function notifiersOf(env: Wiring['env']): readonly Notifier[] {
  const address = env['SLACK_WEBHOOK_URL'];
  return address === undefined || address === '' ? [] : [slack(address)];
}

function logOf({ env, version }: Wiring): Log {
  const names = Object.keys(env).filter((name) => /(?:TOKEN|SECRET|PASSWORD|API_KEY|SLACK_WEBHOOK_URL|DATABASE_URL)$/.test(name));
  return processLog({ level: env['LOOPCTL_LOG_LEVEL'] ?? 'info', version, secrets: names.flatMap((name) => env[name] ?? []) });
}

/** For a person at a terminal: the time of day and the message. */
function inWords(notice: (line: string) => void): Log {
  const line = (_fields: object, message: string) => notice(`${new Date().toTimeString().slice(0, 8)}  ${message}`);
  return { info: line, warn: line, error: line };
}

/** An outbound message of the org, taken when its changes are in the inbox. */
async function outbound(body: string, store: Store, { identity }: Followed, live: LiveLoops): Promise<CrmAnswer> {
  const read = parseOutbound(body);
  if (!read.ok) return { kind: 'refused', message: read.problems.map(({ message }) => message).join(' ') };
  const org = identity && (await store.standing(identity.project, identity.environment.name)).org;
  if (org === undefined) return { kind: 'later', message: 'Nothing was reconciled yet.' };
  if (org.id.slice(0, 15) !== read.value.organizationId.slice(0, 15)) return { kind: 'refused', message: 'The message is of another org.' };
  const taken = await live.tell(outboundChanges(read.value, new Date().toISOString()));
  return taken ? { kind: 'taken', answer: ackOutbound() } : { kind: 'later', message: 'No loop acts on this org.' };
}

function faultOf(error: unknown): unknown {
  return error instanceof Error ? { message: error.message, stack: error.stack } : String(error);
}

function toAll(...listeners: readonly ((event: ControllerEvent) => void)[]): (event: ControllerEvent) => void {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}
