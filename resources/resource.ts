// A declared resource, and all of them together.
import type { Origin, Ref } from './core.ts';
import type { KindSchema } from './kind.ts';
import type { Place } from './positions.ts';

export interface Metadata {
  readonly name: string;
  readonly owner?: string | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface Resource<Spec = unknown> {
  readonly ref: Ref;
  readonly metadata: Metadata;
  /** As written, with defaults filled in. */
  readonly spec: Spec;
  /** The first line of its document. */
  readonly origin: Origin;
  /** Where a path of the document stands: `['spec', 'roster', 3, 'territory']`. The first question about a file reads it again. */
  at(place: Place): Origin;
  /** The last line of its document. */
  lastLine(): number;
}

export interface Organisation {
  /** By `Kind/name`, in the order of files and of documents in them. */
  readonly resources: ReadonlyMap<string, Resource>;
  all<Spec>(kind: KindSchema<Spec>): readonly Resource<Spec>[];
  get<Spec>(kind: KindSchema<Spec>, name: string): Resource<Spec> | undefined;
  /** Names of a kind that are declared, by resources that could not be read too. */
  names(kind: string): ReadonlySet<string>;
  /** False: a resource of the kind could not be read, so what it would declare is not known. */
  complete(kind: string): boolean;
}
