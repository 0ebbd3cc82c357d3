// A scenario with all that it has from its bases. Rows are merged by key, maps by key, lists are replaced; `remove: true` takes a row
// out and `null` empties a key.
import type { Path } from '../path.ts';
import type { Organisation, Resource } from '../resource.ts';
import { type ProductivityRow, Scenario, type ScenarioSpec, type SeatRow, type TargetRow } from './schema.ts';

/** A row with the scenario that said the last word on it. */
export interface MergedRow<Row> {
  readonly row: Row;
  readonly from: Resource<ScenarioSpec>;
  /** Into the document of `from`. */
  readonly path: Path;
}

export interface MergedScenario {
  readonly name: string;
  /** From the first base to the scenario itself. */
  readonly chain: readonly Resource<ScenarioSpec>[];
  /** Everything but the rows. */
  readonly spec: ScenarioSpec;
  readonly roster: readonly MergedRow<SeatRow>[];
  readonly targets: readonly MergedRow<TargetRow>[];
  readonly productivity: readonly MergedRow<ProductivityRow>[];
  /** Rows that take out what no base has. */
  readonly pointless: readonly { readonly from: Resource<ScenarioSpec>; readonly path: Path }[];
}

/** Nothing where a base is not there, or the bases go round in a circle. */
export function mergeScenario(scenario: Resource<ScenarioSpec>, organisation: Organisation): MergedScenario | undefined {
  // Several checks ask for the same one. A resource belongs to one organisation.
  if (!merged.has(scenario)) merged.set(scenario, merge(scenario, organisation));
  return merged.get(scenario);
}

const merged = new WeakMap<Resource<ScenarioSpec>, MergedScenario | undefined>();

function merge(scenario: Resource<ScenarioSpec>, organisation: Organisation): MergedScenario | undefined {
  const chain = chainOf(scenario, organisation);
  if (chain === undefined) return undefined;
  const pointless: { from: Resource<ScenarioSpec>; path: Path }[] = [];
  const rows = <Row extends { remove?: true | undefined }>(list: RowList, key: (row: Row) => string): readonly MergedRow<Row>[] => {
    const merged = new Map<string, MergedRow<Row>>();
    for (const from of chain) {
      for (const [index, row] of ((from.spec[list] ?? []) as unknown as readonly Row[]).entries()) {
        const path = ['spec', list, index];
        const before = merged.get(key(row));
        if (row.remove !== true) merged.set(key(row), { row: before === undefined ? row : { ...before.row, ...row }, from, path });
        else if (!merged.delete(key(row))) pointless.push({ from, path });
      }
    }
    return [...merged.values()];
  };
  return {
    name: scenario.ref.name,
    chain,
    spec: chain.map(({ spec }) => spec).reduce(mergeSpecs),
    roster: rows<SeatRow>('roster', ({ seat }) => seat),
    targets: rows<TargetRow>('targets', ({ territory, measure, period }) => JSON.stringify([territory, measure, period])),
    productivity: rows<ProductivityRow>('target_productivity', ({ role, motion, segment, territory, measure }) =>
      JSON.stringify([role, motion, segment, territory, measure]),
    ),
    pointless,
  };
}

type RowList = 'roster' | 'targets' | 'target_productivity';
const ROWS: readonly string[] = ['roster', 'targets', 'target_productivity'] satisfies readonly RowList[];
const MAPS: readonly string[] = ['period', 'over_assignment', 'allocation', 'motions', 'ramp_curves', 'seasonality', 'attrition'];

/** From the first base to the scenario itself. */
function chainOf(scenario: Resource<ScenarioSpec>, organisation: Organisation): readonly Resource<ScenarioSpec>[] | undefined {
  const chain: Resource<ScenarioSpec>[] = [];
  for (let next: Resource<ScenarioSpec> = scenario; ; ) {
    if (chain.includes(next)) return undefined;
    chain.unshift(next);
    const { base } = next.spec;
    if (base === undefined) return chain;
    const found = organisation.get(Scenario, base);
    if (found === undefined) return undefined;
    next = found;
  }
}

function mergeSpecs(base: ScenarioSpec, own: ScenarioSpec): ScenarioSpec {
  const merged: Record<string, unknown> = { ...base, ...own };
  if (own.status === undefined) delete merged['status'];
  for (const key of MAPS) {
    const [below, above] = [(base as Record<string, unknown>)[key], (own as Record<string, unknown>)[key]];
    if (below !== undefined && above !== undefined) merged[key] = { ...below, ...above };
  }
  for (const key of [...ROWS, 'base']) delete merged[key];
  return merged as ScenarioSpec;
}
