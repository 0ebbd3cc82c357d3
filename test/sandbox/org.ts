// An embedded org under test, spoken to over HTTP as clients do.
import { onTestFinished } from 'vitest';
import { type OrgOptions, type RunningOrg, startOrg } from '../../sandbox/server.ts';

export const CONTROL = 'control-of-tests';
const API = '/services/data/v64.0';

export type Row = Record<string, unknown>;

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** What the test takes it for: it fails soon enough if it is not. */
  readonly body: Body;
}

export interface Caller {
  call<Body = Row>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer<Body>>;
  query<Record = Row>(soql: string): Promise<Record[]>;
  create(type: string, fields: object): Promise<string>;
  update(type: string, id: string, fields: object): Promise<Answer<RowError[]>>;
  /** Several rows of one type, all of which have to be stored. */
  createAll(type: string, rows: readonly object[]): Promise<string[]>;
}

export interface RowError {
  readonly errorCode: string;
  readonly message: string;
  readonly fields?: readonly string[];
}

export interface SaveResult {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly { readonly statusCode: string; readonly message: string; readonly fields: readonly string[] }[];
}

export interface TestOrg extends Caller, RunningOrg {
  control<Body = Row>(method: string, path: string, body?: object): Promise<Body>;
  /** The same org with another user's rights. */
  as(username: string): Promise<Caller>;
  addUser(username: string, more?: object): Promise<string>;
}

/** Starts an org that ends with the test. */
export async function openOrg(options: Partial<OrgOptions> = {}): Promise<TestOrg> {
  const running = await startOrg({ data: ':memory:', seed: 'empty', control: CONTROL, ...options });
  let open = true;
  const close = async () => {
    if (open) await running.close();
    open = false;
  };
  onTestFinished(close);
  const admin = callerOn(running.url, running.token);
  const control = async <Body>(method: string, path: string, body?: object): Promise<Body> => {
    const answer = await request<Body>(running.url, CONTROL, method, `/__control/${path}`, body);
    if (answer.status !== 200) throw new Error(`control ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  };
  return {
    ...running,
    ...admin,
    close,
    control,
    as: async (username) => callerOn(running.url, (await control<{ token: string }>('POST', 'token', { username })).token),
    addUser: (username, more = {}) => addUserTo(admin, username, more),
  };
}

/** An active user of the profile Standard User; `more` overrides. */
export async function addUserTo(admin: Caller, username: string, more: object = {}): Promise<string> {
  const [profile] = await admin.query("SELECT Id FROM Profile WHERE Name = 'Standard User'");
  return admin.create('User', {
    Username: username,
    Email: username,
    LastName: username.split('@')[0],
    Alias: username.slice(0, 8),
    ProfileId: profile?.['Id'],
    TimeZoneSidKey: 'GMT',
    LocaleSidKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
    LanguageLocaleKey: 'en_US',
    ...more,
  });
}

export function callerOn(url: string, token: string): Caller {
  const call = <Body>(method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    request<Body>(url, token, method, path.startsWith('/') ? path : `${API}/${path}`, body, headers);
  return {
    call,
    async query<Record>(soql: string) {
      const answer = await call<{ records: Record[] }>('GET', `query?q=${encodeURIComponent(soql)}`);
      if (answer.status !== 200) throw new Error(`${soql}: ${answer.text}`);
      return answer.body.records;
    },
    async create(type, fields) {
      const answer = await call<{ id: string }>('POST', `sobjects/${type}`, fields);
      if (answer.status !== 201) throw new Error(`${type}: ${answer.text}`);
      return answer.body.id;
    },
    update: (type, id, fields) => call('PATCH', `sobjects/${type}/${id}`, fields),
    async createAll(type, rows) {
      const records = rows.map((row) => ({ attributes: { type }, ...row }));
      const answer = await call<{ id: string; success: boolean }[]>('POST', 'composite/sobjects', { allOrNone: true, records });
      return answer.body.map((row) => {
        if (!row.success) throw new Error(JSON.stringify(row));
        return row.id;
      });
    },
  };
}

async function request<Body>(
  url: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer<Body>> {
  const response = await fetch(url + path, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, body: (isJson ? JSON.parse(text) : undefined) as Body };
}

/** Asks until it is so; states of the org that take their time are polled, as clients do. */
export async function until<T>(probe: () => Promise<T | false | undefined>): Promise<T> {
  for (let tries = 0; tries < 2000; tries += 1) {
    const found = await probe();
    if (found !== false && found !== undefined) return found;
  }
  throw new Error('it did not become so');
}

/** A type, a model, and what a territory of them needs. */
export async function territoryBasics(org: Caller, name = 'FY27') {
  const type = await org.create('Territory2Type', {
    MasterLabel: `${name} Area`,
    DeveloperName: `${name}Area`,
    Priority: name.length * 1000 + name.charCodeAt(name.length - 1),
  });
  const model = await org.create('Territory2Model', { Name: name, DeveloperName: name });
  const territory = (label: string, more: object = {}) =>
    org.create('Territory2', {
      Name: label,
      DeveloperName: label,
      Territory2ModelId: model,
      Territory2TypeId: type,
      AccountAccessLevel: 'Edit',
      OpportunityAccessLevel: 'Read',
      CaseAccessLevel: 'Read',
      ...more,
    });
  const state = async () =>
    (await org.query(`SELECT State FROM Territory2Model WHERE Id = '${model}'`))[0]?.['State'] as string | undefined;
  return { type, model, territory, state };
}
