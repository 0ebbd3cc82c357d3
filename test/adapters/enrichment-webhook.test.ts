// A service of one's own over HTTP: a double that answers rightly, and in all the ways in which it may not.
import { describe, expect, test } from 'vitest';
import { signatureOf, webhook } from '../../adapters/enrichment-webhook/webhook.ts';
import type { Found } from '../../resources/enrichment-policy/found.ts';
import { type Asked, json, serviceDouble } from './service-double.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

async function ask(answer: Parameters<typeof serviceDouble>[0]): Promise<{ readonly found: Found; readonly asked: readonly Asked[] }> {
  const double = await serviceDouble(answer);
  const provider = webhook({ url: `${double.url}/hook?token=hidden`, secret: 'shh', urlName: 'HOOK_URL', now: () => NOW });
  if ('unusable' in provider) throw new Error(provider.unusable);
  const found = await provider.lookup({ about: 'company', domain: 'acme.com' }, AbortSignal.timeout(5_000));
  expect(JSON.stringify(found)).not.toMatch(/hidden|shh/);
  return { found, asked: double.asked };
}

test('is asked in JSON, signed over time and text', async () => {
  const { asked } = await ask(json(200, { candidates: [] }));
  const [one] = asked;
  expect(one?.method).toBe('POST');
  expect(JSON.parse(one?.body ?? '')).toEqual({ query: { about: 'company', domain: 'acme.com' } });
  expect(one?.headers['x-loopctl-timestamp']).toBe('1795262400');
  expect(one?.headers['x-loopctl-signature-256']).toBe(`sha256=${signatureOf('shh', '1795262400', one?.body ?? '')}`);
  // As anybody would compute it: printf '%s' '1.x' | openssl dgst -sha256 -hmac shh
  expect(signatureOf('shh', '1', 'x')).toBe('e9a000b669f1fde73ab87fb125fda210bdcea74e6c62a86e9f4d7a89bdd97462');
});

test('gives candidates with values; null is not known', async () => {
  const { found } = await ask(
    json(200, {
      candidates: [{ id: '7', name: 'Acme', domains: ['acme.com'], values: { technologies: ['k8s'], employee_count: 12, industry: null } }],
    }),
  );
  expect(found).toEqual({
    kind: 'found',
    candidates: [{ id: '7', label: 'Acme', name: 'Acme', domains: ['acme.com'], values: { technologies: ['k8s'], employee_count: 12 } }],
  });
});

describe('answers', () => {
  test.each([
    [200, { candidates: [] }, { kind: 'none' }],
    [204, undefined, { kind: 'none' }],
    [404, {}, { kind: 'none' }],
    [422, {}, { kind: 'refused', error: 'it does not take the question (422)' }],
    [401, {}, { kind: 'unavailable', error: 'it answered 401' }],
    [307, {}, { kind: 'unavailable', error: 'it answered 307' }],
    [200, { candidates: [{ id: '7', values: {}, extra: 1 }] }, { kind: 'unavailable', error: expect.stringContaining('candidates.0') }],
    [
      200,
      { candidates: [{ id: '7', values: { nested: { a: 1 } } }] },
      { kind: 'unavailable', error: expect.stringContaining('values.nested') },
    ],
    [200, [], { kind: 'unavailable', error: expect.stringContaining('the top') }],
  ])('%s %j', async (status, body, expected) => {
    expect((await ask(json(status, body))).found).toEqual(expected);
  });

  test('503 with Retry-After waits as long', async () => {
    expect((await ask(json(503, {}, { 'retry-after': '7' }))).found).toEqual({
      kind: 'unavailable',
      error: 'it answered 503',
      afterMs: 7_000,
    });
  });

  test('one that is no JSON, and one that is too large', async () => {
    expect((await ask((_, response) => response.end('<html>'))).found).toEqual({ kind: 'unavailable', error: 'its answer is no JSON' });
    const large = await ask(json(200, { candidates: [{ id: '1', values: { text: 'x'.repeat(2_000_000) } }] }));
    expect(large.found).toMatchObject({ kind: 'unavailable', error: expect.stringContaining('larger than') });
  });
});

test.each(['http://hooks.example/x', 'nonsense'])('nothing is sent to %s', (url) => {
  expect(webhook({ url, secret: 'shh', urlName: 'HOOK_URL', now: () => NOW })).toEqual({ unusable: 'HOOK_URL is no https address' });
});
