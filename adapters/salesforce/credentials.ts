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
  const instanceUrl = checkedUrl(address);
  if (instanceUrl === undefined) {
    return refuse(
      'bad-instance-url',
      `${prefix}SALESFORCE_INSTANCE_URL is no http(s) address.`,
      'Use the org’s My Domain address: https://acme.my.salesforce.com',
    );
  }
  const [accessToken, clientId, clientSecret] = [get('ACCESS_TOKEN'), get('CLIENT_ID'), get('CLIENT_SECRET')];
  const [keyFile, username] = [get('JWT_KEY_FILE'), get('USERNAME')];
  if (clientId !== undefined && clientSecret !== undefined) return accept({ kind: 'client', instanceUrl, clientId, clientSecret });
  if (clientId !== undefined && keyFile !== undefined && username !== undefined) {
    try {
      return accept({
        kind: 'jwt',
        instanceUrl,
        clientId,
        username,
        privateKey: readFile(keyFile),
        loginUrl: get('LOGIN_URL') ?? instanceUrl,
      });
    } catch (error) {
      return refuse(
        'unreadable-key-file',
        `${prefix}SALESFORCE_JWT_KEY_FILE can not be read: ${(error as Error).message}`,
        'Name a PEM file that this user may read.',
      );
    }
  }
  if (accessToken !== undefined) return accept({ kind: 'token', instanceUrl, accessToken });
  return refuse(
    'no-credentials',
    `${prefix}SALESFORCE_INSTANCE_URL is set, but nothing to sign in with.`,
    `Set ${['CLIENT_ID and CLIENT_SECRET', 'CLIENT_ID, JWT_KEY_FILE and USERNAME', 'ACCESS_TOKEN'].map((names) => names.replace(/[A-Z_]{6,}/g, (name) => `${prefix}SALESFORCE_${name}`)).join('; or ')}.`,
  );
}

function checkedUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === 'https:' || url.protocol === 'http:' ? url.href.replace(/\/+$/, '') : undefined;
}

function accept(value: Credentials): Checked<Credentials> {
  return { ok: true, value };
}

function refuse(code: string, message: string, hint: string): Checked<Credentials> {
  const problem: Problem = { severity: 'error', code, message, hint };
  return { ok: false, problems: [problem] };
}
