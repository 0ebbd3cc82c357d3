// approve, reject: what a person says of one plan. It holds for that plan id alone, until the world moves.
import type { Command } from 'commander';
import { giveVerdict } from '../../../controller/verdict.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { project } from '../session.ts';

interface VerdictOptions {
  readonly by?: string;
  readonly reason: string;
}

export function approveCommands(program: Command, cli: Cli): void {
  for (const verdict of ['approve', 'reject'] as const) {
    program
      .command(verdict)
      .summary(verdict === 'approve' ? 'let a held plan through' : 'keep a plan from being applied')
      .description(
        verdict === 'approve'
          ? 'Lifts the limits, the model switch and required approvals of one plan. Own access, windows and holds of single steps stay.'
          : 'Holds one plan until somebody approves it again.',
      )
      .argument('<plan>', 'the id of the plan, or its beginning')
      .requiredOption('--reason <text>', 'why; kept with the identity of the system')
      .option('--by <name>', 'a note of who asked for it')
      .addHelpText('after', `\nExample:\n  $ loopctl ${verdict} 3f9c01 --reason "APAC closes"`)
      .action(
        cli.run<VerdictOptions>(async (session, { by, reason }, plan) => {
          const { name } = await project(session);
          const given = await giveVerdict(session.workspace, await session.workspace.store(), {
            project: name,
            plan: String(plan),
            verdict,
            reason,
            note: by ?? null,
          });
          if (!given.ok) throw refusedBy(given.problems);
          const { terminal } = session;
          if (terminal.json) terminal.value(given.value);
          else terminal.print(`${verdict === 'approve' ? 'Approved' : 'Rejected'}: plan ${given.value.plan}, by ${given.value.by}.`);
          return EXIT.done;
        }),
      );
  }
}
