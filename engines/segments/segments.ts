// Which segment a record is in: the first, by priority, whose `when` holds. A record that lacks the fields takes the segment of its
// account: what a segment says of missing values is for records that have no account to ask.
import { type Condition, whenOf } from '../../resources/conditions/condition.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import type { SegmentSpec } from '../../resources/segment/schema.ts';
import { factAt } from '../field.ts';
import type { TraceEntry } from '../trace.ts';

interface CompiledSegment {
  readonly name: string;
  readonly condition: Condition;
  readonly paths: readonly (readonly string[])[];
}

/** In the order in which they are asked. */
export type Segments = readonly CompiledSegment[];

export interface SegmentOptions {
  /** Milliseconds since 1970. */
  readonly asOf: number;
  /** The segment of the record's account, where it has one. */
  readonly account?: string | undefined;
}

export interface SegmentFound {
  /** None: no segment takes the record. */
  readonly segment: string | null;
  /** Whose fields decided. */
  readonly from: 'record' | 'account' | 'nothing';
}

/** Segments of one priority are asked in the order in which they are given. */
export function compileSegments(declared: Iterable<{ readonly name: string; readonly spec: SegmentSpec }>): Segments {
  return [...declared]
    .sort((a, b) => a.spec.priority - b.spec.priority)
    .map(({ name, spec }) => {
      const condition = whenOf(spec.when);
      return { name, condition, paths: condition.paths.map(({ names }) => names) };
    });
}

export function segmentOf(segments: Segments, facts: unknown, { asOf, account }: SegmentOptions): SegmentFound {
  const first = segments.find(({ condition }) => condition.holds(facts, asOf));
  if (account !== undefined && (first === undefined ? segments : [first]).some((segment) => lacksFields(segment, facts))) {
    return { segment: account, from: 'account' };
  }
  return first === undefined ? { segment: null, from: 'nothing' } : { segment: first.name, from: 'record' };
}

/** An entry for every segment that was asked. */
export function explainSegment(segments: Segments, facts: unknown, options: SegmentOptions): readonly TraceEntry[] {
  const found = segmentOf(segments, facts, options);
  const entries: TraceEntry[] = [];
  for (const segment of segments) {
    const { result, unknown } = segment.condition.test(facts, options.asOf);
    const because = `${segment.condition.text}: ${result ? 'holds' : unknown ? `not known, ${readText(segment, facts)}` : `does not hold, ${readText(segment, facts)}`}`;
    entries.push({ rule: segment.name, result: result ? 'match' : 'no match', because });
    if (result) break;
  }
  if (found.from === 'account') {
    entries.push({
      rule: 'account',
      result: String(found.segment),
      because: 'the record lacks the fields, so the segment of its account counts',
    });
  }
  return entries;
}

function lacksFields({ paths }: CompiledSegment, facts: unknown): boolean {
  return paths.length > 0 && paths.every((names) => isMissing(factAt(facts, names)));
}

function readText({ paths }: CompiledSegment, facts: unknown): string {
  const parts = paths.map((names) => {
    const value = factAt(facts, names);
    return `${names.join('.')} is ${isMissing(value) ? 'missing' : JSON.stringify(value)}`;
  });
  return [...new Set(parts)].join(', ');
}
