// What a client sends for a field, as the cell that is stored; or the trouble with it. Numbers may come as text: the Salesforce CLI and
// CSV send them so.
import { isTimeZone } from '../calendar.ts';
import { normalizeId } from '../ids.ts';
import type { Trouble } from '../refusal.ts';
import { type Cell, type Field, isTextual } from '../schema/field.ts';
import type { Schema } from '../schema/schema.ts';
import { plainText } from '../text.ts';

export type Checked = { readonly cell: Cell } | { readonly trouble: Trouble };

export function cellOf(schema: Schema, field: Field, value: unknown): Checked {
  if (value === null || value === undefined || value === '') return { cell: field.type === 'boolean' ? 0 : null };
  if (field.type === 'complexvalue') return { cell: JSON.stringify(value) };
  if (isTextual(field.type)) return textCell(field, value);
  switch (field.type) {
    case 'boolean':
      return booleanCell(field, value);
    case 'int':
    case 'double':
    case 'currency':
    case 'percent':
      return numberCell(field, value);
    case 'date':
      return dateCell(field, value);
    case 'datetime':
      return momentCell(field, value);
    default:
      return idCell(schema, field, value);
  }
}

function trouble(code: string, field: Field, message: string): Checked {
  return { trouble: { code, message, fields: [field.name] } };
}

function unreadable(field: Field, value: unknown): Checked {
  const given =
    typeof value === 'object'
      ? 'START_OBJECT'
      : `${typeof value === 'string' ? 'VALUE_STRING' : `VALUE_${typeof value}`.toUpperCase()} value ${plainText(value)}`;
  return trouble('JSON_PARSER_ERROR', field, `Cannot deserialize instance of ${field.type} from ${given} for field ${field.name}`);
}

// ---- text ----

const EMAIL = /^[^\s@<>()[\]\\,;:"]+@[^\s@<>()[\]\\,;:"]+\.[A-Za-z0-9-]{2,}$/;

function textCell(field: Field, value: unknown): Checked {
  if (typeof value !== 'string') return unreadable(field, value);
  const text = value.trim();
  if (text === '') return { cell: null };
  if (field.length > 0 && text.length > field.length) {
    return trouble('STRING_TOO_LONG', field, `${field.label}: data value too large: ${text} (max length=${field.length})`);
  }
  if (field.type === 'email' && !EMAIL.test(text))
    return trouble('INVALID_EMAIL_ADDRESS', field, `${field.label}: invalid email address: ${text}`);
  if (field.name === 'TimeZoneSidKey' && !isTimeZone(text)) return badPick(field, text);
  return field.type === 'picklist' || field.type === 'multipicklist' ? pickCell(field, text) : { cell: text };
}

/** The value as the list spells it, whatever its case; a list that is not restricted takes others too. */
function pickCell(field: Field, text: string): Checked {
  const parts = field.type === 'multipicklist' ? text.split(';').map((part) => part.trim()) : [text];
  const meant: string[] = [];
  for (const part of parts) {
    const known = field.values.find(({ value }) => value.toLowerCase() === part.toLowerCase());
    if (!known && field.restricted) return badPick(field, part);
    meant.push(known?.value ?? part);
  }
  return { cell: meant.join(';') };
}

function badPick(field: Field, text: string): Checked {
  return trouble('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', field, `${field.label}: bad value for restricted picklist field: ${text}`);
}

// ---- the others ----

function booleanCell(field: Field, value: unknown): Checked {
  if (value === true || value === 'true' || value === 'TRUE' || value === '1') return { cell: 1 };
  if (value === false || value === 'false' || value === 'FALSE' || value === '0') return { cell: 0 };
  return unreadable(field, value);
}

function numberCell(field: Field, value: unknown): Checked {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'string' && /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/.test(value)
        ? Number(value)
        : Number.NaN;
  if (!Number.isFinite(number)) return unreadable(field, value);
  if (field.type === 'int') {
    if (!Number.isInteger(number)) return unreadable(field, value);
    return Math.abs(number) > 2_147_483_647 ? tooLarge(field, number) : { cell: number };
  }
  const whole = field.precision - field.scale;
  if (field.type !== 'percent' && whole > 0 && Math.abs(number) >= 10 ** whole) return tooLarge(field, number);
  return { cell: field.custom ? rounded(number, field.scale) : number };
}

function tooLarge(field: Field, number: number): Checked {
  return trouble('NUMBER_OUTSIDE_VALID_RANGE', field, `${field.label}: value outside of valid range on numeric field: ${number}`);
}

/** Half away from zero, on the decimal digits that were sent: 1.005 at two places is 1.01. */
function rounded(number: number, scale: number): number {
  const [mantissa = '0', exponent = '0'] = String(Math.abs(number)).split('e');
  const up = Math.round(Number(`${mantissa}e${Number(exponent) + scale}`));
  return Math.sign(number) * Number(`${up}e-${scale}`);
}

function dateCell(field: Field, value: unknown): Checked {
  const text = typeof value === 'string' ? /^(\d{4}-\d\d-\d\d)$/.exec(value.trim())?.[1] : undefined;
  if (text === undefined || !isDay(text)) return unreadable(field, value);
  return { cell: text };
}

/** 2031-02-30 would roll over into March. */
function isDay(text: string): boolean {
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text);
}

const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/;

function momentCell(field: Field, value: unknown): Checked {
  const found = typeof value === 'string' ? MOMENT.exec(value.trim()) : null;
  const moment = found && isDay(found[1] ?? '') ? Date.parse(found[0].replace(/([+-]\d\d)(\d\d)$/, '$1:$2')) : Number.NaN;
  return Number.isNaN(moment) ? unreadable(field, value) : { cell: Math.floor(moment / 1000) * 1000 };
}

/** An id of the wrong object is told from one that nobody has: only the first can be seen without looking. */
function idCell(schema: Schema, field: Field, value: unknown): Checked {
  if (typeof value !== 'string') return unreadable(field, value);
  const id = normalizeId(value.trim());
  const wanted = field.refersTo.map((name) => schema.object(name)?.prefix);
  if (id === undefined || !wanted.includes(id.slice(0, 3)))
    return trouble('MALFORMED_ID', field, `${field.label}: id value of incorrect type: ${value}`);
  return { cell: id };
}
