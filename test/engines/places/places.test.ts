// Places as people write them.
import * as fc from 'fast-check';
import { iso31662 } from 'iso-3166/2.js';
import { describe, expect, test } from 'vitest';
import { cityKey, postalKey } from '../../../engines/places/city.ts';
import { countryCode } from '../../../engines/places/countries.ts';
import { withPlaceCodes } from '../../../engines/places/facts.ts';
import { stateCode } from '../../../engines/places/states.ts';

test.each([
  ['United States', 'US'],
  ['USA', 'US'],
  ['us', 'US'],
  [' u.s. ', 'US'],
  ['U.S.A.', 'US'],
  ['The United States of America', 'US'],
  ['UK', 'GB'],
  ['England', 'GB'],
  ['gbr', 'GB'],
  ['Deutschland', 'DE'],
  ['ESPAÑA', 'ES'],
  ['espana', 'ES'],
  ['Cote d’Ivoire', 'CI'],
  ['Czechia', 'CZ'],
  ['Türkiye', 'TR'],
  ['The Netherlands', 'NL'],
  ['South Korea', 'KR'],
  ['Viet Nam', 'VN'],
  ['日本', 'JP'],
  ['Korea, Republic of', 'KR'],
  ['Bolivia, Plurinational State of', 'BO'],
  ['Georgia', 'GE'],
  ['CA', 'CA'],
  ['Atlantis', undefined],
  ['', undefined],
  ['…', undefined],
])('the country %s is %s', (name, code) => {
  expect(countryCode(name)).toBe(code);
});

test.each([
  ['California', 'US', 'CA'],
  ['calif.', 'US', 'CA'],
  ['ca', 'US', 'CA'],
  ['US-CA', 'US', 'CA'],
  ['N.Y.', 'US', 'NY'],
  ['West  Virginia', 'US', 'WV'],
  ['Washington, D.C.', 'US', 'DC'],
  ['Québec', 'CA', 'QC'],
  ['ont.', 'CA', 'ON'],
  ['Berlin', 'DE', 'BE'],
  ['DE-BE', 'DE', 'BE'],
  ['Bavaria', 'DE', 'BY'],
  ['Baden Württemberg', 'DE', 'BW'],
  ['zurich', 'CH', 'ZH'],
  ['Asturias', 'ES', 'AS'],
  ['Principado de Asturias', 'ES', 'AS'],
  ['Tokyo', 'JP', '13'],
  ['California', 'DE', undefined],
  ['Bavaria', 'XX', undefined],
])('the state %s of %s is %s', (name, country, code) => {
  expect(stateCode(name, country)).toBe(code);
});

test('every code of ISO 3166-2 is its own, and the full one too', () => {
  const own = iso31662.map(({ code }) => ({ code, country: code.slice(0, 2), part: code.slice(3) }));
  expect(own.filter(({ part, country }) => stateCode(part.toLowerCase(), country) !== part)).toEqual([]);
  expect(own.filter(({ code, part, country }) => stateCode(code, country) !== part)).toEqual([]);
});

describe('facts', () => {
  test('see codes in the place of names, each state in its own country', () => {
    expect(
      withPlaceCodes({
        billing_country: 'United States',
        billing_state: 'California',
        shipping_country: 'germany',
        shipping_state: 'CA',
        country: 'fr',
        company: 'USA Inc',
      }),
    ).toEqual({
      billing_country: 'US',
      billing_state: 'CA',
      shipping_country: 'DE',
      shipping_state: 'CA',
      country: 'FR',
      company: 'USA Inc',
    });
  });

  test('keep what is not recognised', () => {
    const facts = { billing_country: 'Freedonia', billing_state: 'California', country: 7, state: null };
    expect(withPlaceCodes(facts)).toBe(facts);
    expect(withPlaceCodes({ country: 'US', state: 'Nowhere' })).toEqual({ country: 'US', state: 'Nowhere' });
    expect(withPlaceCodes({ transcountry: 'Germany', country_of_birth: 'Germany' })).toEqual({
      transcountry: 'Germany',
      country_of_birth: 'Germany',
    });
    expect(withPlaceCodes({ billing_state: 'California' })).toEqual({ billing_state: 'California' });
  });
});

describe('cities and postal codes', () => {
  test.each([
    ['ST. LOUIS', 'Saint  Louis'],
    ['Ft. Worth', 'fort worth'],
    ['München', 'MUNCHEN'],
    ['Mt Vernon', 'Mount Vernon'],
  ])('%s and %s are one', (a, b) => {
    expect(cityKey(a)).toBe(cityKey(b));
  });

  test.each([
    ['San Francisco', 'South San Francisco'],
    ['East St. Louis', 'East Saint Louis'],
    ['St', 'Saint'],
    ['ガギ', 'カキ'],
  ])('%s and %s are two', (a, b) => {
    expect(cityKey(a)).not.toBe(cityKey(b));
  });

  test('a postal code is one with and without blanks, hyphens and its last four digits', () => {
    expect(['m5v 3l9', 'M5V-3L9', 'M5V3L9'].map(postalKey)).toEqual(['M5V3L9', 'M5V3L9', 'M5V3L9']);
    expect(['94105-1234', '941051234', ' 94105 '].map(postalKey)).toEqual(['94105', '94105', '94105']);
    expect(postalKey('6850')).toBe('6850');
  });
});

test('nothing throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
      expect(() => [countryCode(text), stateCode(text, 'US'), cityKey(text), postalKey(text)]).not.toThrow();
    }),
  );
});

test('the form of a postal code is its own form', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(postalKey(postalKey(text))).toBe(postalKey(text));
    }),
  );
});
