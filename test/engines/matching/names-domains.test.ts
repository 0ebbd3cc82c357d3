// Normal forms of names, registrable domains and the nearness of texts: the golden cases, and what must hold of any text.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import freeDomains from 'free-email-domains/domains.json' with { type: 'json' };
import { describe, expect, test } from 'vitest';
import { companyDomain, readDomain, registrableDomain } from '../../../engines/matching/domains.ts';
import { normalName } from '../../../engines/matching/names.ts';
import { compilePolicy } from '../../../engines/matching/policy.ts';
import { jaro, jaroWinkler } from '../../../engines/matching/similarity.ts';
import { golden } from '../../golden.ts';
import { type MatchingCases, policyOf } from './cases.ts';

const file = golden('cases/demand/matching.json');
const cases = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as MatchingCases);

/** As the cases were rounded. */
function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

describe.skipIf(cases === undefined)('golden cases', () => {
  test('domains', () => {
    const { domains: lists } = policyOf(cases?.policy);
    for (const { id, input, expected } of cases?.domains ?? [])
      expect({ id, ...readDomain(input, lists) }).toMatchObject({ id, ...expected });
    expect(cases?.domains.length).toBeGreaterThan(50);
  });

  test('the product knows all of what these cases declare', () => {
    const { domains: lists } = compilePolicy();
    for (const { id, input, expected } of cases?.domains ?? [])
      expect({ id, ...readDomain(input, lists) }).toMatchObject({ id, ...expected });
    for (const { id, input, expected } of cases?.names ?? []) expect([id, normalName(input)]).toEqual([id, expected]);
  });

  test('names', () => {
    const { names } = policyOf(cases?.policy);
    for (const { id, input, expected } of cases?.names ?? []) expect([id, normalName(input, names)]).toEqual([id, expected]);
    expect(cases?.names.length).toBeGreaterThan(50);
  });

  test('similarity', () => {
    for (const { id, a, b, jaro: wanted, jaro_winkler } of cases?.similarity ?? [])
      expect([id, rounded(jaro(a, b)), rounded(jaroWinkler(a, b))]).toEqual([id, wanted, jaro_winkler]);
  });

  test('pairs of names', () => {
    const { names, closeName } = policyOf(cases?.policy);
    for (const { id, a, b, normal_a, normal_b, jaro_winkler, expected } of cases?.name_pairs ?? []) {
      const [x, y] = [normalName(a, names), normalName(b, names)];
      const near = jaroWinkler(x, y);
      const verdict = x === y ? 'same' : near >= closeName ? 'close' : 'different';
      expect([id, x, y, rounded(near), verdict]).toEqual([id, normal_a, normal_b, jaro_winkler, expected]);
    }
  });
});

describe('names', () => {
  test('a normal form is its own normal form, unless a legal form was hidden in what is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const normal = normalName(name);
        expect(normal).toBe(normal.trim());
        expect(normalName(normal).length).toBeLessThanOrEqual(normal.length);
      }),
    );
  });

  test('case, dots of initialisms and legal forms make no difference', () => {
    for (const name of ['Müller & Söhne GmbH', 'MÜLLER AND SOHNE', 'muller & sohne G.m.b.H.', 'The Muller and Sohne Co. KG'])
      expect(normalName(name)).toBe('muller and sohne');
  });

  test('a policy may spell letters out, and keep a form', () => {
    const { names } = compilePolicy({ letters: { ü: 'ue' }, legal_forms: { add: ['Holdings', 'Spółka Ltd.'], remove: ['G.m.b.H.'] } });
    expect(normalName('Müller GmbH', names)).toBe('mueller gmbh');
    expect(normalName('Acme Holdings Inc.', names)).toBe('acme');
    expect(normalName('Acme Spolka Ltd', names)).toBe('acme');
  });
});

describe('domains', () => {
  test('subdomains, ports and paths lead to the same company', () => {
    for (const text of ['https://www.eu.acme.co.uk:8443/x?y#z', 'jane@mail.acme.co.uk', 'ACME.co.uk.'])
      expect(registrableDomain(text)).toBe('acme.co.uk');
    expect(registrableDomain('co.uk')).toBeUndefined();
    expect(registrableDomain('10.0.0.1')).toBeUndefined();
  });

  test('only a company is a key, and a policy has the last word', () => {
    const { domains } = compilePolicy();
    expect(companyDomain('a@acme.com', domains)).toBe('acme.com');
    for (const text of ['a@gmail.com', 'a@mailinator.com', 'acme.github.io', 'co.uk', 'nobody'])
      expect(companyDomain(text, domains)).toBeUndefined();
    const own = compilePolicy({ free_mail: { add: ['acme.com'], remove: ['gmail.com'] } }).domains;
    expect(readDomain('a@acme.com', own).status).toBe('free');
    expect(readDomain('a@gmail.com', own).status).toBe('company');
  });

  test('the list of free providers is the one that was published, not one that an install script wrote anew', () => {
    expect(freeDomains).toHaveLength(14_125);
  });

  test('a company below a public suffix that is called a free provider is a company', () => {
    const { domains } = compilePolicy();
    for (const host of ['acme.net.ua', 'acme.za.com', 'starbucks.com'])
      expect(readDomain(`a@${host}`, domains)).toMatchObject({ domain: host, status: 'company' });
  });

  test('nothing that is typed into a field breaks it', () => {
    const { domains } = compilePolicy();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.domain(),
          fc.domain().map((host) => `https://a@${host}:80/b?c`),
          fc.anything(),
        ),
        (value) => {
          const { host, domain, status } = readDomain(value, domains);
          expect(host?.endsWith(domain ?? '') ?? domain === null).toBe(true);
          expect(host === null).toBe(status === 'invalid');
        },
      ),
    );
  });
});

describe('similarity', () => {
  test('is within 0..1, and 1 for equal texts alone', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', '𝒳'), maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        const near = jaroWinkler(a, b);
        expect(near).toBeGreaterThanOrEqual(0);
        expect(near).toBeLessThanOrEqual(1);
        expect(near === 1).toBe(a === b && a !== '');
      }),
    );
  });
});
