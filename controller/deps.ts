// What a use case is given: ports, and who asks. Wired in main.ts alone.
import type { Checked } from '../resources/core.ts';
import type { Environment } from '../resources/project/schema.ts';
import type { CrmTypes } from '../plans/plan.ts';
import type { ParseCache } from '../resources/organisation.ts';
import type { Agent } from '../ports/agent.ts';
import type { Clock, NextId } from '../ports/clock.ts';
import type { Crm } from '../ports/crm.ts';
import type { ForgeOf } from '../ports/forge.ts';
import type { Source } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Desks } from './lookups/worker.ts';

export interface Deps {
  readonly cache: ParseCache;
  readonly clock: Clock;
  readonly nextId: NextId;
  /** Who works here: user and machine, or the identity of a token. Never what somebody typed. */
  readonly identity: string;
  /** Opened when it is first asked for. */
  store(): Promise<Store>;
  /** What the CRM's types of records are like, known without asking an org. */
  readonly types: CrmTypes;
  /** The org of an environment; opened once. Problems where the environment variables do not say enough. */
  connect(environment: Environment): Promise<Checked<Crm>>;
  /** Who answers prompts in an environment; nothing where no key is set, or one that is none. */
  agentOf?(environment: Environment): Agent | undefined;
  /** The forge of a remote, where pull requests are made; absent: none is wired. */
  readonly forgeOf?: ForgeOf;
  /** Who answers what loops look up: providers and agents; absent: nobody is wired. */
  desks?(request: DesksRequest): Promise<Desks>;
}

/** For whom lookups are answered. */
export interface DesksRequest {
  readonly store: Store;
  /** Nothing before an environment is known. */
  place(): { readonly project: string; readonly environment: Environment } | undefined;
  /** What loops read now. */
  resources(): Promise<Readonly<Record<string, unknown>>>;
  /** A table of the configuration, as an absolute path; nothing where there is none. */
  locate(path: string): Promise<string | undefined>;
  /** For people: what is wrong with a table. */
  tell(message: string): void;
}

/** Beside a working tree: a person's or a pipeline's, never the controller's. */
export interface LocalDeps extends Deps {
  readonly source: Source;
}
