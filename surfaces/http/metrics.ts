// What happens in the controller as numbers for Prometheus. One metric a line of the guide; names are a contract.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Listener } from '../../controller/follow/events.ts';
import { experimentGauges } from './experiment-metrics.ts';
import { loopGauges } from './loop-metrics.ts';
import { poolGauges } from './pool-metrics.ts';
import type { App } from './surface.ts';

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

export function metricsListener(registry: Registry): Listener {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Counter({ name: `loopctl_${name}`, help, labelNames: [...labelNames], registers });
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Gauge({ name: `loopctl_${name}`, help, labelNames: [...labelNames], registers });
  const seconds = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
    new Histogram({ name: `loopctl_${name}`, help, labelNames: [...labelNames], buckets: SECONDS, registers });

  const reconciles = counter('reconciles_total', 'Runs of the reconciler, by how they ended', ['environment', 'outcome']);
  const reconcileSeconds = seconds('reconcile_seconds', 'How long a run of the reconciler took', ['environment']);
  const steps = counter('steps_total', 'Steps of plans that were done in the org', ['environment']);
  const holds = gauge('holds', 'Holds of the last plan, by code', ['environment', 'code']);
  const used = gauge('api_calls_used', "Calls of the org's day that are used, as the org last told", ['environment']);
  const limit = gauge('api_calls_limit', "Calls that the org's day has, as the org last told", ['environment']);
  const driftOpen = gauge('drift_open', 'Fields and records that diverge in the org', ['environment']);
  const driftTotal = counter('drift_total', 'Divergences that people were told of', ['environment']);
  const messages = counter('messages_total', 'Messages to people, by what became of them', ['channel', 'topic', 'delivery']);
  const decisions = counter('decisions_total', 'Decisions of the loops', ['loop', 'outcome']);
  const decisionSeconds = seconds('decision_seconds', 'How long a decision took', ['loop']);
  const written = counter('write_backs_total', 'What loops wrote back in the org, by what became of it', ['status']);
  const loops = loopGauges(registry);
  const pools = poolGauges(registry);
  const experiments = experimentGauges(registry);
  const codes = new Map<string, ReadonlySet<string>>();

  return (event) => {
    switch (event.type) {
      case 'reconciled': {
        const { environment } = event;
        reconciles.inc({ environment, outcome: event.outcome });
        reconcileSeconds.observe({ environment }, event.seconds);
        steps.inc({ environment }, event.done);
        const found = Map.groupBy(event.holds, ({ code }) => code);
        for (const code of codes.get(environment) ?? []) if (!found.has(code)) holds.remove({ environment, code });
        for (const [code, some] of found) holds.set({ environment, code }, some.length);
        codes.set(environment, new Set(found.keys()));
        if (event.budget === undefined) return;
        used.set({ environment }, event.budget.used);
        limit.set({ environment }, event.budget.limit);
        return;
      }
      case 'drift':
        driftOpen.set({ environment: event.environment }, event.open);
        driftTotal.inc({ environment: event.environment }, event.news.length);
        return;
      case 'message':
        messages.inc({ channel: event.channel, topic: event.topic, delivery: event.delivery });
        return;
      case 'decided':
        decisions.inc({ loop: event.loop, outcome: event.outcome });
        decisionSeconds.observe({ loop: event.loop }, event.seconds);
        return;
      case 'written':
        written.inc({ status: event.status }, event.count);
        return;
      case 'outcomes':
      case 'grades':
      case 'measured':
        loops(event);
        return;
      case 'experiments':
        experiments(event.reports);
        return;
      case 'pools':
        pools(event.pools);
        return;
      case 'unaddressed':
      case 'feedback':
      case 'gone-through':
      case 'stopping':
        return;
      default:
        event satisfies never;
    }
  };
}

/** `GET /metrics`, and what the surface measures of itself. */
export function serveMetrics(app: App, registry: Registry, version: string): void {
  const registers = [registry];
  new Gauge({ name: 'loopctl_build_info', help: 'The version that runs', labelNames: ['version'], registers }).set({ version }, 1);
  const requests = new Histogram({
    name: 'loopctl_http_request_seconds',
    help: 'How long an answer over HTTP took',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    // The pattern of the route, never the address: what somebody types must not become a label.
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    requests.observe({ method: request.method, route, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', { config: { access: 'local' }, schema: { hide: true } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
