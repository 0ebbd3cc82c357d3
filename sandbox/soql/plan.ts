// What a query has become before it is run: SQL, and how its rows are shaped into records.
import type { Caller } from '../access/caller.ts';
import type { Org } from '../org.ts';
import type { Field, FieldType } from '../schema/field.ts';
import type { ObjectType } from '../schema/object.ts';
import type { Sql } from '../storage/sql.ts';

/** How one place of an answer is filled. */
export type Entry =
  | {
      readonly kind: 'value';
      readonly name: string;
      readonly column: number;
      readonly type: FieldType;
      readonly field: Field;
      readonly aggregate: boolean;
      /** What was asked for, where that is no field: `sum(Amount)`. */
      readonly asked: string;
    }
  | { readonly kind: 'parent'; readonly name: string; readonly shape: Shape }
  | { readonly kind: 'children'; readonly name: string; readonly index: number };

export interface Shape {
  /** Of what is there: the object, or `Name` where a row may refer to several. */
  readonly type: string;
  /** Column of the id; -1 in rows of aggregates. */
  readonly id: number;
  readonly entries: Entry[];
  /** Where a row may refer to several objects: which, by key prefix. */
  readonly targets?: ReadonlyMap<string, string>;
}

export interface Compiled {
  readonly object: ObjectType;
  readonly kind: 'rows' | 'count' | 'groups';
  readonly columns: readonly string[];
  /** `"Account" t0`, then its joins. */
  readonly table: string;
  readonly joins: string;
  readonly alias: string;
  readonly where: Sql;
  readonly tail: Sql;
  readonly order: string;
  readonly limit: number | null;
  readonly offset: number | null;
  readonly shape: Shape;
  readonly children: readonly ChildQuery[];
}

export interface ChildQuery {
  readonly query: Compiled;
  /** Column of the child row that holds the parent's id. */
  readonly parentColumn: number;
  /** As SQL, for the choice of the children of a page. */
  readonly reference: string;
}

export interface Setting {
  readonly org: Org;
  readonly caller: Caller;
  /** Deleted rows too: queryAll. */
  readonly all: boolean;
  readonly tooling: boolean;
}
