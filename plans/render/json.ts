// A plan for programs. The keys are a public contract: more may come, these stay. Nothing is cut; sensitive values are hidden.
import type { FieldChange, Plan, Step } from '../plan.ts';
import { HIDDEN } from '../show.ts';

/** The plan as `plan -o json` and the HTTP interface give it: without what only an apply needs. */
export function publicPlan(plan: Plan): Readonly<Record<string, unknown>> {
  const {
    formatVersion,
    id,
    commit,
    dirty,
    environment,
    asOf,
    summary,
    steps,
    drift,
    impact,
    holds,
    org,
    calls,
    warnings,
    underWay,
    targeted,
  } = plan;
  return {
    formatVersion,
    id,
    commit,
    dirty,
    environment,
    asOf,
    summary,
    steps: steps.map(publicStep),
    drift,
    impact,
    holds,
    org,
    calls,
    ...(warnings !== undefined && { warnings }),
    ...(underWay !== undefined && { underWay }),
    ...(targeted !== undefined && { targeted }),
  };
}

function publicStep({
  id,
  ref,
  address,
  action,
  phase,
  level,
  dependsOn,
  fields,
  patch,
  why,
  was,
}: Step): Readonly<Record<string, unknown>> {
  const hidden = new Set(
    fields.filter(({ sensitive }) => sensitive === true).map(({ path }) => `/${path.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
  return {
    id,
    ref,
    address,
    action,
    phase,
    level,
    dependsOn,
    fields: fields.map(publicField),
    patch:
      hidden.size === 0
        ? patch
        : patch.map((operation) => ('value' in operation && hidden.has(operation.path) ? { ...operation, value: HIDDEN } : operation)),
    why,
    ...(was !== undefined && { was }),
  };
}

function publicField(field: FieldChange): FieldChange {
  return field.sensitive === true ? { ...field, before: HIDDEN, after: HIDDEN } : field;
}
