// Which addresses may be asked for. An address comes from whoever told of a page, so it may point inside: at this machine, at a
// neighbour, at a cloud's metadata. What a name stands for is looked at when the connection is made, so that it can not change meanwhile.
import { lookup as systemLookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

export interface Guard {
  /** Why the address may not be asked for; nothing where it may. */
  refuses(url: URL): string | undefined;
  /** Of names, for connections. Those that stand for no public address fail. */
  readonly lookup: LookupFunction;
}

export interface GuardOptions {
  /** `host` or `host:port` that may be asked for wherever they are, over http too. */
  readonly allow: readonly string[];
  /** The addresses behind a name. Default: the system's. */
  readonly resolve?: ((name: string) => Promise<readonly string[]>) | undefined;
}

export class Inside extends Error {}

export function guardOf({ allow, resolve = addressesOf }: GuardOptions): Guard {
  const allowed = new Set(allow.map((one) => one.trim().toLowerCase()).filter((one) => one !== ''));
  const names = new Set([...allowed].map((one) => URL.parse(`http://${one}`)?.hostname ?? one));
  const isAllowed = ({ host, hostname }: URL) => allowed.has(host) || allowed.has(hostname);
  return {
    refuses(url) {
      if (url.username !== '' || url.password !== '') return 'its address holds a password';
      if (isAllowed(url)) return undefined;
      // On the port that was named, and on no other.
      if (names.has(url.hostname)) return 'its port is not one that may be asked for';
      if (url.protocol !== 'https:') return 'its address is not https';
      const bare = url.hostname.replace(/^\[|\]$/g, '');
      return ipaddr.isValid(bare) && !isPublic(bare) ? 'its address is inside a network' : undefined;
    },
    lookup: (name, options, done) => void lookUp(name, options, done),
  };

  async function lookUp(name: string, options: Options, done: Done): Promise<void> {
    let found: readonly string[];
    try {
      found = await resolve(name);
    } catch (error) {
      done(error as Error, '');
      return;
    }
    const family = [4, 6].find((one) => options.family === one || options.family === `IPv${one}`);
    const all = found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const wanted = all.filter((one) => family === undefined || one.family === family);
    const [first] = wanted;
    if (!names.has(name.toLowerCase()) && !found.every(isPublic)) done(new Inside('its name stands for an address inside a network'), '');
    else if (first === undefined) done(new Error(`${name} has no address`), '');
    else if (options.all === true) done(null, wanted);
    else done(null, first.address, first.family);
  }
}

type Options = Parameters<LookupFunction>[1];
type Done = Parameters<LookupFunction>[2];

/** Everything else is somebody's own network, or carries an address of one inside: 6to4, NAT64, mapped. */
function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'unicast';
}

async function addressesOf(name: string): Promise<readonly string[]> {
  return (await systemLookup(name, { all: true })).map(({ address }) => address);
}
