// Whom loops can ask, wired: providers by the policies and agents by the prompts of what they read now. Loaded where loops decide.
import { agentDesk } from './controller/agents/desk.ts';
import { promptsOf } from './controller/agents/prompts.ts';
import { enrichmentDesk } from './controller/enrichment/desk.ts';
import { matchingOf, policiesOf } from './controller/enrichment/policies.ts';
import type { DesksRequest } from './controller/deps.ts';
import type { Desks } from './controller/lookups/worker.ts';
import type { Agent } from './ports/agent.ts';
import type { Clock, NextId } from './ports/clock.ts';
import { providersOf } from './providers.ts';
import type { Environment } from './resources/project/schema.ts';

export interface DeskWiring {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly nextId: NextId;
  agentOf?(environment: Environment): Agent | undefined;
}

export function desksOf({ env, clock, nextId, agentOf }: DeskWiring, request: DesksRequest): Desks {
  const { store, place, resources, locate, tell } = request;
  return {
    enrich: enrichmentDesk({
      store: store.enrichments,
      clock,
      project: () => place()?.project,
      policies: async () => policiesOf(await resources()),
      matching: async () => matchingOf(await resources()),
      providerOf: providersOf({
        env,
        prefix: () => place()?.environment.env_prefix ?? '',
        locate,
        now: () => clock.now().getTime(),
        tell,
      }),
    }),
    agent: agentDesk({
      calls: store.agentCalls,
      clock,
      nextId,
      place() {
        const here = place();
        return here && { project: here.project, environment: here.environment.name };
      },
      agent() {
        const here = place();
        return here && agentOf?.(here.environment);
      },
      prompts: async () => promptsOf(await resources()),
    }),
  };
}
