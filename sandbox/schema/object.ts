// What an object is. The definitions beside this file are data; nothing here knows a particular object.
import { type Field, defaultsTo, field, flag, lookup, moment, readOnly, required } from './field.ts';
import type { Permission } from './permissions.ts';

/** Which rows of an object a caller without "View All Data" may see. The rules themselves are in access/sharing.ts. */
export type Sharing = 'everyone' | 'owner' | 'contact' | 'activity' | 'active-model' | { readonly parent: string };

export interface ObjectType {
  readonly name: string;
  readonly label: string;
  readonly plural: string;
  readonly prefix: string | null;
  readonly createable: boolean;
  readonly updateable: boolean;
  readonly deletable: boolean;
  /** A set-up object: never in one transaction with others (mixed DML). */
  readonly setup: boolean;
  /** Deleted rows stay, marked, until the recycle bin is emptied. */
  readonly recycled: boolean;
  /** Answers getUpdated and getDeleted. */
  readonly replicateable: boolean;
  readonly api: 'data' | 'tooling' | 'both';
  /** The permission that writing takes, by its column on PermissionSet; none for CRM data. */
  readonly writePermission: Permission | null;
  readonly sharing: Sharing;
  /** Fields that together are no row's twice. */
  readonly keys: readonly (readonly string[])[];
  /** By name in lower case: names are not case-sensitive anywhere in the API. */
  readonly fields: Map<string, Field>;
}

export interface ObjectSpec {
  readonly prefix: string | null;
  readonly plural?: string;
  readonly label?: string;
  /** Any of `c`, `u`, `d`; reading goes without saying. */
  readonly writes?: string;
  readonly setup?: boolean;
  readonly recycled?: boolean;
  readonly replicateable?: boolean;
  readonly api?: ObjectType['api'];
  readonly writePermission?: Permission;
  readonly sharing?: Sharing;
  readonly keys?: readonly (readonly string[])[];
}

export function define(name: string, spec: ObjectSpec, fields: readonly Field[]): ObjectType {
  const label = spec.label ?? name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  const writes = spec.writes ?? 'cud';
  const recycled = spec.recycled ?? false;
  const all = [field('Id', 'id', readOnly, required, defaultsTo(null), { length: 18, label: `${label} ID`, idLookup: true }), ...fields];
  if (recycled) all.push(flag('IsDeleted', readOnly));
  return {
    name,
    label,
    plural: spec.plural ?? `${label}s`,
    prefix: spec.prefix,
    createable: writes.includes('c'),
    updateable: writes.includes('u'),
    deletable: writes.includes('d'),
    setup: spec.setup ?? false,
    recycled,
    replicateable: spec.replicateable ?? recycled,
    api: spec.api ?? 'data',
    writePermission: spec.writePermission ?? null,
    sharing: spec.sharing ?? 'everyone',
    keys: spec.keys ?? [],
    fields: new Map(all.map((entry) => [entry.name.toLowerCase(), entry])),
  };
}

const user = (name: string) => lookup(name, 'User', readOnly, required, defaultsTo(null));
const when = (name: string) => moment(name, readOnly, required, defaultsTo(null));

/** Created, changed, touched by the system: what most objects have. */
export function audit(): Field[] {
  return [when('CreatedDate'), user('CreatedById'), ...changes()];
}

/** Objects of set-up that know who changed them last, but not who made them. */
export function changes(): Field[] {
  return [when('LastModifiedDate'), user('LastModifiedById'), when('SystemModstamp')];
}

export function created(): Field[] {
  return [when('CreatedDate'), user('CreatedById'), when('SystemModstamp')];
}

export function stamp(): Field {
  return when('SystemModstamp');
}

export function owner(to: string | readonly string[] = 'User'): Field {
  return lookup('OwnerId', to, required, defaultsTo(null));
}
