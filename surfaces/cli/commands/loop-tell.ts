// loop list, loop metrics, loop dead: what the loops are, how they do, and what was given up. They ask the store alone.
import type { Command } from 'commander';
import { deadLetters, revive } from '../../../controller/metrics/dead.ts';
import { counted } from '../../../plans/show.ts';
import type { Scope, Store } from '../../../ports/store.ts';
import { anatomyShape, deadShape, measuredShape, revivedShape } from '../../http/measure-shapes.ts';
import { EXIT, Refusal } from '../ending.ts';
import { anatomyText, deadText, measuredText } from '../loop-text.ts';
import { parseDuration } from '../options.ts';
import type { Cli } from '../program.ts';
import { project, type Session } from '../session.ts';

interface MetricsOptions {
  readonly since: string;
}

interface DeadOptions {
  readonly revive?: readonly string[];
  readonly all?: boolean;
}

/** Engines are loaded by the commands that ask them alone. */
const anatomy = () => import('../../../controller/metrics/anatomy.ts');
const metrics = () => import('../../../controller/metrics/loops.ts');

const MOST_DEAD = 500;
const LONGEST_MS = 366 * 86_400_000;

export function tellCommands(loop: Command, cli: Cli): void {
  loop
    .command('list')
    .summary('the loops and what they are made of')
    .description(
      'Lists the loops: what each reads, decides and gives, and whether it acts on the org of the environment or answers when asked.',
    )
    .addHelpText('after', '\nExample:\n  $ loopctl loop list --env production')
    .action(
      cli.either<object>({
        async local(session) {
          const { environment } = await project(session);
          const loops = (await anatomy()).anatomyOf(environment.loops);
          if (session.terminal.json) session.terminal.value({ loops });
          else session.terminal.print(anatomyText(loops, environment.name, session.terminal.colors));
          return EXIT.done;
        },
        async remote({ remote, terminal }) {
          const { loops } = await remote.get('/api/loops', anatomyShape);
          if (terminal.json) terminal.value({ loops });
          else terminal.print(anatomyText(loops, undefined, terminal.colors));
          return EXIT.done;
        },
      }),
    );
  loop
    .command('metrics')
    .summary('how the loops do')
    .description(
      'Counts what the loops decided: runs, success, shares of grades, drift of grades, how often people decided otherwise, and what waits for people. With --server the durations that the controller measured too.',
    )
    .argument('[name]', 'one loop: qualify')
    .option('--since <duration>', 'how far back', '30d')
    .addHelpText('after', '\nExample:\n  $ loopctl loop metrics qualify --since 90d')
    .action(
      cli.either<MetricsOptions>({
        async local(session, { since }, name) {
          const span = spanOf(since);
          const wanted = await loopNamed(name);
          const { store, scope } = await place(session);
          const loop = wanted !== undefined && { loop: wanted };
          const { measure } = await metrics();
          const measured = await measure(store, scope, { now: session.workspace.clock.now(), span, ...loop });
          if (session.terminal.json) session.terminal.value(measured);
          else session.terminal.print(measuredText(measured, session.terminal.colors));
          return EXIT.done;
        },
        async remote({ remote, terminal }, { since }, name) {
          spanOf(since);
          const wanted = await loopNamed(name);
          const names = wanted === undefined ? await deciding() : [wanted];
          for (const [at, one] of names.entries()) {
            const measured = await remote.get(
              `/api/loops/${encodeURIComponent(one)}/metrics?since=${encodeURIComponent(since)}`,
              measuredShape,
            );
            if (terminal.json) terminal.value(measured);
            else terminal.print(`${at > 0 ? '\n' : ''}${measuredText(measured, terminal.colors)}`);
          }
          return EXIT.done;
        },
      }),
    );
  loop
    .command('dead')
    .summary('events that were given up')
    .description(
      'Lists events that were tried again and again and did not work, with what they died of. What was mended may be tried again.',
    )
    .option('--revive <id...>', 'try these again')
    .option('--all', 'try all of them again')
    .addHelpText(
      'after',
      '\nExamples:\n  $ loopctl loop dead\n  $ loopctl loop dead --revive "Lead/00QXX0000004CqvMAE@2026-11-21T12:00:00.000Z"\n  $ loopctl loop dead --all',
    )
    .action(
      cli.either<DeadOptions>({
        async local(session, options) {
          const { store, scope } = await place(session);
          const { terminal, workspace } = session;
          const ids = wantedIds(options);
          if (ids === undefined) {
            const dead = await deadLetters(store, scope, MOST_DEAD);
            if (terminal.json) terminal.value({ dead });
            else terminal.print(deadText(dead, terminal.colors));
            return EXIT.done;
          }
          return revivedTold(terminal, await revive(store, workspace.clock, scope, ids), ids);
        },
        async remote({ remote, terminal }, options) {
          const ids = wantedIds(options);
          if (ids === undefined) {
            const { dead } = await remote.get(`/api/loops/dead?limit=${MOST_DEAD}`, deadShape);
            if (terminal.json) terminal.value({ dead });
            else terminal.print(deadText(dead, terminal.colors));
            return EXIT.done;
          }
          const { revived } = await remote.post('/api/loops/dead/revive', ids === 'all' ? { all: true } : { ids }, revivedShape);
          return revivedTold(terminal, revived, ids);
        },
      }),
    );
}

function revivedTold(terminal: Session['terminal'], revived: number, ids: readonly string[] | 'all'): number {
  const words = `${counted(revived, 'event is', 'events are')} due again; the controller takes them up.`;
  if (ids !== 'all' && revived < ids.length) {
    const others = `${ids.length - revived} of the ${ids.length} ids are of no event that was given up: loopctl loop dead lists those.`;
    throw new Refusal('not-dead', revived === 0 ? others : `${words} ${others}`);
  }
  if (terminal.json) terminal.value({ revived });
  else terminal.print(words);
  return EXIT.done;
}

function wantedIds({ revive: ids, all }: DeadOptions): readonly string[] | 'all' | undefined {
  if (all === true && ids !== undefined) throw new Refusal('usage', 'Either --all, or --revive with ids.');
  return all === true ? 'all' : ids === undefined ? undefined : [...new Set(ids)];
}

function spanOf(text: string): number {
  const span = parseDuration(text);
  if (span > LONGEST_MS) throw new Refusal('bad-duration', `--since ${text} is longer than 366d.`);
  return span;
}

async function deciding(): Promise<readonly string[]> {
  return (await anatomy()).anatomyOf([]).flatMap(({ name, does }) => (does === 'reconciles' ? [] : [name]));
}

async function loopNamed(name: unknown): Promise<string | undefined> {
  if (typeof name !== 'string') return undefined;
  const names = await deciding();
  if (!names.includes(name)) throw new Refusal('unknown-loop', `No loop is called ${name} and decides. There are: ${names.join(', ')}.`);
  return name;
}

async function place(session: Session): Promise<{ readonly store: Store; readonly scope: Scope | undefined }> {
  const { name, environment } = await project(session);
  const store = await session.workspace.store();
  const [scope] = await store.scopes(name, environment.name);
  return { store, scope };
}
