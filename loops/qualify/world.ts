// What Qualify goes by: models, policies and scans of what was reconciled, compiled once.
import type { EnrichmentPolicySpec } from '../../resources/enrichment-policy/schema.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { compileModel, type Model } from '../../engines/scoring/model.ts';
import { fieldNames, type FieldNames } from '../facts.ts';
import type { Snapshot } from '../loop.ts';
import { signalsIn } from '../signals.ts';
import { type AccountScoring, accountScoring } from './account.ts';
import type { Policy } from './enriched.ts';

export interface QualifyWorld {
  /** Who looks for signs of accounts. */
  readonly scans: ReturnType<typeof signalsIn>;
  readonly byObject: ReadonlyMap<string, Scored>;
  /** Accounts without a model of their own. */
  readonly accounts: AccountScoring | undefined;
}

export interface Scored {
  readonly name: string;
  readonly model: Model;
  readonly fields: FieldNames;
  /** Fields that the model reads, by the product's names. */
  readonly reads: readonly string[];
  readonly writeback: ScoringModelSpec['writeback'];
  readonly hasEvents: boolean;
  readonly policy: Policy | undefined;
  /** The product's name of the field with the record's account, where its accounts are scored by their people. */
  readonly account: string | undefined;
}

export function compile(snapshot: Snapshot): QualifyWorld {
  const models = specsOf<ScoringModelSpec>(snapshot, 'ScoringModel');
  const policies = specsOf<EnrichmentPolicySpec>(snapshot, 'EnrichmentPolicy');
  const byObject = new Map<string, Scored>();
  let accounts: AccountScoring | undefined;
  for (const { name, spec } of models) {
    // A model without an object scores files alone.
    if (spec.object === undefined) continue;
    const fields = fieldNames(snapshot, spec.object);
    if (fields === undefined) continue;
    const scoring = accountScoring(spec.object, name, spec);
    accounts ??= scoring;
    byObject.set(spec.object, {
      name,
      model: compileModel(spec),
      fields,
      reads: readsOf(spec),
      writeback: spec.writeback,
      hasEvents: spec.engagement !== undefined,
      policy: policies.find((policy) => policy.spec.object === spec.object),
      account: scoring === undefined ? undefined : Object.entries(fields.map).find(([, field]) => field === ACCOUNT_ID)?.[0],
    });
  }
  return { scans: signalsIn(snapshot), byObject, accounts };
}

/** The org's field of a person that names its account. */
const ACCOUNT_ID = 'AccountId';

function specsOf<Spec>({ resources }: Snapshot, kind: string): readonly { readonly name: string; readonly spec: Spec }[] {
  const prefix = `${kind}/`;
  return Object.entries(resources).flatMap(([key, content]) =>
    key.startsWith(prefix) ? [{ name: key.slice(prefix.length), spec: content as Spec }] : [],
  );
}

function readsOf({ fit, intent, negative, exclude }: ScoringModelSpec): readonly string[] {
  const components = [...fit.components, ...intent.components];
  const dates = components.flatMap(({ decay }) => (decay === undefined ? [] : [decay.field]));
  return [...new Set([...[...components, ...negative, ...exclude].map(({ field }) => field), ...dates])].sort();
}
