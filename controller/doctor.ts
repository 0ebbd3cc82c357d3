// What is there, what is missing, what to do: everything that a command may need, looked at without changing anything.
import type { Problem } from '../resources/core.ts';
import type { Environment } from '../resources/project/schema.ts';
import { materialise } from '../resources/materialise.ts';
import { CallFailed, CrmUnavailable } from '../ports/crm.ts';
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
  return [configuration, git];
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
    const types = scene.ok ? [...new Set(materialise(scene.value.resolved).map(({ address }) => address.type))] : [];
    const lacking = await crm.preflight(types);
    const { used, limit } = crm.calls();
    return [
      { name: 'org', state: 'ok', detail: `"${org.name}" (${org.id}) at ${org.url}, ${org.sandbox ? 'sandbox' : 'production'}` },
      { name: 'user', state: 'ok', detail: org.user },
      ...(lacking.length === 0
        ? [{ name: 'permissions', state: 'ok', detail: 'all that the declared resources need' } as const]
        : lacking.map(wrong('permissions'))),
      ...(used === undefined || limit === undefined
        ? []
        : [{ name: 'API calls', state: 'ok', detail: `${used} of ${limit} used today` } as const]),
    ];
  } catch (error) {
    if (!(error instanceof CrmUnavailable) && !(error instanceof CallFailed)) throw error;
    return [{ name: 'org', state: 'wrong', detail: error.message }];
  }
}

/** Keys of others' services: which are set, never what they are. */
export function keyFindings(env: Readonly<Record<string, string | undefined>>): readonly Finding[] {
  const keys: readonly (readonly [name: string, what: string])[] = [
    ['SLACK_WEBHOOK_URL', 'alerts to Slack'],
    ['GITHUB_TOKEN', 'pull requests'],
    ['ANTHROPIC_API_KEY', 'agent'],
    ['PDL_API_KEY', 'enrichment'],
  ];
  return keys.map(([name, what]) =>
    env[name] === undefined || env[name] === ''
      ? { name, state: 'missing', detail: `not set: no ${what}` }
      : { name, state: 'ok', detail: `set: ${what}` },
  );
}
