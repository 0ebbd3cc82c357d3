// What a kind is: its shape, what its keys refer to, what is checked across resources, and what it becomes.
// A kind is one folder with a `kind.ts`, and one line in index.ts.
import { z } from 'zod';
import type { Adoption, Diverged, Divergence } from './adopt.ts';
import type { DesiredObject } from './desired.ts';
import type { KindImport } from './importing.ts';
import type { Organisation, Resource } from './resource.ts';
import type { Resolved } from './resolved.ts';
import type { Report } from './report.ts';

/** Name and shape of a kind: the token by which its resources are asked for, typed. */
export interface KindSchema<Spec> {
  readonly name: string;
  readonly schema: z.ZodType<Spec>;
}

/** What a name of the kind looks like. */
export interface NameRule {
  readonly pattern: RegExp;
  /** What it is made of, in words. */
  readonly text: string;
}

export interface Kind<Spec = unknown> extends KindSchema<Spec> {
  readonly names: NameRule;
  /** One or two sentences: what it declares. */
  readonly summary: string;
  /** What it becomes, and what happens when it leaves git; for the reference. */
  readonly becomes: string;
  readonly whenRemoved: string;
  /** A document as a person would write it. */
  readonly example: string;
  /** `crm`: records in the CRM. `runtime`: loops read it from the snapshot. */
  readonly targets: ReadonlySet<'crm' | 'runtime'>;
  /** What must hold between resources, beyond references by name. */
  check?(resources: readonly Resource<Spec>[], organisation: Organisation, report: Report): void;
  materialise?(resource: Resource<Spec>, resolved: Resolved): Iterable<DesiredObject>;
  /**
   * What it takes to say in git what somebody did to its records by hand. Without it, nothing of it can be taken over. Every divergence
   * of the resource is in one of the outcomes.
   */
  adopt?(resource: Resource<Spec>, found: readonly Divergence[], diverged: Diverged, resolved: Resolved): Iterable<Adoption>;
  /** How its records are read out of a CRM, into declarations that become them again. */
  readonly import?: KindImport;
  /** What loops read, where it is not the spec as it stands; `undefined`: nothing. */
  runtime?(resource: Resource<Spec>, resolved: Resolved): unknown;
  /** Resources that are part of what loops read of it: what they name has to be in the org as well. */
  carries?(resource: Resource<Spec>, resolved: Resolved): Iterable<Resource>;
  /** The org's fields that it reads or writes, as `Object.Field__c`. */
  fields?(spec: Spec): Iterable<string>;
  /** Loops do not wait until what it names is in the org: it names the whole tree, and decisions work around what is missing. */
  readonly waitsForNothing?: true;
}

/** Fixes the type of a kind's spec by its schema. */
export function defineSchema<Spec>(name: string, schema: z.ZodType<Spec>): KindSchema<Spec> {
  return { name, schema };
}

/** Which kinds a text refers to. A text of one kind holds a name; of several, `kind/name` in lower case. */
export interface Refers {
  readonly kinds: readonly string[];
  /** No other word may stand there. */
  readonly alone?: true;
}

/** The schemas whose texts are references. References are checked, followed and documented from here alone. */
export const references = z.registry<Refers>();

/** What a text is, where it is more than any text: a date, a duration, a condition. For the reference. */
export const sorts = z.registry<{ readonly name: string }>();
