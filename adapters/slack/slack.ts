// Slack's incoming webhooks. What arrived is said apart from what may have: a message is never sent twice.
import { IncomingWebhook } from '@slack/webhook';
import type { Notifier } from '../../ports/notify.ts';

const TIMEOUT_MS = 10_000;

export function slack(url: string): Notifier {
  const webhook = new IncomingWebhook(url, { timeout: TIMEOUT_MS });
  return {
    channel: 'slack',
    async send(text) {
      try {
        await webhook.send({ text: escaped(text) });
        return { delivery: 'sent' };
      } catch (error) {
        return judged(error);
      }
    },
  };
}

/** Slack reads `<`, `>` and `&` as its own marks: https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** The address is a secret and stands in no message of ours. */
function judged(error: unknown): Awaited<ReturnType<Notifier['send']>> {
  const { status, code } = reasonsOf(error);
  if (status !== undefined) {
    // 429 and 5xx: Slack took nothing. Other refusals stay what they are.
    const again = status === 429 || status >= 500;
    return { delivery: again ? 'again' : 'failed', error: `Slack answered ${status}.` };
  }
  const neverSent = code !== undefined && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(code);
  return { delivery: neverSent ? 'again' : 'unknown', error: `Slack did not answer${code === undefined ? '' : ` (${code})`}.` };
}

function reasonsOf(error: unknown): { readonly status?: number; readonly code?: string } {
  let status: number | undefined;
  let code: string | undefined;
  for (let at: unknown = error, depth = 0; typeof at === 'object' && at !== null && depth < 5; depth += 1) {
    const one = at as { statusCode?: unknown; code?: unknown; original?: unknown; cause?: unknown };
    if (typeof one.statusCode === 'number') status ??= one.statusCode;
    if (typeof one.code === 'string' && /^E[A-Z_]+$/.test(one.code)) code ??= one.code;
    at = one.original ?? one.cause;
  }
  return { ...(status !== undefined && { status }), ...(code !== undefined && { code }) };
}
