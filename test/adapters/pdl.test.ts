// People Data Labs over HTTP, against a double that answers as its documentation says: samples in test/fixtures/pdl.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pdl, type PdlOptions } from '../../adapters/pdl/pdl.ts';
import type { Found, Query } from '../../resources/enrichment-policy/found.ts';
import { type Asked, json, serviceDouble } from './service-double.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const KEY = 'secret-key';
const COMPANY: Query = { about: 'company', domain: 'nordlicht.example' };

function sample(name: string): unknown {
  return JSON.parse(readFileSync(join(import.meta.dirname, '..', 'fixtures', 'pdl', `${name}.json`), 'utf8'));
}

async function ask(
  answer: Parameters<typeof serviceDouble>[0],
  query: Query = COMPANY,
  more: Partial<PdlOptions> = {},
): Promise<{ readonly found: Found; readonly asked: readonly Asked[] }> {
  const double = await serviceDouble(answer);
  const provider = pdl({ key: KEY, url: double.url, minLikelihood: 6, now: () => NOW, ...more });
  if ('unusable' in provider) throw new Error(provider.unusable);
  const found = await provider.lookup(query, AbortSignal.timeout(5_000));
  expect(JSON.stringify(found)).not.toContain(KEY);
  return { found, asked: double.asked };
}

describe('a company', () => {
  test('is asked for by its domain, with the key in a header and nowhere else', async () => {
    const { asked } = await ask(json(200, sample('company')));
    expect(asked).toHaveLength(1);
    const [{ method, url, headers, body } = { method: '', url: new URL('x:y'), headers: {}, body: '' }] = asked;
    expect(`${method} ${url.pathname}`).toBe('GET /v5/company/enrich');
    expect(Object.fromEntries(url.searchParams)).toEqual({ website: 'nordlicht.example', min_likelihood: '6', include_if_matched: 'true' });
    expect(headers['x-api-key']).toBe(KEY);
    expect(`${url.href}${body}`).not.toContain(KEY);
  });

  test('or by name and place, or by its profile', async () => {
    const named = await ask(json(404, sample('not-found')), {
      about: 'company',
      company: 'Nordlicht',
      country: 'DE',
      state: 'HH',
      city: 'Hamburg',
    });
    expect(Object.fromEntries(named.asked[0]?.url.searchParams ?? [])).toMatchObject({
      name: 'Nordlicht',
      country: 'Germany',
      region: 'HH',
      locality: 'Hamburg',
    });
    const profile = await ask(json(404, sample('not-found')), { about: 'company', linkedin: 'linkedin.com/company/nordlicht' });
    expect(profile.asked[0]?.url.searchParams.get('profile')).toBe('linkedin.com/company/nordlicht');
  });

  test('has what the product knows by its names, and the words as they come', async () => {
    const { found } = await ask(json(200, sample('company')));
    expect(found).toEqual({
      kind: 'found',
      candidates: [
        {
          id: 'aBcDeFgHiJkLmNoPqRsTuVwXyZ01',
          label: 'Nordlicht Instruments, nordlicht.example, germany',
          name: 'nordlicht instruments',
          domains: ['nordlicht.example', 'nordlicht-instruments.example'],
          country: 'germany',
          state: 'hamburg',
          linkedin: 'linkedin.com/company/nordlicht-instruments',
          matched: ['domain'],
          values: {
            company: 'Nordlicht Instruments',
            website: 'nordlicht.example',
            industry: 'computer software',
            employee_count: 342,
            company_size: '201-500',
            company_type: 'private',
            technologies: ['kubernetes', 'salesforce'],
            keywords: ['measurement', 'iot'],
            founded: 2011,
            revenue_range: '$50M-$100M',
            funding_stage: 'series_b',
            funding_raised: 42_000_000,
            last_funding_amount: 30_000_000,
            last_funding_date: '2025-03-18',
            company_linkedin_url: 'linkedin.com/company/nordlicht-instruments',
            company_twitter_url: 'twitter.com/nordlicht_example',
            billing_street: '1 kaistrasse',
            billing_city: 'hamburg',
            billing_state: 'hamburg',
            billing_postal: '20457',
            billing_country: 'germany',
          },
        },
      ],
    });
  });

  test('that is less likely than wanted is none', async () => {
    expect((await ask(json(200, sample('company')), COMPANY, { minLikelihood: 9 })).found).toEqual({ kind: 'none' });
  });
});

test('a person: fields of another plan, which are only true or false, are not known', async () => {
  const { found, asked } = await ask(json(200, sample('person')), { about: 'person', email: 'ida@nordlicht.example' });
  expect(asked[0]?.url.pathname).toBe('/v5/person/enrich');
  expect(asked[0]?.url.searchParams.get('email')).toBe('ida@nordlicht.example');
  expect(found).toEqual({
    kind: 'found',
    candidates: [
      {
        id: 'zYxWvUtSrQpOnMlKjIhGf_0000',
        label: 'ida beispiel',
        emails: ['ida@nordlicht.example', 'ida@nordlicht.example'],
        linkedin: 'linkedin.com/in/ida-beispiel-example',
        matched: ['email'],
        values: {
          linkedin_url: 'linkedin.com/in/ida-beispiel-example',
          github_url: 'github.com/ida-beispiel-example',
          title: 'head of revenue operations',
          job_role: 'operations',
          seniority: ['director'],
          state: 'hamburg',
          country: 'germany',
        },
      },
    ],
  });
});

describe('what else it answers', () => {
  test.each([
    [404, sample('not-found'), { kind: 'none' }],
    [
      400,
      sample('invalid'),
      { kind: 'refused', error: 'it does not take the question (400): Request contained either missing or invalid parameters' },
    ],
    [401, {}, { kind: 'unavailable', error: expect.stringContaining('PDL_API_KEY') }],
    [402, {}, { kind: 'unavailable', error: expect.stringContaining('credits') }],
    [429, {}, { kind: 'unavailable', error: expect.stringContaining('too often') }],
    [500, {}, { kind: 'unavailable', error: 'it answered 500' }],
    [503, {}, { kind: 'unavailable', error: 'it answered 503' }],
  ])('%s', async (status, body, expected) => {
    expect((await ask(json(status, body))).found).toEqual(expected);
  });

  test.each([
    ['retry-after', '30', 30_000],
    ['retry-after', 'Sat, 21 Nov 2026 12:02:00 GMT', 120_000],
    ['x-ratelimit-reset', '2026-11-21 12:00:40', 40_000],
    ['x-ratelimit-reset', '{"minute": "2026-11-21T12:00:40Z", "day": "2026-11-21T13:00:00Z"}', 3_600_000],
    ['x-ratelimit-reset', 'soon', undefined],
    ['x-ratelimit-reset', '2036-01-01 00:00:00', undefined],
  ])('429 with %s: %s', async (name, value, afterMs) => {
    const { found } = await ask(json(429, {}, { [name]: value }));
    expect(found).toEqual({ kind: 'unavailable', error: 'it was asked too often (429)', ...(afterMs !== undefined && { afterMs }) });
  });

  test.each([
    ['a page', '<html>'],
    ['half an answer', '{"status": 200, "name": "nord'],
    ['nothing', ''],
    ['a list', '[1]'],
    ['a record without a name', '{"status": 200, "likelihood": 8}'],
    ['a likelihood that is none', '{"status": 200, "likelihood": "high", "name": "x"}'],
  ])('%s is no record', async (_, text) => {
    const { found } = await ask((_asked, response) => response.writeHead(200).end(text));
    expect(found).toEqual({ kind: 'unavailable', error: 'its answer is no record' });
  });

  test('a redirect is not followed, so the key goes nowhere else', async () => {
    const other = await serviceDouble(json(200, sample('company')));
    const { found } = await ask((_, response) => response.writeHead(302, { location: other.url }).end());
    expect(found).toEqual({ kind: 'unavailable', error: 'it answered 302' });
    expect(other.asked).toEqual([]);
  });

  test('an answer without end is not read to the end', async () => {
    const { found } = await ask((_, response) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(found).toMatchObject({ kind: 'unavailable', error: expect.stringContaining('larger than') });
  });

  test('no answer in time, and nobody there', async () => {
    const double = await serviceDouble(() => undefined);
    const provider = pdl({ key: KEY, url: double.url, minLikelihood: 6, now: () => NOW });
    const closed = pdl({ key: KEY, url: 'http://127.0.0.1:1', minLikelihood: 6, now: () => NOW });
    if ('unusable' in provider || 'unusable' in closed) throw new Error('it is usable');
    expect(await provider.lookup(COMPANY, AbortSignal.timeout(50))).toEqual({ kind: 'unavailable', error: 'it did not answer in time' });
    expect(await closed.lookup(COMPANY, AbortSignal.timeout(5_000))).toMatchObject({
      kind: 'unavailable',
      error: expect.stringContaining('can not be reached'),
    });
  });

  test.each(['http://api.example', 'ftp://api.example', 'nonsense'])('the key is not sent to %s', (url) => {
    expect(pdl({ key: KEY, url, minLikelihood: 6, now: () => NOW })).toEqual({ unusable: expect.stringContaining('PDL_API_URL') });
  });
});
