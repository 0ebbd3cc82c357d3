import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import { checkRole } from '../roles.ts';
import type { RoleCascadeSpec } from './schema.ts';

export function checkCascades(cascades: readonly Resource<RoleCascadeSpec>[], organisation: Organisation, report: Report): void {
  const taken = new Map<string, string>();
  for (const cascade of cascades) {
    const { role, roles, steps, territories = [] } = cascade.spec;
    checkRole(cascade, ['spec', 'role'], role, organisation, report);
    if (steps.includes('manager')) checkRole(cascade, ['spec', 'roles', 'manager'], roles.manager, organisation, report);
    checkSteps(cascade, report);
    for (const [index, territory] of territories.entries()) {
      const key = `${role} ${territory}`;
      const other = taken.get(key);
      if (other === undefined) taken.set(key, cascade.ref.name);
      else
        report.error(cascade, {
          path: ['spec', 'territories', index],
          code: 'two-cascades',
          message: `territories: ${other} is the cascade of ${role} in ${territory} already`,
        });
    }
  }
}

/** A queue always takes it, so nothing behind one is ever asked. */
function checkSteps(cascade: Resource<RoleCascadeSpec>, report: Report): void {
  const { steps } = cascade.spec;
  const queue = steps.findIndex((step) => step.startsWith('queue/'));
  for (const [index, step] of steps.entries()) {
    const path = ['spec', 'steps', index];
    if (queue >= 0 && index > queue) {
      report.warning(cascade, {
        path,
        code: 'unreachable',
        message: `steps: ${step} is never reached, since ${steps[queue]} always takes it`,
      });
    } else if (steps.indexOf(step) < index) {
      report.warning(cascade, { path, code: 'unreachable', message: `steps: ${step} stands there twice` });
    }
  }
}
