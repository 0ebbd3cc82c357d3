// Rows of the database as the records of an answer.
import type { Bound } from '../storage/store.ts';
import type { FieldType } from '../schema/field.ts';
import type { Entry, Shape } from './plan.ts';

export interface Answer {
  readonly totalSize: number;
  readonly done: boolean;
  readonly nextRecordsUrl?: string;
  readonly records: readonly RecordOut[];
}

export type Out = string | number | boolean | null | object;
export type RecordOut = Record<string, Out>;

/** `children[i]` holds the answers of the i-th sub-query by the id of the parent. */
export function shapeRows(
  shape: Shape,
  rows: readonly Bound[][],
  base: string,
  children: readonly ReadonlyMap<string, Answer>[],
): RecordOut[] {
  return rows.map((row) => shapeRow(shape, row, base, children));
}

function shapeRow(shape: Shape, row: readonly Bound[], base: string, children: readonly ReadonlyMap<string, Answer>[]): RecordOut {
  const id = shape.id < 0 ? '' : String(row[shape.id]);
  const out: RecordOut = { attributes: shape.id < 0 ? { type: shape.type } : attributes(shape, id, base) };
  for (const entry of shape.entries) out[entry.name] = fill(entry, row, base, id, children);
  return out;
}

function fill(entry: Entry, row: readonly Bound[], base: string, id: string, children: readonly ReadonlyMap<string, Answer>[]): Out {
  if (entry.kind === 'value') return valueOut(entry.type, row[entry.column] ?? null);
  if (entry.kind === 'children') return children[entry.index]?.get(id) ?? null;
  return row[entry.shape.id] === null ? null : shapeRow(entry.shape, row, base, []);
}

/** What one may refer to as any of several has the type `Name`, and the URL of what it is. */
function attributes(shape: Shape, id: string, base: string): { type: string; url: string } {
  return { type: shape.type, url: `${base}/sobjects/${shape.targets?.get(id.slice(0, 3)) ?? shape.type}/${id}` };
}

/** A cell as JSON holds it. */
export function valueOut(type: FieldType, cell: Bound): Out {
  if (cell === null) return type === 'boolean' ? false : null;
  if (type === 'boolean') return cell === 1;
  if (type === 'datetime') return momentText(Number(cell));
  if (type === 'complexvalue') return JSON.parse(String(cell)) as Out;
  return cell;
}

let lastMoment = Number.NaN;
let lastText = '';

/** `2026-11-21T04:00:00.000+0000`. Rows of one answer often share their moments. */
export function momentText(moment: number): string {
  if (moment !== lastMoment) {
    lastMoment = moment;
    lastText = `${new Date(moment).toISOString().slice(0, 23)}+0000`;
  }
  return lastText;
}
