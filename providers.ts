// Providers of enrichment, wired: which adapter a type is, and where its key, its address and its table are. Loaded by the long-running
// process alone: no other command asks anybody.
import { csvTable } from './adapters/enrichment-csv/csv.ts';
import { webhook } from './adapters/enrichment-webhook/webhook.ts';
import { pdl } from './adapters/pdl/pdl.ts';
import { registrableDomain } from './engines/matching/domains.ts';
import { normalName } from './engines/matching/names.ts';
import type { ProviderOf } from './ports/enrichment.ts';

export interface ProviderWiring {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** In front of the names of variables: the environment's `env_prefix`. */
  prefix(): string;
  /** A table of the configuration as it is now, as an absolute path; nothing where there is none. */
  locate(path: string): Promise<string | undefined>;
  readonly now: () => number;
  /** For people: what is wrong with a table. */
  tell(message: string): void;
}

const PDL_LIKELIHOOD = 6;

export function providersOf({ env, prefix, locate, now, tell }: ProviderWiring): ProviderOf {
  const variable = (name: string) => {
    const value = env[`${prefix()}${name}`] ?? '';
    return value === '' ? undefined : value;
  };
  const unset = (name: string) => ({ unusable: `${prefix()}${name} is not set` });
  return (spec) => {
    switch (spec.type) {
      case 'pdl': {
        const key = variable('PDL_API_KEY');
        const url = variable('PDL_API_URL');
        if (key === undefined) return unset('PDL_API_KEY');
        return pdl({ key, minLikelihood: spec.min_likelihood ?? PDL_LIKELIHOOD, now, ...(url !== undefined && { url }) });
      }
      case 'csv': {
        const { path = '', columns = {} } = spec;
        const keys = { domain: registrableDomain, name: (text: string) => normalName(text) };
        return csvTable({ name: path, locate: () => locate(path), columns, keys, tell });
      }
      case 'webhook': {
        const { url_env = '', secret_env = '' } = spec;
        const [url, secret] = [variable(url_env), variable(secret_env)];
        if (url === undefined) return unset(url_env);
        return secret === undefined ? unset(secret_env) : webhook({ url, secret, urlName: `${prefix()}${url_env}`, now });
      }
      default:
        return spec.type satisfies never;
    }
  };
}
