// The project file of a configuration that is read from an org.
import { printLine } from '../../resources/edit/print.ts';
import { API_VERSION } from '../../resources/envelope.ts';
import { readOrganisation } from '../../resources/organisation.ts';
import { type Environment, Project } from '../../resources/project/schema.ts';
import type { OrgIdentity } from '../../plans/plan.ts';
import { PROJECT_FILE } from '../load.ts';

interface Wanted {
  readonly name?: string;
  readonly env_prefix?: string;
}

/** Pinned to the org that it was read from, and careful: nothing is applied that nobody asked for. */
export function projectFile(org: Pick<OrgIdentity, 'id' | 'name' | 'sandbox'>, { name, env_prefix }: Wanted): string {
  const environment = name ?? (org.sandbox ? 'sandbox' : 'production');
  const prefix = env_prefix === undefined ? '' : `\n      env_prefix: ${printLine(env_prefix, false)}`;
  return `# The project file: which orgs this configuration is applied to, and how far a change may go on its own.
apiVersion: ${API_VERSION}
kind: Project
metadata: {name: ${printLine(wordOf(org.name), true)}}
spec:
  timezone: UTC                     # what "today" is for seats, windows and schedules
  environments:
    - name: ${printLine(environment, false)}${prefix}
      org: {sandbox: ${org.sandbox}, id: ${printLine(org.id, true)}}    # refused on any other org
      sync: manual                  # automatic | approval | manual
      adoption: hold                # a record that exists and differs is not overwritten unasked: hold | allow
`;
}

/** An environment before there is any configuration: credentials come from the variables without a prefix. */
export function firstEnvironment(name: string): Environment {
  const text = projectFile({ id: '00D000000000000', name: 'new', sandbox: true }, { name });
  const { organisation, problems } = readOrganisation([{ path: PROJECT_FILE, text, hash: text }]);
  const [environment] = organisation.all(Project)[0]?.spec.environments ?? [];
  if (environment === undefined) throw new Error(`bug: the first environment can not be read: ${JSON.stringify(problems)}`);
  return { ...environment, org: {} };
}

/** `Acme, Inc.` → `acme-inc` */
function wordOf(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.length === 0 ? 'organisation' : words.slice(0, MOST_WORDS).join('-').toLowerCase();
}

const MOST_WORDS = 4;
