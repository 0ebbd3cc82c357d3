// Which company it is, where something tells; nothing where only a likeness does.
import { describe, expect, test } from 'vitest';
import { choose } from '../../../engines/enrichment/choose.ts';
import { keyOf, queryOf, subjectOf } from '../../../engines/enrichment/subject.ts';
import type { Candidate } from '../../../resources/enrichment-policy/found.ts';
import { company, matching } from './cases.ts';

function chosen(known: Readonly<Record<string, string>>, ...candidates: readonly Candidate[]): string | undefined {
  return choose('company', subjectOf(known, matching), candidates, matching)?.id;
}

describe('a company', () => {
  test.each([
    ['its domain', { email: 'a@mail.acme.co.uk' }, [company('x', { domains: ['www.acme.co.uk'], name: 'Other name' })], 'x'],
    [
      'another domain of the same name',
      { email: 'a@acme.com', company: 'Acme', billing_country: 'US' },
      [company('x', { domains: ['acme.io'], name: 'Acme', country: 'US' })],
      undefined,
    ],
    [
      'the domain among several',
      { email: 'a@acme.com' },
      [company('x', { domains: ['acme.io'] }), company('y', { domains: ['acme.com'] })],
      'y',
    ],
    [
      'the provider says that it found it by the domain',
      { email: 'a@acme.com' },
      [company('x', { domains: ['acme-group.com'], matched: ['domain'] })],
      'x',
    ],
    [
      'name without its legal form, and country',
      { company: 'Acme GmbH', billing_country: 'Germany' },
      [company('x', { name: 'ACME', country: 'germany' })],
      'x',
    ],
    ['a name that is only near', { company: 'Acme', billing_country: 'US' }, [company('x', { name: 'Acmee', country: 'US' })], undefined],
    ['the name alone', { company: 'Acme' }, [company('x', { name: 'Acme', country: 'US' })], undefined],
    ['the name, and nobody knows where', { company: 'Acme', billing_country: 'US' }, [company('x', { name: 'Acme' })], undefined],
    ['another country', { company: 'Acme', billing_country: 'US' }, [company('x', { name: 'Acme', country: 'Canada' })], undefined],
    [
      'another state',
      { company: 'Acme', billing_country: 'US', billing_state: 'CA' },
      [company('x', { name: 'Acme', country: 'US', state: 'texas' })],
      undefined,
    ],
    [
      'the state tells two apart',
      { company: 'Acme', billing_country: 'US', billing_state: 'California' },
      [company('x', { name: 'Acme', country: 'US', state: 'texas' }), company('y', { name: 'Acme', country: 'US', state: 'CA' })],
      'y',
    ],
    [
      'two in one state',
      { company: 'Acme', billing_country: 'US', billing_state: 'CA' },
      [company('x', { name: 'Acme', country: 'US', state: 'CA' }), company('y', { name: 'Acme', country: 'US', state: 'CA' })],
      undefined,
    ],
    [
      'its profile',
      { company_linkedin_url: 'https://www.linkedin.com/company/Acme/' },
      [company('x', { linkedin: 'linkedin.com/company/acme' })],
      'x',
    ],
    ['no candidates', { email: 'a@acme.com' }, [], undefined],
  ] as const)('by %s', (_, known, candidates, expected) => {
    expect(chosen(known, ...candidates)).toBe(expected);
  });
});

test('a person by the address, never by the name', () => {
  const ann = company('p', { emails: ['Ann@Gmail.com'] });
  const by = (known: Readonly<Record<string, string>>) => choose('person', subjectOf(known, matching), [ann], matching)?.id;
  expect(by({ email: 'ann@gmail.com' })).toBe('p');
  expect(by({ email: 'ann@acme.com', company: 'p', billing_country: 'US' })).toBeUndefined();
});

describe('a question', () => {
  const asked = (known: Readonly<Record<string, unknown>>) => queryOf('company', subjectOf(known, matching), matching);

  test('holds the surest thing alone', () => {
    expect(asked({ email: 'a@acme.com', company: 'Acme', billing_country: 'US' })).toEqual({ about: 'company', domain: 'acme.com' });
    expect(asked({ website: 'https://acme.com/x', email: 'a@other.com' })).toEqual({ about: 'company', domain: 'acme.com' });
    expect(asked({ company: ' Acme ', billing_country: 'United States', billing_state: 'Calif.', billing_city: 'Oakland' })).toEqual({
      about: 'company',
      company: 'Acme',
      country: 'US',
      state: 'CA',
      city: 'Oakland',
    });
  });

  test('is not asked where nothing is known, or no text', () => {
    expect(asked({ company: 7, email: 'nobody', website: '???' })).toBeUndefined();
    expect(asked({ company: ' . ' })).toBeUndefined();
  });

  test('differs by about', () => {
    expect(keyOf({ about: 'company', domain: 'a.com' }, matching)).not.toBe(keyOf({ about: 'person', domain: 'a.com' }, matching));
  });
});
