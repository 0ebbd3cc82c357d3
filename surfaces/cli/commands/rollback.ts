// rollback: back to what an earlier revision declared. Git stays the truth: it ends in a branch.
import type { Command } from 'commander';
import { renderText } from '../../../plans/render/text.ts';
import { publicPlan } from '../../../plans/render/json.ts';
import { apply } from '../../../controller/apply.ts';
import { loadTree, sceneOf } from '../../../controller/load.ts';
import { branchBackTo } from '../../../controller/rollback.ts';
import { preview } from '../../../controller/preview.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseDuration } from '../options.ts';
import type { Cli } from '../program.ts';
import { connect, type Session } from '../session.ts';
import { conclude, confirm } from './apply.ts';

interface RollbackOptions {
  readonly apply?: boolean;
  readonly yes?: boolean;
  readonly wait: string;
}

export function rollbackCommand(program: Command, cli: Cli): void {
  program
    .command('rollback')
    .summary('back to an earlier revision')
    .description(
      'Shows the plan back to what a revision declared and makes a branch that says so. Merge it: what is applied without being in git comes back.',
    )
    .argument('<rev>', 'a revision of git, like HEAD~1')
    .option('--apply', 'apply it at once as well')
    .option('--yes', 'do not ask')
    .option('--wait <duration>', 'how long to wait for what the org works off by itself', '2m')
    .addHelpText('after', '\nExample:\n  $ loopctl rollback HEAD~1')
    .action(cli.run<RollbackOptions>((session, options, rev) => rollback(session, options, String(rev))));
}

async function rollback(session: Session, options: RollbackOptions, revision: string): Promise<number> {
  const { workspace, terminal, root } = session;
  const tree = await workspace.source.readAt(revision);
  if (tree === undefined || tree.commit === null) throw new Refusal('unknown-revision', `git knows no revision "${revision}".`);
  const { env, asOf } = session.options;
  const then = sceneOf(loadTree(tree, workspace.cache), workspace, {
    ...(env !== undefined && { environment: env }),
    ...(asOf !== undefined && { asOf }),
  });
  if (!then.ok) throw refusedBy(then.problems, root);
  const { crm, store } = await connect(session, then.value.resolved.environment);
  const made = await preview(workspace, crm, store, then.value, { actor: 'person' });
  if (!made.ok) throw refusedBy(made.problems, root);
  const branch = await branchBackTo(workspace.source, { ...tree, commit: tree.commit });
  if (options.apply !== true) {
    const where =
      branch === undefined ? 'HEAD declares this already: no branch is needed.' : `Branch ${branch} declares this. Review and merge it.`;
    if (terminal.json) terminal.value({ branch: branch ?? null, plan: publicPlan(made.value.plan) });
    else terminal.print(`${renderText(made.value.plan, { color: terminal.color })}\n${where}`);
    return made.value.plan.steps.length > 0 ? EXIT.differs : EXIT.done;
  }
  if (branch !== undefined)
    terminal.note(`Branch ${branch} declares this. Merge it, or the next apply of the branch you follow takes it back.`);
  const answer = await apply(workspace, crm, store, then.value, {
    actor: 'person',
    waitMs: parseDuration(options.wait),
    leaseMs: parseDuration('60s'),
    confirm: (plan) => confirm(session, plan, { yes: options.yes === true }),
  });
  return conclude(session, answer);
}
