// Which of thousands of rules holds first, without asking each of them. A rule is a conjunction: every part that reads one field alone can be
// answered for that field's value once, for all rules together, as one bit a rule; what the fields leave is asked in full. Values repeat
// (countries, grades, industries), so the bits of a value are remembered; numbers are the same between two limits. The answer is that of
// the plain walk, which the tests hold it to. The technique is predicate indexing with bit vectors (Yan and García-Molina, 1994; bitmap
// indexes of column stores).
import type { Expression } from '../../resources/conditions/ast.ts';
import { type Evaluate, evaluator } from '../../resources/conditions/evaluate.ts';
import { type Bits, fieldIndex, type FieldIndex, type FieldPart } from './field-index.ts';
import { expressionKey, fieldOf, partsOf } from './parts.ts';
import type { Facts } from '../field.ts';
import type { Moment, Rule } from './rules.ts';

export interface RuleIndex {
  /** The place of the first rule that holds, from a place on; -1 where none does. */
  first(facts: Facts, moment: Moment, from: number): number;
  /** The same from 0 on and from `middle` on, for the rules before it and for those behind: what they ask of a field is looked up once. */
  firstOfBoth(facts: Facts, moment: Moment, middle: number): readonly [number, number];
}

/** `isOn`: whether a rule is asked on a day at all. */
export function indexRules(rules: readonly Rule[], isOn: (rule: Rule, day: string) => boolean): RuleIndex {
  const words = Math.ceil(rules.length / 32);
  const split = rules.map(({ condition }) => (condition === undefined ? { fields: [], rest: undefined } : splitUp(condition.expression)));
  const fields = fieldsOf(split, words);
  const rests = split.map(({ rest }) => rest);
  const sets: Bits[] = fields.map(({ missing }) => missing);
  const days = new Map<string, Bits>();

  function onDay(day: string): Bits {
    const before = days.get(day);
    if (before !== undefined) return before;
    const on = new Int32Array(words);
    for (const [place, rule] of rules.entries()) if (isOn(rule, day)) on[place >> 5] = (on[place >> 5] ?? 0) | (1 << (place & 31));
    // A host asks for today; a replay for one day after the other.
    if (days.size >= 32) days.clear();
    days.set(day, on);
    return on;
  }

  function look(facts: Facts): void {
    for (let index = 0; index < fields.length; index += 1) sets[index] = (fields[index] as FieldIndex).bitsOf(facts);
  }

  function first(facts: Facts, moment: Moment, from: number): number {
    look(facts);
    return firstIn(facts, moment, from, rules.length);
  }

  function firstOfBoth(facts: Facts, moment: Moment, middle: number): readonly [number, number] {
    look(facts);
    return [firstIn(facts, moment, 0, middle), firstIn(facts, moment, middle, rules.length)];
  }

  /** By what was looked up. */
  function firstIn(facts: Facts, { at, day }: Moment, from: number, to: number): number {
    const on = onDay(day);
    const last = (to - 1) >> 5;
    for (let word = from >> 5; word <= last; word += 1) {
      let left = on[word] as number;
      if (word === from >> 5) left &= -1 << (from & 31);
      if (word === last && (to & 31) !== 0) left &= ~(-1 << (to & 31));
      for (let index = 0; left !== 0 && index < sets.length; index += 1) left &= (sets[index] as Bits)[word] as number;
      for (; left !== 0; left &= left - 1) {
        const place = (word << 5) + 31 - Math.clz32(left & -left);
        const rest = rests[place];
        if (rest === undefined || rest(facts, at) === 1) return place;
      }
    }
    return -1;
  }
  return { first, firstOfBoth };
}

interface Split {
  /** Parts that read one field, and do not depend on the time. */
  readonly fields: readonly (readonly [path: readonly string[], expression: Expression])[];
  /** All other parts together. */
  readonly rest: Evaluate | undefined;
}

function splitUp(expression: Expression): Split {
  const byField = new Map<string, { readonly path: readonly string[]; readonly parts: Expression[] }>();
  const rest: Expression[] = [];
  for (const part of partsOf(expression)) {
    const path = fieldOf(part);
    if (path === undefined) rest.push(part);
    else {
      const key = path.join('.');
      const before = byField.get(key);
      if (before === undefined) byField.set(key, { path, parts: [part] });
      else before.parts.push(part);
    }
  }
  return {
    fields: [...byField.values()].map(({ path, parts }) => [path, together(parts)] as const),
    rest: rest.length === 0 ? undefined : evaluator(together(rest)),
  };
}

function together(parts: readonly Expression[]): Expression {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { kind: 'and', parts };
}

/** One index a field. Rules that ask the same of a field share the question. */
function fieldsOf(rules: readonly Split[], words: number): readonly FieldIndex[] {
  const fields = new Map<
    string,
    { readonly path: readonly string[]; readonly parts: Map<string, { expression: Expression; places: number[] }> }
  >();
  for (const [place, rule] of rules.entries()) {
    for (const [path, expression] of rule.fields) {
      const name = path.join('.');
      const field = fields.get(name) ?? { path, parts: new Map() };
      fields.set(name, field);
      const key = expressionKey(expression);
      const part = field.parts.get(key) ?? { expression, places: [] };
      field.parts.set(key, part);
      part.places.push(place);
    }
  }
  return [...fields.values()].map(({ path, parts }) => fieldIndex(path, [...parts.values()] satisfies FieldPart[], rules.length, words));
}
