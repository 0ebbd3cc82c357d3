// What must hold for the organisation as a whole: there is something to look after, names lead somewhere, each kind's own rules.
import type { Problem } from './core.ts';
import { kinds } from './index.ts';
import { Project } from './project/schema.ts';
import { checkReferences } from './references.ts';
import { checkRenames } from './renames.ts';
import { type Report, reportInto } from './report.ts';
import type { Unread } from './read-document.ts';
import type { Organisation } from './resource.ts';
import { suggestion } from './suggest.ts';

/** `organisation` holds the repaired ones too, so that they are checked with the others. */
export function checkOrganisation(organisation: Organisation, unread: readonly Unread[], problems: Problem[]): void {
  const repairs = unread.flatMap(({ repaired }) => (repaired === undefined ? [] : [[repaired.resource, repaired.repair] as const]));
  const report = reportInto(problems, new Map(repairs));
  checkSubstance(organisation, problems);
  checkDriftKinds(organisation, report);
  const isRepaired = new Set(repairs.map(([resource]) => resource));
  for (const kind of kinds) {
    const resources = organisation.all(kind);
    const sound = resources.filter((resource) => !isRepaired.has(resource));
    const written = unread.filter((resource) => resource.kind === kind).map((resource) => resource.written);
    checkReferences(kind, [...sound, ...written], organisation, report);
    kind.check?.(resources, organisation, report);
  }
  checkRenames(organisation, report);
}

/** Nothing declared is never "delete everything": it is a folder that was not meant. */
function checkSubstance(organisation: Organisation, problems: Problem[]): void {
  if (organisation.names(Project.name).size === 0) {
    problems.push({
      severity: 'error',
      code: 'no-project',
      message: 'no Project is declared',
      at: { path: 'loopctl.yaml', line: 1, column: 1 },
      hint: 'Write one into loopctl.yaml: `loopctl init` shows how.',
    });
  } else if (organisation.resources.size > 0 && [...organisation.resources.values()].every(({ ref }) => ref.kind === Project.name)) {
    const [project] = organisation.all(Project);
    // Documents that could not be read have said so already.
    if (problems.some(({ severity }) => severity === 'error') || project === undefined) return;
    problems.push({
      severity: 'error',
      code: 'nothing-declared',
      message:
        'there is nothing but the project: an organisation without resources is taken for a mistake, not for an order to delete everything',
      ref: project.ref,
      at: project.origin,
      hint: 'Is this the right folder? `loopctl init` writes a complete one, `loopctl import` reads one from an org.',
    });
  }
}

/** Policies for drift are set by kind: of those that become records. */
function checkDriftKinds(organisation: Organisation, report: Report): void {
  const becomeRecords = kinds.filter(({ targets }) => targets.has('crm')).map(({ name }) => name);
  for (const project of organisation.all(Project)) {
    for (const [index, { drift }] of project.spec.environments.entries()) {
      for (const kind of Object.keys(drift.kinds)) {
        if (becomeRecords.includes(kind)) continue;
        report.error(project, {
          path: ['spec', 'environments', index, 'drift', 'kinds', kind],
          of: 'key',
          code: 'unknown-kind',
          message: `drift.kinds: no kind "${kind}" becomes records`,
          ...suggestion(kind, becomeRecords),
        });
      }
    }
  }
}
