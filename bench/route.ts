// How long the first rule that holds takes to find: 50 rules beside an if-chain written out, 5,000 beside a bit-vector index written by hand,
// json-rules-engine and zen-engine on the same rules and records. All answers are compared.
// `node bin/with-node.js bench/route.ts [--peers]`
import { compileRules, firstMatch, momentOf } from '../engines/routing/rules.ts';
import { RoutingRuleSet } from '../resources/routing-rule-set/schema.ts';
import { median } from './program.ts';

const FIELDS = {
  grade: ['A', 'B', 'C', 'D'],
  segment: ['smb', 'commercial', 'enterprise', 'public'],
  billing_country: ['US', 'CA', 'MX', 'BR', 'GB', 'IE', 'DE', 'AT', 'CH', 'FR', 'NL', 'BE', 'SE', 'NO', 'DK', 'JP', 'AU', 'NZ', 'SG', 'IN'],
  industry: ['healthcare', 'retail', 'finance', 'software', 'energy', 'telecom', 'media', 'education', 'government', 'insurance'],
  lead_source: ['web', 'webinar', 'event', 'partner', 'referral', 'outbound', 'trial', 'content'],
  language: ['en', 'de', 'fr', 'es', 'pt', 'ja'],
} as const;
const NUMBERS = { employee_count: 20_000, score: 135 } as const;

type Field = keyof typeof FIELDS;
type NumberField = keyof typeof NUMBERS;
interface Asked {
  readonly texts: readonly (readonly [Field, readonly string[]])[];
  readonly numbers: readonly (readonly [NumberField, low: number, high: number])[];
}
type Lead = Readonly<Partial<Record<Field, string> & Record<NumberField, number>>>;

const random = generator(20_260_416);
const RECORDS = 4000;
const leads = Array.from({ length: RECORDS }, lead);
const moment = momentOf(Date.parse('2026-04-16T12:00:00Z'));

for (const count of [50, 5000]) {
  const rules = Array.from({ length: count }, () => asked(count));
  const set = compileRules('bench', ruleSet(rules));
  const peers: readonly [string, (lead: Lead) => number][] = [
    ['loopctl', (lead) => firstMatch(set, lead, moment)],
    ['if-chain, written out', ifChain(rules)],
    ['bit vectors, by hand', bitVectors(rules)],
  ];
  const wanted = leads.map((one) => rules.findIndex((rule) => holds(rule, one)));
  console.log(`${count} rules, ${RECORDS} records, ${wanted.filter((place) => place >= 0).length} of them matched`);
  const times = measured(peers, wanted);
  for (const [name, microseconds] of times) console.log(`  ${name.padEnd(24)} ${microseconds.toFixed(3).padStart(10)} µs a record`);
  const floor = times.get(count === 50 ? 'if-chain, written out' : 'bit vectors, by hand') ?? Number.NaN;
  console.log(
    `  loopctl / ${count === 50 ? 'if-chain' : 'bit vectors'}: ${((times.get('loopctl') ?? Number.NaN) / floor).toFixed(2)} (goal 2)`,
  );
  await timed(
    'rule by rule',
    100,
    async (one) => set.rules.findIndex(({ condition }) => condition?.holds(one, moment.at) === true),
    wanted,
  );
  if (process.argv.includes('--peers')) {
    const few = count > 1000 ? 20 : 500;
    await timed('zen-engine', few, await zenEngine(rules), wanted);
    await timed('json-rules-engine', few, await jsonRulesEngine(rules), wanted);
  }
}

function measured(peers: readonly [string, (lead: Lead) => number][], wanted: readonly number[]): ReadonlyMap<string, number> {
  const runs = new Map(peers.map(([name]) => [name, [] as number[]]));
  // In turn, so that a busy machine is busy for all.
  for (let run = 0; run < 9; run += 1) {
    for (const [name, find] of peers) {
      const started = performance.now();
      for (const [at, one] of leads.entries()) if (find(one) !== wanted[at]) throw new Error(`${name} differs on ${JSON.stringify(one)}`);
      // The first ones are compiling.
      if (run >= 2) runs.get(name)?.push(((performance.now() - started) * 1000) / leads.length);
    }
  }
  return new Map([...runs].map(([name, times]) => [name, median(times)]));
}

/** What takes long, on few records. */
async function timed(name: string, few: number, find: (lead: Lead) => Promise<number>, wanted: readonly number[]): Promise<void> {
  await find(leads[0] ?? {});
  const started = performance.now();
  for (let at = 0; at < few; at += 1) {
    const found = await find(leads[at] ?? {});
    if (found !== wanted[at]) throw new Error(`${name} differs on ${JSON.stringify(leads[at])}: ${found} for ${wanted[at]}`);
  }
  console.log(
    `  ${name.padEnd(24)} ${(((performance.now() - started) * 1000) / few).toFixed(3).padStart(10)} µs a record (${few} of them)`,
  );
}

function asked(count: number): Asked {
  const fields = (Object.keys(FIELDS) as Field[]).filter(() => random() < (count > 1000 ? 0.9 : 0.4));
  const texts = (fields.length === 0 ? (['language'] as const) : fields).map(
    (field) => [field, some(FIELDS[field], 1 + Math.floor(random() * 2))] as const,
  );
  const numbers = (Object.keys(NUMBERS) as NumberField[])
    .filter(() => random() < 0.5)
    .map((field) => {
      const low = Math.floor(random() * NUMBERS[field]);
      return [field, low, Math.floor(low + random() * (NUMBERS[field] - low))] as const;
    });
  return { texts, numbers };
}

function lead(): Lead {
  const record: Record<string, unknown> = {};
  for (const [field, values] of Object.entries(FIELDS)) if (random() < 0.9) record[field] = some(values, 1)[0];
  for (const [field, most] of Object.entries(NUMBERS)) if (random() < 0.9) record[field] = Math.floor(random() * most);
  return record;
}

function ruleSet(rules: readonly Asked[]) {
  return RoutingRuleSet.schema.parse({
    rules: rules.map(({ texts, numbers }, at) => ({
      id: `r${at}`,
      priority: at,
      when: [
        ...texts.map(([field, values]) => `${field} in ${values.join(',')}`),
        ...numbers.map(([field, low, high]) => `${field} between ${low} and ${high}`),
      ].join(' and '),
      action: { assign_to_queue: 'q' },
    })),
    default: { assign_to_queue: 'q' },
  });
}

function holds({ texts, numbers }: Asked, lead: Lead): boolean {
  return (
    texts.every(([field, values]) => values.includes(lead[field] ?? '')) &&
    numbers.every(([field, low, high]) => {
      const value = lead[field];
      return value !== undefined && value >= low && value <= high;
    })
  );
}

function ifChain(rules: readonly Asked[]): (lead: Lead) => number {
  const tests = rules.map(({ texts, numbers }, at) => {
    const parts = [
      ...texts.map(([field, values]) => `(${values.map((value) => `lead.${field} === ${JSON.stringify(value)}`).join(' || ')})`),
      ...numbers.map(([field, low, high]) => `lead.${field} >= ${low} && lead.${field} <= ${high}`),
    ];
    return `if (${parts.join(' && ')}) return ${at};`;
  });
  // eslint-disable-next-line no-new-func, typescript/no-implied-eval
  return new Function('lead', `${tests.join('\n')}\nreturn -1;`) as (lead: Lead) => number;
}

function bitVectors(rules: readonly Asked[]): (lead: Lead) => number {
  const words = Math.ceil(rules.length / 32);
  const bits = (test: (rule: Asked) => boolean) => {
    const found = new Int32Array(words);
    for (const [at, rule] of rules.entries()) if (test(rule)) found[at >> 5] = (found[at >> 5] ?? 0) | (1 << (at & 31));
    return found;
  };
  const texts = (Object.keys(FIELDS) as Field[]).map((field) => {
    const of = (rule: Asked) => rule.texts.find(([name]) => name === field)?.[1];
    return {
      field,
      none: bits((rule) => of(rule) === undefined),
      byValue: new Map(FIELDS[field].map((value) => [value as string, bits((rule) => of(rule)?.includes(value) ?? true)])),
    };
  });
  const numbers = (Object.keys(NUMBERS) as NumberField[]).map((field) => {
    const of = (rule: Asked) => rule.numbers.find(([name]) => name === field);
    const starts = Float64Array.from(
      new Set(rules.flatMap((rule) => of(rule)?.slice(1) ?? []).flatMap((limit) => [Number(limit), Number(limit) + 1])),
    ).sort();
    const ranges = [-Infinity, ...starts].map((start) =>
      bits((rule) => {
        const [, low, high] = of(rule) ?? [field, -Infinity, Infinity];
        return low <= start && start <= high;
      }),
    );
    return { field, none: bits((rule) => of(rule) === undefined), starts, ranges };
  });
  const sets: Int32Array[] = [];
  return (lead) => {
    let count = 0;
    for (const { field, none, byValue } of texts) {
      const value = lead[field];
      sets[count++] = (value === undefined ? undefined : byValue.get(value)) ?? none;
    }
    for (const { field, none, starts, ranges } of numbers) {
      const value = lead[field];
      let [low, high] = [0, starts.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((starts[middle] as number) <= (value ?? 0)) low = middle + 1;
        else high = middle;
      }
      sets[count++] = value === undefined ? none : (ranges[low] as Int32Array);
    }
    for (let word = 0; word < words; word += 1) {
      let left = -1;
      for (let at = 0; at < count && left !== 0; at += 1) left &= (sets[at] as Int32Array)[word] as number;
      if (left !== 0) return (word << 5) + 31 - Math.clz32(left & -left);
    }
    return -1;
  };
}

async function zenEngine(rules: readonly Asked[]): Promise<(lead: Lead) => Promise<number>> {
  const { ZenEngine } = await import('@gorules/zen-engine');
  const fields = [...Object.keys(FIELDS), ...Object.keys(NUMBERS)];
  const content = {
    nodes: [
      { id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
      {
        id: 'table',
        name: 'table',
        type: 'decisionTableNode',
        position: { x: 0, y: 0 },
        content: {
          hitPolicy: 'first',
          inputs: fields.map((field) => ({ id: field, name: field, field })),
          outputs: [{ id: 'place', name: 'place', field: 'place' }],
          rules: rules.map(({ texts, numbers }, at) => ({
            _id: `r${at}`,
            ...Object.fromEntries(fields.map((field) => [field, ''])),
            ...Object.fromEntries(texts.map(([field, values]) => [field, values.map((value) => `'${value}'`).join(', ')])),
            ...Object.fromEntries(numbers.map(([field, low, high]) => [field, `[${low}..${high}]`])),
            place: String(at),
          })),
        },
      },
      { id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } },
    ],
    edges: [
      { id: 'a', sourceId: 'in', targetId: 'table', type: 'edge' },
      { id: 'b', sourceId: 'table', targetId: 'out', type: 'edge' },
    ],
  };
  const decision = new ZenEngine().createDecision(Buffer.from(JSON.stringify(content)));
  return async (lead) => {
    const { result } = (await decision.evaluate(lead)) as { result: { place?: number } };
    return result.place ?? -1;
  };
}

async function jsonRulesEngine(rules: readonly Asked[]): Promise<(lead: Lead) => Promise<number>> {
  const { Engine } = await import('json-rules-engine');
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const [at, { texts, numbers }] of rules.entries()) {
    engine.addRule({
      priority: rules.length - at,
      conditions: {
        all: [
          ...texts.map(([fact, values]) => ({ fact, operator: 'in', value: [...values] })),
          ...numbers.flatMap(([fact, low, high]) => [
            { fact, operator: 'greaterThanInclusive', value: low },
            { fact, operator: 'lessThanInclusive', value: high },
          ]),
        ],
      },
      event: { type: String(at) },
      onSuccess: () => {
        engine.stop();
      },
    });
  }
  return async (lead) => {
    const { events } = await engine.run(lead);
    return Math.min(...events.map(({ type }) => Number(type)), Infinity) === Infinity
      ? -1
      : Math.min(...events.map(({ type }) => Number(type)));
  };
}

function some(values: readonly string[], count: number): readonly string[] {
  const found = new Set<string>();
  while (found.size < count) found.add(values[Math.floor(random() * values.length)] ?? '');
  return [...found];
}

/** mulberry32: the same numbers on every machine. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
