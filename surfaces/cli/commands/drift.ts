// drift: what diverges in the org, who changed it and when; put back, or taken over into git.
import type { Command } from 'commander';
import { refText } from '../../../resources/core.ts';
import type { Drift } from '../../../plans/plan.ts';
import { driftLine, orgLine } from '../../../plans/render/parts.ts';
import { apply } from '../../../controller/apply.ts';
import { adoptDrift } from '../../../controller/adopt.ts';
import { preview } from '../../../controller/preview.ts';
import { recordPlan } from '../../../controller/record.ts';
import { adopted } from '../adopted.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration, parseRefs } from '../options.ts';
import type { Cli } from '../program.ts';
import { connect, scene, type Session } from '../session.ts';
import { conclude, confirm } from './apply.ts';

interface DriftOptions {
  readonly revert?: boolean;
  readonly adopt?: boolean;
  readonly yes?: boolean;
  readonly wait: string;
  readonly allowMissing?: boolean;
}

export function driftCommand(program: Command, cli: Cli): void {
  program
    .command('drift')
    .summary('what was changed in the org behind the back of git')
    .description('Lists fields and records that differ from what was applied, with who changed them and when.')
    .argument('[ref...]', 'only these resources, like Territory/ams/west')
    .option('--revert', 'put the org back to what is declared; a conflict only where its resource is named')
    .option('--adopt', 'take what the org has over into git: a branch that edits the very lines')
    .option('--yes', 'do not ask')
    .option('--wait <duration>', 'how long to wait for what the org works off by itself', '2m')
    .option('--allow-missing', 'records that are not to be seen were really deleted, however many')
    .addHelpText('after', '\nExit codes: 0 none (or settled), 2 drift, 1 error.\n\nExample:\n  $ loopctl drift --revert Territory/ams/west')
    .action(cli.run<DriftOptions>((session, options, refs) => drift(session, options, refs as readonly string[])));
}

async function drift(session: Session, options: DriftOptions, names: readonly string[]): Promise<number> {
  if (options.revert === true && options.adopt === true) throw new Refusal('usage', 'Either --revert or --adopt, not both.');
  const now = await scene(session);
  const { crm, store } = await connect(session, now.resolved.environment);
  const wanted = new Set(parseRefs(names).map(refText));
  const isWanted = ({ ref }: Drift) => wanted.size === 0 || wanted.has(refText(ref));
  const missing = options.allowMissing === true && { allowMissing: true };
  const seen = await preview(session.workspace, crm, store, now, { actor: 'person', ...missing });
  if (!seen.ok) throw refusedBy(seen.problems, session.root);
  await recordPlan(store, seen.value);
  const found = seen.value.plan.drift.filter(isWanted);
  const { terminal } = session;
  if (options.adopt === true) return adopted(session, found, await adoptDrift(session.workspace, crm, now, seen.value, found));
  if (options.revert !== true) {
    if (terminal.json) terminal.value({ drift: found });
    else terminal.print(driftText(found, orgLine(seen.value.plan)));
    return found.length > 0 ? EXIT.differs : EXIT.done;
  }
  // Both sides moved: only a person who names the resource says that git wins.
  const reverted = found.filter((one) => one.kind !== 'conflict' || wanted.has(refText(one.ref)));
  const left = found.length - reverted.length;
  if (left > 0)
    terminal.note(
      `${left} in conflict left alone: name the resource to settle it, like: loopctl drift --revert ${refText(found.find((one) => one.kind === 'conflict')?.ref ?? { kind: 'Kind', name: 'name' })}`,
    );
  if (reverted.length === 0) {
    if (terminal.json) terminal.value({ outcome: 'nothing', drift: [] });
    else terminal.print('There is nothing to put back.');
    return left > 0 ? EXIT.differs : EXIT.done;
  }
  const refs = [...new Map(reverted.map(({ ref }) => [refText(ref), ref])).values()];
  const among = new Set(refs.map(refText));
  const answer = await apply(session.workspace, crm, store, now, {
    actor: 'person',
    targets: refs,
    reverts: (one) => among.has(refText(one.ref)) && (one.kind !== 'conflict' || wanted.has(refText(one.ref))),
    waitMs: parseDuration(options.wait),
    leaseMs: parseDuration('60s'),
    confirm: (plan) => confirm(session, plan, { yes: options.yes === true }),
    ...missing,
  });
  return conclude(session, answer);
}

function driftText(found: readonly Drift[], org: string): string {
  if (found.length === 0) return `No drift in ${org}.`;
  const lines = found.map((one) => `  ${driftLine(one)}`);
  return `${found.length} ${found.length === 1 ? 'divergence' : 'divergences'} in ${org}:\n${lines.join('\n')}\n\nPut the org back: loopctl drift --revert [REF…]. Take it over into git: loopctl drift --adopt [REF…]`;
}
