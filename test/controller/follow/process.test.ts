// The process: what wakes it, and that there is one of it.
import { expect, onTestFinished, test } from 'vitest';
import { startController } from '../../../controller/follow/process.ts';
import type { ControllerEvent } from '../../../controller/follow/events.ts';
import { systemClock } from '../../../adapters/clock/clock.ts';
import { followFolder } from '../../../adapters/git/folder.ts';
import { openProduct, type Product } from '../product.ts';

async function started(product: Product) {
  const system = systemClock();
  const check = () => {
    for (const { holds, go } of waiting) if (holds(outcomes(), rests)) go();
  };
  let rests = 0;
  const clock = {
    ...system,
    sleep(milliseconds: number, signal?: AbortSignal) {
      const slept = system.sleep(milliseconds, signal);
      // The pause between two runs; the look at the branch is a shorter one.
      if (milliseconds > 100_000) rests += 1;
      check();
      return slept;
    },
  };
  const events: ControllerEvent[] = [];
  const waiting: { readonly holds: (outcomes: readonly string[], rests: number) => boolean; readonly go: () => void }[] = [];
  const outcomes = () => events.flatMap((event) => (event.type === 'reconciled' ? [event.outcome] : []));
  const listener = (event: ControllerEvent) => {
    events.push(event);
    check();
  };
  /** Once it is so; `rests`: how often a run was over and the next one waited for. */
  const reaches = (holds: (outcomes: readonly string[], rests: number) => boolean) =>
    holds(outcomes(), rests) ? Promise.resolve() : new Promise<void>((go) => waiting.push({ holds, go }));
  const start = () =>
    startController({
      site: { deps: { ...product.deps, clock }, upstream: followFolder(product.root), store: product.store, waitMs: 10_000 },
      notifiers: [],
      listener,
      onError: (error) => {
        throw error;
      },
    });
  const made = await start();
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  onTestFinished(() => made.value.stop());
  return { clock, reaches, controller: made.value, start };
}

const usersIn = async ({ org }: Product, territory: string) =>
  (await org.query(`SELECT User.Username FROM UserTerritory2Association WHERE Territory2.DeveloperName = '${territory}'`)).length;

test('the day on which a seat ends wakes it: the plan changes by itself', async () => {
  const product = await openProduct();
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
  product.edit('loopctl.yaml', 'timezone: America/New_York', 'timezone: UTC');
  product.edit('loopctl.yaml', 'check: 5m, grace: 2m', 'check: 30d, grace: 2m');
  product.edit(
    'design/scenarios/fy27-base.yaml',
    'user: ae.east1@acme.example, status: active',
    `user: ae.east1@acme.example, status: leaving, end: ${tomorrow}`,
  );
  const { clock, reaches, controller } = await started(product);
  await reaches((outcomes, rests) => outcomes.includes('done') && rests === outcomes.length);
  const before = await usersIn(product, 'ams_east');
  clock.advance(86_400_000);
  await reaches((outcomes) => outcomes.filter((outcome) => outcome === 'done').length === 2);
  expect(await usersIn(product, 'ams_east')).toBe(before - 1);
  await controller.stop();
});

test('the drift timer wakes it, a saved file wakes it, and somebody who asks', async () => {
  const product = await openProduct();
  const { clock, reaches, controller } = await started(product);
  await reaches((outcomes, rests) => outcomes.length === 1 && rests === 1);
  clock.advance(5 * 60_000 * 1.2);
  await reaches((outcomes) => outcomes.length === 2);
  controller.sync();
  await reaches((outcomes) => outcomes.length === 3);
  product.edit('design/territories/ams.yaml', 'label: AMS East', 'label: East');
  await reaches((outcomes) => outcomes.length === 4);
  expect(await product.org.query("SELECT Id FROM Territory2 WHERE Name = 'East'")).toHaveLength(1);
  await controller.stop();
});

test('a second controller on the data folder is refused, and says who runs', async () => {
  const product = await openProduct();
  const { controller, start } = await started(product);
  expect(await start()).toMatchObject({
    ok: false,
    problems: [{ code: 'controller-running', message: expect.stringContaining('tester@machine') as string }],
  });
  await controller.stop();
  const again = await start();
  expect(again.ok).toBe(true);
  if (again.ok) await again.value.stop();
});
