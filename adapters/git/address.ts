// Where a remote is and how it is greeted. A credential goes to git through its environment alone: it is in no command line,
// in no file of the clone, and in no message.
import { resolve } from 'node:path';
import type { Checked } from '../../resources/core.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Address {
  /** What git is told: without a credential. */
  readonly url: string;
  /** For people. */
  readonly shown: string;
  /** The value of an Authorization header, for the origin of the address alone. */
  readonly authorization?: string;
}

const PROTOCOLS = new Set(['http:', 'https:', 'ssh:', 'git:', 'file:']);
const WINDOWS_PATH = /^[a-z]:[\\/]/i;
const SCP_LIKE = /^[^/]+:/;

/**
 * A path, a URL, or `user@host:path`. A name and password in an http address are sent as they are; without one, `GITHUB_TOKEN` is sent
 * to github.com over https and to the origin that `GITHUB_API_URL` stands for.
 */
export function addressOf(text: string, environment: Environment): Checked<Address> {
  const isOption = text.startsWith('-') || text.trim() === '';
  // A transport like `ext::` runs programs.
  if (isOption || /^[\w+.-]+::/.test(text)) return refuse(redacted(text));
  if (!text.includes('://')) {
    if (WINDOWS_PATH.test(text) || !SCP_LIKE.test(text)) return good(resolve(text));
    return /^[^@/]*:[^@]*@/.test(text) ? refuse('…') : good(text);
  }
  if (!URL.canParse(text)) return refuse(redacted(text));
  const url = new URL(text);
  if (!PROTOCOLS.has(url.protocol)) return refuse(redacted(text));
  if (url.protocol === 'file:' || url.protocol === 'git:') return good(text);
  if (url.protocol === 'ssh:') {
    url.password = '';
    return good(url.href);
  }
  const authorization = ownCredential(url) ?? githubCredential(url, environment);
  url.username = '';
  url.password = '';
  const shown = `${url.origin}${url.pathname}`;
  return { ok: true, value: { url: url.href, shown, ...(authorization !== undefined && { authorization }) } };
}

/** A text of git's, fit to be shown. */
export function redacted(text: string): string {
  return text.replace(/(\w+:\/\/)[^/@\s']*@/g, '$1');
}

/** The environment in which git speaks to the address. */
export function surroundings({ url, authorization }: Address, environment: Environment): Record<string, string> {
  const kept = Object.fromEntries(KEPT.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
  return {
    ...kept,
    // Its words are judged, so they have to be English.
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    ...(authorization !== undefined && {
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `http.${new URL(url).origin}/.extraHeader`,
      GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
    }),
  };
}

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'];
const KEPT = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'USER',
  'LOGNAME',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'APPDATA',
  'XDG_CONFIG_HOME',
  'SSH_AUTH_SOCK',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  ...PROXIES,
  ...PROXIES.map((name) => name.toLowerCase()),
];

function ownCredential(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return basic(decodeURIComponent(url.username), decodeURIComponent(url.password));
}

function githubCredential(url: URL, environment: Environment): string | undefined {
  const token = environment['GITHUB_TOKEN'];
  if (token === undefined || token === '') return undefined;
  const isGitHub = url.origin === 'https://github.com' || isOfApi(url, environment['GITHUB_API_URL'] ?? '');
  return isGitHub ? basic('x-access-token', token) : undefined;
}

/** `https://ghe.acme.example/api/v3` and `https://api.acme.ghe.com` stand for `ghe.acme.example` and `acme.ghe.com`. */
function isOfApi(url: URL, api: string): boolean {
  if (!URL.canParse(api)) return false;
  const { origin, protocol, host } = new URL(api);
  return origin === url.origin || (protocol === url.protocol && host === `api.${url.host}`);
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

function good(url: string): Checked<Address> {
  return { ok: true, value: { url, shown: redacted(url) } };
}

function refuse(shown: string): Checked<never> {
  const hint = 'Give a path, https://host/repository.git, ssh://git@host/repository.git or git@host:repository.git.';
  return { ok: false, problems: [{ severity: 'error', code: 'bad-remote', message: `"${shown}" is no address of a git remote.`, hint }] };
}
