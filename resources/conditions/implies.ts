// Does one condition hold wherever another one does? Answered only where it is certain: `false` means "cannot tell". This is how a rule
// that can never be reached is found.
//
// It looks at what makes each true, so that missing values and lists need no thought: a positive test on a list is true when it is
// true of an element, and then so is every test that follows from it.
import type { Expression, Item, ListWord, NumberTest, Test } from './ast.ts';
import { asNumberTest, intervalOf, type Interval, isNumeric } from './intervals.ts';
import { compareExact, exactNumber, fold, wordLine } from './text.ts';

/** Wherever `narrow` is true, `wide` is true. */
export function implies(narrow: Expression, wide: Expression): boolean {
  if (same(narrow, wide)) return true;
  if (narrow.kind === 'or') return narrow.parts.every((part) => implies(part, wide));
  if (wide.kind === 'and') return wide.parts.every((part) => implies(narrow, part));
  if (wide.kind === 'or' && wide.parts.some((part) => implies(narrow, part))) return true;
  if (narrow.kind === 'and') return narrow.parts.some((part) => implies(part, wide));
  if (narrow.kind === 'test' && wide.kind === 'test') return narrow.path?.text === wide.path?.text && testImplies(narrow.test, wide.test);
  return false;
}

/** The same tests in the same order, wherever they stand and however their texts are spelled. */
function same(a: Expression, b: Expression): boolean {
  return shape(a) === shape(b);
}

const shapes = new WeakMap<Expression, string>();

function shape(expression: Expression): string {
  const before = shapes.get(expression);
  if (before !== undefined) return before;
  const made = JSON.stringify(expression, (key, value: unknown) => {
    if (key === 'at' || key === 'matches') return undefined;
    if (key === 'item') return itemShape(value as Item);
    return key === 'items' ? (value as readonly Item[]).map(itemShape) : value;
  });
  shapes.set(expression, made);
  return made;
}

function itemShape({ text, number }: Item) {
  return [fold(text), number?.digits];
}

function testImplies(narrow: Test, wide: Test): boolean {
  if (wide.kind === 'exists') return narrow.kind !== 'empty' && narrow.kind !== 'exists';
  if (isNumeric(narrow) && isNumeric(wide)) return numberImplies(asNumberTest(narrow), asNumberTest(wide));
  if (narrow.kind === 'age' && wide.kind === 'age') return numberImplies(narrow.test, wide.test);
  if (narrow.kind === 'equals' && !narrow.negated) return textImplies(narrow.item, wide);
  if ((narrow.kind === 'in' || narrow.kind === 'contains' || narrow.kind === 'domain_in' || narrow.kind === 'under') && !narrow.negated) {
    return narrow.kind === wide.kind && !wide.negated
      ? narrow.items.every((item) => wide.items.some((other) => itemImplies(narrow.kind, item, other)))
      : false;
  }
  return false;
}

/** What follows for a value that is this text as a whole. */
function textImplies(item: Item, wide: Test): boolean {
  if (item.number !== undefined || (wide.kind !== 'in' && wide.kind !== 'contains') || wide.negated) return false;
  return wide.items.some((other) => itemImplies(wide.kind, item, other));
}

function itemImplies(kind: ListWord, narrow: Item, wide: Item): boolean {
  const [inner, outer] = [folded(narrow), folded(wide)];
  switch (kind) {
    case 'in':
      // A number is among the items by its value, so digits must agree as numbers too.
      return line(narrow).includes(line(wide)) && (exactNumber(inner) === undefined || inner === outer);
    case 'contains':
      return inner.includes(outer);
    case 'domain_in':
      return inner.replace(/^@/, '') === outer.replace(/^@/, '') || inner.replace(/^@/, '').endsWith(`.${outer.replace(/^@/, '')}`);
    case 'under': {
      const above = outer.replace(/\/+$/, '');
      return inner.replace(/\/+$/, '') === above || inner.startsWith(`${above}/`);
    }
    default:
      return kind satisfies never;
  }
}

// Lists of hundreds of items are held against each other: each item is read once.
const foldedItems = new WeakMap<Item, string>();
const itemLines = new WeakMap<Item, string>();

function folded(item: Item): string {
  return once(foldedItems, item, () => fold(item.text));
}

function line(item: Item): string {
  return once(itemLines, item, () => wordLine(item.text));
}

function once(known: WeakMap<Item, string>, item: Item, make: () => string): string {
  const before = known.get(item);
  if (before !== undefined) return before;
  const made = make();
  known.set(item, made);
  return made;
}

function numberImplies(narrow: NumberTest, wide: NumberTest): boolean {
  const [inner, outer] = [intervalOf(narrow), intervalOf(wide)];
  return inner !== undefined && outer !== undefined && lowHolds(inner, outer) && highHolds(inner, outer);
}

function lowHolds(inner: Interval, outer: Interval): boolean {
  if (outer.low === undefined) return true;
  if (inner.low === undefined) return false;
  const order = compareExact(inner.low, outer.low);
  return order > 0 || (order === 0 && (outer.openLow !== true || inner.openLow === true));
}

function highHolds(inner: Interval, outer: Interval): boolean {
  if (outer.high === undefined) return true;
  if (inner.high === undefined) return false;
  const order = compareExact(inner.high, outer.high);
  return order < 0 || (order === 0 && (outer.openHigh !== true || inner.openHigh === true));
}
