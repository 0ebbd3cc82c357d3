// A part of a condition, as a person would write it.
import type { Expression, NumberTest, Test } from './ast.ts';

/** Where it begins in the condition that it is a part of. */
export function startOf(part: Expression): number | undefined {
  if (part.kind === 'test') return part.path?.at;
  return part.kind === 'not' ? startOf(part.part) : part.parts[0] && startOf(part.parts[0]);
}

/** In the words in which it could have been written. */
export function partText(part: Expression): string {
  if (part.kind === 'not') return `not (${partText(part.part)})`;
  if (part.kind !== 'test') return part.parts.map(partText).join(` ${part.kind} `);
  return [part.path?.text, testText(part.test)].filter((text) => text !== '').join(' ');
}

function testText(test: Test | NumberTest): string {
  switch (test.kind) {
    case 'order':
      return `${test.order} ${test.number.digits}`;
    case 'between':
      return `between ${test.low.digits} and ${test.high.digits}`;
    case 'number':
    case 'equals': {
      const value = test.kind === 'equals' ? test.item.text : test.number.digits;
      return `${test.negated ? '!=' : '=='} ${value}`;
    }
    case 'in':
    case 'contains':
    case 'domain_in':
    case 'under':
      return `${test.negated ? 'not ' : ''}${test.kind} ${test.items.map(({ text }) => text).join(',')}`;
    case 'matches':
      return `matches ${test.source}`;
    case 'age':
      return `age_days ${testText(test.test)}`;
    case 'exists':
    case 'empty':
      return test.kind;
    case 'truth':
      return '';
    default:
      return test satisfies never;
  }
}
