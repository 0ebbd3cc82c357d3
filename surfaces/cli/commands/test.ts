// test: the cases of RoutingTestPacks, tried by the files as they are. Neither the org nor the state is asked.
import type { Command } from 'commander';
import { Project } from '../../../resources/project/schema.ts';
import { RoutingTestPack } from '../../../resources/routing-test-pack/schema.ts';
import { dayIn } from '../../../ports/clock.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { packsText } from '../pack-text.ts';
import type { Cli } from '../program.ts';
import { asOfOption, loaded, type Session } from '../session.ts';

export function testCommand(program: Command, cli: Cli): void {
  program
    .command('test')
    .summary('whether the rules decide what people expect of them')
    .description(
      'Tries every case of the RoutingTestPacks by the rules, seats and pools of the working tree, and shows what is not as expected. ' +
        'Nobody had a turn before, and nobody is asked beside: what a case does not say is not there. "validate" does the same.',
    )
    .argument('[packs...]', 'names of RoutingTestPacks (default: all)')
    .addHelpText('after', '\nExit codes: 0 as expected, 1 not.\n\nExample:\n  $ loopctl test inbound-leads')
    .action(cli.run<object>((session, _, packs) => tested(session, packs as readonly string[])));
}

async function tested(session: Session, packs: readonly string[]): Promise<number> {
  const { terminal, root, workspace } = session;
  const found = await loaded(session);
  const { organisation, problems } = found;
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, root);
  if (organisation.all(RoutingTestPack).length === 0)
    throw new Refusal('no-packs', 'No RoutingTestPack is declared. docs/guides/routing-tests.md shows how to write one.');
  const { runPacks } = await import('../../../controller/packs/run.ts');
  const results = await runPacks(workspace, found, { ...todayIn(session, organisation), packs });
  if (!results.ok) throw refusedBy(results.problems, root);
  const uncovered = problems.flatMap(({ code, message }) => (code === 'untested-rule' ? [/\[([^\]]+)\]/.exec(message)?.[1] ?? ''] : []));
  const ok = results.value.every((one) => one.ok);
  if (terminal.json)
    terminal.value({ ok, cases: results.value.length, failed: results.value.filter((one) => !one.ok).length, results: results.value });
  else terminal.print(packsText(results.value, uncovered, terminal.colors));
  return ok ? EXIT.done : EXIT.error;
}

/** The day that counts as today, and the environment that is meant. */
export function todayIn(session: Session, organisation: Awaited<ReturnType<typeof loaded>>['organisation']) {
  const [project] = organisation.all(Project);
  const today = asOfOption(session).asOf ?? dayIn(project?.spec.timezone ?? 'UTC', session.workspace.clock.now());
  return { today, ...(session.options.env !== undefined && { environment: session.options.env }) };
}
