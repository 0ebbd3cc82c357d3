// Drift of grades: what the models said of records lately, against what they said before. Counted from the ledger, each record once in each
// time with the newest decision on it, and only decisions of the version that is in force: a changed model is no drift of its records.
import { count, type Drifted, driftOf, emptyWindow, type Window } from '../../engines/drift/drift.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import { type DriftGuard, driftGuard, type ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { DecisionRecord } from '../../ports/decisions.ts';
import type { Outcome } from '../../ports/outcomes.ts';
import type { Past } from './scan.ts';

export interface ModelDrift extends Drifted {
  readonly model: string;
  readonly version: string;
  readonly object: string;
  /** ISO. */
  readonly reference: { readonly from: string; readonly to: string };
  readonly window: { readonly from: string; readonly to: string };
  readonly limits: Pick<DriftGuard, 'watch' | 'act' | 'min_n'>;
}

export interface DriftCount {
  /** What has to be looked at: milliseconds since 1970. */
  readonly since: number;
  see(past: Past): void;
  result(): readonly ModelDrift[];
}

interface Model {
  readonly name: string;
  readonly spec: ScoringModelSpec & { readonly object: string };
  readonly guard: DriftGuard;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly turn: number;
  readonly reference: Count;
  readonly window: Count;
}

interface Count {
  readonly window: Window;
  /** Records that were counted. */
  readonly seen: Set<string>;
}

/** `resources`: of the snapshot that is in force, by `Kind/name`. */
export function countDrift(resources: Readonly<Record<string, unknown>>, now: number): DriftCount {
  const models = modelsIn(resources, now);
  const byName = new Map(models.map((model) => [model.name, model]));
  return {
    since: Math.min(now, ...models.map(({ from }) => from)),
    see(past) {
      if (past.decision.loop !== 'qualify' || past.at > now) return;
      const { name, version } = (past.decision['model'] ?? {}) as { readonly name?: string; readonly version?: string };
      const model = byName.get(name ?? '');
      if (model === undefined || plain(version) !== plain(model.spec.version) || past.at < model.from) return;
      countIn(past.at < model.turn ? model.reference : model.window, past);
    },
    result: () => models.map((model) => resultOf(model, now)),
  };
}

function modelsIn(resources: Readonly<Record<string, unknown>>, now: number): readonly Model[] {
  return Object.entries(resources).flatMap(([key, content]) => {
    if (!key.startsWith('ScoringModel/')) return [];
    const spec = content as ScoringModelSpec;
    if (spec.object === undefined) return [];
    // A snapshot of an older version of loopctl does not say it.
    const guard = driftGuard.parse((spec.guard as Partial<ScoringModelSpec['guard']>).drift ?? {});
    const turn = now - millisecondsOf(guard.window);
    const fresh = (): Count => ({ window: emptyWindow(), seen: new Set() });
    const name = key.slice('ScoringModel/'.length);
    const from = turn - millisecondsOf(guard.reference);
    return [{ name, spec: { ...spec, object: spec.object }, guard, from, turn, reference: fresh(), window: fresh() }];
  });
}

function countIn({ window, seen }: Count, { decision, at, outcomes }: Past): void {
  const key = decision.subject.id ?? decision.id;
  if (seen.has(key)) return;
  seen.add(key);
  const { grade, factors } = decision as DecisionRecord & { readonly grade: string | null; readonly factors?: readonly Points[] };
  const converted = hasConverted(outcomes, at);
  count(window, { grade, factors: factors ?? [], ...(converted !== undefined && { converted }) });
}

interface Points {
  readonly id: string;
  readonly points: number;
}

/** Nothing where no end is known, or the end came first: what is known already needs no score. */
function hasConverted(outcomes: readonly Outcome[], decidedAt: number): boolean | undefined {
  const after = outcomes.filter(({ at }) => Date.parse(at) >= decidedAt);
  return after.length === 0 ? undefined : after.some(({ outcome }) => outcome === 'converted' || outcome === 'won');
}

function resultOf({ name, spec, guard, from, turn, reference, window }: Model, now: number): ModelDrift {
  const { watch, act, min_n } = guard;
  const iso = (at: number) => new Date(at).toISOString();
  return {
    model: name,
    version: spec.version,
    object: spec.object,
    ...driftOf(reference.window, window.window, Object.keys(spec.grades), { watch, act, min_n }),
    reference: { from: iso(from), to: iso(turn) },
    window: { from: iso(turn), to: iso(now) },
    limits: { watch, act, min_n },
  };
}

function plain(version: string | undefined): string | undefined {
  return version?.replace(/^v/, '');
}
