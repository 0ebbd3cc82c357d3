// One edit of one document. The text is spliced where the node stands; what was made is read again, and only what says exactly the wanted
// thing is given back. Where no splice does, the smallest mapping or list around the place is printed anew.
import { isAlias, isMap, isSeq, type Node } from 'yaml';
import { isMapping, type Path, valueAt } from '../path.ts';
import { mayBeAbsent } from '../shape.ts';
import { columnOf, nodesOn, spanOf, splice, startOf } from './places.ts';
import { type Json, printBlock, printLine } from './print.ts';
import { openSource, type Source } from './source.ts';
import { spliced } from './splice.ts';
import { type Edit, edited, meaning } from './value.ts';

/** Nothing where the edit cannot be made without changing something else. */
export function editDocument(text: string, edit: Edit): string | undefined {
  const source = openSource(text);
  if (source === undefined) return undefined;
  const small = steps(source, edit);
  const [only] = small;
  if (small.length === 1 && only !== undefined) return makeStep(source, only);
  let now: string | undefined = text;
  for (const step of small) {
    const next: Source | undefined = now === undefined ? undefined : openSource(now);
    now = next === undefined ? undefined : makeStep(next, step);
  }
  return now;
}

/** A list that gets other values is changed item by item, where those that stay keep their order. */
function steps(source: Source, edit: Edit): readonly Edit[] {
  if (edit.op === 'unset') return [{ ...edit, path: emptied(source, edit.path) }];
  if (edit.op !== 'set' || !Array.isArray(edit.value)) return [edit];
  const [before, after] = [valueAt(source.value, edit.path), edit.value as readonly Json[]];
  if (!Array.isArray(before) || !areDistinct(before) || !areDistinct(after)) return [edit];
  const taken = before.filter((item) => !after.includes(item));
  const stay = before.filter((item) => after.includes(item));
  if (meaning(stay) !== meaning(after.filter((item) => before.includes(item))) || stay.length === 0) return [edit];
  return [
    ...taken.map((item): Edit => ({ op: 'take', path: edit.path, item })),
    ...after.flatMap((item, at): readonly Edit[] => (before.includes(item) ? [] : [{ op: 'put', path: edit.path, at, item }])),
  ];
}

function areDistinct(list: readonly unknown[]): list is readonly string[] {
  return new Set(list).size === list.length && list.every((item) => typeof item !== 'object');
}

/** The key, or the mapping around it that would be left empty and may be left out. */
function emptied({ value, schema }: Source, path: Path): Path {
  const around = path.slice(0, -1);
  const container = valueAt(value, around);
  const isLast = isMapping(container) && Object.keys(container).length === 1;
  return isLast && schema !== undefined && mayBeAbsent(schema, around) ? around : path;
}

function makeStep(source: Source, edit: Edit): string | undefined {
  const wanted = edited(source.value, edit);
  if (wanted === undefined) return undefined;
  const says = meaning(wanted);
  for (const text of attempts(source, edit, wanted)) {
    if (text === undefined) continue;
    const made = openSource(text);
    if (made !== undefined && meaning(made.value) === says) return text;
  }
  return undefined;
}

/** The edit as a splice; then with more and more around it printed anew. The spec as a whole never is. */
function* attempts(source: Source, edit: Edit, wanted: unknown): Generator<string | undefined> {
  yield spliced(source, edit);
  const way = nodesOn(source.document.contents, edit.path);
  if (way.some(isAlias)) return;
  for (let depth = way.length - 1; depth > FEWEST_AROUND; depth -= 1) {
    const node = way[depth];
    const value = valueAt(wanted, edit.path.slice(0, depth));
    if (node !== undefined && value !== undefined)
      yield splice(source.text, spanOf(source.text, node), reprinted(source, node, value as Json));
  }
}

const FEWEST_AROUND = 1;

function reprinted({ text }: Source, node: Node, value: Json): string {
  const isBlock = (isMap(node) || isSeq(node)) && node.flow !== true;
  return isBlock ? printBlock(value, columnOf(text, startOf(node))) : printLine(value, true);
}
