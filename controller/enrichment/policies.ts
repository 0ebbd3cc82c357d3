// The policies that loops read now. A snapshot that an older version stored lacks what was added since: it has the defaults.
import { EnrichmentPolicy, type EnrichmentPolicySpec } from '../../resources/enrichment-policy/schema.ts';

type Resources = Readonly<Record<string, unknown>>;

const PREFIX = `${EnrichmentPolicy.name}/`;
const read = new WeakMap<Resources, ReadonlyMap<string, EnrichmentPolicySpec>>();

/** By name; the same objects for the same resources, so that what was made of them (a table that was read) is made once. */
export function policiesOf(resources: Resources): ReadonlyMap<string, EnrichmentPolicySpec> {
  const before = read.get(resources);
  if (before !== undefined) return before;
  const policies = new Map(
    Object.entries(resources).flatMap(([ref, content]): [string, EnrichmentPolicySpec][] => {
      const parsed = ref.startsWith(PREFIX) ? EnrichmentPolicy.schema.safeParse(content) : undefined;
      return parsed?.success === true ? [[ref.slice(PREFIX.length), parsed.data]] : [];
    }),
  );
  read.set(resources, policies);
  return policies;
}

/** Of the organisation's one MatchPolicy. */
export function matchingOf(resources: Resources): Resources | undefined {
  return Object.entries(resources).find(([ref]) => ref.startsWith('MatchPolicy/'))?.[1] as Resources | undefined;
}
