// Tokens: kept as hashes; only the administrator's and the client secret can be told again, as they are made from the org's key.
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Org } from '../org.ts';

export interface Credentials {
  readonly token: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What the owner of the data may do everything with. The same as long as the data lives. */
export function credentialsOf(org: Org): Credentials {
  return {
    token: `${org.organizationId}!AQ${derived(org, 'administrator')}`,
    clientId: `loopctl.embedded.${derived(org, 'client').slice(0, 24)}`,
    clientSecret: derived(org, 'client-secret'),
  };
}

function derived(org: Org, purpose: string): string {
  return createHmac('sha256', org.key).update(purpose).digest('hex');
}

export type TokenKind = 'access' | 'refresh' | 'code';

export interface Grant {
  readonly userId: string;
  /** What else the token is bound to: client, redirect, challenge. */
  readonly bound: Readonly<Record<string, string>>;
}

const CODE_LIFE = 10 * 60_000;

export function createTokenTables(org: Org): void {
  org.store.exec(
    'CREATE TABLE IF NOT EXISTS "_token" (hash TEXT PRIMARY KEY, kind TEXT NOT NULL, user TEXT NOT NULL, bound TEXT NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID',
  );
  org.store.exec('CREATE TABLE IF NOT EXISTS "_certificate" (key TEXT PRIMARY KEY, client TEXT) WITHOUT ROWID');
}

/** `00D…!AQ…`, the form that clients look for. */
export function issueToken(org: Org, kind: TokenKind, userId: string, bound: Readonly<Record<string, string>> = {}): string {
  const secret = randomBytes(32).toString('hex');
  const token = kind === 'access' ? `${org.organizationId}!AQ${secret}` : `${kind === 'refresh' ? '5Aep' : 'aPrx'}${secret}`;
  org.store.run('INSERT INTO "_token" VALUES (?, ?, ?, ?, ?)', hashOf(token), kind, userId, JSON.stringify(bound), org.clock.now());
  return token;
}

export function grantOf(org: Org, kind: TokenKind, token: string): Grant | undefined {
  const row = org.store.one('SELECT user, bound, at FROM "_token" WHERE hash = ? AND kind = ?', hashOf(token), kind);
  if (!row || (kind === 'code' && org.clock.now() - Number(row['at']) > CODE_LIFE)) return undefined;
  return { userId: String(row['user']), bound: JSON.parse(String(row['bound'])) as Record<string, string> };
}

export function revokeToken(org: Org, token: string): boolean {
  const known = org.store.one('SELECT 1 AS yes FROM "_token" WHERE hash = ?', hashOf(token)) !== undefined;
  org.store.run('DELETE FROM "_token" WHERE hash = ?', hashOf(token));
  return known;
}

/** The user behind `Authorization: Bearer …`. */
export function userOfHeader(org: Org, header: string | undefined): string | undefined {
  const token = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(header ?? '')?.[1];
  return token === undefined ? undefined : userOfToken(org, token);
}

export function userOfToken(org: Org, token: string): string | undefined {
  if (isSame(token, credentialsOf(org).token)) return org.store.note('administrator');
  return grantOf(org, 'access', token)?.userId;
}

export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(wanted).digest());
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

// ---- keys for JWT bearer ----

/** Public keys whose signatures are taken, for one client or for any. */
export function addCertificate(org: Org, pem: string, client?: string): void {
  org.store.run('INSERT OR REPLACE INTO "_certificate" VALUES (?, ?)', pem, client ?? null);
}

export function certificatesFor(org: Org, client: string): string[] {
  return org.store.all('SELECT key FROM "_certificate" WHERE client IS NULL OR client = ?', client).map((row) => String(row['key']));
}
