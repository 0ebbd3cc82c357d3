// What the user or the org lacks, asked before anything is planned: weak rights make records vanish from queries, and a plan made on a
// part of the truth would build a second organisation.
import type { Problem } from '../../resources/core.ts';
import { CallFailed, CrmUnavailable } from '../../ports/crm.ts';
import { shaped } from './answers.ts';
import { refusedToken } from './errors.ts';
import type { OrgIdentity } from '../../plans/plan.ts';
import type { Row } from './columns.ts';
import { API_VERSION, type Call, type Session } from './session.ts';

interface Sub {
  readonly referenceId: string;
  readonly httpStatusCode: number;
  readonly body: unknown;
}

/** Who we are, in which org, and what we may do: two calls. */
export interface Standing {
  readonly org: OrgIdentity & { readonly userId: string; readonly userActive: boolean };
  /** Names of the permissions that the user's profile and permission sets give. */
  readonly permissions: ReadonlySet<string>;
  readonly territories: boolean;
}

const PERMISSIONS = [
  'PermissionsApiEnabled',
  'PermissionsManageTerritories',
  'PermissionsManageUsers',
  'PermissionsViewSetup',
  'PermissionsCustomizeApplication',
  'PermissionsModifyAllData',
];

/** What each type of record needs, in the words of the set-up pages. */
const NEEDS: Readonly<Record<string, readonly (readonly [permission: string, label: string])[]>> = {
  Territory2Model: [
    ['PermissionsManageTerritories', 'Manage Territories'],
    ['PermissionsViewSetup', 'View Setup and Configuration'],
  ],
  Territory2: [['PermissionsManageTerritories', 'Manage Territories']],
  UserTerritory2Association: [['PermissionsManageTerritories', 'Manage Territories']],
  Group: [['PermissionsManageUsers', 'Manage Users']],
  CustomField: [['PermissionsCustomizeApplication', 'Customize Application']],
  PermissionSet: [['PermissionsManageUsers', 'Manage Users']],
};

export async function standing(session: Session): Promise<Standing> {
  const me = await whoAmI(session);
  const sub = (referenceId: string, soql: string) => ({
    method: 'GET',
    referenceId,
    url: `/services/data/v${API_VERSION}/query?q=${encodeURIComponent(soql)}`,
  });
  const { compositeResponse } = await ask(session, {
    method: 'POST',
    path: '/composite',
    body: {
      allOrNone: false,
      compositeRequest: [
        sub('org', 'SELECT Id, Name, IsSandbox FROM Organization'),
        sub('user', `SELECT Id, Username, IsActive FROM User WHERE Id = '${me.user_id}'`),
        sub(
          'rights',
          `SELECT ${PERMISSIONS.join(', ')} FROM PermissionSet WHERE Id IN (SELECT PermissionSetId FROM PermissionSetAssignment WHERE AssigneeId = '${me.user_id}')`,
        ),
        sub('territories', 'SELECT Id FROM Territory2Model LIMIT 1'),
      ],
    },
  });
  const answers = new Map(compositeResponse.map((entry) => [entry.referenceId, entry]));
  const rows = (name: string): readonly Row[] => {
    const answer = answers.get(name);
    if (answer?.httpStatusCode !== 200) return [];
    const body = answer.body as { records: readonly Row[] };
    return shaped(body, ({ records }) => Array.isArray(records), 'page of a query', session.instanceUrl).records;
  };
  const [org, user] = [rows('org')[0], rows('user')[0]];
  return {
    org: {
      id: textOf(org?.Id, me.organization_id),
      name: textOf(org?.Name, 'unknown'),
      url: session.instanceUrl,
      sandbox: org?.IsSandbox === true,
      user: textOf(user?.Username, me.preferred_username),
      userId: me.user_id,
      userActive: user?.IsActive !== false,
    },
    permissions: new Set(PERMISSIONS.filter((name) => rows('rights').some((row) => row[name] === true))),
    territories: answers.get('territories')?.httpStatusCode === 200,
  };
}

async function ask(session: Session, call: Call): Promise<{ readonly compositeResponse: readonly Sub[] }> {
  try {
    const answer = await session.read<{ compositeResponse: readonly Sub[] }>(call);
    return shaped(
      answer,
      ({ compositeResponse }) => Array.isArray(compositeResponse),
      'answer of the composite resource',
      session.instanceUrl,
    );
  } catch (error) {
    if (!(error instanceof CallFailed) || (error.status !== 404 && error.status !== 410)) throw error;
    throw new CrmUnavailable('api-version', `The org at ${session.instanceUrl} does not speak version ${API_VERSION} of the API.`, {
      cause: error,
    });
  }
}

interface UserInfo {
  readonly user_id: string;
  readonly organization_id: string;
  readonly preferred_username: string;
}

/** This resource answers a bad token with 403 and a page, not with 401 as all others do. */
async function whoAmI(session: Session): Promise<UserInfo> {
  try {
    const answer = await session.read<UserInfo>({ method: 'GET', path: '/services/oauth2/userinfo' });
    return shaped(answer, ({ user_id }) => /^[a-zA-Z0-9]{15,18}$/.test(user_id), 'description of a user', session.instanceUrl);
  } catch (error) {
    if (!(error instanceof CallFailed) || error.status !== 403) throw error;
    throw refusedToken(session.instanceUrl, '403', { cause: error });
  }
}

function textOf(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

export function lacking(standing: Standing, types: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  const { user } = standing.org;
  if (types.some((type) => type.includes('Territory2')) && !standing.territories) {
    problems.push({
      severity: 'error',
      code: 'territories-off',
      message: `Sales Territories are off in ${standing.org.name}, or ${user} may not see them.`,
      hint: 'Turn them on: Setup → Territories → Territory Settings → Enable Sales Territories.',
    });
  }
  const missing = new Map<string, string[]>();
  for (const type of new Set(types)) {
    for (const [permission, label] of NEEDS[type] ?? []) {
      if (!standing.permissions.has(permission)) missing.set(label, [...(missing.get(label) ?? []), type]);
    }
  }
  for (const [label, needing] of missing) {
    problems.push({
      severity: 'error',
      code: 'permission-missing',
      message: `${user} lacks the permission “${label}”, which ${needing.join(', ')} need${needing.length === 1 ? 's' : ''}.`,
      hint: `Give it by a permission set: Setup → Permission Sets → System Permissions → ${label}.`,
    });
  }
  return problems;
}
