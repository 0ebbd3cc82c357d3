// The vocabulary of the schemas: texts, dates, durations, shares, references, conditions. Every kind is written in these words, so
// that one thing looks the same everywhere.
import { z } from 'zod';
import { type Compiled, compileCondition, compileWhen } from './conditions/condition.ts';
import { DURATION } from './duration.ts';
import { references, sorts } from './kind.ts';

export function text(most = 255) {
  return z.string().trim().min(1).max(most);
}

/** A text that a person reads, over several lines if need be. */
export function prose(most = 32_000) {
  return z.string().min(1).max(most);
}

/** `snake_case`, as ids of rules and factors are. */
export const id = () => shaped('word', /^[A-Za-z][A-Za-z0-9_-]*$/, 'a word of letters, digits, _ and -');
/** `kebab-case`, as names of seats, groups and environments are. */
export const slug = () => shaped('word', /^[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*$/, 'a word of letters and digits, joined by - or _');
/** A name of the CRM's: an object or a field, a field of a related record with a dot. */
export const apiName = () =>
  shaped('API name', /^[A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z][A-Za-z0-9_]*)*$/, "a name of the CRM's, like NumberOfEmployees or Score__c");
export const username = () => shaped('username', /^[^@\s,]+@[^@\s,]+$/, 'a username of the CRM, like ae.east1@acme.example');

export const date = () =>
  z.string().refine(isDate, { error: 'a day that exists, like 2027-02-01' }).meta({ format: 'date' }).register(sorts, { name: 'date' });

/** Of what decisions name: `3.1.0`, `v2`. */
export const version = () => z.string().regex(/^v?\d+(?:\.\d+){0,2}(?:[-+.][0-9A-Za-z.-]+)?$/, { error: 'a version like 3.1.0' });

/** `30s`, `15m`, `4h`, `2d`. */
export const duration = () => shaped('duration', DURATION, 'a duration like 30s, 15m, 4h or 2d');
/** Before or after a day: `+2bd` (business days), `-60d`. */
export const due = () => shaped('days from a day', /^[+-]\d+(?:bd|d)$/, 'days from the anchor, like +2bd (business days) or -60d');

export const share = () => z.number().min(0).max(1);
export const percent = () => z.number().min(0).max(100);
export const amount = () => z.number().min(0);
export const points = () => z.int();
export const count = (least = 0) => z.int().min(least);

export function oneOrMany<T extends z.ZodType>(one: T) {
  return z.union([one, z.array(one).min(1)]);
}

/** Both days included; an end that is left out never comes. */
export function span() {
  return z
    .strictObject({
      from: date().optional().describe('The first day.'),
      to: date().optional().describe('The last day.'),
    })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, { error: 'a day on or after from', path: ['to'] });
}

/** The name of a resource of one kind; `queue/general` may be written for `general`. */
export function reference(kind: string) {
  return z
    .string()
    .min(1)
    .transform((written) => bareName(kind, written))
    .register(references, { kinds: [kind] });
}

/** `queue/general` is `general`. A territory's name has slashes itself, so it stays as it is. */
export function bareName(kind: string, written: string): string {
  const prefix = `${kind.toLowerCase()}/`;
  return kind !== 'Territory' && written.startsWith(prefix) ? written.slice(prefix.length) : written;
}

/** One of some words, or a resource of one of several kinds as `kind/name` in lower case. */
export function wordOrReference(words: readonly string[], kinds: readonly string[]) {
  const prefixes = kinds.map((kind) => `${kind.toLowerCase()}/`);
  const shape = [...words, ...prefixes.map((prefix) => `${prefix}NAME`)].join(', ');
  const pattern = new RegExp(`^(?:${[...words, ...prefixes.map((prefix) => `${prefix}.+`)].join('|')})$`);
  return z
    .string()
    .regex(pattern, { error: `one of ${shape}` })
    .register(references, { kinds });
}

/** Tests one value: `">= 1000"`. */
export const condition = () => compiled(compileCondition);
/** Tests a record: `"grade == A and not territory.exists"`. */
export const when = () => compiled(compileWhen);

function compiled(compile: (text: string) => Compiled) {
  return z
    .string()
    .superRefine((written, context) => {
      const result = compile(written);
      if (result.ok) return;
      const { code, message, offset, hint } = result.problem;
      context.addIssue({ code: 'custom', message, input: written, params: { code, offset, hint } });
    })
    .register(sorts, { name: 'condition' });
}

function shaped(name: string, pattern: RegExp, what: string) {
  return z.string().regex(pattern, { error: what }).register(sorts, { name });
}

export function isDate(written: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written)) return false;
  const day = new Date(`${written}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(written);
}
