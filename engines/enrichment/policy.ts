// An EnrichmentPolicy, compiled once: fields with the providers to ask in order, durations in milliseconds.
import type { EnrichmentPolicySpec, ProviderSpec } from '../../resources/enrichment-policy/schema.ts';
import { type About, aboutOf } from '../../resources/enrichment-policy/values.ts';
import { millisecondsOf } from '../../resources/duration.ts';

export interface EnrichmentPlan {
  readonly providers: ReadonlyMap<string, ProviderSpec>;
  readonly rules: readonly Rule[];
  readonly timeout: number;
  readonly retry: { readonly first: number; readonly most: number };
  readonly giveUpAfter: number;
  readonly askAgainAfter: number;
  readonly pause: { readonly after: number; readonly for: number };
  readonly concurrency: number;
}

export interface Rule {
  readonly field: string;
  /** What the providers call it. */
  readonly value: string;
  readonly from: readonly { readonly provider: string; readonly about: About }[];
  readonly maxAge: number;
  readonly overwrite: boolean;
}

export function compileEnrichment(spec: EnrichmentPolicySpec): EnrichmentPlan {
  const providers = new Map(spec.providers.map((provider) => [provider.name, provider]));
  return {
    providers,
    rules: Object.entries(spec.fields).map(([field, { from, value = field, max_age, overwrite }]) => ({
      field,
      value,
      from: from.map((provider) => ({ provider, about: subjectOf(providers.get(provider), value) })),
      maxAge: millisecondsOf(max_age),
      overwrite,
    })),
    timeout: millisecondsOf(spec.timeout),
    retry: { first: millisecondsOf(spec.retry.first), most: millisecondsOf(spec.retry.most) },
    giveUpAfter: millisecondsOf(spec.give_up_after),
    askAgainAfter: millisecondsOf(spec.ask_again_after),
    pause: { after: spec.pause.after, for: millisecondsOf(spec.pause.for) },
    concurrency: spec.concurrency,
  };
}

/** A provider with a form of its own tells by the value; a table or a service says whom its rows are about. */
function subjectOf(provider: ProviderSpec | undefined, value: string): About {
  return (provider?.type === 'pdl' ? aboutOf(value) : provider?.about) ?? 'company';
}
