// All objects of the org, found by name or by key prefix; custom fields come and go while it runs.
import { activityObjects } from './activities.ts';
import { crmObjects } from './crm.ts';
import type { Field, OnDelete } from './field.ts';
import type { ObjectType } from './object.ts';
import { peopleObjects } from './people.ts';
import { platformObjects } from './platform.ts';
import { territoryObjects } from './territory.ts';

export interface ChildLink {
  readonly child: ObjectType;
  readonly field: Field;
  readonly name: string | null;
  readonly onDelete: OnDelete;
}

export interface Schema {
  readonly objects: readonly ObjectType[];
  /** Grows with every change of a definition: what was compiled before is stale. */
  readonly revision: () => number;
  object(name: string): ObjectType | undefined;
  /** The object of an id; several tables of statuses share a prefix, of which nothing refers to any. */
  objectOfId(id: string): ObjectType | undefined;
  childLinks(object: ObjectType): readonly ChildLink[];
  putField(object: ObjectType, field: Field): void;
  dropField(object: ObjectType, name: string): void;
}

export function createSchema(): Schema {
  // Each org has its own copy: custom fields of one are none of another in the same process.
  const objects = [...crmObjects, ...activityObjects, ...peopleObjects, ...territoryObjects, ...platformObjects].map((object) => ({
    ...object,
    fields: new Map(object.fields),
  }));
  const byName = new Map(objects.map((object) => [object.name.toLowerCase(), object]));
  const byPrefix = new Map(objects.map((object) => [object.prefix, object]));
  let links = new Map<string, ChildLink[]>();
  let revision = 0;
  const changed = () => {
    revision += 1;
    links = new Map();
  };

  return {
    objects,
    revision: () => revision,
    object: (name) => byName.get(name.toLowerCase()),
    objectOfId: (id) => byPrefix.get(id.slice(0, 3)),
    childLinks(object) {
      const known = links.get(object.name);
      if (known) return known;
      const found = objects.flatMap((child) => linksTo(object, child));
      links.set(object.name, found);
      return found;
    },
    putField(object, field) {
      object.fields.set(field.name.toLowerCase(), field);
      changed();
    },
    dropField(object, name) {
      object.fields.delete(name.toLowerCase());
      changed();
    },
  };
}

export function fieldOf(object: ObjectType, name: string): Field | undefined {
  return object.fields.get(name.toLowerCase());
}

function linksTo(parent: ObjectType, child: ObjectType): ChildLink[] {
  return [...child.fields.values()]
    .filter((field) => field.refersTo.includes(parent.name))
    .map((field) => ({ child, field, name: field.children, onDelete: field.onDelete }));
}
