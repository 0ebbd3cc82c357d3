import { originText } from '../core.ts';
import { checkWhen, PLAN_FACTS } from '../facts.ts';
import type { Path } from '../path.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { suggestion } from '../suggest.ts';
import type { Environment, ProjectSpec } from './schema.ts';

type ProjectResource = Resource<ProjectSpec>;

export function checkProjects(projects: readonly ProjectResource[], organisation: Organisation, report: Report): void {
  const [first, ...others] = projects;
  for (const other of others) {
    report.error(other, {
      path: ['metadata', 'name'],
      code: 'two-projects',
      message: `a configuration has one Project; ${first?.ref.name} is at ${first === undefined ? '' : originText(first.origin)}`,
    });
  }
  if (first === undefined) return;
  const names = new Set<string>();
  for (const [index, environment] of first.spec.environments.entries()) {
    const path = ['spec', 'environments', index];
    if (names.has(environment.name))
      report.error(first, { path: [...path, 'name'], code: 'duplicate-id', message: `environments: "${environment.name}" is used twice` });
    names.add(environment.name);
    for (const [place, approval] of environment.approvals.entries())
      checkApproval(first, [...path, 'approvals', place], approval, organisation, report);
  }
  for (const [index, { environments }] of first.spec.notifications.entries()) {
    for (const [place, name] of (environments ?? []).entries()) {
      if (names.has(name)) continue;
      report.error(first, {
        path: ['spec', 'notifications', index, 'environments', place],
        code: 'dangling-reference',
        message: `notifications: there is no environment "${name}"`,
        ...suggestion(name, names),
      });
    }
  }
}

/** The people who may approve are there, and enough of them. */
function checkApproval(
  project: ProjectResource,
  path: Path,
  { when, by, count }: Environment['approvals'][number],
  organisation: Organisation,
  report: Report,
): void {
  if (when !== undefined) checkWhen(project, [...path, 'when'], when, { facts: PLAN_FACTS, organisation, report });
  const { groups } = project.spec;
  const people = new Set<string>();
  let unknown = false;
  for (const [index, who] of by.entries()) {
    const group = groups[who];
    if (group !== undefined) for (const person of group) people.add(person.toLowerCase());
    else if (who.includes('@')) people.add(who.toLowerCase());
    else {
      unknown = true;
      report.error(project, {
        path: [...path, 'by', index],
        code: 'unknown-group',
        message: `approvals: there is no group "${who}"`,
        ...suggestion(who, Object.keys(groups)),
      });
    }
  }
  if (!unknown && people.size < count) {
    report.error(project, {
      path: [...path, 'count'],
      code: 'too-few-people',
      message: `approvals: ${count} people are asked for, and ${by.join(', ')} are only ${people.size}: the plan could never be approved`,
    });
  }
}
