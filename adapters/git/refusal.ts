// What git's words mean when a remote can not be followed. Git has exit codes for nothing of this, so the words are judged: most
// particular first, and what is not known is passed on as it was said.
import { GitPluginError } from 'simple-git';
import type { Problem } from '../../resources/core.ts';
import { redacted } from './address.ts';

export type Cause =
  | 'timeout'
  | 'no-branch'
  | 'locked'
  | 'no-single-objects'
  | 'host-key'
  | 'certificate'
  | 'credential'
  | 'missing'
  | 'unsafe'
  | 'unreachable'
  | 'disk'
  | 'corrupt'
  | 'unknown';

export interface Failure {
  readonly cause: Cause;
  /** The line that says it, without a credential. */
  readonly said: string;
}

/** Something is wrong with the clone itself. */
export class CloneBroken extends Error {}

const WORDS: readonly (readonly [Cause, RegExp])[] = [
  ['timeout', /^git \S+ took longer than/],
  ['no-branch', /couldn't find remote ref/i],
  ['no-single-objects', /not allow request for unadvertised object/i],
  [
    'disk',
    /no space left|read-only file system|disk quota|insufficient permission|'?: permission denied$|\bE(ACCES|NOSPC|ROFS|NOTDIR|EXIST|PERM)\b/im,
  ],
  ['corrupt', /reference broken|unable to resolve reference/i],
  ['locked', /cannot lock ref|\.lock': file exists|could not lock/i],
  // Its settings are gone.
  ['corrupt', /'origin' does not appear|no such remote/i],
  ['host-key', /host key verification failed|remote host identification has changed/i],
  ['certificate', /certificate|SSL routines|TLS/],
  [
    'credential',
    /authentication failed|could not read (username|password)|error: 40[137]|http (code = )?40[137]|permission denied \(|permission to \S+ denied|invalid username or|access denied|not authorized|too many authentication failures/i,
  ],
  ['unsafe', /dubious ownership/i],
  [
    'missing',
    /repository not found|repository '[^']*' not found|error: 404|http (code = )?404|does not appear to be a git repository|project you were looking for|no such repository|update-server-info/i,
  ],
  [
    'unreachable',
    /could not resolve|failed to connect|couldn't connect|connection (refused|reset|timed out|closed)|no route to host|network is unreachable|empty reply|early eof|hung up|unexpected disconnect|rpc failed|error: (429|5\d\d)|operation timed out|server closed|bad gateway|not our ref|expected flush|unable to look up|protocol error|could not connect/i,
  ],
  [
    'corrupt',
    /not a git repository|bad (config|object|tree|index|signature)|loose object|corrupt|valid object|is empty|packfile|inflate|unable to (read|parse)|unknown (repository )?extension|repository version|missing (blob|tree|commit|object)|necessary objects|bad pack|invalid (sha1|object|index-pack)|promisor/i,
  ],
  ['unreachable', /unable to access|could not read from remote|index-pack failed/i],
];

export function judge(error: unknown): Failure {
  const text = redacted(error instanceof Error ? error.message : String(error));
  const said = lineOf(text);
  if (error instanceof GitPluginError && error.plugin === 'timeout') return { cause: 'timeout', said };
  if (error instanceof CloneBroken) return { cause: 'corrupt', said };
  // What the remote says of itself is no word about the clone.
  const own = text.replace(/^remote: .*$/gm, '');
  const found = WORDS.find(([cause, words]) => words.test(cause === 'corrupt' ? own : text));
  return { cause: found?.[0] ?? 'unknown', said };
}

/** The words that count: progress is no news, and advice comes after the fact. */
function lineOf(text: string): string {
  const lines = text.split(/[\r\n]+/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  const telling = lines.find((line) => /^(remote: )?(fatal|error): /i.test(line)) ?? lines.at(-1) ?? 'nothing';
  return telling.replace(/^(fatal|error): /i, '');
}

export interface Followed {
  readonly shown: string;
  /** Something was sent along to be let in. */
  readonly hasCredential: boolean;
  readonly timeoutMs: number;
}

/** The problem with its remedy. A branch that is not there has its own words. */
export function problemOf({ cause, said }: Failure, { shown, hasCredential, timeoutMs }: Followed): Problem {
  const told = (code: string, message: string, hint: string): Problem => ({ severity: 'error', code, message, hint });
  switch (cause) {
    case 'timeout':
      return told(
        'remote-timeout',
        `${shown} said nothing for ${timeoutMs / 1000} s.`,
        'It is asked again by itself. Check the network and the server.',
      );
    case 'host-key':
      return told(
        'remote-host-key',
        `The host key of ${shown} is not known here, or is another one.`,
        'Compare it with what the server’s owners publish, and put it into ~/.ssh/known_hosts.',
      );
    case 'certificate':
      return told(
        'remote-certificate',
        `The certificate of ${shown} is not trusted: ${said}`,
        'Name the authority that signed it in GIT_SSL_CAINFO, and check the clock.',
      );
    case 'credential':
      return told(
        'remote-credential',
        hasCredential ? `${shown} refused the credential: ${said}` : `${shown} wants a credential: ${said}`,
        hasCredential
          ? 'Is it still valid, and may it read this repository?'
          : 'Set GITHUB_TOKEN for GitHub, give git a credential helper, or follow the repository over ssh with a deploy key.',
      );
    case 'missing':
      return told(
        'remote-missing',
        `There is no repository at ${shown}, or it is not shown to this credential: ${said}`,
        hasCredential
          ? 'Check the address, and that the credential may read it.'
          : 'Check the address. A private repository is told of only to who may read it: set GITHUB_TOKEN, or use ssh.',
      );
    case 'unsafe':
      return told(
        'remote-unsafe',
        `git does not read ${shown}, because somebody else owns it.`,
        'If that is as it should be: git config --global --add safe.directory, with that folder.',
      );
    case 'disk':
      return told(
        'clone-unwritable',
        `The clone of ${shown} can not be written: ${said}`,
        'Check the space and the rights in LOOPCTL_DATA.',
      );
    case 'locked':
    case 'corrupt':
      return told(
        'clone-corrupt',
        `The clone of ${shown} is broken, and so is a new one: ${said}`,
        'Check the disk of LOOPCTL_DATA, and the repository itself with git fsck.',
      );
    case 'no-branch':
    case 'no-single-objects':
    case 'unreachable':
      return told(
        'remote-unreachable',
        `${shown} can not be reached: ${said}`,
        'It is asked again by itself. Check the address, the network and the server.',
      );
    case 'unknown':
      return told('remote-refused', `git could not follow ${shown}: ${said}`, 'Try the same by hand: git ls-remote, with that address.');
    default:
      return cause satisfies never;
  }
}
