// pool: who is there and whose turn it is, how fair it was, and whether what is kept follows from the ledger.
import type { Command } from 'commander';
import type { PoolGround } from '../../../controller/pools/ground.ts';
import type { PoolView } from '../../../controller/pools/show.ts';
import { poolListShape, poolReportsShape, poolShape } from '../../http/pool-shapes.ts';
import { EXIT, Refusal } from '../ending.ts';
import { parseDuration } from '../options.ts';
import { checkText, poolText, reportText } from '../pool-text.ts';
import type { Cli } from '../program.ts';
import { project, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface ReportOptions {
  readonly since: string;
}

const LONGEST_MS = 366 * 86_400_000;
/** Engines are loaded by the commands that ask them alone. */
const tools = () =>
  Promise.all([
    import('../../../controller/pools/ground.ts'),
    import('../../../controller/pools/show.ts'),
    import('../../../controller/pools/report.ts'),
    import('../../../controller/pools/check.ts'),
  ]).then(([ground, show, report, check]) => ({ ...ground, ...show, ...report, ...check }));

export function poolCommand(program: Command, cli: Cli): void {
  const pool = program
    .command('pool')
    .summary('who takes turns, who is there, and how fair it was')
    .description('Looks at the pools that were reconciled. Nothing is changed, and nobody takes a turn.')
    .addHelpText('after', '\nExamples:\n  $ loopctl pool show na-commercial\n  $ loopctl pool report --since 30d');
  pool
    .command('show')
    .summary('how a pool stands now')
    .description(
      'Shows each member: whether it could have the next record and why not, where it stands by the strategy, its counts; what waits, and who had what last. Without a name, all pools.',
    )
    .argument('[name]', 'the name of a pool')
    .addHelpText('after', '\nExample:\n  $ loopctl pool show na-commercial')
    .action(
      cli.either<object>({
        async local(session, _options, given) {
          const ground = await groundOf(session);
          const { listPools, showPool, poolsOf } = await tools();
          if (typeof given !== 'string') return listed(session.terminal, await listPools(ground));
          const view = await showPool(ground, bare(given));
          return shown(
            session.terminal,
            view ??
              unknown(
                given,
                poolsOf(ground).map(({ name }) => name),
              ),
          );
        },
        async remote({ remote, terminal }, _options, given) {
          if (typeof given !== 'string') return listed(terminal, (await remote.get('/api/pools', poolListShape)).pools);
          return shown(terminal, (await remote.get(`/api/pools/${encodeURIComponent(bare(given))}`, poolShape)).pool);
        },
      }),
    );
  pool
    .command('report')
    .summary('how fair it was')
    .description(
      "Counts from the ledger who had how many records of which grade, against what the weights say of those who were there: share, deviation, skew of each seat, chi-square. Nobody's absence counts against them.",
    )
    .argument('[name]', 'the name of a pool')
    .option('--since <duration>', 'how far back', '30d')
    .addHelpText('after', '\nExample:\n  $ loopctl pool report na-commercial --since 90d')
    .action(
      cli.either<ReportOptions>({
        async local(session, { since }, given) {
          const span = spanOf(since);
          const ground = await groundOf(session);
          const { reportPools, poolsOf } = await tools();
          const all = poolsOf(ground);
          const pools = typeof given === 'string' ? all.filter(({ name }) => name === bare(given)) : all;
          if (typeof given === 'string' && pools.length === 0)
            unknown(
              given,
              all.map(({ name }) => name),
            );
          const report = await reportPools(ground.store, ground.scope, { pools, now: ground.now(), span });
          return reported(session.terminal, report);
        },
        async remote({ remote, terminal }, { since }, given) {
          spanOf(since);
          const path = typeof given === 'string' ? `/api/pools/${encodeURIComponent(bare(given))}/report` : '/api/pools/report';
          return reported(terminal, await remote.get(`${path}?since=${encodeURIComponent(since)}`, poolReportsShape));
        },
      }),
    );
  pool
    .command('check')
    .summary('what is kept, against the ledger')
    .description(
      'Makes the state of pools anew, from the first decision on, each with the facts of its day, and compares it with what is kept. Exit code 2 where it differs.',
    )
    .argument('[name]', 'the name of a pool')
    .addHelpText('after', '\nExample:\n  $ loopctl pool check')
    .action(
      cli.run<object>(async (session, _options, given) => {
        const ground = await groundOf(session);
        const { checkPool, poolsOf } = await tools();
        const all = poolsOf(ground).map(({ name }) => name);
        const wanted = typeof given === 'string' ? all.filter((name) => name === bare(given)) : all;
        if (typeof given === 'string' && wanted.length === 0) unknown(given, all);
        const checks = [];
        for (const name of wanted) checks.push(await checkPool(ground.store, ground.scope, name));
        if (session.terminal.json) session.terminal.value({ pools: checks });
        else session.terminal.print(checks.length === 0 ? NONE : checkText(checks, session.terminal.colors));
        return checks.every(({ same }) => same) ? EXIT.done : EXIT.differs;
      }),
    );
}

const NONE = 'No pool was reconciled.';

/** `pool/na-commercial` is `na-commercial`. */
function bare(name: string): string {
  return name.replace(/^pool\//i, '');
}

function spanOf(since: string): number {
  const span = parseDuration(since);
  if (span > LONGEST_MS) throw new Refusal('usage', `--since ${since} is more than a year.`);
  return span;
}

async function groundOf(session: Session): Promise<PoolGround> {
  const { workspace } = session;
  const { name, environment } = await project(session);
  const store = await workspace.store();
  const [scope] = await store.scopes(name, environment.name);
  const [{ groundOfSnapshot }, { orgAnswers }] = await Promise.all([
    import('../../../controller/loops/dry.ts'),
    import('../../../controller/loops/answers.ts'),
  ]);
  const found = scope && (await groundOfSnapshot(store, scope));
  if (scope === undefined || found === undefined)
    throw new Refusal('no-snapshot', `Nothing was reconciled in ${environment.name} yet: loopctl apply`);
  const connect = async () => {
    const crm = await workspace.connect(environment);
    return crm.ok ? { ok: true as const, value: crm.value.records } : crm;
  };
  const now = () => workspace.clock.now();
  return {
    store,
    scope,
    compiled: found.compiled,
    ledger: { state: found.state },
    org: orgAnswers(connect, now),
    availability: found.availability?.(connect, now),
    now,
  };
}

function unknown(given: string, names: readonly string[]): never {
  throw new Refusal(
    'unknown-pool',
    `No pool that was reconciled is called ${bare(given)}.${names.length === 0 ? '' : ` There are: ${names.join(', ')}.`}`,
  );
}

function listed(terminal: Terminal, pools: readonly PoolView[]): number {
  if (terminal.json) terminal.value({ pools });
  else terminal.print(pools.length === 0 ? NONE : pools.map((one) => poolText(one, terminal.colors)).join('\n\n'));
  return EXIT.done;
}

function shown(terminal: Terminal, view: PoolView): number {
  if (terminal.json) terminal.value(view);
  else terminal.print(poolText(view, terminal.colors));
  return EXIT.done;
}

function reported(terminal: Terminal, reports: Parameters<typeof reportText>[0]): number {
  if (terminal.json) terminal.value(reports);
  else terminal.print(reports.pools.length === 0 ? NONE : reportText(reports, terminal.colors));
  return EXIT.done;
}
