// Which key and which address, read from the environment alone.
import type { Checked } from '../../resources/core.ts';

export interface AnthropicSettings {
  readonly apiKey: string;
  /** Without a trailing slash. */
  readonly baseUrl: string;
}

const PUBLIC_API = 'https://api.anthropic.com';

/** Reads `<prefix>ANTHROPIC_API_KEY` and `<prefix>ANTHROPIC_BASE_URL`; nothing where no key is set. Never says a value of the key. */
export function readAnthropic(env: Readonly<Record<string, string | undefined>>, prefix: string): Checked<AnthropicSettings> | undefined {
  const apiKey = env[`${prefix}ANTHROPIC_API_KEY`]?.trim() ?? '';
  if (apiKey === '') return undefined;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) {
    return refuse(
      'bad-api-key',
      `${prefix}ANTHROPIC_API_KEY holds a character that no key has (a space, a line break, a typographic quote or the like).`,
      'Copy the key again, in one piece and without quotes.',
    );
  }
  const written = env[`${prefix}ANTHROPIC_BASE_URL`]?.trim() ?? '';
  const address = URL.parse(written === '' ? PUBLIC_API : written);
  if (address === null || !/^https?:$/.test(address.protocol)) {
    return refuse('bad-address', `${prefix}ANTHROPIC_BASE_URL is no address of the web.`, `Write one like ${PUBLIC_API}, or leave it out.`);
  }
  return { ok: true, value: { apiKey, baseUrl: address.href.replace(/\/+$/, '') } };
}

function refuse(code: string, message: string, hint: string): Checked<AnthropicSettings> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
