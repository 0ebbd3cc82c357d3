// What is there, what is missing, what to do: everything that a command may need, looked at without changing anything.
import { addressText, parseAddress, type Problem } from '../resources/core.ts';
import type { DesiredObject } from '../resources/desired.ts';
import type { Environment } from '../resources/project/schema.ts';
import { Prompt } from '../resources/prompt/schema.ts';
import { materialise } from '../resources/materialise.ts';
import { linksIn } from '../plans/value.ts';
import { CallFailed, type Crm, CrmUnavailable } from '../ports/crm.ts';
import type { Deps, LocalDeps } from './deps.ts';
import { type Loaded, sceneOf } from './load.ts';

export interface Finding {
  readonly name: string;
  /** `missing` is no fault: something that not everybody needs. */
  readonly state: 'ok' | 'missing' | 'wrong';
  readonly detail: string;
  readonly hint?: string;
}

export async function configurationFindings(deps: LocalDeps, loaded: Loaded): Promise<readonly Finding[]> {
  const errors = loaded.problems.filter(({ severity }) => severity === 'error').length;
  const configuration: Finding =
    errors === 0
      ? { name: 'configuration', state: 'ok', detail: `${loaded.organisation.resources.size} resources at ${deps.source.root}` }
      : {
          name: 'configuration',
          state: 'wrong',
          detail: `${errors} ${errors === 1 ? 'error' : 'errors'}`,
          hint: 'See them all: loopctl validate',
        };
  const git: Finding =
    loaded.commit === null
      ? {
          name: 'git',
          state: 'missing',
          detail: 'the configuration is in no git repository, or has no commit',
          hint: 'git init && git add -A && git commit: plans then name the commit',
        }
      : {
          name: 'git',
          state: 'ok',
          detail: `commit ${loaded.commit.slice(0, 10)}${loaded.dirty ? ', with changes that are not committed' : ''}`,
        };
  return [configuration, git, ...(await forgeFindings(deps))];
}

/** Where pull requests would be made: whether a token is set, never whether the forge takes it. */
async function forgeFindings({ source, forgeOf }: LocalDeps): Promise<readonly Finding[]> {
  const remote = await source.branches.remote();
  if (remote === undefined || forgeOf === undefined) return [];
  const found = forgeOf(remote);
  if ('forge' in found) return [{ name: 'forge', state: 'ok', detail: `${found.forge.name}: proposals are pull requests` }];
  return [
    {
      name: 'forge',
      state: 'missing',
      detail: `none: ${found.none}`,
      hint: 'Proposals are branches alone; pull requests are opened by hand.',
    },
  ];
}

export async function orgFindings(deps: Deps, environment: Environment, loaded: Loaded): Promise<readonly Finding[]> {
  const wrong =
    (name: string) =>
    (problem: Problem): Finding => ({
      name,
      state: 'wrong',
      detail: problem.message,
      ...(problem.hint !== undefined && { hint: problem.hint }),
    });
  const connected = await deps.connect(environment);
  if (!connected.ok) return connected.problems.map(wrong('org'));
  const crm = connected.value;
  try {
    const org = await crm.identify();
    const scene = sceneOf(loaded, deps, { environment: environment.name });
    const desired = scene.ok ? materialise(scene.value.resolved) : [];
    const lacking = await crm.preflight([...new Set(desired.map(({ address }) => address.type))]);
    const people = await peopleFindings(crm, desired);
    const { used, limit } = crm.calls();
    return [
      { name: 'org', state: 'ok', detail: `"${org.name}" (${org.id}) at ${org.url}, ${org.sandbox ? 'sandbox' : 'production'}` },
      { name: 'user', state: 'ok', detail: org.user },
      ...(lacking.length === 0
        ? [{ name: 'permissions', state: 'ok', detail: 'all that the declared resources need' } as const]
        : lacking.map(wrong('permissions'))),
      ...people,
      ...(used === undefined || limit === undefined
        ? []
        : [{ name: 'API calls', state: 'ok', detail: `${used} of ${limit} used today` } as const]),
    ];
  } catch (error) {
    if (!(error instanceof CrmUnavailable) && !(error instanceof CallFailed)) throw error;
    return [{ name: 'org', state: 'wrong', detail: error.message }];
  }
}

/** Whom seats and queues name: nobody hears of it when one of them leaves the org, since nothing changes. */
async function peopleFindings(crm: Crm, desired: readonly DesiredObject[]): Promise<readonly Finding[]> {
  const named = new Set(
    desired.flatMap(({ fields }) => linksIn(fields).flatMap(({ target }) => (target.startsWith('User/') ? target : []))),
  );
  if (named.size === 0) return [];
  const live = new Map((await crm.read([...named].map(parseAddress))).map(({ address, fields }) => [addressText(address), fields]));
  const usernames = (some: readonly string[]) => some.map((text) => parseAddress(text).key).sort();
  const unknown = usernames([...named].filter((person) => !live.has(person)));
  const inactive = usernames([...named].filter((person) => live.get(person)?.['IsActive'] === false));
  if (unknown.length + inactive.length === 0)
    return [{ name: 'people', state: 'ok', detail: `${named.size} named, all of them active users` }];
  const parts = [
    ...(unknown.length > 0 ? [`no users: ${unknown.join(', ')}`] : []),
    ...(inactive.length > 0 ? [`inactive: ${inactive.join(', ')}`] : []),
  ];
  const hint = 'Their seats and places in queues are held, or stand for nobody: correct the names, or activate the users.';
  return [{ name: 'people', state: 'missing', detail: parts.join('; '), hint }];
}

/** Whether agents answer what the prompts ask: whether a key is set, never what it is or whether the service takes it. */
export function agentFinding(
  env: Readonly<Record<string, string | undefined>>,
  environment: Environment,
  { organisation }: Loaded,
): Finding {
  const name = `${environment.env_prefix ?? ''}ANTHROPIC_API_KEY`;
  const prompts = organisation.all(Prompt).filter(({ spec }) => spec.model !== 'none');
  const named = prompts.map(({ ref }) => ref.name).join(', ');
  if ((env[name] ?? '').trim() === '') {
    return prompts.length === 0
      ? { name, state: 'missing', detail: 'not set: no prompt needs an agent' }
      : {
          name,
          state: 'missing',
          detail: `not set: what agents are asked goes to people (${named})`,
          hint: `Set ${name}, or write model: none.`,
        };
  }
  return { name, state: 'ok', detail: prompts.length === 0 ? 'set; no prompt needs it' : `set: agents answer ${named}` };
}

/** Keys of others' services: which are set, never what they are. */
export function keyFindings(env: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  const keys: readonly (readonly [name: string, what: string])[] = [
    ['SLACK_WEBHOOK_URL', 'alerts to Slack'],
    ['GITHUB_TOKEN', 'pull requests'],
    ['PDL_API_KEY', 'enrichment'],
  ];
  return keys.map(([name, what]) =>
    env[name] === undefined || env[name] === ''
      ? { name, state: 'missing', detail: `not set: no ${what}` }
      : { name, state: 'ok', detail: `set: ${what}` },
  );
}
