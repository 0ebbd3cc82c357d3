// Bearer tokens of the HTTP surface: who may ask, and what for. Only a hash is kept.

/** Each of people's roles may do what those after it may. `ingest` stands beside them: it posts events, and nothing else. */
export const ROLES = ['eng', 'ops', 'leadership', 'manager', 'rep', 'ingest'] as const;
export type Role = (typeof ROLES)[number];

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  /** The person who uses it, as `groups` of the project name people; absent: a machine. */
  readonly user?: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly revokedAt?: string;
}

export interface Tokens {
  add(row: TokenRow): Promise<void>;
  find(id: string): Promise<TokenRow | undefined>;
  /** Oldest first. */
  list(): Promise<readonly TokenRow[]>;
  /** False where there is no such token, or it was revoked before. */
  revoke(id: string, at: string): Promise<boolean>;
}
