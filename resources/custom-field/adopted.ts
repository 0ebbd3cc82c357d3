// A field that was changed by hand: what it is, and who may see it.
import {
  type Adoption,
  adopted,
  adoptFields,
  type Divergence,
  dropped,
  type Placed,
  putBack,
  refused,
  requiredText,
  setting,
  textOrNull,
  unsetting,
  type Vocabulary,
  wholeNumber,
  yesOrNo,
} from '../adopt.ts';
import type { FieldValue } from '../core.ts';
import type { Resource } from '../resource.ts';
import { type CustomFieldSpec, FIELD_TYPES } from './schema.ts';

type FieldResource = Resource<CustomFieldSpec>;

const VOCABULARY: Vocabulary = {
  label: { path: ['spec', 'label'], read: requiredText },
  type: { path: ['spec', 'type'], read: (live) => FIELD_TYPES.find((type) => type === live) },
  length: { path: ['spec', 'length'], read: wholeNumber },
  precision: { path: ['spec', 'precision'], read: wholeNumber },
  scale: { path: ['spec', 'scale'], read: wholeNumber },
  values: { path: ['spec', 'values'], read: listOfTexts },
  required: { path: ['spec', 'required'], read: yesOrNo },
  unique: { path: ['spec', 'unique'], read: yesOrNo },
  externalId: { path: ['spec', 'external_id'], read: yesOrNo },
  description: { path: ['spec', 'description'], read: textOrNull },
  inlineHelpText: { path: ['spec', 'help_text'], read: textOrNull },
  visibleLines: { path: ['spec', 'visible_lines'], read: wholeNumber },
};

export function* adoptField(field: FieldResource, found: readonly Divergence[]): Generator<Adoption> {
  if (found.some(({ address, field: name }) => address.type === 'CustomField' && name === '')) {
    yield dropped(field, found);
    return;
  }
  const isRight = ({ address }: Divergence) => address.type === 'FieldPermissions';
  const rights = found.filter(isRight);
  const definition = found.filter((one) => !isRight(one));
  const [first] = definition.filter(({ field: name }) => name === 'defaultValue');
  if (first !== undefined) yield adoptDefault(field, first);
  yield* adoptFields(
    field,
    definition.filter((one) => one !== first),
    VOCABULARY,
  );
  yield* adoptRights(field, rights);
}

/** A formula, but for a Checkbox: that begins with true or false. */
function adoptDefault(field: FieldResource, one: Divergence): Adoption {
  const path = ['spec', 'default'];
  const live = typeof one.live === 'object' || one.live === '' ? undefined : String(one.live);
  const value = field.spec.type === 'Checkbox' ? live === 'true' : live;
  const edit = value === undefined ? unsetting(field, path) : setting(field, path, value);
  return adopted([one], [edit], `default: ${value === undefined ? 'not declared any more' : JSON.stringify(value)}`);
}

function* adoptRights(field: FieldResource, rights: readonly Divergence[]): Generator<Adoption> {
  const own = rights.filter(({ address }) => profileOf(address.key) === undefined);
  if (own.length > 0) {
    yield refused(own, field, ['metadata', 'name'], {
      code: 'own-permissions',
      message: "loopctl's own permission on the field was changed in the org, and without it the field is not to be seen",
      hint: putBack(field.ref),
    });
  }
  const ofProfiles = rights.filter((one) => !own.includes(one));
  if (ofProfiles.length > 0) yield adoptProfiles(field, ofProfiles);
}

function adoptProfiles(field: FieldResource, rights: readonly Divergence[]): Adoption {
  const { read = [], edit = [] } = field.spec.profiles ?? {};
  // Who may edit may read, whatever list it stands in.
  const may = new Map([...read.map((profile) => [profile, 'read'] as const), ...edit.map((profile) => [profile, 'edit'] as const)]);
  const says: string[] = [];
  for (const { address, field: name, live } of rights) {
    const profile = profileOf(address.key) ?? '';
    if (name === '' || (name === 'PermissionsRead' && live !== true)) may.delete(profile);
    else if (name === 'PermissionsEdit' && may.has(profile)) may.set(profile, live === true ? 'edit' : 'read');
    says.push(`${profile}: ${may.get(profile) ?? 'not at all'}`);
  }
  const edits = (['read', 'edit'] as const).flatMap((right) =>
    listEdit(field, right, field.spec.profiles?.[right] ?? [], namesWith(may, right)),
  );
  return adopted(rights, edits, `profiles: ${[...new Set(says)].join(', ')}`);
}

function namesWith(may: ReadonlyMap<string, 'read' | 'edit'>, right: 'read' | 'edit'): readonly string[] {
  return [...may].filter(([, has]) => has === right).map(([profile]) => profile);
}

function listEdit(field: FieldResource, right: 'read' | 'edit', before: readonly string[], after: readonly string[]): readonly Placed[] {
  const path = ['spec', 'profiles', right];
  const stay = before.filter((profile) => after.includes(profile));
  const list = [...stay, ...after.filter((profile) => !before.includes(profile))];
  if (JSON.stringify(list) === JSON.stringify(before)) return [];
  return [list.length === 0 ? unsetting(field, path) : setting(field, path, list)];
}

/** `Profile:Standard User/Lead.Score__c` → `Standard User`; nothing for a permission set. */
function profileOf(key: string): string | undefined {
  return /^Profile:(.*)\/[^/]*$/s.exec(key)?.[1];
}

function listOfTexts(live: FieldValue): readonly string[] | undefined {
  return Array.isArray(live) && live.length > 0 ? live.map(String) : undefined;
}
