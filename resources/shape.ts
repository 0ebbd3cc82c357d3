// What a schema looks like inside: its keys at a path, their descriptions, the references in it.
import type { z } from 'zod';
import type { Path } from './path.ts';
import { references, type Refers } from './kind.ts';

/** Stands for every row of a list and every value of a map. */
export const EACH = Symbol('each');
export type ShapePath = readonly (string | typeof EACH)[];

/** Where references stand in values of a schema, and to what. */
export interface ReferencePlace extends Refers {
  readonly path: ShapePath;
}

export function referencePlaces(schema: z.ZodType): readonly ReferencePlace[] {
  return [...walk(schema, [])];
}

function* walk(schema: z.ZodType, path: ShapePath): Generator<ReferencePlace> {
  const refers = references.get(schema);
  if (refers !== undefined) {
    yield { path, kinds: refers.kinds };
    return;
  }
  const inner = wrapped(schema);
  if (inner !== undefined) yield* walk(inner, path);
  for (const option of optionsOf(schema)) yield* walk(option, path);
  const row = rowOf(schema);
  if (row !== undefined) yield* walk(row, [...path, EACH]);
  for (const [key, value] of Object.entries(shapeOf(schema))) yield* walk(value, [...path, key]);
}

/** The keys that a mapping at the path may have; none where there is no mapping of known keys. */
export function keysAt(schema: z.ZodType, path: Path): readonly string[] {
  return [...new Set(schemasAt(schema, path).flatMap((found) => Object.keys(shapeOf(found))))];
}

export function descriptionAt(schema: z.ZodType, path: Path): string | undefined {
  const [last] = path.slice(-1);
  if (typeof last !== 'string') return undefined;
  for (const parent of schemasAt(schema, path.slice(0, -1))) {
    const described = shapeOf(parent)[last]?.description;
    if (described !== undefined) return described;
  }
  return undefined;
}

/** A key that may be left out. Rows of a list may not: the others would move up. */
export function mayBeAbsent(schema: z.ZodType, path: Path): boolean {
  const [last] = path.slice(-1);
  if (typeof last !== 'string') return false;
  return schemasAt(schema, path.slice(0, -1)).some((parent) => shapeOf(parent)[last]?.safeParse(undefined).success === true);
}

/** The schema of a text at the path; nothing where no text is wanted. */
export function textSchemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return schemasAt(schema, path).find((found) => definition(found).type === 'string');
}

/** The schemas that a value at the path may have: several where a choice is on the way. Wrappers are taken off. */
function schemasAt(schema: z.ZodType, path: Path): readonly z.ZodType[] {
  const [first, ...rest] = path;
  const here = unwrapped(schema);
  if (first === undefined) return here;
  return here.flatMap((found) => {
    const next = typeof first === 'number' ? rowOf(found) : (shapeOf(found)[first] ?? rowOf(found));
    return next === undefined ? [] : schemasAt(next, rest);
  });
}

function unwrapped(schema: z.ZodType): readonly z.ZodType[] {
  const inner = wrapped(schema);
  if (inner !== undefined) return unwrapped(inner);
  const options = optionsOf(schema);
  return options.length > 0 ? options.flatMap(unwrapped) : [schema];
}

/** The parts of a definition that are of interest here, whatever its type. */
interface Definition {
  readonly type: string;
  readonly innerType?: z.ZodType;
  readonly in?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly shape?: Readonly<Record<string, z.ZodType>>;
}

function definition(schema: z.ZodType): Definition {
  return schema.def;
}

/**
 * What is inside of an optional, a default or a transformation.
 * @public the reference is made with it
 */
export function wrapped(schema: z.ZodType): z.ZodType | undefined {
  const { innerType, in: input } = definition(schema);
  return innerType ?? input;
}

/**
 * What a value may be, where there is a choice.
 * @public the reference is made with it
 */
export function optionsOf(schema: z.ZodType): readonly z.ZodType[] {
  return definition(schema).options ?? [];
}

/**
 * What a row of a list, or a value of a map, looks like.
 * @public the reference is made with it
 */
export function rowOf(schema: z.ZodType): z.ZodType | undefined {
  const { element, valueType } = definition(schema);
  return element ?? valueType;
}

/**
 * What sort of value it is, in zod's words.
 * @public the reference is made with it
 */
export function typeOf(schema: z.ZodType): string {
  return definition(schema).type;
}

/**
 * The keys of the mapping that a schema is, whatever is wrapped around it.
 * @public the reference is made with it
 */
export function describedShape(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  const [found] = unwrapped(schema);
  return found === undefined ? {} : shapeOf(found);
}

/**
 * The keys of a mapping.
 * @public the reference is made with it
 */
export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> {
  return definition(schema).shape ?? {};
}
