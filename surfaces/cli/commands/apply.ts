// apply: a saved plan, or one that is made, shown and confirmed now.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { renderText } from '../../../plans/render/text.ts';
import { readPlan } from '../../../plans/seal.ts';
import type { Plan } from '../../../plans/plan.ts';
import type { Problem } from '../../../resources/core.ts';
import type { Scene } from '../../../controller/load.ts';
import { apply } from '../../../controller/apply.ts';
import type { ApplyAnswer, ApplyReport } from '../../../controller/carry-out.ts';
import { recordFailure } from '../../../controller/record.ts';
import type { Outcome } from '../../../ports/store.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration, parseRefs } from '../options.ts';
import { progressLine } from '../progress.ts';
import type { Cli } from '../program.ts';
import { applyJson, applyText } from '../report.ts';
import { connect, loaded, project, scene, type Session } from '../session.ts';

export interface ApplyOptions {
  readonly yes?: boolean;
  readonly target?: readonly string[];
  readonly wait: string;
  readonly allowMissing?: boolean;
}

export const OUTCOME_EXITS: Readonly<Record<Outcome, number>> = {
  done: EXIT.done,
  nothing: EXIT.done,
  partial: EXIT.partial,
  pending: EXIT.partial,
  failed: EXIT.error,
  stale: EXIT.stale,
  held: EXIT.held,
};
const LEASE_WAIT = '60s';

export function applyCommand(program: Command, cli: Cli): void {
  program
    .command('apply')
    .summary('carry a plan out')
    .description('Applies a plan that was saved with "plan --out", or makes one now, shows it and asks.')
    .argument('[file]', 'a saved plan; it is used once, and refused when the world has moved')
    .option('--yes', 'do not ask')
    .option('--target <ref...>', 'only these resources and what they need')
    .option('--wait <duration>', 'how long to wait for what the org works off by itself', '2m')
    .option('--allow-missing', 'records that are not to be seen were really deleted, however many')
    .addHelpText(
      'after',
      '\nExit codes: 0 all done, 1 error, 3 partial or pending, 4 the plan is stale, 5 held.\n\nExample:\n  $ loopctl apply --yes --wait 10m',
    )
    .action(cli.run<ApplyOptions>((session, options, file) => runApply(session, options, file as string | undefined)));
}

async function runApply(session: Session, options: ApplyOptions, file: string | undefined): Promise<number> {
  const saved = file === undefined ? undefined : readSaved(session, file);
  const now = await sceneOrFailure(session);
  const { crm, store } = await connect(session, now.resolved.environment);
  const targets = parseRefs(options.target);
  const progress = progressLine(session);
  try {
    const answer = await apply(session.workspace, crm, store, now, {
      actor: 'person',
      waitMs: parseDuration(options.wait),
      leaseMs: parseDuration(LEASE_WAIT),
      confirm: (plan) => confirm(session, plan, { yes: options.yes === true }),
      onProgress: progress.update,
      onWait: (heldBy) => session.terminal.note(`Another apply is at work (${heldBy}): waiting for it, ${LEASE_WAIT} at most …`),
      ...(saved !== undefined && { saved }),
      ...(targets.length > 0 && { targets }),
      ...(options.allowMissing === true && { allowMissing: true }),
    });
    if (answer.kind === 'refused') await failed(session, now.loaded.commit, answer.problems);
    return conclude(session, answer);
  } finally {
    progress.end();
  }
}

/** What cannot be loaded is an attempt that failed: `status` tells it while the old state goes on. */
async function sceneOrFailure(session: Session): Promise<Scene> {
  const now = await loaded(session);
  const errors = now.problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) await failed(session, now.commit, errors);
  return scene(session, now);
}

async function failed(session: Session, commit: string | null, problems: readonly Problem[]): Promise<void> {
  const { name, environment } = await project(session);
  await recordFailure(
    session.workspace,
    await session.workspace.store(),
    { project: name, environment: environment.name },
    { commit, problems },
  );
}

function readSaved(session: Session, file: string): Plan {
  let text: string;
  try {
    text = readFileSync(resolve(session.host.cwd, file), 'utf8');
  } catch (error) {
    throw new Refusal('plan-unreadable', `The plan ${file} can not be read: ${(error as Error).message}`);
  }
  const read = readPlan(text);
  if (!read.ok) throw refusedBy(read.problems);
  return read.value;
}

/** Shows the plan and asks; without a terminal only --yes will do. */
export async function confirm(
  { host, terminal }: Session,
  plan: Plan,
  { yes, most }: { readonly yes: boolean; readonly most?: number },
): Promise<boolean> {
  if (!terminal.json) terminal.print(renderText(plan, { color: terminal.color, ...(most !== undefined && { most }) }));
  if (yes) return true;
  if (!host.interactive)
    throw new Refusal('not-confirmed', 'Nobody is there to ask, so nothing was applied. Say --yes to apply without being asked.');
  return await host.ask(`Apply this to "${plan.org.name}" (${plan.org.sandbox ? 'sandbox' : 'PRODUCTION'}) as ${plan.org.user}?`);
}

export function conclude({ terminal, root }: Session, answer: ApplyAnswer): number {
  if (answer.kind === 'refused') throw refusedBy(answer.problems, root);
  if (answer.kind === 'declined') {
    terminal.note('Nothing was applied.');
    return EXIT.error;
  }
  return told(terminal, answer.report);
}

function told(terminal: Session['terminal'], report: ApplyReport): number {
  if (terminal.json) terminal.value(applyJson(report));
  else terminal.print(applyText(report, terminal.colors));
  return OUTCOME_EXITS[report.outcome];
}
