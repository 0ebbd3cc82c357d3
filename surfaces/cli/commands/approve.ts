// approve, reject: what a person says of one plan. It holds for that plan id alone, until the world moves.
import type { Command } from 'commander';
import { approvalPolicyOf } from '../../../controller/policy.ts';
import { giveVerdict, heldInstead, weightOf } from '../../../controller/verdict.ts';
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
            const { name, spec } = await project(session);
            const given = await giveVerdict(session.workspace, await session.workspace.store(), {
              project: name,
              plan: String(plan),
              verdict,
              reason,
              note: by ?? null,
            });
            if (!given.ok) throw refusedBy(given.problems);
            const { environments } = spec;
            const policyOf = (wanted: string) => {
              const environment = environments.find((one) => one.name === wanted);
              return environment && approvalPolicyOf(environment, spec);
            };
            const weight = verdict === 'approve' ? await weightOf(await session.workspace.store(), name, given.value, policyOf) : undefined;
            return told(session.terminal, given.value, weight, await heldInstead(await session.workspace.store(), name, given.value.plan));
          },
          async remote({ remote, terminal }, { by, reason }, plan) {
            const body = { reason, ...(by !== undefined && { note: by }) };
            const url = `/api/plans/${encodeURIComponent(String(plan))}/${verdict}`;
            const { counts, approvers: whose = [], held_instead: held, ...given } = await remote.post(url, body, verdictShape);
            return told(terminal, given, counts === undefined ? undefined : { may: counts, by: whose }, held);
          },
        }),
      );
  }
}

function told(terminal: Terminal, given: Verdict, weight?: Awaited<ReturnType<typeof weightOf>>, held?: string): number {
  const counts = weight && { counts: weight.may };
  if (terminal.json) terminal.value({ ...given, ...counts, ...(held !== undefined && { held_instead: held }) });
  else terminal.print(`${given.verdict === 'approve' ? 'Approved' : 'Rejected'}: plan ${given.plan}, by ${given.by}.`);
  if (held !== undefined) {
    const verb = given.verdict === 'approve' ? 'Approve' : 'Reject';
    terminal.note(
      `Another plan is held now: ${held.slice(0, 12)}. What was said holds for ${given.plan.slice(0, 12)} alone, should it come again. ` +
        `${verb} the one that waits: loopctl ${given.verdict} ${held.slice(0, 12)} --reason "…"`,
    );
  }
  if (weight?.may === false) {
    terminal.note(
      `It is recorded, and does not count: only ${weight.by.join(', ')} may approve this plan, and ${given.by} is none of them. ` +
        'Who is known by a username approves through the controller, with a token of their own (token create --user NAME): loopctl approve --server URL',
    );
  }
  return EXIT.done;
}
