// A field and who may see it. The flat fields are those of the Tooling API's Metadata; `values` are the API names of a picklist.
import { type FieldValue, linkTo } from '../core.ts';
import type { DesiredObject } from '../desired.ts';
import { declared, record } from '../records.ts';
import type { Resolved } from '../resolved.ts';
import type { Resource } from '../resource.ts';
import type { CustomFieldSpec } from './schema.ts';

/** The permission set by which loopctl itself sees what it declares. */
const OWN_SET = 'loopctl';
/** The running user, whoever that is. */
const ME = '$me';
const NUMERIC = new Set<string>(['Number', 'Currency', 'Percent']);

export function* fieldRecords(field: Resource<CustomFieldSpec>, resolved: Resolved): Generator<DesiredObject> {
  const { spec } = field;
  const name = resolved.crmName('CustomField', field.ref.name);
  const object = name.slice(0, name.indexOf('.'));
  yield record(field, 'CustomField', name, metadata(spec), { onRemove: spec.on_remove });
  yield record(resolved.project, 'PermissionSet', OWN_SET, { Name: OWN_SET, Label: OWN_SET }, { onRemove: 'forget' });
  yield record(
    resolved.project,
    'PermissionSetAssignment',
    `${OWN_SET}/${ME}`,
    { PermissionSetId: linkTo('PermissionSet', OWN_SET), AssigneeId: linkTo('User', ME) },
    { tier: 'assignment', onRemove: 'forget' },
  );
  // Everybody sees a required field: Salesforce refuses permissions on it.
  if (spec.required === true) return;
  const permission = (holder: string, parent: FieldValue, edit: boolean): DesiredObject =>
    record(
      field,
      'FieldPermissions',
      `${holder}/${name}`,
      { ParentId: parent, SobjectType: object, Field: name, PermissionsRead: true, PermissionsEdit: edit },
      { dependsOn: [`CustomField/${name}`], onRemove: 'delete' },
    );
  yield permission(OWN_SET, linkTo('PermissionSet', OWN_SET), true);
  for (const [profile, edit] of profilesOf(spec)) yield permission(`Profile:${profile}`, linkTo('ProfilePermissionSet', profile), edit);
}

function metadata(spec: CustomFieldSpec) {
  const { type } = spec;
  const lines = type === 'LongTextArea' ? 3 : type === 'MultiselectPicklist' ? 4 : undefined;
  return declared({
    label: spec.label,
    type,
    length: spec.length,
    precision: spec.precision ?? (NUMERIC.has(type) ? 18 : undefined),
    scale: spec.scale ?? (NUMERIC.has(type) ? 0 : undefined),
    values: spec.values,
    defaultValue: spec.default === undefined ? (type === 'Checkbox' ? 'false' : undefined) : String(spec.default),
    required: spec.required,
    unique: spec.unique,
    externalId: spec.external_id,
    description: spec.description,
    inlineHelpText: spec.help_text,
    visibleLines: spec.visible_lines ?? lines,
  });
}

/** By profile, whether it may edit: that includes reading. */
function profilesOf({ profiles }: CustomFieldSpec): ReadonlyMap<string, boolean> {
  const rights = new Map<string, boolean>();
  for (const profile of profiles?.read ?? []) rights.set(profile, false);
  for (const profile of profiles?.edit ?? []) rights.set(profile, true);
  return rights;
}
