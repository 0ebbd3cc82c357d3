// Other points for the rules of a scoring model, from records whose end is known: of a file, or of decisions that were made. What comes of it are
// edits of the model's own lines, which somebody may propose.
import type { Checked } from '../resources/core.ts';
import { type Placed, setting } from '../resources/adopt.ts';
import type { Organisation, Resource } from '../resources/resource.ts';
import type { ScoringModelSpec } from '../resources/scoring-model/schema.ts';
import type { PastRow } from '../engines/tuner/rows.ts';
import { tune, type Tuning } from '../engines/tuner/tune.ts';
import { modelNamed } from './past/model.ts';
import { type PastRead, type PastTable, readPast } from './past/rows.ts';

export interface TuneRequest extends PastTable {
  /** The name of a ScoringModel. */
  readonly model: string;
}

export interface Tuned {
  readonly model: { readonly name: string; readonly version: string; readonly next_version: string };
  readonly bounds: ScoringModelSpec['tuning'];
  readonly tuning: Tuning;
  /** What makes the model so; empty unless the tuning is suggested. */
  readonly edits: readonly Placed[];
}

/** Problems where there is no such model or column, and of every row that can not be read. */
export async function tuneModel(organisation: Organisation, request: TuneRequest): Promise<Checked<Tuned & PastRead>> {
  const found = modelNamed(organisation, request.model);
  if (!found.ok) return found;
  const rows: PastRow[] = [];
  const read = await readPast(organisation, found.value.spec, request, (facts, past) => rows.push({ facts, ...past }));
  return read.ok ? { ok: true, value: { ...tuned(found.value, rows), ...read.value } } : read;
}

/**
 * The same from decisions: `facts` are what the model read then, `asOf` and `order` the moment of the decision, in milliseconds since 1970.
 * One row a record and outcome: the last decision before it.
 */
export function tuneFromDecisions(organisation: Organisation, model: string, rows: readonly PastRow[]): Checked<Tuned> {
  const found = modelNamed(organisation, model);
  return found.ok ? { ok: true, value: tuned(found.value, rows) } : found;
}

function tuned(resource: Resource<ScoringModelSpec>, rows: readonly PastRow[]): Tuned {
  const { ref, spec } = resource;
  const tuning = tune(spec, rows);
  const next = nextVersion(spec.version);
  return {
    model: { name: ref.name, version: spec.version, next_version: next },
    bounds: spec.tuning,
    tuning,
    edits: tuning.verdict.kind === 'suggested' ? [setting(resource, ['spec', 'version'], next), ...pointEdits(resource, tuning)] : [],
  };
}

function pointEdits(resource: Resource<ScoringModelSpec>, { rules }: Tuning): readonly Placed[] {
  return rules
    .filter(({ points, after }) => points !== after)
    .map(({ side, component, rule, after }) => setting(resource, ['spec', side, 'components', component, 'rules', rule, 'points'], after));
}

/** Scores mean something else then: `3.1.0` → `3.2.0`, `v3.1` → `v3.2`, `3` → `4`. What follows a - or + stays. */
export function nextVersion(version: string): string {
  const [, prefix = '', major = '0', minor, patch, rest = ''] = /^(v?)(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)$/.exec(version) ?? [];
  if (minor === undefined) return `${prefix}${Number(major) + 1}${rest}`;
  return `${prefix}${major}.${Number(minor) + 1}${patch === undefined ? '' : '.0'}${rest}`;
}
