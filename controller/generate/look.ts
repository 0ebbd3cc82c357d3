// The scans of an environment, looked at in each round of the live loops: which accounts come next is put into the inbox.
import { millisecondsOf } from '../../resources/duration.ts';
import { generate } from '../../loops/generate/loop.ts';
import type { GenerateWorld, Scan } from '../../loops/generate/world.ts';
import { qualify } from '../../loops/qualify/loop.ts';
import type { CrmRecords } from '../../ports/records.ts';
import type { Store } from '../../ports/store.ts';
import type { Deps } from '../deps.ts';
import type { Acting } from '../live/acting.ts';
import type { Look } from '../live/look.ts';
import type { Ground } from '../loops/decide.ts';
import { accountsOf } from './accounts.ts';
import { type Ticked, tick } from './schedule.ts';

export interface Scanning {
  readonly store: Pick<Store, 'inbox' | 'decisions' | 'agentCalls'>;
  readonly deps: Pick<Deps, 'clock'>;
  /** What came of a tick. */
  onTick?(scan: string, ticked: Ticked): void;
}

/** How often it is looked whether a tick is due: a process that starts between two of them is not late by a whole one. */
const LOOKS_A_TICK = 5;

/** Only where Generate acts and something is to be scanned. */
export function signalLook(scanning: Scanning): Look {
  return {
    name: 'signals',
    every(acting) {
      const ticks = scansOf(acting).map(({ spec }) => millisecondsOf(spec.tick));
      return ticks.length === 0 ? undefined : Math.min(...ticks) / LOOKS_A_TICK;
    },
    run: (acting, { records }) => scanTick(acting, records, scanning),
  };
}

/** Every scan whose tick is due. Throws where the org does not answer; the tick is made up for when it does. */
async function scanTick(acting: Acting, records: Pick<CrmRecords, 'candidates' | 'page'>, scanning: Scanning): Promise<void> {
  const { store, deps } = scanning;
  const { ground } = acting;
  const { scope } = ground;
  const { fields: names } = worldOf(ground);
  if (names === undefined) return;
  for (const scan of scansOf(acting)) {
    const now = deps.clock.now();
    const ticked = await tick(scan, {
      store,
      scope,
      now,
      accounts: () =>
        accountsOf(scan.list, { records, names, now: now.getTime(), score: (fields) => scoreOf(ground, fields, now.getTime()) }),
      tokens: async (day) => (await store.agentCalls.spent(scope, scan.spec.prompt, day)).tokens,
    });
    if (ticked !== undefined) scanning.onTick?.(scan.name, ticked);
  }
}

/** Whose agent answers nobody is not asked for anything. */
function scansOf({ active, ground }: Acting): readonly Scan[] {
  return active.has(generate.name) ? worldOf(ground).scans.filter(({ model }) => model !== 'none') : [];
}

function worldOf({ compiled }: Ground): GenerateWorld {
  return compiled.worldOf(generate) as GenerateWorld;
}

/** By the ScoringModel of accounts; where there is none, all are as good. */
function scoreOf({ compiled }: Ground, record: Readonly<Record<string, unknown>>, now: number): number {
  const world = compiled.worldOf(qualify) as Parameters<NonNullable<typeof qualify.step>>[0]['world'];
  const stepped = qualify.step?.({ world, event: { object: 'Account', record }, turn: '', now, facts: new Map() });
  const score = stepped?.kind === 'decide' ? stepped.outcome['score'] : undefined;
  return typeof score === 'number' ? score : 0;
}
