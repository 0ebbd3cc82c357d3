// A push as the forges tell of it. That it comes from somebody who knows the secret is all that is believed: what to do follows from
// what the remote then says, so of the body only the branch is used, and only to know whether it concerns us.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Checked } from '../../resources/core.ts';

/** As Node gives them: names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface Push {
  /** `push`: something was pushed, perhaps. `ping`: the hook was set up. `other`: an event that nobody needed to send. */
  readonly kind: 'push' | 'ping' | 'other';
  /** `refs/heads/main`. Absent where the sender does not say: it may be any branch. */
  readonly ref?: string;
  /** The commit that the sender names: for the log, not to be believed. */
  readonly after?: string;
}

/** How far the clock of a sender may be away, as the Standard Webhooks specification has it. */
const SKEW_MS = 5 * 60_000;
/** An instance of GitLab tells its own hooks of everything, pushes among it. */
const PUSHES = new Set(['push', 'Push Hook', 'Tag Push Hook', 'System Hook']);

/**
 * `body` is what came over the wire, byte for byte. One of these has to hold with the secret:
 * - GitHub, Gitea, Forgejo: `X-Hub-Signature-256: sha256=HEX`, the HMAC-SHA256 of the body;
 * - GitLab with a signing token (`whsec_…`), and whoever else follows Standard Webhooks: `webhook-signature: v1,BASE64`, the
 *   HMAC-SHA256 of `webhook-id.webhook-timestamp.body`, not older than five minutes;
 * - GitLab with a secret token: `X-Gitlab-Token`, the secret itself;
 * - anybody: `X-Loopctl-Signature: sha256=HEX`, as GitHub does it.
 */
export function verifyPush(headers: Headers, body: Buffer, secret: string, now: Date = new Date()): Checked<Push> {
  if (secret === '')
    return refuse('webhook-no-secret', 'No secret is set for webhooks, so none is believed.', 'Set one, here and at the sender.');
  const forms = [
    hexForm(headers, 'x-hub-signature-256', body, secret),
    hexForm(headers, 'x-loopctl-signature', body, secret),
    tokenForm(headers, secret),
    standardForm(headers, body, secret, now),
  ].filter((form) => form !== 'absent');
  if (forms.includes('holds')) return { ok: true, value: pushOf(headers, body) };
  if (forms.includes('too-old')) {
    const hint = 'Compare the clocks of the sender and of this machine.';
    return refuse('webhook-too-old', 'The signature is right, but its time is more than five minutes away from now.', hint);
  }
  if (forms.length > 0)
    return refuse('webhook-wrong-signature', 'The signature is not one made with the secret.', 'Is it the same secret at the sender?');
  return refuse(
    'webhook-unsigned',
    'The request is not signed.',
    'Send X-Hub-Signature-256 (GitHub), webhook-signature or X-Gitlab-Token (GitLab), or X-Loopctl-Signature: sha256= and the HMAC of the body.',
  );
}

type Form = 'absent' | 'wrong' | 'too-old' | 'holds';

function hexForm(headers: Headers, name: string, body: Buffer, secret: string): Form {
  const given = headers[name];
  if (given === undefined) return 'absent';
  return isSame(given, `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`) ? 'holds' : 'wrong';
}

function tokenForm(headers: Headers, secret: string): Form {
  const given = headers['x-gitlab-token'];
  if (given === undefined) return 'absent';
  return isSame(given, secret) ? 'holds' : 'wrong';
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardForm(headers: Headers, body: Buffer, secret: string, now: Date): Form {
  const { 'webhook-signature': given, 'webhook-id': id, 'webhook-timestamp': at } = headers;
  if (given === undefined) return 'absent';
  if (typeof given !== 'string' || typeof id !== 'string' || typeof at !== 'string') return 'wrong';
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret);
  if (key.length === 0) return 'wrong';
  const wanted = `v1,${createHmac('sha256', key).update(`${id}.${at}.`).update(body).digest('base64')}`;
  // There are several while a secret is being changed.
  const holds = given.split(' ').filter((signature) => isSame(signature, wanted)).length > 0;
  if (!holds) return 'wrong';
  return Math.abs(now.getTime() - Number(at) * 1000) <= SKEW_MS ? 'holds' : 'too-old';
}

/** In a time that says nothing about either: hashes are of one length. */
function isSame(given: string | readonly string[], wanted: string): boolean {
  if (typeof given !== 'string') return false;
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}

function pushOf(headers: Headers, body: Buffer): Push {
  const { ref, after } = told(headers, body);
  return {
    kind: kindOf(headers),
    ...(typeof ref === 'string' && /^refs\/[^\p{Cc}\s]{1,1000}$/u.test(ref) && { ref }),
    ...(typeof after === 'string' && /^[0-9a-f]{40}([0-9a-f]{24})?$/.test(after) && { after }),
  };
}

/** Who names no event has only one thing to tell. */
function kindOf(headers: Headers): Push['kind'] {
  const event = headers['x-github-event'] ?? headers['x-gitea-event'] ?? headers['x-gitlab-event'] ?? 'push';
  if (event === 'ping') return 'ping';
  return typeof event === 'string' && PUSHES.has(event) ? 'push' : 'other';
}

/** A body that says nothing is no reason to refuse: the remote is asked in any case. GitHub can send JSON as a field of a form. */
function told(headers: Headers, body: Buffer): { readonly ref?: unknown; readonly after?: unknown } {
  const text = body.toString('utf8');
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  try {
    const value: unknown = JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function refuse(code: string, message: string, hint: string): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
