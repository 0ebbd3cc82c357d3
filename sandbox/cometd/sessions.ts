// Clients of CometD between their calls: in memory alone, as on Salesforce's servers, so that a restart makes every client begin anew.
import { randomBytes } from 'node:crypto';
import type { Org } from '../org.ts';

export interface Session {
  readonly id: string;
  readonly userId: string;
  /** The last event that each subscribed channel has been told. */
  readonly told: Map<string, number>;
  /** When it last called. */
  seen: number;
  /** It has connected once: from then on its calls wait for events. */
  connected: boolean;
  /** Ends the call that waits. */
  release?: () => void;
}

export interface Sessions {
  open(userId: string): Session;
  /** The client of this id and user, if it has not been silent for too long. */
  find(id: string | undefined, userId: string): Session | undefined;
  end(session: Session): void;
  all(): Iterable<Session>;
}

const SILENCE_MS = 40_000;

export function createSessions(org: Org): Sessions {
  const sessions = new Map<string, Session>();
  const isAlive = (session: Session) => session.release !== undefined || org.clock.now() - session.seen <= SILENCE_MS;
  const end = (session: Session) => {
    sessions.delete(session.id);
    session.release?.();
  };
  return {
    open(userId) {
      for (const session of sessions.values()) if (!isAlive(session)) end(session);
      const session: Session = { id: randomBytes(18).toString('hex'), userId, told: new Map(), seen: org.clock.now(), connected: false };
      sessions.set(session.id, session);
      return session;
    },
    find(id, userId) {
      const session = sessions.get(id ?? '');
      if (session === undefined || session.userId !== userId) return undefined;
      if (isAlive(session)) return session;
      end(session);
      return undefined;
    },
    end,
    all: () => sessions.values(),
  };
}
