// validate: all problems of all files in one run. Nothing is contacted.
import type { Command } from 'commander';
import { EXIT } from '../ending.ts';
import type { Cli } from '../program.ts';
import type { Loaded } from '../../../controller/load.ts';
import type { Problem } from '../../../resources/core.ts';
import { rulesOfThePast } from '../../../resources/routing-rule-set/in-force.ts';
import { RoutingTestPack } from '../../../resources/routing-test-pack/schema.ts';
import { loaded, type Session } from '../session.ts';
import { placeIn, problemText, publicProblem } from '../terminal.ts';
import { todayIn } from './test.ts';

export function validateCommand(program: Command, cli: Cli): void {
  program
    .command('validate')
    .summary('say all that is wrong with the configuration')
    .description(
      'Reads every file of the configuration and says all that is wrong, with file, line and column. Cases of RoutingTestPacks are tried. The org is not contacted.',
    )
    .option('--strict', 'fail on warnings too')
    .addHelpText('after', '\nExample:\n  $ loopctl validate --config config --strict')
    .action(
      cli.run<{ strict?: boolean }>(async (session, { strict }) => {
        const found = await loaded(session);
        const { organisation } = found;
        const problems = [...found.problems, ...(await ofToday(session, found))];
        const errors = problems.filter(({ severity }) => severity === 'error').length;
        const warnings = problems.length - errors;
        const ok = errors === 0 && (strict !== true || warnings === 0);
        const resources: Record<string, number> = {};
        for (const { ref } of organisation.resources.values()) resources[ref.kind] = (resources[ref.kind] ?? 0) + 1;
        const { terminal, host, root } = session;
        if (terminal.json) {
          terminal.value({ ok, resources, problems: problems.map(publicProblem) });
        } else {
          const place = placeIn(root, host.cwd);
          for (const problem of problems) terminal.print(problemText(problem, terminal.colors, place));
          if (problems.length > 0) terminal.print('');
          const counted = `${organisation.resources.size} resources of ${Object.keys(resources).length} kinds`;
          const found = `${errors} ${errors === 1 ? 'error' : 'errors'}, ${warnings} ${warnings === 1 ? 'warning' : 'warnings'}`;
          terminal.print(problems.length === 0 ? terminal.colors.green(`${counted}, nothing wrong.`) : `${counted}: ${found}.`);
        }
        return ok ? EXIT.done : EXIT.error;
      }),
    );
}

/** What depends on the day: rules that are in force no more, and cases of test packs, where everything else can be read. */
async function ofToday(session: Session, found: Loaded): Promise<readonly Problem[]> {
  const { organisation, problems } = found;
  const day = todayIn(session, organisation);
  const past = rulesOfThePast(organisation, day.today);
  const isSound = problems.every(({ severity }) => severity !== 'error');
  if (!isSound || organisation.all(RoutingTestPack).length === 0) return past;
  // Engines are loaded where there is something for them to do: every other run starts without.
  const { problemsOf, runPacks } = await import('../../../controller/packs/run.ts');
  const results = await runPacks(session.workspace, found, day);
  return [...past, ...(results.ok ? problemsOf(results.value) : results.problems)];
}
