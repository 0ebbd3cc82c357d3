// token: bearer tokens for the HTTP surface of a controller. They live in the store, so no controller has to run.
import { type Command, Option } from 'commander';
import { createToken, type KnownToken, listTokens, revokeToken } from '../../../controller/tokens.ts';
import { ROLES, type Role } from '../../../ports/tokens.ts';
import { EXIT, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import type { Colors } from '../terminal.ts';

interface CreateOptions {
  readonly name: string;
  readonly role: Role;
  readonly user?: string;
}

export function tokenCommands(program: Command, cli: Cli): void {
  const token = program
    .command('token')
    .summary('tokens for the HTTP surface')
    .description('Makes, lists and revokes the tokens with which programs and people speak to a controller.')
    .addHelpText('after', '\nExample:\n  $ loopctl token create --name ci-preview --role ops');
  token
    .command('create')
    .summary('make a token')
    .description('Makes a token and shows it once; what is kept is a hash.')
    .requiredOption('--name <name>', 'what it is called where its deeds are told')
    .addOption(
      new Option('--role <role>', 'each has the rights of those after it; ingest posts events and nothing else')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option('--user <email>', 'the person whose token it is, as the groups of loopctl.yaml name people')
    .addHelpText('after', '\nExample:\n  $ loopctl token create --name ada --role leadership --user ada@acme.example')
    .action(
      cli.run<CreateOptions>(async ({ workspace, terminal }, { name, role, user }) => {
        const { tokens } = await workspace.store();
        const made = await createToken(workspace, tokens, { name, role, ...(user !== undefined && { user }) });
        if (!made.ok) throw refusedBy(made.problems);
        if (terminal.json) terminal.value(made.value);
        else {
          terminal.note(`Token ${name} with the role ${role}. It is not shown again:`);
          terminal.print(made.value.token);
        }
        return EXIT.done;
      }),
    );
  token
    .command('list')
    .summary('which tokens there are')
    .description('Lists the tokens, oldest first, without their secrets.')
    .addHelpText('after', '\nExample:\n  $ loopctl token list')
    .action(
      cli.run<object>(async ({ workspace, terminal }) => {
        const found = await listTokens((await workspace.store()).tokens);
        if (terminal.json) terminal.value({ tokens: found });
        else terminal.print(found.length === 0 ? 'There is no token yet.' : found.map((one) => tokenText(one, terminal.colors)).join('\n'));
        return EXIT.done;
      }),
    );
  token
    .command('revoke')
    .summary('end a token')
    .description('Ends a token; the next request with it is refused.')
    .argument('<token>', 'its id, or its name')
    .addHelpText('after', '\nExample:\n  $ loopctl token revoke ci-preview')
    .action(
      cli.run<object>(async ({ workspace, terminal }, _options, which) => {
        const ended = await revokeToken(workspace, (await workspace.store()).tokens, String(which));
        if (!ended.ok) throw refusedBy(ended.problems);
        if (terminal.json) terminal.value(ended.value);
        else terminal.print(`Revoked: ${ended.value.name}.`);
        return EXIT.done;
      }),
    );
}

function tokenText({ id, name, role, user, createdAt, createdBy, revokedAt }: KnownToken, { bold, dim }: Colors): string {
  const whose = user === undefined ? '' : ` of ${user}`;
  const ended = revokedAt === undefined ? '' : `, revoked ${revokedAt}`;
  return `${bold(name)}  ${role}${whose}${ended}  ${dim(`${id}, made ${createdAt} by ${createdBy}`)}`;
}
