// A policy asks whom it declares, for fields that there are, and each provider has what its type needs.
import { originText } from '../core.ts';
import { FieldMap, type FieldMapSpec } from '../field-map/schema.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { suggestion } from '../suggest.ts';
import type { EnrichmentPolicySpec, ProviderSpec } from './schema.ts';
import { ALL_VALUES, aboutOf } from './values.ts';

type Policy = Resource<EnrichmentPolicySpec>;

/** Keys by the types that look at them. */
const SETTINGS: Partial<Record<keyof ProviderSpec, readonly ProviderSpec['type'][]>> = {
  about: ['csv', 'webhook'],
  path: ['csv'],
  columns: ['csv'],
  url_env: ['webhook'],
  secret_env: ['webhook'],
  min_likelihood: ['pdl'],
};
const NEEDED: Readonly<Record<ProviderSpec['type'], readonly (keyof ProviderSpec)[]>> = {
  pdl: [],
  csv: ['path'],
  webhook: ['url_env', 'secret_env'],
};

export function checkEnrichmentPolicies(policies: readonly Policy[], organisation: Organisation, report: Report): void {
  const objects = new Map<string, Policy>();
  for (const policy of policies) {
    const { object } = policy.spec;
    const other = objects.get(object);
    if (other === undefined) objects.set(object, policy);
    else
      report.error(policy, {
        path: ['spec', 'object'],
        code: 'same-object',
        message: `object: ${other.ref.name} enriches ${object} too (${originText(other.origin)}); one policy an object`,
        hint: 'Put the fields into one.',
      });
    checkProviders(policy, report);
    checkFields(policy, organisation, report);
    checkWrite(policy, report);
  }
}

function checkProviders(policy: Policy, report: Report): void {
  const { providers, fields } = policy.spec;
  const used = new Set(Object.values(fields).flatMap(({ from }) => from));
  const names = new Set<string>();
  for (const [index, provider] of providers.entries()) {
    const path = ['spec', 'providers', index];
    if (names.has(provider.name))
      report.error(policy, {
        path: [...path, 'name'],
        code: 'duplicate-id',
        message: `providers: the name "${provider.name}" is used twice`,
        hint: 'Fields call providers by their name.',
      });
    names.add(provider.name);
    if (!used.has(provider.name))
      report.warning(policy, {
        path: [...path, 'name'],
        code: 'unused-provider',
        message: `providers: ${provider.name} is asked for no field`,
        hint: `Name it in the from of a field, or take it away.`,
      });
    checkSettings(policy, index, provider, report);
  }
}

function checkSettings(policy: Policy, index: number, provider: ProviderSpec, report: Report): void {
  for (const key of NEEDED[provider.type]) {
    if (provider[key] !== undefined) continue;
    report.error(policy, {
      path: ['spec', 'providers', index, key],
      code: 'missing-key',
      message: `providers: ${provider.name} needs ${key}, as its type is ${provider.type}`,
    });
  }
  for (const [key, types] of Object.entries(SETTINGS)) {
    if (provider[key as keyof ProviderSpec] === undefined || types.includes(provider.type)) continue;
    report.warning(policy, {
      path: ['spec', 'providers', index, key],
      of: 'key',
      code: 'ignored-setting',
      message: `${key}: has no effect on a provider of type ${provider.type}`,
      hint: 'Take it away.',
    });
  }
}

function checkFields(policy: Policy, organisation: Organisation, report: Report): void {
  const { object, providers, fields } = policy.spec;
  const map = fieldsOf(organisation, object);
  const names = providers.map(({ name }) => name);
  for (const [field, { from, value = field }] of Object.entries(fields)) {
    const path = ['spec', 'fields', field];
    checkField(policy, field, map, organisation, report);
    for (const [index, name] of from.entries()) {
      const provider = providers.find((one) => one.name === name);
      if (provider === undefined) {
        report.error(policy, {
          path: [...path, 'from', index],
          code: 'unknown-provider',
          message: `fields.${field}.from: there is no provider "${name}"`,
          ...suggestion(name, names),
        });
      } else if (from.indexOf(name) < index) {
        report.error(policy, {
          path: [...path, 'from', index],
          code: 'listed-twice',
          message: `fields.${field}.from: ${name} is listed twice`,
        });
      } else if (provider.type === 'pdl' && aboutOf(value) === undefined) {
        report.error(policy, {
          path: policy.spec.fields[field]?.value === undefined ? path : [...path, 'value'],
          ...(policy.spec.fields[field]?.value === undefined && { of: 'key' as const }),
          code: 'unknown-value',
          message: `fields.${field}: People Data Labs gives no "${value}"`,
          ...withRemedy(suggestion(value, ALL_VALUES)),
        });
      }
    }
  }
}

/** The values are too many to be listed. */
function withRemedy({ hint }: { readonly hint?: string }): { readonly hint: string } {
  return { hint: hint ?? 'What it gives is listed in docs/guides/enrichment.md; value: NAME says which of it the field is.' };
}

function checkField(
  policy: Policy,
  field: string,
  map: FieldMapSpec['fields'] | undefined,
  organisation: Organisation,
  report: Report,
): void {
  const mapped = map?.[field];
  if (mapped === undefined || map === undefined) {
    if (map === undefined ? !organisation.complete(FieldMap.name) : mapped !== undefined) return;
    const { object } = policy.spec;
    report.error(policy, {
      path: ['spec', 'fields', field],
      of: 'key',
      code: 'unknown-path',
      message: `fields: the FieldMap of ${object} has no field "${field}"`,
      ...withDeclaration(suggestion(field, Object.keys(map ?? {})), object),
    });
  } else if (typeof mapped !== 'string') {
    report.error(policy, {
      path: ['spec', 'fields', field],
      of: 'key',
      code: 'not-a-value',
      message: `fields: "${field}" is true or false by what ${mapped.field} holds, so nothing can be looked up for it`,
      hint: `Map ${mapped.field} under a name of its own.`,
    });
  }
}

function withDeclaration({ hint }: { readonly hint?: string }, object: string): { readonly hint: string } {
  return { hint: hint ?? `Declare the field in the FieldMap of ${object}.` };
}

function fieldsOf(organisation: Organisation, object: string): FieldMapSpec['fields'] | undefined {
  return organisation.all(FieldMap).find(({ spec }) => spec.object === object)?.spec.fields;
}

function checkWrite(policy: Policy, report: Report): void {
  const { fields, write } = policy.spec;
  for (const field of Object.keys(write)) {
    if (fields[field] !== undefined) continue;
    report.error(policy, {
      path: ['spec', 'write', field],
      of: 'key',
      code: 'unknown-path',
      message: `write: "${field}" is not among the fields of this policy`,
      ...suggestion(field, Object.keys(fields)),
    });
  }
}
