// The comparison: plain stages over one picture of the world. Each adds what it finds; none writes, none reads anything else.
import type { DriftPolicy, Drift, Hold, Settled, UnderWay, Warning } from './plan.ts';
import { replaceDependants } from './anew.ts';
import { connectRemovals } from './contract.ts';
import { declaredRecords } from './declared.ts';
import type { Draft, Edges, Findings } from './findings.ts';
import { holdInArchive, makeRoom } from './models.ts';
import { connectAdditions } from './needs.ts';
import { removedRecords } from './removed.ts';
import { holdTaken } from './taken.ts';
import { type Rules, policyReverts } from './three-way.ts';
import { takeTurns } from './turns.ts';
import { warningsOf } from './warnings.ts';
import { type Sides, type World, worldOf } from './world.ts';

export interface CompareInput extends Sides {
  /** Whether a record that is there, is declared and differs may be overwritten. */
  readonly adoption: 'hold' | 'allow';
  /** The policy of a kind of resource. */
  readonly driftPolicy: (kind: string) => DriftPolicy;
  /** Which drift, vanished records and conflicts git puts back. Without it: drift of kinds whose policy is `revert`, never a conflict. */
  readonly reverts?: (drift: Drift) => boolean;
}

export interface Comparison {
  readonly world: World;
  /** Steps without order, in no particular one. */
  readonly drafts: readonly Draft[];
  readonly edges: Edges;
  readonly drift: readonly Drift[];
  /** Holds of single steps. */
  readonly holds: readonly Hold[];
  /** What the inventory is to be told although no step does it. */
  readonly settled: readonly Settled[];
  readonly underWay: readonly UnderWay[];
  readonly warnings: readonly Warning[];
  readonly unchanged: number;
  /** Records of the inventory that are in the org: what `max_change_pct` is a share of. */
  readonly managed: number;
}

/** Compares what is declared, what was applied and what is live. Throws only on what validation excludes: two records of one address. */
export function compare(input: CompareInput): Comparison {
  const world = worldOf(input);
  const rules: Rules = { adoption: input.adoption, driftPolicy: input.driftPolicy, reverts: input.reverts ?? policyReverts };
  const edges: Edges = new Map();
  const found = merge(declaredRecords(world, rules), removedRecords(world, edges));
  replaceDependants(world, found);
  makeRoom(world, found, edges);
  connectAdditions(world, found, edges);
  takeTurns(world, found, edges);
  holdInArchive(world, found);
  connectRemovals(world, found, edges);
  holdTaken(world, found);
  return { world, edges, managed: managedRecords(world), warnings: warningsOf(world, found, input.renames ?? []), ...found };
}

function merge(a: Findings, b: Findings): Findings {
  return {
    drafts: a.drafts.concat(b.drafts),
    drift: a.drift.concat(b.drift),
    holds: a.holds.concat(b.holds),
    settled: a.settled.concat(b.settled),
    underWay: a.underWay.concat(b.underWay),
    unchanged: a.unchanged + b.unchanged,
  };
}

function managedRecords(world: World): number {
  let managed = 0;
  for (const key of world.inventory.keys()) if (world.live.has(key)) managed += 1;
  return managed;
}
