// Which repository of GitHub an address of a git remote names.

export interface Repository {
  readonly host: string;
  readonly owner: string;
  readonly name: string;
}

const GITHUB_API = 'https://api.github.com';

/** The address of GitHub's API, without a slash at its end. `configured`: GITHUB_API_URL. */
export function apiOf(configured: string | undefined): string {
  return configured === undefined || configured === '' ? GITHUB_API : configured.replace(/\/+$/, '');
}

/**
 * `https://github.com/acme/revenue.git`, `git@github.com:acme/revenue.git`, `ssh://git@github.com/acme/revenue`. Nothing where it lies on
 * another host than the one that `api` answers for.
 */
export function repositoryOf(remote: string, api: string): Repository | undefined {
  const place = placeOf(remote);
  if (place === undefined || !isOf(place, new URL(api))) return undefined;
  const [owner, name, ...more] = place.path.replace(/^\/+|\/+$/g, '').split('/');
  const bare = name?.replace(/\.git$/, '');
  if (owner === undefined || owner === '' || bare === undefined || bare === '' || more.length > 0) return undefined;
  return { host: place.host, owner, name: bare };
}

interface Place {
  readonly host: string;
  /** Absent: ssh, whose port is not the API's. */
  readonly origin?: string;
  readonly path: string;
}

function placeOf(remote: string): Place | undefined {
  if (!remote.includes('://')) {
    const [, host, path] = /^(?:[^@/]+@)?([^:/]+):(.+)$/.exec(remote) ?? [];
    return host === undefined || path === undefined ? undefined : { host, path };
  }
  if (!URL.canParse(remote)) return undefined;
  const url = new URL(remote);
  if (url.protocol === 'ssh:') return { host: url.hostname, path: url.pathname };
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  return { host: url.host, origin: url.origin, path: url.pathname };
}

/** `https://api.github.com` answers for github.com, `https://ghe.acme.example/api/v3` for ghe.acme.example. */
function isOf({ host, origin }: Place, api: URL): boolean {
  if (origin === undefined) return [api.hostname, api.hostname.replace(/^api\./, '')].includes(host.replace(/^ssh\./, ''));
  return origin === api.origin || (origin.startsWith(`${api.protocol}//`) && api.host === `api.${host}`);
}
