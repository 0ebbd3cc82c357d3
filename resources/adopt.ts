// Taking over into git what somebody changed in the CRM by hand: which edits make the files say what the CRM has. Each kind knows what its
// records mean in its own words; what has no words is refused, with the place and what to do instead.
import type { Address, FieldValue, Fields, Problem, Ref } from './core.ts';
import type { Json } from './edit/print.ts';
import type { Edit } from './edit/value.ts';
import { type Path, pathText, valueAt } from './path.ts';
import type { Resource } from './resource.ts';

/** One difference of which the CRM is right. */
export interface Divergence {
  readonly ref: Ref;
  readonly address: Address;
  /** The CRM's field. Empty: the whole record is gone. */
  readonly field: string;
  readonly live: FieldValue;
}

/** What a kind may know of the CRM beyond its own records. */
export interface Diverged {
  /** The record is gone, and that is taken over. */
  isGone(address: Address): boolean;
  /** The field of the record, where it diverges. */
  find(address: Address, field: string): Divergence | undefined;
  /** Assignments of people to territories that are there, and that nobody declared or applied. */
  readonly newcomers: readonly { readonly address: Address; readonly fields: Fields }[];
}

export type ResourceEdit = Edit | { readonly op: 'drop' };

export interface Placed {
  readonly resource: Resource;
  readonly edit: ResourceEdit;
}

export type Adoption = Adopted | Refused;

export interface Adopted {
  readonly kind: 'adopted';
  readonly of: readonly Divergence[];
  /** None: what it follows says it already. */
  readonly edits: readonly Placed[];
  /** What git says then: `label: "West" → "East"`. */
  readonly says: string;
  /** It is so because these records are gone (addresses as text): it stands or falls with their adoption. */
  readonly follows?: readonly string[];
}

export interface Refused {
  readonly kind: 'refused';
  readonly of: readonly Divergence[];
  readonly problem: Problem;
}

/** What a field of the CRM is in a spec. */
export interface Word {
  /** Into the document: `['spec', 'label']`. */
  readonly path: Path;
  /** The CRM's value in the language's words; `undefined` where it has none for it. */
  readonly read: (live: FieldValue) => Json | undefined;
}

export type Vocabulary = Readonly<Record<string, Word>>;

export function adopted(of: readonly Divergence[], edits: readonly Placed[], says: string, follows?: readonly string[]): Adopted {
  return { kind: 'adopted', of, edits, says, ...(follows !== undefined && { follows }) };
}

/** `path`: where in the document it would have to be said. */
export function refused(
  of: readonly Divergence[],
  resource: Resource,
  path: Path,
  { code, message, hint }: Pick<Problem, 'code' | 'message' | 'hint'>,
): Refused {
  return {
    kind: 'refused',
    of,
    problem: { severity: 'error', code, message, ref: resource.ref, at: resource.at({ path }), ...(hint !== undefined && { hint }) },
  };
}

/** Fields of which each is one value of the spec. */
export function* adoptFields(resource: Resource, found: readonly Divergence[], vocabulary: Vocabulary): Generator<Adoption> {
  for (const divergence of found) {
    const word = vocabulary[divergence.field];
    const value = word?.read(divergence.live);
    if (word === undefined) {
      yield refused([divergence], resource, ['spec'], {
        code: 'no-such-key',
        message: `${divergence.address.type}.${divergence.field} is ${shown(divergence.live)} in the org, and a ${resource.ref.kind} has no key for it`,
        hint: putBack(resource.ref),
      });
    } else if (value === undefined) {
      yield refused([divergence], resource, word.path, {
        code: 'no-such-word',
        message: `${pathText({}, word.path)}: the org has ${shown(divergence.live)}, and the language has no word for that`,
        hint: putBack(resource.ref),
      });
    } else {
      yield adopted([divergence], [setting(resource, word.path, value)], change(resource, word.path, value));
    }
  }
}

/** The document of a resource whose record is gone leaves, and all that went with the record. */
export function dropped(resource: Resource, of: readonly Divergence[]): Adopted {
  return adopted(of, [{ resource, edit: { op: 'drop' } }], 'gone, since it was deleted in the org');
}

export function setting(resource: Resource, path: Path, value: Json): Placed {
  return { resource, edit: { op: 'set', path, value } };
}

export function unsetting(resource: Resource, path: Path): Placed {
  return { resource, edit: { op: 'unset', path } };
}

/** `label: "West" → "East"` */
export function change(resource: Resource, path: Path, after: Json | undefined): string {
  const before = valueAt({ spec: resource.spec }, path);
  return `${pathText({ spec: resource.spec }, path)}: ${shown(before)} → ${shown(after)}`;
}

export function shown(value: unknown): string {
  return value === undefined || value === null || value === '' ? 'nothing' : JSON.stringify(value);
}

export function putBack({ kind, name }: Ref): string {
  return `Put it back as it is declared: loopctl drift --revert ${kind}/${name}`;
}

// ---- words that several kinds share ----

/** A text that must be there. */
export function requiredText(live: FieldValue): string | undefined {
  return typeof live === 'string' && live !== '' ? live : undefined;
}

/** A text, or `null` where the CRM has none: declared empty. */
export function textOrNull(live: FieldValue): string | null | undefined {
  if (live === null || live === '') return null;
  return typeof live === 'string' ? live : undefined;
}

export function wholeNumber(live: FieldValue): number | undefined {
  return typeof live === 'number' && Number.isInteger(live) ? live : undefined;
}

export function yesOrNo(live: FieldValue): boolean | undefined {
  return typeof live === 'boolean' ? live : undefined;
}

/** One of the CRM's values, by the language's word for it. */
export function oneOf(words: Readonly<Record<string, string>>): (live: FieldValue) => string | undefined {
  return (live) => Object.keys(words).find((word) => words[word] === live);
}
