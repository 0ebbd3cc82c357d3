// loop: the loops from the command line.
import type { Command } from 'commander';
import type { JobRow } from '../../../ports/jobs.ts';
import type { RunningHost } from '../../../controller/loops/host.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { countsText, jobText } from '../job-text.ts';
import { progressLine } from '../progress.ts';
import type { Cli } from '../program.ts';
import { connect, project, type Session } from '../session.ts';
import { tellCommands } from './loop-tell.ts';

interface RunOptions {
  readonly id?: string;
  readonly all?: boolean;
  readonly object?: string;
  readonly where?: string;
}

export function loopCommands(program: Command, cli: Cli): void {
  const loop = program
    .command('loop')
    .summary('what the loops do')
    .description('Runs loops by hand, and tells what they are at.')
    .addHelpText('after', '\nExample:\n  $ loopctl loop run qualify --all');
  tellCommands(loop, cli);
  loop
    .command('run')
    .summary('have a loop decide: on one record, or on all again')
    .description(
      'With --id it decides on one record now: it acts where the environment lists the loop, and says what it would decide elsewhere. With --all it decides on every open record again: what comes out as before is left alone; what differs is written back. It is a job: where a controller runs on this state it does it, else this process does, and what is left when it is ended is gone on with by the next one.',
    )
    .argument('<name>', 'the loop: qualify')
    .option('--id <id>', 'this record, now')
    .option('--all', 'every open record')
    .option('--object <object>', 'of this object alone (default: all that the loop looks after)')
    .option('--where <condition>', 'the open records of which this is so, in SOQL')
    .addHelpText(
      'after',
      '\nExamples:\n  $ loopctl loop run qualify --id 00QXX0000004CqvMAE\n  $ loopctl loop run qualify --all --object Lead --where "LeadSource = \'Web\'"',
    )
    .action(cli.run<RunOptions>((session, options, name) => run(session, options, String(name))));
  loop
    .command('jobs')
    .summary('what is gone through in the background')
    .description('Lists jobs, newest first: how far they are, and how they ended.')
    .addHelpText('after', '\nExample:\n  $ loopctl loop jobs')
    .action(
      cli.run<object>(async (session) => {
        const { name, environment } = await project(session);
        const jobs = await (await session.workspace.store()).jobs.list(name, environment.name, MOST_JOBS);
        if (session.terminal.json) session.terminal.value({ jobs });
        else
          session.terminal.print(jobs.length === 0 ? 'There was no job yet.' : jobs.map((job) => `${job.at}  ${jobText(job)}`).join('\n'));
        return EXIT.done;
      }),
    );
}

const MOST_JOBS = 50;

async function run(session: Session, { id, all, object, where }: RunOptions, loop: string): Promise<number> {
  const { workspace, terminal, host } = session;
  if (id !== undefined && (all === true || where !== undefined))
    throw new Refusal('usage', 'Either one record with --id, or many with --all or --where.');
  if (id !== undefined) return (await import('./loop-by-hand.ts')).runOne(session, loop, id, object);
  if (all !== true && where === undefined) throw new Refusal('usage', 'Say which records: --id ID, --all, or --where CONDITION.');
  const { name, environment } = await project(session);
  const { crm, store } = await connect(session, environment);
  const listener = () => undefined;
  const stopping = new AbortController();
  void host.untilStopped().then(() => stopping.abort());
  const progress = progressLine(session);
  // Engines are loaded by the commands that ask them alone.
  const [{ runAll }, { loopHost }, { knownTo }] = await Promise.all([
    import('../../../controller/jobs/run.ts'),
    import('../../../controller/loops/host.ts'),
    import('../known.ts'),
  ]);
  const known = await knownTo(session, async () => (await running.current())?.compiled.row.content.resources ?? {});
  const running: RunningHost = loopHost({
    deps: workspace,
    store,
    place: () => ({ project: name, environment: environment.name }),
    connect: async () => ({ ok: true, value: crm.records }),
    ...(known !== undefined && { knowledge: known.knowledge }),
    listener,
    engine: host.version,
  });
  const ran = await runAll(
    {
      deps: workspace,
      store,
      host: running,
      desks: () => known?.desks,
      connect: async () => ({ ok: true, value: crm }),
      listener,
      onError: (error) => {
        throw error;
      },
      onTrouble: (message) => terminal.note(message),
    },
    {
      loop,
      ...(object !== undefined && { object }),
      query: where === undefined ? { open: true } : { where },
      by: workspace.identity,
      environment,
      stopping: stopping.signal,
      onController: (holder) => terminal.note(`A controller runs on this state (${holder}): it does it.`),
      onProgress: ({ seen }) => progress.count(seen, 'record'),
    },
  ).finally(() => progress.end());
  if (ran.kind === 'refused') throw refusedBy(ran.problems);
  return told(session, ran.jobs);
}

function told({ terminal }: Session, jobs: readonly JobRow[]): number {
  if (terminal.json) terminal.value({ jobs });
  else
    terminal.print(
      jobs.map((job) => (job.status === 'done' ? `${job.loop} on ${job.object}: ${countsText(job.counts)}` : jobText(job))).join('\n'),
    );
  if (jobs.some(({ status }) => status === 'failed')) return EXIT.error;
  return jobs.every(({ status }) => status === 'done') ? EXIT.done : EXIT.partial;
}
