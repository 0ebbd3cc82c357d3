// A browser cannot send a token by itself: a link that works once gives it a session, which lives in this process alone.
import { createHash, randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../ports/clock.ts';

export interface Sessions {
  /** A key that opens the page once. */
  key(): string;
  /** The session that the key gives, where it was not used before. */
  redeem(key: string): string | undefined;
  isOpen(session: string): boolean;
}

const COOKIE = 'loopctl_session';
const LIFETIME = 12 * 60 * 60_000;
/** The oldest goes first. */
const MOST = 1_000;

export function pageSessions(clock: Pick<Clock, 'now'>): Sessions {
  const keys = new Map<string, number>();
  const sessions = new Map<string, number>();
  const isLive = (among: Map<string, number>, secret: string) => (among.get(hashed(secret)) ?? 0) > clock.now().getTime();
  const fresh = (among: Map<string, number>) => {
    const secret = randomBytes(32).toString('base64url');
    among.set(hashed(secret), clock.now().getTime() + LIFETIME);
    const [oldest] = among.keys();
    if (among.size > MOST && oldest !== undefined) among.delete(oldest);
    return secret;
  };
  return {
    key: () => fresh(keys),
    redeem(key) {
      if (!isLive(keys, key)) return undefined;
      keys.delete(hashed(key));
      return fresh(sessions);
    },
    isOpen: (session) => isLive(sessions, session),
  };
}

/** Looked up by hash, so that the time of a look tells nothing of the secret. */
function hashed(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether this browser may look: by its cookie, or by the key in the address, which is used up and becomes the cookie. */
export function opens(request: FastifyRequest, reply: FastifyReply, sessions: Sessions): boolean {
  const cookies = (request.headers.cookie ?? '').split(';').map((part) => part.trim());
  if (cookies.some((cookie) => cookie.startsWith(`${COOKIE}=`) && sessions.isOpen(cookie.slice(COOKIE.length + 1)))) return true;
  const { key } = request.query as { readonly key?: unknown };
  const session = typeof key === 'string' && request.method === 'GET' ? sessions.redeem(key) : undefined;
  if (session === undefined) return false;
  reply.header('set-cookie', `${COOKIE}=${session}; Path=/; Max-Age=${LIFETIME / 1000}; HttpOnly; SameSite=Strict`);
  return true;
}
