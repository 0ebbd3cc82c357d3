// 100,000 leads of the past through two versions of 500 rules: which rule takes each, by the one and by the other, and how many move from where
// to where. What it takes beyond reading the leads from a file. Every answer is compared with rules that are asked one by one, by hand.
// `node bin/with-node.js bench/replay.ts [leads] [rules]`
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bothVersions, compileRules, type FirstOfBoth, firstMatch, momentOf, type RuleSet } from '../engines/routing/rules.ts';
import { RoutingRuleSet } from '../resources/routing-rule-set/schema.ts';
import { median } from './program.ts';

const LEADS = Number(process.argv[2] ?? 100_000);
const RULES = Number(process.argv[3] ?? 500);
const ROUNDS = 7;
/** Of a hundred rules so many are edited. */
const EDITED = 5;
const GOAL_SECONDS = 0.1;

const TEXTS = {
  grade: ['A', 'B', 'C', 'D'],
  segment: ['smb', 'commercial', 'enterprise', 'public'],
  billing_country: ['US', 'CA', 'MX', 'BR', 'GB', 'IE', 'DE', 'AT', 'CH', 'FR', 'NL', 'BE', 'SE', 'NO', 'DK', 'JP', 'AU', 'NZ', 'SG', 'IN'],
  industry: ['healthcare', 'retail', 'finance', 'software', 'energy', 'telecom', 'media', 'education', 'government', 'insurance'],
  lead_source: ['web', 'webinar', 'event', 'partner', 'referral', 'outbound', 'trial', 'content'],
} as const;
type Field = keyof typeof TEXTS;
interface Asked {
  readonly texts: readonly (readonly [Field, readonly string[]])[];
  readonly least: number;
  readonly most: number;
}
type Lead = Readonly<Record<string, unknown>>;

let seed = 20_261_121;
const below = (limit: number) => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((seed / 4_294_967_296) * limit);
};
const some = (values: readonly string[], count: number) => Array.from({ length: count }, () => values[below(values.length)] ?? '');

function asked(): Asked {
  const fields = (Object.keys(TEXTS) as Field[]).filter(() => below(10) < 6);
  const least = below(8_000);
  return { texts: fields.map((field) => [field, some(TEXTS[field], 1 + below(2))]), least, most: least + 200 + below(8_000) };
}

const before = Array.from({ length: RULES }, asked);
const after = before.map((rule) => (below(100) < EDITED ? asked() : rule));
const folder = mkdtempSync(join(tmpdir(), 'loopctl-bench-'));
const path = join(folder, 'leads.jsonl');
writeFileSync(path, Array.from({ length: LEADS }, () => JSON.stringify(leadOf())).join('\n'));

const moment = momentOf(Date.parse('2026-11-21T12:00:00Z'));
const versions = [setOf(before), setOf(after)] as const;
const both = bothVersions(...versions);
const leads = read();
check(leads);

const reading: number[] = [];
const replaying: number[] = [];
let moved = 0;
for (let round = 0; round < ROUNDS + 2; round += 1) {
  const started = performance.now();
  const fresh = read();
  const has = performance.now();
  moved = replayed(both, fresh);
  const done = performance.now();
  // The first ones are compiling.
  if (round < 2) continue;
  reading.push(has - started);
  replaying.push(done - has);
}
rmSync(folder, { recursive: true });
const beyond = median(replaying) / 1000;
console.log(`${LEADS} leads, two versions of ${RULES} rules, ${moved} leads move`);
console.log(
  `  reading ${(median(reading) / 1000).toFixed(3)} s, replay beyond it ${beyond.toFixed(3)} s (median of ${ROUNDS}, best ${(Math.min(...replaying) / 1000).toFixed(3)}; goal ${GOAL_SECONDS})`,
);

/** How many move; from which rule to which is counted on the way. */
function replayed(find: FirstOfBoth, records: readonly Lead[]): number {
  const pairs = new Int32Array((RULES + 1) * (RULES + 1));
  let count = 0;
  for (const record of records) {
    const [from, to] = find(record, moment);
    if (from === to) continue;
    const at = (from + 1) * (RULES + 1) + to + 1;
    pairs[at] = (pairs[at] ?? 0) + 1;
    count += 1;
  }
  return count;
}

function check(records: readonly Lead[]): void {
  for (const record of records.slice(0, 5_000)) {
    for (const [index, rules] of [before, after].entries()) {
      const wanted = rules.findIndex((rule) => holds(rule, record));
      const found = both(record, moment)[index];
      if (found !== wanted || found !== firstMatch(versions[index] as RuleSet, record, moment))
        throw new Error(`${JSON.stringify(record)}: ${found}, by hand ${wanted}`);
    }
  }
}

function holds({ texts, least, most }: Asked, record: Lead): boolean {
  const { employee_count: count } = record;
  return (
    texts.every(([field, values]) => values.some((value) => value === record[field])) &&
    typeof count === 'number' &&
    count >= least &&
    count <= most
  );
}

function setOf(rules: readonly Asked[]): RuleSet {
  const written = rules.map(({ texts, least, most }, at) => ({
    id: `r${at}`,
    priority: at,
    when: [...texts.map(([field, values]) => `${field} in ${values.join(',')}`), `employee_count between ${least} and ${most}`].join(
      ' and ',
    ),
    action: { assign_to_queue: 'q' },
  }));
  return compileRules('bench', RoutingRuleSet.schema.parse({ rules: written, default: { assign_to_queue: 'q' } }));
}

function leadOf(): Lead {
  const lead: Record<string, unknown> = { employee_count: below(15_000) };
  for (const [field, values] of Object.entries(TEXTS)) if (below(10) < 9) lead[field] = values[below(values.length)];
  return lead;
}

function read(): readonly Lead[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => JSON.parse(line) as Lead);
}
