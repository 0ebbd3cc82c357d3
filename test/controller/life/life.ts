// A controller that lives for days on a clock of its own, with a commit every hour and something that goes wrong in most of them: real git,
// real SQLite on the disk, a real org over HTTP. What goes wrong follows from the seed. Nothing here needs the test runner.
import { join } from 'node:path';
import type { ApplyRecord } from '../../../ports/store.ts';
import { generator, type TestClock, testClock } from '../../clock.ts';
import { picture } from '../product.ts';
import { type BodyOptions, born } from './body.ts';
import { edit, missing, repositoryIn } from './repository.ts';
import { faultOf, type Trouble, TROUBLES } from './trouble.ts';
import { openWorld } from './world.ts';

export interface LifeOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly hours: number;
  readonly seed: number;
  /** After each hour. */
  readonly onHour?: (hour: number, trouble: Trouble) => void;
}

export interface Told {
  readonly hour: number;
  readonly text: string;
}

export interface Lived {
  /** By what went wrong, how often. */
  readonly troubles: Readonly<Partial<Record<Trouble, number>>>;
  /** Where the process died. */
  readonly deaths: readonly string[];
  /** What did not come to be within its hour. */
  readonly late: readonly string[];
  /** Faults of the program, told by the controller. */
  readonly errors: readonly string[];
  readonly commits: readonly string[];
  readonly history: readonly ApplyRecord[];
  readonly openBatches: number;
  /** What people were told. */
  readonly told: readonly Told[];
  /** Values that somebody wrote into the org, which people have to be told of. */
  readonly byHand: readonly { readonly value: string; readonly putBackBy: 'hand' | 'policy' }[];
  readonly picture: unknown;
  /** Of an org that was brought to the last commit in one go. */
  readonly smooth: unknown;
  readonly reconciles: number;
}

const START = new Date('2026-11-23T05:00:00Z');
const HOUR = 3_600_000;
/** The line of work and the look for commits. */
const LOOPS = 2;

export async function live({ folder, hours, seed, onHour }: LifeOptions): Promise<Lived> {
  const random = generator(seed);
  const clock = testClock(START, seed);
  const upstream = repositoryIn(folder);
  const org = await openWorld(join(folder, 'org.db'), clock);
  const told: Told[] = [];
  const errors: string[] = [];
  const late: string[] = [];
  const troubles: Partial<Record<Trouble, number>> = {};
  const byHand: { value: string; putBackBy: 'hand' | 'policy' }[] = [];
  const commits: string[] = [upstream.push('The organisation')];
  let hour = 0;
  const counts = { reconciles: 0 };
  const deaths: string[] = [];
  const body: BodyOptions = {
    clock,
    org,
    remote: upstream.bare,
    data: join(folder, 'data'),
    send: (text) => void told.push({ hour, text }),
    onError: (error) => void errors.push(error),
    onReconciled: () => void (counts.reconciles += 1),
  };
  let alive = await born(body);
  const passTo = (at: number) =>
    clock.passUntil(new Date(START.getTime() + at * HOUR), LOOPS, async () => {
      if (alive.death.at === undefined) return;
      deaths.push(alive.death.at);
      await alive.buried();
      alive = await born(body);
    });
  const undo: { readonly at: number; readonly body: () => Promise<void> }[] = [];

  await passTo(1);
  for (hour = 1; hour <= hours; hour += 1) {
    for (const one of undo.splice(0).map((each) => ({ ...each }))) {
      if (one.at === hour) await one.body();
      else undo.push(one);
    }
    const trouble = random() < 0.25 ? 'none' : (TROUBLES[Math.floor(random() * TROUBLES.length)] ?? 'none');
    troubles[trouble] = (troubles[trouble] ?? 0) + 1;
    const times = 1 + Math.floor(random() * 3);
    if (trouble.startsWith('changed-by-hand') && undo.length === 0) {
      const value = `By hand ${hour}`;
      await org.hand('Territory2', "DeveloperName = 'ams_east'", { Name: value });
      byHand.push({ value, putBackBy: 'hand' });
      undo.push({ at: hour + 3, body: () => org.hand('Territory2', "DeveloperName = 'ams_east'", { Name: 'AMS East' }) });
    }
    if (trouble === 'queue-changed-by-hand') {
      const value = `By hand ${hour}`;
      await org.hand('Group', "DeveloperName = 'review'", { Name: value });
      byHand.push({ value, putBackBy: 'policy' });
    }
    const wanted = edit(upstream.work, hour);
    commits.push(upstream.push(`Hour ${hour}`));
    const fault = faultOf(trouble, times);
    if (fault !== undefined) await org.control('POST', 'faults', fault);
    if (trouble.endsWith('killed')) alive.death.arm(1 + Math.floor(random() * 14), random() < 0.5 ? 'before' : 'after');
    if (trouble === 'remote-away') upstream.away(true);
    // Half of them are announced, as by a webhook; the others are found.
    if (random() < 0.5) alive.controller.sync();
    await passTo(hour + 0.4);
    if (trouble === 'remote-away') upstream.away(false);
    await passTo(hour + 0.99);
    await org.control('DELETE', 'faults');
    // The org remembers each call until it is told to forget.
    await org.control('DELETE', 'calls');
    alive.death.disarm();
    late.push(...(await missing(org.admin, wanted)).map((what) => `hour ${hour} (${trouble}): ${what}`));
    onHour?.(hour, trouble);
    await passTo(hour + 1);
  }
  for (const { body: putBack } of undo) await putBack();
  await passTo(hours + 4);

  const { store } = alive;
  const [standing] = await store.standings();
  const { project, environment } = standing ?? { project: '', environment: '' };
  const scope = { project, environment, orgId: org.running.organizationId };
  const lived: Omit<Lived, 'smooth'> = {
    troubles,
    deaths,
    late,
    errors,
    commits,
    history: await store.applies(project, environment, 10_000),
    openBatches: (await store.openBatches(scope)).length,
    told,
    byHand,
    picture: await picture({ org: org.admin, store, scope: async () => scope }),
    reconciles: counts.reconciles,
  };
  await alive.buried();
  await org.running.close();
  return { ...lived, smooth: await inOneGo(folder, upstream.bare, clock) };
}

/** The last commit, applied to an org that saw none of it. */
async function inOneGo(folder: string, remote: string, clock: TestClock): Promise<unknown> {
  const org = await openWorld(join(folder, 'smooth.db'), clock);
  const errors: string[] = [];
  const quiet = { send: () => undefined, onReconciled: () => undefined, onError: (error: string) => void errors.push(error) };
  const alive = await born({ clock, org, remote, data: join(folder, 'smooth-data'), ...quiet });
  await clock.passUntil(new Date(clock.now().getTime() + HOUR), LOOPS);
  const [standing] = await alive.store.standings();
  const scope = { project: standing?.project ?? '', environment: standing?.environment ?? '', orgId: org.running.organizationId };
  const seen = await picture({ org: org.admin, store: alive.store, scope: async () => scope });
  await alive.buried();
  await org.running.close();
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return seen;
}
