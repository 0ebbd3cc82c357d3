// Segments, in the order in which they are asked: each can be reached, and together they leave nobody out.
import { type Expression, testsOf } from '../conditions/ast.ts';
import { whenOf } from '../conditions/condition.ts';
import type { Exact } from '../conditions/text.ts';
import { checkConditionsOfObject } from '../facts.ts';
import { shadowedRules } from '../reach.ts';
import type { Report } from '../report.ts';
import type { Organisation, Resource } from '../resource.ts';
import type { SegmentSpec } from './schema.ts';

type SegmentResource = Resource<SegmentSpec>;

export function checkSegments(segments: readonly SegmentResource[], organisation: Organisation, report: Report): void {
  for (const segment of segments) checkConditionsOfObject(segment, undefined, ['when'], organisation, report);
  const asked = segments.toSorted((a, b) => a.spec.priority - b.spec.priority);
  for (const [index, segment] of asked.entries()) {
    const before = asked[index - 1];
    if (before === undefined || before.spec.priority !== segment.spec.priority) continue;
    report.warning(segment, {
      path: ['spec', 'priority'],
      code: 'equal-priority',
      message: `priority: ${before.ref.name} has ${segment.spec.priority} too; they are asked in the order of files`,
    });
  }
  const rules = asked.map((rule) => ({ rule, condition: whenOf(rule.spec.when), always: true }));
  for (const { rule, by } of shadowedRules(rules)) {
    report.warning(rule, {
      path: ['spec', 'when'],
      code: 'unreachable',
      message: `when: nobody gets here, since ${by.ref.name} (priority ${by.spec.priority}) takes them all before`,
    });
  }
  if (organisation.complete('Segment')) checkGaps(asked, report);
}

/**
 * Values that no segment takes. Decided where all segments ask for one number and nothing else: then an answer can change only at the
 * numbers that the conditions name, and a missing value is the one other case.
 */
function checkGaps(segments: readonly SegmentResource[], report: Report): void {
  const conditions = segments.map(({ spec }) => whenOf(spec.when));
  const [path, ...others] = new Set(conditions.flatMap(({ paths }) => paths.map(({ text }) => text)));
  const [first] = segments;
  if (first === undefined || path === undefined || others.length > 0) return;
  const numbers = conditions.map(({ expression }) => numbersOf(expression));
  if (numbers.some((found) => found === undefined)) return;
  const bounds = [...new Set(numbers.flat().map((number) => number?.value ?? 0))].sort((a, b) => a - b);
  const taken = (value: unknown) => conditions.some((condition) => condition.holds(factsOf(path, value), 0));
  const untaken = [...gaps(bounds, taken), ...(taken(undefined) ? [] : [`no ${path} at all`])];
  if (untaken.length === 0) return;
  report.warning(first, {
    path: ['spec', 'when'],
    code: 'segment-gap',
    message: `no segment takes records with ${untaken.join(', ')}`,
    hint: taken(undefined) ? undefined : `A missing value matches nothing but "empty": add "or ${path} empty" to one of them.`,
  });
}

function factsOf(path: string, value: unknown): unknown {
  return path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

/** The numbers that a condition compares with, or nothing where it asks for anything else. */
function numbersOf(expression: Expression): readonly Exact[] | undefined {
  const numbers: Exact[] = [];
  for (const { test } of testsOf(expression)) {
    if (test.kind === 'order') numbers.push(test.number);
    else if (test.kind === 'between') numbers.push(test.low, test.high);
    else if (test.kind === 'equals' && test.item.number !== undefined) numbers.push(test.item.number);
    else if (test.kind !== 'exists' && test.kind !== 'empty') return undefined;
  }
  return numbers;
}

/** Whole numbers from 0 up that nothing takes, as ranges. Head counts and amounts are not negative, and no half people are missed. */
function gaps(bounds: readonly number[], taken: (value: number) => boolean): readonly string[] {
  const found: string[] = [];
  const edges = [...new Set([0, ...bounds.flatMap((bound) => [Math.floor(bound), Math.floor(bound) + 1, Math.ceil(bound)])])]
    .filter((edge) => edge >= 0)
    .sort((a, b) => a - b);
  let from: number | undefined;
  for (const edge of edges) {
    const open = !taken(edge);
    if (open && from === undefined) from = edge;
    if (!open && from !== undefined) {
      found.push(rangeText(from, edge - 1));
      from = undefined;
    }
  }
  if (from !== undefined) found.push(`${from} or more`);
  return found;
}

function rangeText(from: number, to: number): string {
  return from === to ? String(from) : `${from} to ${to}`;
}
