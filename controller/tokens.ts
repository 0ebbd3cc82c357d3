// Bearer tokens: shown once, kept as a hash. A token says who asks and how far that goes.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Checked } from '../resources/core.ts';
import { ROLES, type Role, type TokenRow, type Tokens } from '../ports/tokens.ts';
import type { Deps } from './deps.ts';

/** Who asks, as verdicts and suspensions are kept: the username of the person, or `token:NAME` of a machine. */
export interface Caller {
  readonly token: string;
  readonly identity: string;
  readonly role: Role;
  readonly user?: string;
}

export interface TokenRequest {
  readonly name: string;
  readonly role: Role;
  readonly user?: string;
}

export interface NewToken extends TokenRequest {
  readonly id: string;
  /** The secret: given here and never again. */
  readonly token: string;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const USER = /^[^\s@:]+@[^\s@:]+$/;
const TOKEN = /^lctl_([A-Za-z0-9-]{1,64})_([A-Za-z0-9_-]{43})$/;
const SECRET_BYTES = 32;

export async function createToken(
  deps: Pick<Deps, 'clock' | 'nextId' | 'identity'>,
  tokens: Tokens,
  { name, role, user }: TokenRequest,
): Promise<Checked<NewToken>> {
  if (!NAME.test(name))
    return refuse('bad-name', `"${name}" is no name of a token.`, 'Letters, digits, dots, dashes; up to 64: ci-preview');
  if (user !== undefined && !USER.test(user))
    return refuse('bad-user', `"${user}" is no username.`, 'Write it as the groups of loopctl.yaml do.');
  // Two tokens of one name would be one identity.
  const taken = (await tokens.list()).some((row) => row.name === name && row.revokedAt === undefined);
  if (taken)
    return refuse('name-taken', `There is a token ${name} already.`, 'Take another name, or revoke that one first: loopctl token list');
  const id = deps.nextId();
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const person = user !== undefined && { user };
  await tokens.add({
    id,
    name,
    role,
    ...person,
    hash: hashOfSecret(secret).toString('hex'),
    createdAt: deps.clock.now().toISOString(),
    createdBy: deps.identity,
  });
  return { ok: true, value: { id, name, role, ...person, token: `lctl_${id}_${secret}` } };
}

/** The caller behind a token; nothing where it is wrong or revoked. Asked anew each time, so that a revocation counts at once. */
export async function checkToken(tokens: Tokens, text: string): Promise<Caller | undefined> {
  const [, id, secret] = TOKEN.exec(text) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  const row = await tokens.find(id);
  if (row === undefined || row.revokedAt !== undefined) return undefined;
  const kept = Buffer.from(row.hash, 'hex');
  const given = hashOfSecret(secret);
  if (kept.length !== given.length || !timingSafeEqual(kept, given)) return undefined;
  const { name, role, user } = row;
  return { token: id, identity: user ?? `token:${name}`, role, ...(user !== undefined && { user }) };
}

/** `ops` may do what `leadership` may, and so on down to `rep`. Events change scores, so they are for `ingest`, `ops` and `eng` alone. */
export function mayAct(role: Role, needed: Role): boolean {
  if (role === 'ingest') return needed === 'ingest';
  return ROLES.indexOf(role) <= ROLES.indexOf(needed === 'ingest' ? 'ops' : needed);
}

/** What may be told of a token. */
export type KnownToken = Omit<TokenRow, 'hash'>;

export async function listTokens(tokens: Tokens): Promise<readonly KnownToken[]> {
  return (await tokens.list()).map(({ hash: _hash, ...known }) => known);
}

/** By id, or by the name that a token in use has. */
export async function revokeToken(deps: Pick<Deps, 'clock'>, tokens: Tokens, which: string): Promise<Checked<KnownToken>> {
  const rows = await listTokens(tokens);
  const found = rows.find(({ id }) => id === which) ?? rows.find(({ name, revokedAt }) => name === which && revokedAt === undefined);
  if (found === undefined) return refuse('unknown-token', `There is no token ${which}.`, 'See which there are: loopctl token list');
  const at = deps.clock.now().toISOString();
  if (!(await tokens.revoke(found.id, at)))
    return refuse('revoked-before', `The token ${found.name} was revoked before.`, 'Nothing is to be done.');
  return { ok: true, value: { ...found, revokedAt: at } };
}

function hashOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function refuse(code: string, message: string, hint: string): Checked<never> {
  return { ok: false, problems: [{ severity: 'error', code, message, hint }] };
}
