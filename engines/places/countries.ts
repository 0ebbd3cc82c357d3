// Countries by code or name → ISO 3166-1 alpha-2. Names are the standard's, those of i18n-iso-countries in the languages below, in English
// first, and what people write beside them.
import codes from 'i18n-iso-countries/codes.json' with { type: 'json' };
import da from 'i18n-iso-countries/langs/da.json' with { type: 'json' };
import de from 'i18n-iso-countries/langs/de.json' with { type: 'json' };
import en from 'i18n-iso-countries/langs/en.json' with { type: 'json' };
import es from 'i18n-iso-countries/langs/es.json' with { type: 'json' };
import fi from 'i18n-iso-countries/langs/fi.json' with { type: 'json' };
import fr from 'i18n-iso-countries/langs/fr.json' with { type: 'json' };
import it from 'i18n-iso-countries/langs/it.json' with { type: 'json' };
import ja from 'i18n-iso-countries/langs/ja.json' with { type: 'json' };
import ko from 'i18n-iso-countries/langs/ko.json' with { type: 'json' };
import nl from 'i18n-iso-countries/langs/nl.json' with { type: 'json' };
import no from 'i18n-iso-countries/langs/no.json' with { type: 'json' };
import pl from 'i18n-iso-countries/langs/pl.json' with { type: 'json' };
import pt from 'i18n-iso-countries/langs/pt.json' with { type: 'json' };
import sv from 'i18n-iso-countries/langs/sv.json' with { type: 'json' };
import zh from 'i18n-iso-countries/langs/zh.json' with { type: 'json' };
import { iso31661 } from 'iso-3166/1.js';
import { COUNTRIES } from './everyday.ts';
import { placeKey } from './key.ts';

/** `US` of "United States", "USA", "u.s.", "us"; nothing where it is no country that is known. */
export function countryCode(text: string): string | undefined {
  byKey ??= keys();
  return byKey.get(placeKey(text));
}

/** Made when the first country is asked for. */
let byKey: ReadonlyMap<string, string> | undefined;

function keys(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  // Where two claim a name, the first one has it: codes, then English, then the others.
  const add = (name: string, code: string) => {
    const key = placeKey(name);
    if (key !== '' && !found.has(key)) found.set(key, code);
  };
  for (const [two] of codes) add(two ?? '', two ?? '');
  for (const [two, three] of codes) add(three ?? '', two ?? '');
  for (const [code, names] of Object.entries(COUNTRIES)) for (const name of names) add(name, code);
  // `Korea (the Republic of)`, which Salesforce writes `Korea, Republic of`.
  for (const { alpha2, name } of iso31661) add(name.replace('(the ', '('), alpha2);
  for (const { countries } of [en, de, fr, es, it, nl, pt, sv, da, no, fi, pl, ja, ko, zh] as Language[]) {
    for (const [code, names] of Object.entries(countries)) for (const name of typeof names === 'string' ? [names] : names) add(name, code);
  }
  return found;
}

interface Language {
  readonly countries: Readonly<Record<string, string | readonly string[]>>;
}
