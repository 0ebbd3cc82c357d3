// The starter's model of 135 points: a score a lead, beside json-rules-engine, @gorules/zen-engine and the model written out by hand.
// All must give the same scores. `node bin/with-node.js bench/score.ts [leads]`
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { compileModel } from '../engines/scoring/model.ts';
import { score, total } from '../engines/scoring/score.ts';
import { ScoringModel } from '../resources/scoring-model/schema.ts';
import { byHand } from './score/by-hand.ts';
import { jsonRulesEngine, type Peer, zenEngine } from './score/peers.ts';
import { leads, NOW } from './score/records.ts';

const COUNT = Number(process.argv[2] ?? 100_000);
/** The engines that are asked through promises take so long that fewer leads do. */
const FEW = 2_000;
/** The best of them counts: what else runs on the machine only ever takes time. */
const ROUNDS = 9;
const path = join(import.meta.dirname, '..', 'config', 'qualify', 'scoring_model.yaml');
const spec = ScoringModel.schema.parse((parse(readFileSync(path, 'utf8')) as { spec: unknown }).spec);
const model = compileModel(spec);
const records = leads(COUNT);

for (const record of records) {
  const wanted = byHand(record, NOW);
  const found = [total(model, record, NOW), score(model, record, { asOf: NOW }).score];
  if (found.some((one) => one !== wanted)) throw new Error(`${JSON.stringify(record)}: ${found.join(', ')}; by hand ${wanted}`);
}

const ways = {
  'by hand': (record: (typeof records)[number]) => byHand(record, NOW),
  total: (record: (typeof records)[number]) => total(model, record, NOW),
  'with breakdown': (record: (typeof records)[number]) => score(model, record, { asOf: NOW }).score,
};
const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]));
for (let round = 0; round < ROUNDS; round += 1) for (const [name, way] of Object.entries(ways)) times.get(name)?.push(measure(way));
const micros = (name: keyof typeof ways): number => Math.min(...(times.get(name) ?? []));
for (const name of Object.keys(ways) as (keyof typeof ways)[]) console.log(`${name}: ${micros(name).toFixed(3)} µs a lead`);
console.log(
  `total: ${(micros('total') / micros('by hand')).toFixed(2)} × by hand; the breakdown costs ${(micros('with breakdown') - micros('total')).toFixed(3)} µs more`,
);

for (const [name, peer] of [
  ['json-rules-engine', jsonRulesEngine(spec, NOW)],
  ['zen-engine', zenEngine(spec, NOW)],
] as const) {
  const taken = await measurePeer(name, peer);
  console.log(`${name}: ${taken.toFixed(1)} µs a lead, ${(taken / micros('total')).toFixed(0)} × total`);
}

async function measurePeer(name: string, peer: Peer): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < 3; round += 1) {
    const found: number[] = [];
    const from = performance.now();
    for (const record of records.slice(0, FEW)) found.push(await peer(record));
    best = Math.min(best, ((performance.now() - from) * 1000) / found.length);
    for (const [at, record] of records.slice(0, FEW).entries()) {
      if (found[at] !== byHand(record, NOW))
        throw new Error(`${name}, ${JSON.stringify(record)}: ${found[at]}; by hand ${byHand(record, NOW)}`);
    }
  }
  return best;
}

function measure(way: (record: (typeof records)[number]) => number): number {
  const from = performance.now();
  let sum = 0;
  for (const record of records) sum += way(record);
  if (sum === 0) throw new Error('nothing was done');
  return ((performance.now() - from) * 1000) / records.length;
}
