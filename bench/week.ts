// A week of a controller in a few minutes, on a clock of its own: a commit an hour, and in most hours something that goes wrong (the org
// answers 503, refuses rows or cuts the connection, the remote is away, somebody changes records by hand, the process dies). At the end the
// org has to be what it would be without all that, with nothing lost; and the heap has to be as large as on the second day.
// node bin/with-node.js bench/week.ts [hours] [seed]
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { live } from '../test/controller/life/life.ts';
import { wrongIn } from '../test/controller/life/verdict.ts';

const HOURS = Number(process.argv[2] ?? 168);
const SEED = Number(process.argv[3] ?? 7);
const DAY = 24;
/** What may stay of what a process of JavaScript always moves. */
const FLAT_MEBIBYTES = 4;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const started = performance.now();
const heaps: number[] = [];

const lived = await live({
  folder: mkdtempSync(join(tmpdir(), 'loopctl-bench-week-')),
  hours: HOURS,
  seed: SEED,
  onHour(hour) {
    if (hour % DAY !== 0) return;
    collect();
    const { heapUsed, rss } = process.memoryUsage();
    heaps.push(heapUsed / 1_048_576);
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    console.log(`day ${hour / DAY}: heap ${heaps.at(-1)?.toFixed(1)} MiB, resident ${(rss / 1_048_576).toFixed(0)} MiB, ${seconds} s`);
  },
});

const { user, system } = process.cpuUsage();
console.log(
  `${HOURS} hours, ${lived.commits.length} commits, ${lived.reconciles} runs, ${lived.history.length} applies, ${lived.deaths.length} deaths, ${lived.told.length} messages, ${((performance.now() - started) / 1000).toFixed(0)} s (${((user + system) / 1e6).toFixed(0)} s of CPU)`,
);
console.log(
  Object.entries(lived.troubles)
    .map(([trouble, times]) => `${trouble} ${times}`)
    .join(', '),
);
const grown = (heaps.at(-1) ?? 0) - (heaps[1] ?? 0);
const wrong = [...wrongIn(lived), ...(heaps.length > 2 && grown > FLAT_MEBIBYTES ? [`the heap grew by ${grown.toFixed(1)} MiB`] : [])];
if (wrong.length > 0) throw new Error(wrong.join('\n'));
console.log(
  `the org is what it would be without troubles, nothing is lost; the heap since day 2: ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MiB`,
);
process.exit(0);
