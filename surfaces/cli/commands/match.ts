// match: which account a record belongs to, and by what evidence. Nothing is kept.
import type { Command } from 'commander';
import type { Accounts, Matched } from '../../../controller/matching/match.ts';
import type { Checked } from '../../../resources/core.ts';
import type { Organisation } from '../../../resources/resource.ts';
import type { CrmRecords } from '../../../ports/records.ts';
import { EXIT, refusedBy } from '../ending.ts';
import { matchText } from '../match-text.ts';
import type { Cli } from '../program.ts';
import { eventsOf, type RecordOptions } from '../records.ts';
import { loaded, project, type Session } from '../session.ts';
import { openTable } from '../table.ts';

interface Options extends RecordOptions {
  readonly accounts?: string;
}

export function matchCommand(program: Command, cli: Cli): void {
  program
    .command('match')
    .summary('which account a record belongs to, and why')
    .description(
      'Finds the account of a lead by the MatchPolicy of the working tree and weighs the evidence: match, review or none. ' +
        'Accounts come from the org, or from a file. Nothing is kept, and nothing is written to the org.',
    )
    .argument('[record]', 'the id of a record of the org')
    .option('--file <file>', 'records of a file: .json (one, or a list) or .csv, fields by the product’s names or the org’s')
    .option('--object <object>', 'whose records they are (default: by the id, else Lead)')
    .option(
      '--accounts <file>',
      'accounts of a .csv instead of the org’s: fields by the product’s names or the org’s, and id, email_domains, owner, owner_active, ' +
        'open_opportunity, parent, level, activity, created where it has them',
    )
    .addHelpText('after', '\nExample:\n  $ loopctl match --file leads.csv --accounts accounts.csv')
    .action(cli.run<Options>((session, options, id) => match(session, id as string | undefined, options)));
}

/** Engines are loaded by the commands that ask them alone: every other one starts without. */
const matching = () => import('../../../controller/matching/match.ts');

async function match(session: Session, id: string | undefined, options: Options): Promise<number> {
  const { terminal, host, root } = session;
  const events = eventsOf(host.cwd, id, options);
  const { organisation, problems } = await loaded(session);
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, root);
  const now = host.now().getTime();
  const accounts = valueOf(await accountsFor(session, organisation, options, now));
  const { matchRecord } = await matching();
  for (const [at, event] of events.entries()) {
    const matched = valueOf(await matchRecord(organisation, event, accounts, () => recordsOf(session), now));
    if (terminal.json) terminal.value(publicMatch(matched));
    else terminal.print(`${at > 0 ? '\n' : ''}${matchText(matched, terminal.colors)}`);
  }
  return EXIT.done;
}

async function accountsFor(session: Session, organisation: Organisation, options: Options, now: number): Promise<Checked<Accounts>> {
  const { orgAccounts, tableAccounts } = await matching();
  if (options.accounts !== undefined) return tableAccounts(organisation, await openTable(session.host.cwd, options.accounts), now);
  return orgAccounts(organisation, await recordsOf(session), now);
}

/** The org alone: the state is not asked. A second call gives the same connection. */
async function recordsOf(session: Session): Promise<CrmRecords> {
  const { environment } = await project(session);
  return valueOf(await session.workspace.connect(environment)).records;
}

function valueOf<T>(checked: Checked<T>): T {
  if (!checked.ok) throw refusedBy(checked.problems);
  return checked.value;
}

/** The match as it is, with whose it is. */
function publicMatch({ subject, match: found, names, cut }: Matched) {
  return {
    subject,
    ...found,
    candidates: found.candidates.map((candidate) => ({ ...candidate, account_name: names.get(candidate.account) ?? null })),
    cut,
  };
}
