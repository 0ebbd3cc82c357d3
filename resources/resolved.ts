// The organisation as it stands on a day, in an environment: what records and snapshots are made of.
import type { CapacityConfigSpec } from './capacity-config/schema.ts';
import type { Path } from './path.ts';
import type { Environment, ProjectSpec } from './project/schema.ts';
import type { Organisation, Resource } from './resource.ts';
import type { ScenarioSpec, SeatRow } from './scenario/schema.ts';
import type { MergedScenario } from './scenario/merge.ts';
import type { TerritorySpec } from './territory/schema.ts';
import type { TerritoryModelSpec } from './territory-model/schema.ts';

export interface Resolved {
  /** `YYYY-MM-DD` */
  readonly asOf: string;
  readonly environment: Environment;
  readonly project: Resource<ProjectSpec>;
  readonly capacity: Resource<CapacityConfigSpec> | undefined;
  /** The active scenario with all that it has from its bases. */
  readonly scenario: { readonly resource: Resource<ScenarioSpec>; readonly merged: MergedScenario } | undefined;
  readonly models: readonly Resource<TerritoryModelSpec>[];
  readonly territories: ReadonlyMap<string, TerritoryNode>;
  /** Every seat of the active scenario, live or not. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** What the CRM calls a resource, as it stands in the keys of its records. */
  crmName(kind: string, name: string): string;
  readonly organisation: Organisation;
}

export interface TerritoryNode {
  readonly resource: Resource<TerritorySpec>;
  readonly parent: string | undefined;
  /** The models that it is in. */
  readonly models: readonly Resource<TerritoryModelSpec>[];
}

export interface Seat {
  readonly seat: string;
  readonly role: string;
  readonly territories: readonly string[];
  /** The username in this environment; absent: nobody sits there. */
  readonly user: string | undefined;
  /** Live on the day: status active or leaving, from `start`, before `end`. Whether somebody sits in it is another question. */
  readonly live: boolean;
  readonly row: SeatRow;
  /** Where it is written: the scenario that said the last word, and its row. */
  readonly declared: { readonly resource: Resource<ScenarioSpec>; readonly path: Path };
}
