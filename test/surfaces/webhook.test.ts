// Who may tell of a push, with the samples that the forges and the specification publish.
import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type Headers, verifyPush } from '../../surfaces/http/webhook.ts';

// https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
const GITHUB = {
  secret: "It's a Secret to Everybody",
  body: Buffer.from('Hello, World!'),
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
};
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
const STANDARD = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  body: Buffer.from('{"test": 2432232314}'),
  at: new Date(1614265330_000),
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
};
const AFTER = 'a'.repeat(40);
const PUSH = Buffer.from(JSON.stringify({ ref: 'refs/heads/main', after: AFTER, repository: { url: 'https://evil.example' } }));

function signed(body: Buffer, secret = 's'): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function code(headers: Headers, body: Buffer, secret: string, now?: Date): string {
  const answer = verifyPush(headers, body, secret, now);
  return answer.ok ? 'ok' : (answer.problems[0]?.code ?? '');
}

describe('signatures', () => {
  test('GitHub’s sample holds, and not with one letter changed anywhere', () => {
    const { secret, body, signature } = GITHUB;
    const check = (given: string, text = body, key = secret) => code({ 'x-hub-signature-256': given }, text, key);
    expect(check(signature)).toBe('ok');
    expect(check(signature.replace('e17', 'e18'))).toBe('webhook-wrong-signature');
    expect(check(signature, Buffer.from('Hello, World?'))).toBe('webhook-wrong-signature');
    expect(check(signature, body, "It's a secret to Everybody")).toBe('webhook-wrong-signature');
    expect(check(signature.slice('sha256='.length))).toBe('webhook-wrong-signature');
    expect(check(signature.slice(0, -2))).toBe('webhook-wrong-signature');
    expect(check('')).toBe('webhook-wrong-signature');
    expect(code({ 'x-hub-signature': signature }, body, secret)).toBe('webhook-unsigned');
    expect(code({ 'x-hub-signature-256': [signature, signature] }, body, secret)).toBe('webhook-wrong-signature');
  });

  test('a plain HMAC under the product’s own name', () => {
    expect(code({ 'x-loopctl-signature': signed(PUSH) }, PUSH, 's')).toBe('ok');
    expect(code({ 'x-loopctl-signature': signed(PUSH, 'other') }, PUSH, 's')).toBe('webhook-wrong-signature');
  });

  test('GitLab’s secret token', () => {
    expect(code({ 'x-gitlab-token': 'tok' }, PUSH, 'tok')).toBe('ok');
    for (const token of ['tokk', 'to', '', 'TOK']) expect(code({ 'x-gitlab-token': token }, PUSH, 'tok')).toBe('webhook-wrong-signature');
  });

  test('the sample of Standard Webhooks, which GitLab follows', () => {
    const { secret, body, headers, at } = STANDARD;
    const check = (more: Headers = {}, now = at) => code({ ...headers, ...more }, body, secret, now);
    expect(check()).toBe('ok');
    expect(check({ 'webhook-signature': `v1,AAAA ${headers['webhook-signature']} v2,x` })).toBe('ok');
    expect(check({}, new Date(at.getTime() + 299_000))).toBe('ok');
    expect(check({}, new Date(at.getTime() + 301_000))).toBe('webhook-too-old');
    expect(check({}, new Date(at.getTime() - 301_000))).toBe('webhook-too-old');
    expect(check({ 'webhook-timestamp': '1614265331' })).toBe('webhook-wrong-signature');
    expect(check({ 'webhook-id': undefined })).toBe('webhook-wrong-signature');
    expect(check({ 'webhook-signature': 'v1,AAAA' })).toBe('webhook-wrong-signature');
    expect(code(headers, Buffer.from('{}'), secret, at)).toBe('webhook-wrong-signature');
  });

  test('one form that holds is enough: GitLab sends both of its own, with two secrets', () => {
    const { secret, body, headers, at } = STANDARD;
    expect(code({ ...headers, 'x-gitlab-token': 'another' }, body, secret, at)).toBe('ok');
    expect(code({ ...headers, 'x-gitlab-token': 'tok' }, body, 'tok', at)).toBe('ok');
  });

  test('without a secret nothing holds, not even what is signed with none', () => {
    for (const headers of [{ 'x-hub-signature-256': signed(PUSH, '') }, { 'x-gitlab-token': '' }, {}])
      expect(code(headers, PUSH, '')).toBe('webhook-no-secret');
    const empty = createHmac('sha256', '').update('a.1.').digest('base64');
    const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': `v1,${empty}` };
    expect(code(headers, Buffer.alloc(0), 'whsec_', new Date(1000))).toBe('webhook-wrong-signature');
  });

  test('no signature is told with what would be one', () => {
    expect(verifyPush({}, PUSH, 's')).toMatchObject({
      ok: false,
      problems: [{ code: 'webhook-unsigned', hint: expect.stringContaining('X-Hub-Signature-256') }],
    });
  });
});

describe('what a push says', () => {
  const told = (headers: Headers, body: Buffer) => {
    const answer = verifyPush({ 'x-hub-signature-256': signed(body), ...headers }, body, 's');
    return answer.ok ? answer.value : undefined;
  };

  test('the branch and the commit, and nothing else', () => {
    expect(told({ 'x-github-event': 'push' }, PUSH)).toEqual({ kind: 'push', ref: 'refs/heads/main', after: AFTER });
    const other = Buffer.from(JSON.stringify({ ref: 'refs/heads/feature/x' }));
    expect(told({ 'x-gitlab-event': 'Push Hook' }, other)).toEqual({ kind: 'push', ref: 'refs/heads/feature/x' });
  });

  test('as a field of a form', () => {
    const form = Buffer.from(new URLSearchParams({ payload: PUSH.toString() }).toString());
    expect(told({ 'content-type': 'application/x-www-form-urlencoded' }, form)).toMatchObject({ ref: 'refs/heads/main' });
  });

  test('a ping is fine and means nothing; other events too', () => {
    expect(told({ 'x-github-event': 'ping' }, Buffer.from('{"zen":"Keep it logically awesome."}'))).toEqual({ kind: 'ping' });
    expect(told({ 'x-github-event': 'issues' }, Buffer.from('{}'))).toEqual({ kind: 'other' });
    expect(told({ 'x-gitlab-event': 'Pipeline Hook' }, Buffer.from('{}'))).toEqual({ kind: 'other' });
  });

  test.each(['', 'null', '[]', '{', '"refs/heads/main"', '{"ref":1}', '{"ref":"main\\nevil"}', '{"ref":"refs/heads/a b","after":"HEAD"}'])(
    'a signed body that names no branch (%s) may be about any',
    (body) => {
      expect(told({}, Buffer.from(body))).toEqual({ kind: 'push' });
    },
  );
});
