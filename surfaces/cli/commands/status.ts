// status: how the environment stands. Asks the store, never the org.
import type { Command } from 'commander';
import { safe } from '../../../plans/show.ts';
import type { Attempt, GradesStanding, Suspension } from '../../../ports/store.ts';
import { type Status, statusOf, type SyncState, type Unfinished } from '../../../controller/status.ts';
import { statusShape } from '../../http/shapes.ts';
import { EXIT } from '../ending.ts';
import { jobText } from '../job-text.ts';
import type { Cli } from '../program.ts';
import { project } from '../session.ts';
import { type Colors, problemText, type Terminal } from '../terminal.ts';

export function statusCommand(program: Command, cli: Cli): void {
  program
    .command('status')
    .summary('how the environment stands')
    .description(
      'Says whether the org is in step with git, what was applied and attempted last, what is held and what drifts. Needs neither the org nor a working tree without errors.',
    )
    .addHelpText('after', '\nExample:\n  $ loopctl status --env production')
    .action(
      cli.either<object>({
        async local(session) {
          const { name, environment } = await project(session);
          return told(session.terminal, await statusOf(await session.workspace.store(), name, environment.name));
        },
        remote: async ({ remote, terminal }) => told(terminal, await remote.get('/api/status', statusShape)),
      }),
    );
}

function told(terminal: Terminal, status: Status): number {
  if (terminal.json) terminal.value(status);
  else terminal.print(statusText(status, terminal.colors));
  return EXIT.done;
}

const WORDS: Readonly<Record<SyncState, string>> = {
  synced: 'in step with git',
  pending: 'not in step with git: something waits to be applied',
  held: 'held: somebody has to look',
  failed: 'the last attempt failed',
  suspended: 'suspended',
};

function statusText(
  {
    environment,
    org,
    sync,
    drift,
    jobs = [],
    holds,
    problems,
    budget,
    suspended,
    suspendedResources = {},
    grades = {},
    experiments = {},
  }: Status,
  colors: Colors,
): string {
  const paint = sync.state === 'synced' ? colors.green : sync.state === 'failed' ? colors.red : colors.yellow;
  const where =
    org === undefined
      ? 'no org was asked yet'
      : `"${org.name}" (${org.id}) at ${org.url}, ${org.sandbox ? 'sandbox' : 'production'}, as ${org.user}`;
  return [
    `${colors.bold(environment)}: ${paint(sync.state)}, ${stateText(sync, jobs)}`,
    `Org:            ${where}`,
    `Last applied:   ${attemptText(sync.lastApplied)}`,
    `Last attempted: ${attemptText(sync.lastAttempted)}`,
    ...(sync.unfinished === undefined ? [] : [`Not finished:   ${unfinishedText(sync.unfinished)}`]),
    ...jobs.map((job) => `Running:        ${jobText(job)}`),
    `Drift:          ${drift === 0 ? 'none seen' : `${drift} seen: loopctl drift`}`,
    ...Object.entries(grades).flatMap(([model, one]) => (one.verdict === 'too-few' ? [] : [`Grades:         ${gradesText(model, one)}`])),
    ...Object.entries(experiments).map(([name, { state, because }]) => `Experiment:     ${name}: ${state}, ${because}`),
    ...(suspended === undefined ? [] : [`Suspended:      ${suspensionText(suspended)}: loopctl resume`]),
    ...Object.entries(suspendedResources).map(([ref, one]) => `Suspended:      ${ref}, ${suspensionText(one)}: loopctl resume ${ref}`),
    ...holds.map((hold) => `Held:           ${hold.message}`),
    ...problems.map((problem) => problemText(problem, colors)),
    ...(budget === undefined ? [] : [`API calls:      ${budget.used} of ${budget.limit} used today, ${budget.reserve} kept for others`]),
  ].join('\n');
}

/** In step with files that nobody committed is not in step with git. */
function stateText({ state, lastApplied, unfinished }: Status['sync'], jobs: NonNullable<Status['jobs']>): string {
  if (state === 'pending' && unfinished === undefined && jobs.length > 0) return 'applied; loops go through their records again';
  if (state !== 'synced' || lastApplied?.dirty !== true) return WORDS[state];
  return 'in step with the working tree as it was applied, which is in no commit: commit it';
}

function gradesText(model: string, { verdict, psi, since, at }: GradesStanding): string {
  const words = { stable: 'as they were', watch: 'they begin to move', act: 'they drift: loopctl loop metrics qualify', 'too-few': '' };
  return `${model}: ${words[verdict]}${psi === undefined ? '' : `, PSI ${psi.toFixed(3)}`}, since ${since}, looked at ${at}`;
}

function unfinishedText({ plan, by, startedAt }: Unfinished): string {
  return `plan ${plan}, begun at ${startedAt} by ${by}: it is at work, or its process died. What it left open: loopctl plan`;
}

function suspensionText({ by, at, reason }: Suspension): string {
  return `by ${by} at ${at}, “${safe(reason)}”`;
}

function attemptText(attempt: Attempt | undefined): string {
  if (attempt === undefined) return 'never';
  const { commit, dirty, plan, at, error } = attempt;
  return [
    commit === null ? 'no commit' : `${commit.slice(0, 10)}${dirty === true ? ' and changes that are in no commit' : ''}`,
    ...(plan === undefined ? [] : [`plan ${plan}`]),
    `at ${at}`,
    ...(error === undefined ? [] : [error]),
  ].join(', ');
}
