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
  for (const [name, value] of Object.entries(facts)) {
    const found = /^(?:(.*)_)?country$/.exec(name);
    if (found === null || typeof value !== 'string') continue;
    const country = countryCode(value);
    if (country === undefined) continue;
    coded ??= { ...facts };
    coded[name] = country;
    const stateName = found[1] === undefined ? 'state' : `${found[1]}_state`;
    const state = facts[stateName];
    if (typeof state === 'string') coded[stateName] = stateCode(state, country) ?? state;
  }
  return coded ?? facts;
}
