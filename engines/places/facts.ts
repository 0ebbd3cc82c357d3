// Facts with codes in the place of names: what matchers and conditions see. What was read is kept by whoever asked.
import { countryCode } from './countries.ts';
import { stateCode } from './states.ts';

type Facts = Readonly<Record<string, unknown>>;

/**
 * `country` and `state`, and names that end in `_country` and `_state`, as ISO codes. What is not recognised stays as it was: a rule may
 * name it as it is written.
 */
export function withPlaceCodes(facts: Facts): Facts {
  let coded: Record<string, unknown> | undefined;
  for (const name in facts) {
    if (!name.endsWith('country')) continue;
    const value = facts[name];
    const stateName = stateBeside(name);
    const country = stateName === undefined || typeof value !== 'string' ? undefined : countryCode(value);
    if (stateName === undefined || country === undefined) continue;
    const state = facts[stateName];
    const code = typeof state === 'string' ? (stateCode(state, country) ?? state) : state;
    if (country === value && code === state) continue;
    coded ??= { ...facts };
    coded[name] = country;
    if (code !== state) coded[stateName] = code;
  }
  return coded ?? facts;
}

/** `billing_country` → `billing_state`; nothing for a name that only ends like one. */
function stateBeside(name: string): string | undefined {
  if (name === 'country') return 'state';
  return name.endsWith('_country') ? `${name.slice(0, -'country'.length)}state` : undefined;
}
