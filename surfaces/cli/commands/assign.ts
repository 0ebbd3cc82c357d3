// assign: records of the org put into the territories that the reconciled rows say: shown, confirmed, written.
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { AssignPreview, Assigned } from '../../../controller/assign.ts';
import { assignmentText, assignedJson, fileOf } from '../assign-text.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration } from '../options.ts';
import type { Cli } from '../program.ts';
import { progressLine } from '../progress.ts';
import { connect, scene, type Session } from '../session.ts';
import { OUTCOME_EXITS } from './apply.ts';

interface Options {
  readonly object: string;
  readonly where?: string;
  readonly yes?: boolean;
  readonly out?: string;
}

const LEASE_WAIT = '60s';

export function assignCommand(program: Command, cli: Cli): void {
  program
    .command('assign')
    .summary('accounts into territories, all at once')
    .description(
      'Looks at every account, asks the reconciled TerritoryMatch rows where it belongs, and assigns it in the active territory model. ' +
        'What people assigned by hand stays as it is, and so does what no row tells apart: it is listed, and marked where TerritoryMatch says `pending`. ' +
        'Limits, windows and approvals hold as for an apply. A run that was stopped is gone on with by the next one.',
    )
    .argument('[file]', 'what --out wrote: nothing is done where something else would be')
    .option('--object <object>', 'whose records: Account or Lead', 'Account')
    .option('--where <condition>', 'only these, by a condition of SOQL, like "BillingCountry = \'Germany\'"')
    .option('--yes', 'do not ask')
    .option('--out <file>', 'write all that would be done, and do nothing')
    .addHelpText(
      'after',
      '\nExit codes: 0 all done, 1 error, 3 partial, 4 something else would be done, 5 held; with --out 0 nothing to do, 2 changes.\n\n' +
        'Example:\n  $ loopctl assign --out moves.json && loopctl assign moves.json --yes',
    )
    .action(cli.run<Options>((session, options, file) => run(session, options, file as string | undefined)));
}

async function run(session: Session, options: Options, file: string | undefined): Promise<number> {
  const { terminal, host, workspace } = session;
  if (file !== undefined && options.out !== undefined)
    throw new Refusal('usage', '--out writes a file, and a file is carried out: one of the two.');
  const saved = file === undefined ? undefined : readSaved(session, file);
  const now = await scene(session);
  const { crm, store } = await connect(session, now.resolved.environment);
  const progress = progressLine(session);
  const { assign } = await import('../../../controller/assign.ts');
  const where = saved === undefined ? options.where : (saved.where ?? undefined);
  const stopping = new AbortController();
  let shown = false;
  try {
    const answer = await assign(workspace, crm, store, now, {
      object: saved?.object ?? options.object,
      ...(where !== undefined && { where }),
      ...(saved !== undefined && { expected: saved.plan }),
      previewOnly: options.out !== undefined,
      leaseMs: parseDuration(LEASE_WAIT),
      stopping: stopping.signal,
      onWait: (heldBy) => terminal.note(`Another apply is at work (${heldBy}): waiting for it, ${LEASE_WAIT} at most …`),
      onLook: (seen) => progress.count(seen, 'record'),
      onProgress: progress.update,
      async confirm(preview) {
        progress.end();
        shown = true;
        return confirmed(session, preview, options.yes === true);
      },
    });
    progress.end();
    if (answer.kind === 'report' && options.out !== undefined) {
      const { looked } = answer.preview;
      await writeFile(resolve(host.cwd, options.out), fileOf(answer.preview, saved?.object ?? options.object, where ?? null), {
        mode: 0o600,
      });
      terminal.note(`Saved to ${options.out}. Do exactly this with: loopctl assign ${options.out}`);
      tell(session, answer, false);
      return looked.changes.length > 0 ? EXIT.differs : EXIT.done;
    }
    return tell(session, answer, shown);
  } finally {
    progress.end();
  }
}

function tell({ terminal, root }: Session, answer: Assigned, shown: boolean): number {
  switch (answer.kind) {
    case 'refused':
      throw refusedBy(answer.problems, root);
    case 'declined':
      terminal.note('Nothing was assigned.');
      return EXIT.error;
    case 'report':
      if (terminal.json) terminal.value(assignedJson(answer));
      else terminal.print(assignmentText(answer, terminal.colors, shown));
      return answer.outcome === 'planned' ? EXIT.done : OUTCOME_EXITS[answer.outcome];
    default:
      return answer satisfies never;
  }
}

/** Shows what would be done and asks; without a terminal only --yes will do. */
async function confirmed({ host, terminal }: Session, preview: AssignPreview, yes: boolean): Promise<boolean> {
  const calls = { read: preview.plan.calls.read, write: 0 };
  if (!terminal.json)
    terminal.print(
      assignmentText({ kind: 'report', outcome: 'planned', preview, holds: preview.plan.holds, calls }, terminal.colors, false),
    );
  if (yes) return true;
  if (!host.interactive)
    throw new Refusal('not-confirmed', 'Nobody is there to ask, so nothing was assigned. Say --yes to assign without being asked.');
  const { org } = preview.plan;
  return await host.ask(`Do this in "${org.name}" (${org.sandbox ? 'sandbox' : 'PRODUCTION'}) as ${org.user}?`);
}

interface Saved {
  readonly plan: string;
  readonly object: string;
  readonly where: string | null;
}

function readSaved({ host }: Session, file: string): Saved {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(host.cwd, file), 'utf8'));
  } catch (error) {
    throw new Refusal('plan-unreadable', `${file} can not be read: ${(error as Error).message}`);
  }
  const { kind, plan, object, where } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (kind !== 'assignment' || typeof plan !== 'string' || typeof object !== 'string' || (where !== null && typeof where !== 'string'))
    throw new Refusal('plan-unreadable', `${file} is nothing that "loopctl assign --out" wrote.`);
  return { plan, object, where };
}
