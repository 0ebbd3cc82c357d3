// How much one caller may ask: counted by token, and by address where there is none or a wrong one.
import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { Limiter } from './auth.ts';
import { refuse } from './problems.ts';
import type { App } from './surface.ts';

export interface Limits {
  /** Requests a minute of one token. */
  readonly perToken: number;
  /** Requests a minute of one address without a token. */
  readonly perAddress: number;
}

export const DEFAULT_LIMITS: Limits = { perToken: 6_000, perAddress: 300 };

const MINUTE = 60_000;
/** Callers that are remembered. */
const CALLERS = 10_000;

export async function limiterOf(app: App, { perToken, perAddress }: Limits): Promise<Limiter> {
  await app.register(rateLimit, { global: false, cache: CALLERS });
  const token = app.createRateLimit({ max: perToken, timeWindow: MINUTE, keyGenerator: ({ caller }) => `token ${caller?.token ?? ''}` });
  const address = app.createRateLimit({ max: perAddress, timeWindow: MINUTE, keyGenerator: ({ ip }) => `address ${ip}` });
  const counted = (check: typeof token) => async (request: FastifyRequest) => {
    const limit = await check(request);
    if (limit.isAllowed || !limit.isExceeded) return;
    refuse(429, 'too-many', `More than ${limit.max} requests a minute.`, { 'retry-after': String(limit.ttlInSeconds) });
  };
  return { byToken: counted(token), byAddress: counted(address) };
}
