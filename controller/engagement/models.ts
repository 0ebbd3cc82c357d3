// Whose events count: the scoring models of a snapshot that count any.
import { fold } from '../../resources/conditions/text.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { FieldMapSpec } from '../../resources/field-map/schema.ts';
import type { EngagementSources, ScoringModelSpec } from '../../resources/scoring-model/schema.ts';

export interface EngagedModel {
  /** Whose records it scores. */
  readonly object: string;
  /** Types of events that give or take points, folded. */
  readonly types: ReadonlySet<string>;
  /** Milliseconds: what is older counts no more. */
  readonly horizon: number;
  readonly sources: EngagementSources;
  /** The org's field with the mail address. */
  readonly email?: string;
}

/** After so many half-lives a millionth of the points is left. */
const HALF_LIVES = 20;

const byResources = new WeakMap<object, readonly EngagedModel[]>();

/** `resources`: of a snapshot, by `Kind/name`. */
export function engagedModels(resources: Readonly<Record<string, unknown>>): readonly EngagedModel[] {
  const before = byResources.get(resources);
  if (before !== undefined) return before;
  const of = <Spec>(kind: string) => Object.entries(resources).flatMap(([key, spec]) => (key.startsWith(`${kind}/`) ? [spec as Spec] : []));
  const maps = of<FieldMapSpec>('FieldMap');
  const found = of<ScoringModelSpec>('ScoringModel').flatMap(({ object, engagement }): EngagedModel[] => {
    if (object === undefined || engagement === undefined) return [];
    const email = maps.find((map) => map.object === object)?.fields['email'];
    return [
      {
        object,
        types: new Set(Object.keys(engagement.types).map(fold)),
        horizon: millisecondsOf(engagement.half_life) * HALF_LIVES,
        sources: engagement.sources ?? {},
        ...(typeof email === 'string' && { email }),
      },
    ];
  });
  byResources.set(resources, found);
  return found;
}

/** The same key for an id of 15 characters and for the one of 18 that says the same. */
export function recordKey(object: string, id: string): string {
  return `${object}/${/^[A-Za-z0-9]{18}$/.test(id) ? id.slice(0, 15) : id}`;
}
