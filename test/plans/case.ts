// Reads the case files: declared, inventory, live → want. Written short, so that a case fits on a screen:
// `standing` is on all three sides; `-> Type/key` is a link; keys with `$` say what is not a field.
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { CompareInput } from '../../plans/compare.ts';
import type { CrmTypes, InventoryEntry, LiveObject } from '../../plans/plan.ts';
import { policyReverts } from '../../plans/three-way.ts';
import { type FieldValue, type Fields, parseAddress, parseRef, refText } from '../../resources/core.ts';
import type { DesiredObject, OnRemove, Tier } from '../../resources/desired.ts';

export interface Case {
  readonly file: string;
  readonly name: string;
  readonly input: CompareInput;
  readonly want: Want;
}

export interface Want {
  readonly steps?: readonly string[];
  readonly waits?: Readonly<Record<string, readonly string[]>>;
  readonly holds?: readonly string[];
  /** Parts that the message of a hold must have, by its code. */
  readonly says?: Readonly<Record<string, readonly string[]>>;
  readonly drift?: readonly string[];
  readonly settled?: readonly string[];
  readonly underWay?: readonly string[];
  readonly unchanged?: number;
  /** Parts of the reason of a step. */
  readonly why?: Readonly<Record<string, string>>;
}

export const TYPES: CrmTypes = {
  User: { createOnly: [], updateable: false, external: true },
  Profile: { createOnly: [], updateable: false, external: true },
  Territory2Model: { createOnly: [], updateable: true, holdsData: true },
  Territory2Type: { createOnly: [], updateable: true, unique: ['Priority'] },
  Territory2: { createOnly: ['Territory2ModelId'], updateable: true },
  UserTerritory2Association: { createOnly: ['UserId', 'Territory2Id'], updateable: true },
  Group: { createOnly: ['Type'], updateable: true },
  QueueSobject: { createOnly: ['QueueId', 'SobjectType'], updateable: false },
  GroupMember: { createOnly: ['GroupId', 'UserOrGroupId'], updateable: false },
  CustomField: { createOnly: ['type'], updateable: true, holdsData: true, batch: 1 },
  PermissionSet: { createOnly: [], updateable: true },
  PermissionSetAssignment: { createOnly: ['PermissionSetId', 'AssigneeId'], updateable: false },
  FieldPermissions: { createOnly: ['ParentId', 'Field'], updateable: true },
  Credential: { createOnly: [], updateable: true, sensitive: ['Secret'] },
};

const KINDS: Readonly<Record<string, string>> = {
  Territory2Model: 'TerritoryModel',
  Territory2Type: 'TerritoryType',
  Territory2: 'Territory',
  UserTerritory2Association: 'Scenario',
  Group: 'Queue',
  QueueSobject: 'Queue',
  GroupMember: 'Queue',
  FieldPermissions: 'CustomField',
};
const ASSIGNMENTS = new Set(['UserTerritory2Association', 'QueueSobject', 'GroupMember', 'FieldPermissions', 'PermissionSetAssignment']);

type Written = Readonly<Record<string, unknown>>;
type Records = Readonly<Record<string, Written | null>>;

export interface CaseText {
  readonly name: string;
  readonly standing?: Records;
  readonly declared?: Records;
  readonly inventory?: Records;
  readonly live?: Records;
  readonly options?: {
    readonly adoption?: 'hold' | 'allow';
    readonly policy?: Readonly<Record<string, 'alert' | 'revert' | 'ignore'>>;
    readonly reverts?: readonly string[];
    readonly renames?: readonly (readonly [string, string])[];
  };
  readonly want?: Want;
}

export function readCases(): readonly Case[] {
  const folder = join(import.meta.dirname, 'cases');
  const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
  return files.sort().flatMap((file) => readCaseFile(join(folder, file)));
}

export function readCaseFile(path: string): readonly Case[] {
  const texts = parse(readFileSync(path, 'utf8')) as readonly CaseText[];
  return texts.map((text) => ({ file: basename(path), name: text.name, input: inputOf(text), want: text.want ?? {} }));
}

export function inputOf({ standing = {}, declared = {}, inventory = {}, live = {}, options = {} }: Omit<CaseText, 'name'>): CompareInput {
  const side = (own: Records) =>
    Object.entries({ ...standing, ...own }).flatMap(([key, written]) => (written === null ? [] : [{ key, written }]));
  const { adoption = 'hold', policy = {}, reverts = [], renames = [] } = options;
  return {
    desired: side(declared)
      .filter(({ key }) => TYPES[parseAddress(key).type]?.external !== true)
      .map(({ key, written }, at) => desiredOf(key, written, at)),
    inventory: side(inventory)
      .filter(({ key }) => TYPES[parseAddress(key).type]?.external !== true)
      .map(({ key, written }, at) => entryOf(key, written, at)),
    live: side(live).map(({ key, written }) => liveOf(key, written)),
    types: TYPES,
    adoption,
    driftPolicy: (kind) => policy[kind] ?? 'alert',
    reverts: (drift) => policyReverts(drift) || reverts.includes(refText(drift.ref)),
    renames: renames.map(([from, to]) => ({ from: parseAddress(from), to: parseAddress(to) })),
  };
}

function desiredOf(key: string, written: Written, at: number): DesiredObject {
  const address = parseAddress(key);
  const late = written['$late'] as Written | undefined;
  const label = written['$label'] as string | undefined;
  return {
    address,
    ref: refOf(key, written),
    ...(label !== undefined && { label }),
    origin: { path: `design/${address.type}.yaml`, line: (written['$line'] as number | undefined) ?? at + 1, column: 1 },
    tier: tierOf(address.type),
    fields: fieldsOf(written),
    ...(late !== undefined && {
      late: { fields: fieldsOf(late), born: bornOf(late), after: (written['$after'] as string[] | undefined) ?? [] },
    }),
    dependsOn: (written['$needs'] as string[] | undefined) ?? [],
    onRemove: (written['$remove'] as OnRemove | undefined) ?? 'delete',
    protect: written['$protect'] === true,
  };
}

function bornOf(late: Written): Fields {
  return 'State' in late ? { State: 'Planning' } : {};
}

function entryOf(key: string, written: Written, at: number): InventoryEntry {
  const { address, ref, tier, fields, late, dependsOn, onRemove, protect } = desiredOf(key, written, at);
  const adopted = written['$adopted'] === true || written['$adopted'] === 'untouched';
  return {
    address,
    id: (written['$id'] as string | undefined) ?? `id of ${key}`,
    ref,
    tier,
    fields: { ...fields, ...late?.fields },
    dependsOn,
    onRemove,
    protect,
    adopted,
    written: written['$adopted'] !== 'untouched',
  };
}

function liveOf(key: string, written: Written): LiveObject {
  const by = written['$by'] as string | undefined;
  return {
    address: parseAddress(key),
    id: (written['$id'] as string | undefined) ?? `id of ${key}`,
    fields: { ...fieldsOf(written), ...fieldsOf((written['$late'] as Written | undefined) ?? {}) },
    ...(by !== undefined && { by, at: '2026-11-20T10:00:00Z' }),
  };
}

function refOf(key: string, written: Written) {
  const { type, key: name } = parseAddress(key);
  const kind = KINDS[type] ?? type;
  const own = kind === 'Queue' ? name.slice(0, name.indexOf('/') < 0 ? undefined : name.indexOf('/')) : kind === 'Scenario' ? 'fy27' : name;
  const ref = parseRef((written['$ref'] as string | undefined) ?? `${kind}/${own}`);
  if (ref === undefined) throw new Error(`no ref: ${key}`);
  return ref;
}

function tierOf(type: string): Tier {
  return ASSIGNMENTS.has(type) ? 'assignment' : 'structure';
}

function fieldsOf(written: Written): Fields {
  const fields: Record<string, FieldValue> = {};
  for (const [path, value] of Object.entries(written)) {
    if (path.startsWith('$')) continue;
    fields[path] = typeof value === 'string' && value.startsWith('-> ') ? { link: value.slice(3) } : (value as FieldValue);
  }
  return fields;
}
