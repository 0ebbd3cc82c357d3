// doctor: the org, the user, permissions, limits, git, keys: what is there, what is missing, what to do.
import type { Command } from 'commander';
import { agentFinding, configurationFindings, type Finding, keyFindings, orgFindings } from '../../../controller/doctor.ts';
import { EXIT } from '../ending.ts';
import type { Cli } from '../program.ts';
import { loaded, project } from '../session.ts';
import type { Colors } from '../terminal.ts';

export function doctorCommand(program: Command, cli: Cli): void {
  program
    .command('doctor')
    .summary('what is there, what is missing, what to do')
    .description(
      'Looks at the configuration, git, the org, the user and its permissions, the API limit and the keys of other services. Changes nothing.',
    )
    .addHelpText('after', '\nExample:\n  $ loopctl doctor --env production')
    .action(
      cli.run<object>(async (session) => {
        const { environment } = await project(session);
        const now = await loaded(session);
        const findings = [
          { name: 'runtime', state: 'ok', detail: `Node ${process.versions.node}, loopctl ${session.host.version}` } as const,
          ...(await configurationFindings(session.workspace, now)),
          ...(await orgFindings(session.workspace, environment, now)),
          agentFinding(session.host.env, environment, now),
          ...keyFindings(session.host.env),
        ];
        const ok = findings.every(({ state }) => state !== 'wrong');
        const { terminal } = session;
        if (terminal.json) terminal.value({ ok, environment: environment.name, findings });
        else terminal.print(findings.map((finding) => findingText(finding, terminal.colors)).join('\n'));
        return ok ? EXIT.done : EXIT.error;
      }),
    );
}

function findingText({ name, state, detail, hint }: Finding, colors: Colors): string {
  const sign = { ok: colors.green('ok     '), missing: colors.yellow('missing'), wrong: colors.red('wrong  ') }[state];
  return `${sign} ${name.padEnd(18)} ${detail}${hint === undefined ? '' : `\n${' '.repeat(27)}${hint}`}`;
}
