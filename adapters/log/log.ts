// The log of the long-running process: JSON lines on standard error, with whatever could be a secret taken out.
import pino, { type Logger } from 'pino';
import type { Log } from '../../ports/log.ts';

const SECRETS = ['token', 'accessToken', 'secret', 'password', 'authorization', 'cookie', 'apiKey', 'clientSecret'];

export interface LogOptions {
  readonly level: string;
  readonly version: string;
  /** Values that are never written, whatever text they stand in. */
  readonly secrets: readonly string[];
}

export function processLog({ level, version, secrets }: LogOptions): Log & Pick<Logger, 'flush'> {
  const hidden = forms(secrets.filter((secret) => secret.length >= 8));
  const isLevel = level === 'silent' || pino.levels.values[level] !== undefined;
  const log = pino(
    {
      level: isLevel ? level : 'info',
      base: { pid: process.pid, version },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
      formatters: { level: (label) => ({ level: label }) },
      hooks: {
        // Texts of others, like a message of git, may hold what was never meant to be printed.
        streamWrite: (line) => hidden.reduce((text, secret) => text.replaceAll(secret, '[secret]'), line),
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const known = Object.keys(pino.levels.values).join(', ');
  if (!isLevel) log.warn({ event: 'setting' }, `LOOPCTL_LOG_LEVEL ${level} is no level, so it is info. There are ${known}, silent.`);
  return log;
}

/** A secret as it stands in a line of JSON, and in an address. */
function forms(secrets: readonly string[]): readonly string[] {
  return [...new Set(secrets.flatMap((secret) => [JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]))];
}
