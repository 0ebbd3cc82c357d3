// How to sign in to an org, read from the environment alone. Three ways: client credentials, a JWT signed with a key file, or an access token.
import type { Checked, Problem } from '../../resources/core.ts';

export type Credentials = {
  /** `https://acme.my.salesforce.com`, without a trailing slash. */
  readonly instanceUrl: string;
} & (
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'client'; readonly clientId: string; readonly clientSecret: string }
  | { readonly kind: 'jwt'; readonly clientId: string; readonly username: string; readonly privateKey: string; readonly loginUrl: string }
);

/** Reads `<prefix>SALESFORCE_…`; nothing where no instance is named. Says all that is missing at once, and never a value. */
export function readCredentials(
  env: Readonly<Record<string, string | undefined>>,
  prefix: string,
  readFile: (path: string) => string,
): Checked<Credentials> | undefined {
  const get = (name: string) => {
    const value = env[`${prefix}SALESFORCE_${name}`]?.trim();
    return value === '' ? undefined : value;
  };
  const address = get('INSTANCE_URL');
  if (address === undefined) return undefined;
  const checked = checkedUrl(address, `${prefix}SALESFORCE_INSTANCE_URL`);
  if ('code' in checked) return { ok: false, problems: [checked] };
  const instanceUrl = checked.url;
  const [accessToken, clientId, clientSecret] = [get('ACCESS_TOKEN'), get('CLIENT_ID'), get('CLIENT_SECRET')];
  const [keyFile, username] = [get('JWT_KEY_FILE'), get('USERNAME')];
  if (clientId !== undefined && clientSecret !== undefined) return accept({ kind: 'client', instanceUrl, clientId, clientSecret });
  if (clientId !== undefined && keyFile !== undefined && username !== undefined) {
    const login = checkedUrl(get('LOGIN_URL') ?? instanceUrl, `${prefix}SALESFORCE_LOGIN_URL`);
    if ('code' in login) return { ok: false, problems: [login] };
    try {
      return accept({
        kind: 'jwt',
        instanceUrl,
        clientId,
        username,
        privateKey: readFile(keyFile),
        loginUrl: login.url,
      });
    } catch (error) {
      return refuse(
        'unreadable-key-file',
        `${prefix}SALESFORCE_JWT_KEY_FILE can not be read: ${(error as Error).message}`,
        'Name a PEM file that this user may read.',
      );
    }
  }
  if (accessToken !== undefined && !/^[\x21-\x7e]+$/.test(accessToken)) {
    return refuse(
      'bad-access-token',
      `${prefix}SALESFORCE_ACCESS_TOKEN holds a character that no token has (a space, a line break, a typographic quote or the like).`,
      'Copy the token again, in one piece and without quotes.',
    );
  }
  if (accessToken !== undefined) return accept({ kind: 'token', instanceUrl, accessToken });
  return refuse(
    'no-credentials',
    `${prefix}SALESFORCE_INSTANCE_URL is set, but nothing to sign in with.`,
    `Set ${['CLIENT_ID and CLIENT_SECRET', 'CLIENT_ID, JWT_KEY_FILE and USERNAME', 'ACCESS_TOKEN'].map((names) => names.replace(/[A-Z_]{6,}/g, (name) => `${prefix}SALESFORCE_${name}`)).join('; or ')}.`,
  );
}

/** An address may carry a password: it is never told. */
function checkedUrl(text: string, name: string): { readonly url: string } | Problem {
  const bad = (message: string, hint: string): Problem => ({ severity: 'error', code: 'bad-instance-url', message, hint });
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return bad(`${name} is no http(s) address.`, 'Use the org’s My Domain address: https://acme.my.salesforce.com');
  if (url.username !== '' || url.password !== '')
    return bad(
      `${name} holds a user name or a password.`,
      'Leave them out: what signs in is set beside it (SALESFORCE_CLIENT_ID and the like).',
    );
  const page = PAGES.exec(url.hostname)?.[1];
  if (page !== undefined)
    return bad(
      `${name} is the address of the org’s pages (${url.hostname}), which answer no API.`,
      `Set it to https://${page}.my.salesforce.com`,
    );
  if (url.search !== '' || url.hash !== '')
    return bad(`${name} is the address of a page.`, 'Use the org’s My Domain address alone: https://acme.my.salesforce.com');
  return { url: url.href.replace(/\/+$/, '') };
}

/** What stands in a browser’s address line: `acme--uat.sandbox.lightning.force.com`. */
const PAGES = /^(.+)\.(?:lightning\.force\.com|my\.salesforce-setup\.com)$/;

function accept(value: Credentials): Checked<Credentials> {
  return { ok: true, value };
}

function refuse(code: string, message: string, hint: string): Checked<Credentials> {
  const problem: Problem = { severity: 'error', code, message, hint };
  return { ok: false, problems: [problem] };
}
