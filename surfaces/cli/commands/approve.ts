// approve, reject: what a person says of one plan. It holds for that plan id alone, until the world moves.
import type { Command } from 'commander';
import { giveVerdict } from '../../../controller/verdict.ts';
import type { Verdict } from '../../../ports/store.ts';
import { verdictShape } from '../../http/shapes.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { project } from '../session.ts';
import type { Terminal } from '../terminal.ts';

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
        cli.either<VerdictOptions>({
          async local(session, { by, reason }, plan) {
            const { name } = await project(session);
            const given = await giveVerdict(session.workspace, await session.workspace.store(), {
              project: name,
              plan: String(plan),
              verdict,
              reason,
              note: by ?? null,
            });
            if (!given.ok) throw refusedBy(given.problems);
            return told(session.terminal, given.value);
          },
          async remote({ remote, terminal }, { by, reason }, plan) {
            const body = { reason, ...(by !== undefined && { note: by }) };
            return told(terminal, await remote.post(`/api/plans/${encodeURIComponent(String(plan))}/${verdict}`, body, verdictShape));
          },
        }),
      );
  }
}

function told(terminal: Terminal, given: Verdict): number {
  if (terminal.json) terminal.value(given);
  else terminal.print(`${given.verdict === 'approve' ? 'Approved' : 'Rejected'}: plan ${given.plan}, by ${given.by}.`);
  return EXIT.done;
}
