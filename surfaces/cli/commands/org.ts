// org: the embedded org, and what the loops need in an org.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { refText } from '../../../resources/core.ts';
import { CustomField } from '../../../resources/custom-field/schema.ts';
import type { Organisation } from '../../../resources/resource.ts';
import { apply } from '../../../controller/apply.ts';
import { declarations, undeclaredFields } from '../../../controller/install.ts';
import { EXIT } from '../ending.ts';
import { parseDuration, parsePort } from '../options.ts';
import type { Cli } from '../program.ts';
import { connect, scene, type Session } from '../session.ts';
import { conclude, confirm } from './apply.ts';

interface StartOptions {
  readonly port: number;
  readonly data?: string;
  readonly seed: 'empty' | 'demo';
  readonly control?: string;
}

export function orgCommands(program: Command, cli: Cli): void {
  const org = program
    .command('org')
    .summary('the embedded org')
    .description('The embedded Salesforce-compatible org: a double for trying and for tests, not Salesforce.');
  org
    .command('start')
    .summary('start the embedded org')
    .description(
      'Starts the embedded org, a double of Salesforce, and keeps it running until it is stopped. It keeps its records in one file.',
    )
    .option('--port <n>', 'the port; 0 takes a free one', parsePort, 8585)
    .option('--data <file>', 'where its records are kept, or :memory: (default: org.db in the data folder)')
    .addOption(
      new Option('--seed <seed>', 'what a new org holds: nothing but an administrator, or the people and records of the starter')
        .choices(['demo', 'empty'])
        .default('demo'),
    )
    .option('--control <token>', 'open the control paths for tests (faults, clock, calls) to this token')
    .addHelpText('after', '\nExample:\n  $ loopctl org start --port 8585 --seed demo')
    .action(
      cli.bare<StartOptions>(async (terminal, options) => {
        const { host } = cli;
        const running = await host.startOrg({ ...options, log: (line) => terminal.note(line) });
        const { url, token, organizationId, clientId, clientSecret } = running;
        if (terminal.json) terminal.value({ ready: true, url, token, organizationId, clientId, clientSecret });
        else
          terminal.print(
            `The embedded org (a double, not Salesforce) answers at ${url} as organisation ${organizationId}.\nCommands in this folder find it by themselves. Stop it with Ctrl-C.`,
          );
        await host.untilStopped();
        await running.close();
        return EXIT.done;
      }),
    );
  org
    .command('install')
    .summary('the fields and permissions that the loops write')
    .description(
      'Brings the declared custom fields, and the permission to see them, into the org that is set; nothing else. Fields that the loops ' +
        `write and nobody declares are declared first, in ${DECLARED}, so that they go the way of every other field.`,
    )
    .option('--yes', 'do not ask')
    .option('--wait <duration>', 'how long to wait for what the org works off by itself', '2m')
    .addHelpText('after', '\nExample:\n  $ loopctl org install --env production')
    .action(cli.run<InstallOptions>(install));
}

interface InstallOptions {
  readonly yes?: boolean;
  readonly wait: string;
}

/** Where fields are declared that nobody did. */
const DECLARED = 'deploy/loop_fields.yaml';

async function install(session: Session, options: InstallOptions): Promise<number> {
  const before = await scene(session);
  const now = declare(session, before.resolved.organisation) ? await scene(session) : before;
  const { crm, store } = await connect(session, now.resolved.environment);
  const targets = now.resolved.organisation.all(CustomField).map(({ ref }) => ref);
  session.terminal.note(`Custom fields: ${targets.map(refText).join(', ')}`);
  const answer = await apply(session.workspace, crm, store, now, {
    actor: 'person',
    targets,
    waitMs: parseDuration(options.wait),
    leaseMs: parseDuration('60s'),
    confirm: (plan) => confirm(session, plan, { yes: options.yes === true }),
  });
  return conclude(session, answer);
}

/** True where something was declared. What stands in the file already stays. */
function declare({ root, terminal }: Session, organisation: Organisation): boolean {
  const missing = undeclaredFields(organisation);
  if (missing.length === 0) return false;
  const path = join(root, DECLARED);
  const there = existsSync(path) ? `${readFileSync(path, 'utf8').trimEnd()}\n---\n` : '';
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${there}${declarations(missing)}`);
  const names = missing.map(({ object, field, by }) => `${object}.${field} (written by ${refText(by)})`);
  terminal.note(`Declared in ${DECLARED}: ${names.join(', ')}. Look at it, and commit it.`);
  return true;
}
