// The same model in two rule engines. They find the rule of each factor; what they have no words for (counting signals, fading, scaling a
// side up, adding up) is done by hand behind them, so that they are timed at what they are made for.
import { ZenEngine } from '@gorules/zen-engine';
import { Engine } from 'json-rules-engine';
import type { Facts } from '../../engines/field.ts';
import type { Test } from '../../resources/conditions/ast.ts';
import { conditionOf } from '../../resources/conditions/condition.ts';
import { wordLine } from '../../resources/conditions/text.ts';
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';

/** The points of each factor, and of what is taken off, whose rule held. */
type Points = ReadonlyMap<string, number>;
export type Peer = (record: Facts) => Promise<number>;

interface Asked {
  readonly id: string;
  readonly field: string;
  readonly rules: readonly { readonly test: Test; readonly points: number }[];
}

export function jsonRulesEngine(spec: ScoringModelSpec, asOf: number): Peer {
  const engine = new Engine([], { allowUndefinedFacts: true });
  engine.addOperator('words', (value: unknown, pattern: RegExp) => typeof value === 'string' && pattern.test(value));
  engine.addOperator('present', (value: unknown) => value !== null && value !== undefined && value !== '');
  for (const { id, field, rules } of askedOf(spec)) {
    for (const [index, { test, points }] of rules.entries()) {
      engine.addRule({ conditions: { all: [{ fact: field, ...operator(test) }] }, event: { type: id, params: { index, points } } });
    }
  }
  return async (record) => {
    const { events } = await engine.run({ ...record });
    const first = new Map<string, { index: number; points: number }>();
    for (const { type, params } of events) {
      const found = params as { index: number; points: number };
      const before = first.get(type);
      if (before === undefined || found.index < before.index) first.set(type, found);
    }
    return added(spec, new Map([...first].map(([id, { points }]) => [id, points])), record, asOf);
  };
}

export function zenEngine(spec: ScoringModelSpec, asOf: number): Peer {
  const tables = askedOf(spec).map(({ id, field, rules }) => ({
    id,
    name: id,
    type: 'decisionTableNode',
    content: {
      hitPolicy: 'first',
      inputs: [{ id: 'in', name: field, field: rules.some(({ test }) => test.kind === 'in') ? `${field}_words` : field }],
      outputs: [{ id: 'out', name: id, field: id }],
      rules: rules.map(({ test, points }, index) => ({ _id: `${id}-${index}`, in: expression(test), out: String(points) })),
    },
  }));
  const decision = new ZenEngine().createDecision({
    nodes: [{ id: 'input', name: 'in', type: 'inputNode' }, ...tables, { id: 'output', name: 'out', type: 'outputNode' }],
    edges: tables.flatMap(({ id }) => [
      { id: `to-${id}`, type: 'edge', sourceId: 'input', targetId: id },
      { id: `from-${id}`, type: 'edge', sourceId: id, targetId: 'output' },
    ]),
  });
  return async (record) => {
    const words = Object.entries(record).map(([name, value]) => [`${name}_words`, typeof value === 'string' ? wordLine(value) : '']);
    const { result } = (await decision.evaluate({ ...record, ...Object.fromEntries(words) })) as {
      result: Readonly<Record<string, number>>;
    };
    return added(spec, new Map(Object.entries(result)), record, asOf);
  };
}

function askedOf(spec: ScoringModelSpec): readonly Asked[] {
  const factors = [...spec.fit.components, ...spec.intent.components].filter(({ rules }) => rules !== undefined);
  return [
    ...factors.map(({ id, field, rules = [] }) => ({
      id,
      field,
      rules: rules.map(({ condition, points }) => ({ test: testOf(condition), points })),
    })),
    ...spec.negative.map(({ id, field, condition, points }) => ({ id, field, rules: [{ test: testOf(condition), points }] })),
  ];
}

function testOf(condition: string): Test {
  const { expression } = conditionOf(condition);
  if (expression.kind !== 'test') throw new Error(`${condition}: the bench knows single tests alone`);
  return expression.test;
}

function operator(test: Test): { readonly operator: string; readonly value: unknown } {
  switch (test.kind) {
    case 'order':
      return { operator: 'greaterThanInclusive', value: test.number.value };
    case 'exists':
      return { operator: 'present', value: true };
    case 'equals':
      return { operator: 'equal', value: test.item.text === 'true' ? true : test.item.text };
    default:
      return { operator: 'words', value: new RegExp(patternOf(test), 'i') };
  }
}

function expression(test: Test): string {
  switch (test.kind) {
    case 'order':
      return `$ != null and $ >= ${test.number.digits}`;
    case 'exists':
      return '$ != null and $ != ""';
    case 'equals':
      return test.item.text === 'true' ? '$ == true' : `$ == "${test.item.text}"`;
    case 'in':
      // Its regular expressions are compiled anew for every record: words in a row of words are found sooner.
      return test.items.map(({ text }) => `contains($, "${wordLine(text)}")`).join(' or ');
    default:
      return `$ != null and matches(lower($), "${patternOf(test)}")`;
  }
}

function patternOf(test: Test): string {
  switch (test.kind) {
    case 'in': {
      const items = test.items.map(({ text }) =>
        text
          .toLowerCase()
          .split(/[^a-z0-9]+/)
          .join('[^a-z0-9]+'),
      );
      return `(?:^|[^a-z0-9])(?:${items.join('|')})(?:[^a-z0-9]|$)`;
    }
    case 'contains':
      return test.items.map(({ text }) => text).join('|');
    case 'matches':
      return test.source;
    default:
      throw new Error(`the bench does not know ${test.kind}`);
  }
}

function added(spec: ScoringModelSpec, given: Points, record: Facts, asOf: number): number {
  let sum = 0;
  for (const side of [spec.fit, spec.intent]) {
    let points = 0;
    let skipped = 0;
    for (const { id, weight, buying_signals, decay } of side.components) {
      if (buying_signals !== undefined) {
        const technologies = record['technologies'] as readonly string[] | null;
        if (technologies === null) skipped += weight;
        else points += Math.floor((weight * counted(buying_signals, technologies)) / buying_signals.length + 0.5);
        continue;
      }
      const own = given.get(id) ?? 0;
      const since = decay === undefined ? null : (record[decay.field] as string | null);
      points += since === null ? own : Math.floor(own * 0.5 ** ((asOf - Date.parse(since)) / (30 * 86_400_000)) + 0.5);
    }
    sum += skipped === 0 ? points : Math.floor((points * side.weight) / (side.weight - skipped) + 0.5);
  }
  for (const { id } of spec.negative) sum += given.get(id) ?? 0;
  return Math.min(Math.max(sum, 0), spec.max_score);
}

function counted(signals: readonly string[], technologies: readonly string[]): number {
  const texts = technologies.map((text) => text.toLowerCase());
  return signals.filter((signal) => texts.some((text) => text.includes(signal))).length;
}
