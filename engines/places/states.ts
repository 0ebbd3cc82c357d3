// States, provinces and other parts of a country by code or name → the part of its ISO 3166-2 code behind the country's.
import { iso31662 } from 'iso-3166/2.js';
import { STATES } from './everyday.ts';
import { placeKey } from './key.ts';

/** `CA` of "California", "Calif.", "ca", "US-CA" in the US; nothing where the country has no such part. `country`: its ISO code. */
export function stateCode(text: string, country: string): string | undefined {
  byCountry ??= partsByCountry();
  let keys = known.get(country);
  if (keys === undefined) {
    keys = keysOf(country, byCountry.get(country) ?? []);
    known.set(country, keys);
  }
  return keys.get(placeKey(text));
}

interface Part {
  readonly code: string;
  readonly name: string;
  readonly parent: string;
}

/** Made when the first state is asked for, and a country's names when it is asked for the first time. */
let byCountry: ReadonlyMap<string, readonly Part[]> | undefined;
const known = new Map<string, ReadonlyMap<string, string>>();

function partsByCountry(): ReadonlyMap<string, readonly Part[]> {
  return Map.groupBy(iso31662, ({ code }) => code.slice(0, 2));
}

function keysOf(country: string, parts: readonly Part[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const add = (name: string, code: string) => {
    const key = placeKey(name);
    if (key !== '' && !found.has(key)) found.set(key, code);
  };
  const short = (code: string) => code.slice(3);
  for (const { code } of parts) {
    add(short(code), short(code));
    add(code, short(code));
  }
  for (const [code, names] of Object.entries(STATES[country] ?? {})) for (const name of names) add(name, code);
  // A region and a province of it may have one name: the region is meant.
  const isBelow = ({ parent }: Part) => Number(parent !== country);
  for (const { code, name } of [...parts].sort((a, b) => isBelow(a) - isBelow(b))) {
    for (const one of spellings(name)) add(one, short(code));
  }
  return found;
}

/** `Asturias, Principado de` is written without what stands behind the comma, or with it in front. */
function spellings(name: string): readonly string[] {
  const [first = '', rest] = name.split(/,\s*/);
  return rest === undefined ? [name] : [name, first, `${rest} ${first}`];
}
