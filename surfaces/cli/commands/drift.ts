// drift: what diverges in the org, who changed it and when; put back, or taken over into git.
import type { Command } from 'commander';
import { refText } from '../../../resources/core.ts';
import type { Drift } from '../../../plans/plan.ts';
import { driftLine, orgLine } from '../../../plans/render/parts.ts';
import { apply } from '../../../controller/apply.ts';
import { adoptDrift } from '../../../controller/adopt.ts';
import { preview } from '../../../controller/preview.ts';
import { recordPlan } from '../../../controller/record.ts';
import { knownRefs, unknownRefs } from '../../../controller/targets.ts';
import { driftShape } from '../../http/shapes.ts';
import { adopted } from '../adopted.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration, parseRefs } from '../options.ts';
import type { Cli } from '../program.ts';
import type { RemoteSession } from '../remote.ts';
import { connect, scene, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';
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
    .action(
      cli.either<DriftOptions>({
        local: (session, options, refs) => drift(session, options, refs as readonly string[]),
        remote: (session, options, refs) => seenThere(session, options, refs as readonly string[]),
      }),
    );
}

/** What the controller saw last. To change something takes the org's credentials, which are here or there, not both. */
async function seenThere({ remote, terminal }: RemoteSession, options: DriftOptions, names: readonly string[]): Promise<number> {
  if (options.revert === true || options.adopt === true)
    throw new Refusal('usage', '--revert and --adopt work where the org is reached: leave --server away.');
  const wanted = new Set(parseRefs(names).map(refText));
  const { org, drift: all } = await remote.get('/api/drift', driftShape);
  const where = org === undefined ? 'the org, which was not asked yet' : orgLine({ org });
  return listed(
    terminal,
    all.filter(({ ref }) => wanted.size === 0 || wanted.has(refText(ref))),
    where,
  );
}

function listed(terminal: Terminal, found: readonly Drift[], org: string): number {
  if (terminal.json) terminal.value({ drift: found });
  else terminal.print(driftText(found, org));
  return found.length > 0 ? EXIT.differs : EXIT.done;
}

async function drift(session: Session, options: DriftOptions, names: readonly string[]): Promise<number> {
  if (options.revert === true && options.adopt === true) throw new Refusal('usage', 'Either --revert or --adopt, not both.');
  const now = await scene(session);
  const { crm, store } = await connect(session, now.resolved.environment);
  const named = parseRefs(names);
  const wanted = new Set(named.map(refText));
  const isWanted = ({ ref }: Drift) => wanted.size === 0 || wanted.has(refText(ref));
  const missing = options.allowMissing === true && { allowMissing: true };
  const seen = await preview(session.workspace, crm, store, now, { actor: 'person', ...missing });
  if (!seen.ok) throw refusedBy(seen.problems, session.root);
  const unknown = unknownRefs(named, knownRefs(now.resolved, seen.value.observation.inventory));
  if (unknown.length > 0) throw refusedBy(unknown, session.root);
  await recordPlan(store, seen.value);
  const found = seen.value.plan.drift.filter(isWanted);
  const { terminal } = session;
  for (const { message } of seen.value.plan.warnings ?? []) terminal.note(`${terminal.colors.yellow('warning')} ${message}`);
  if (options.adopt === true) return adopted(session, found, await adoptDrift(session.workspace, crm, now, seen.value, found));
  if (options.revert !== true) return listed(terminal, found, orgLine(seen.value.plan));
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
