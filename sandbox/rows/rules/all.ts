// The rules of each object that has any.
import type { ObjectRules } from '../work.ts';
import { activityRules } from './activities.ts';
import { crmRules } from './crm.ts';
import { forecastingRules } from './forecasting.ts';
import { peopleRules } from './people.ts';
import { permissionRules } from './permissions.ts';
import { territoryModelRules } from './models.ts';
import { territoryRules } from './territories.ts';

const RULES: Readonly<Record<string, ObjectRules>> = {
  ...crmRules,
  ...activityRules,
  ...peopleRules,
  ...permissionRules,
  ...territoryModelRules,
  ...territoryRules,
  ...forecastingRules,
};
const NONE: ObjectRules = {};

export function rulesOf(object: string): ObjectRules {
  return RULES[object] ?? NONE;
}
