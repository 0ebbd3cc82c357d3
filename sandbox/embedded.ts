// The embedded org of a data folder, one owner at a time. Whoever holds the lock serves it; others find it through `org.json`, which
// lies beside the data and is the one file that holds a token. The lock dies with its process: a kill leaves nothing to clean up.
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { type OrgOptions, type RunningOrg, startOrg } from './server.ts';

export interface EmbeddedOptions extends Omit<OrgOptions, 'data'> {
  /** Holds `org.db`, `org.lock` and, while it is served, `org.json`. */
  readonly folder: string;
  /** Another file for the data; lock and `org.json` lie beside it. */
  readonly data?: string;
}

export interface EmbeddedOrg extends RunningOrg {
  /** False where another process serves it: then `close` leaves it alone. */
  readonly started: boolean;
}

/** The org's data are served by another process. `published` says where, if it has said so. */
class OrgInUse extends Error {
  readonly published: PublishedOrg | undefined;

  constructor(data: string, published: PublishedOrg | undefined) {
    super(`${data} is in use by another process${published ? ` (${published.pid}), which serves it on ${published.url}` : ''}`);
    this.name = 'OrgInUse';
    this.published = published;
  }
}

export interface PublishedOrg extends Omit<RunningOrg, 'close'> {
  readonly pid: number;
}

const POLL_MS = 50;
const PATIENCE_MS = 10_000;

/** The folder's org: found where it is served, else served by this process from now on. */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedOrg> {
  const { folder, data = join(folder, 'org.db'), ...rest } = options;
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return { ...(await startOwned({ ...rest, data })), started: true };
    } catch (cause) {
      if (!(cause instanceof OrgInUse)) throw cause;
      // Its owner may only just be starting, or just ending.
      const found = cause.published && (await answers(cause.published)) ? cause.published : undefined;
      if (found) return { ...found, started: false, close: () => Promise.resolve() };
      if (Date.now() > until) throw cause;
      await pause(POLL_MS);
    }
  }
}

/** Serves the data of a file as its owner, and says so in `org.json`; `OrgInUse` where somebody else does. Memory has no owner. */
export async function startOwned(options: OrgOptions): Promise<RunningOrg> {
  if (options.data === ':memory:') return startOrg(options);
  mkdirSync(dirname(options.data), { recursive: true, mode: 0o700 });
  const release = lock(options.data);
  try {
    const org = await startOrg(options);
    const published = publishedPath(options.data);
    publish(published, org);
    const close = async () => {
      rmSync(published, { force: true });
      await org.close();
      release();
    };
    return { ...org, close };
  } catch (cause) {
    release();
    throw cause;
  }
}

// ---- the lock: an exclusive transaction on a side file, held as long as the process lives ----

function lock(data: string): () => void {
  const path = sideFile(data, 'lock');
  const database = new Database(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database.close();
    if (cause instanceof Error && 'code' in cause && cause.code === 'SQLITE_BUSY')
      throw new OrgInUse(data, readPublished(publishedPath(data)));
    throw cause;
  }
  return () => {
    if (database.open) database.close();
  };
}

// ---- org.json ----

function sideFile(data: string, extension: string): string {
  return join(dirname(data), `${basename(data).replace(/\.\w+$/, '')}.${extension}`);
}

function publishedPath(data: string): string {
  return sideFile(data, 'json');
}

/** Written aside and moved into place: nobody reads half of it, nobody but the owner reads it at all. */
function publish(path: string, org: RunningOrg): void {
  const { url, token, organizationId, clientId, clientSecret } = org;
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, `${JSON.stringify({ url, token, organizationId, clientId, clientSecret, pid: process.pid }, null, 2)}\n`, {
    mode: 0o600,
  });
  renameSync(aside, path);
}

function readPublished(path: string): PublishedOrg | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as PublishedOrg;
  } catch {
    return undefined;
  }
}

/** What a killed owner left behind names a port that nobody, or somebody else, listens on. */
async function answers(published: PublishedOrg): Promise<boolean> {
  try {
    const response = await fetch(`${published.url}/services/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${published.token}`, connection: 'close' },
      signal: AbortSignal.timeout(2000),
    });
    return response.ok && ((await response.json()) as { organization_id?: unknown }).organization_id === published.organizationId;
  } catch {
    return false;
  }
}
