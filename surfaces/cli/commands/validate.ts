// validate: all problems of all files in one run. Nothing is contacted.
import type { Command } from 'commander';
import { EXIT } from '../ending.ts';
import type { Cli } from '../program.ts';
import { loaded } from '../session.ts';
import { placeIn, problemText, publicProblem } from '../terminal.ts';

export function validateCommand(program: Command, cli: Cli): void {
  program
    .command('validate')
    .summary('say all that is wrong with the configuration')
    .description('Reads every file of the configuration and says all that is wrong, with file, line and column. The org is not contacted.')
    .option('--strict', 'fail on warnings too')
    .addHelpText('after', '\nExample:\n  $ loopctl validate --config config --strict')
    .action(
      cli.run<{ strict?: boolean }>(async (session, { strict }) => {
        const { organisation, problems } = await loaded(session);
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
