// suspend, resume: an environment or one resource is taken out of the controller's hands, and given back.
import type { Command } from 'commander';
import { type Ref, refText } from '../../../resources/core.ts';
import { nearest } from '../../../resources/suggest.ts';
import { resume, type Suspended, suspend } from '../../../controller/suspend.ts';
import { suspensionShape } from '../../http/shapes.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseRefs } from '../options.ts';
import type { Cli } from '../program.ts';
import { loaded, project, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface SuspendOptions {
  readonly reason: string;
}

export function suspendCommands(program: Command, cli: Cli): void {
  program
    .command('suspend')
    .summary('leave an environment or a resource alone')
    .description(
      'Holds every plan of the environment, or the steps of one resource, and leaves its drift alone until it is resumed. It binds the controller and the command line.',
    )
    .argument('[ref]', 'one resource, like Territory/ams/west; without it the whole environment')
    .requiredOption('--reason <text>', 'why; kept with who said it')
    .addHelpText('after', '\nExample:\n  $ loopctl suspend Territory/ams/west --reason "Being sorted out with sales"')
    .action(
      cli.either<SuspendOptions>({
        async local(session, { reason }, text) {
          const ref = await existing(session, text);
          const store = await session.workspace.store();
          const done = await suspend(session.workspace, store, await where(session), { reason, ...(ref !== undefined && { ref }) });
          if (!done.ok) throw refusedBy(done.problems);
          return told(session.terminal, done.value);
        },
        async remote({ remote, terminal }, { reason }, text) {
          const [ref] = refsOf(text);
          return told(
            terminal,
            await remote.post('/api/suspend', { reason, ...(ref !== undefined && { ref: refText(ref) }) }, suspensionShape),
          );
        },
      }),
    );
  program
    .command('resume')
    .summary('go on with what was suspended')
    .description('Ends a suspension of the environment, or of one resource.')
    .argument('[ref]', 'one resource, like Territory/ams/west; without it the whole environment')
    .option('--reason <text>', 'why; for the log of the controller')
    .addHelpText('after', '\nExample:\n  $ loopctl resume Territory/ams/west')
    .action(
      cli.either<Partial<SuspendOptions>>({
        async local(session, _options, text) {
          const [ref] = refsOf(text);
          const done = await resume(await session.workspace.store(), await where(session), ref);
          if (!done.ok) throw refusedBy(done.problems);
          return told(session.terminal, done.value);
        },
        async remote({ remote, terminal }, { reason }, text) {
          const [ref] = refsOf(text);
          const body = { ...(reason !== undefined && { reason }), ...(ref !== undefined && { ref: refText(ref) }) };
          return told(terminal, await remote.post('/api/resume', body, suspensionShape));
        },
      }),
    );
}

function refsOf(text: unknown): readonly Ref[] {
  return parseRefs(typeof text === 'string' ? [text] : []);
}

/** A name that nothing has would hold nothing, and nobody would know. */
async function existing(session: Session, text: unknown): Promise<Ref | undefined> {
  const [ref] = refsOf(text);
  if (ref === undefined) return undefined;
  const { resources } = (await loaded(session)).organisation;
  const { project: name, environment } = await where(session);
  if (resources.has(refText(ref)) || (await (await session.workspace.store()).rowsOf(name, environment, ref)).length > 0) return ref;
  const near = nearest(refText(ref), resources.keys());
  const meant = near === undefined ? '' : ` Did you mean ${near}?`;
  throw new Refusal('unknown-resource', `${refText(ref)} is neither declared nor in the inventory of ${environment}.${meant}`);
}

async function where(session: Session) {
  const { name, environment } = await project(session);
  return { project: name, environment: environment.name };
}

function told(terminal: Terminal, done: Suspended): number {
  const { environment, ref, suspended } = done;
  const what = ref === undefined ? environment : `${ref} in ${environment}`;
  if (terminal.json) terminal.value(done);
  else if (suspended === null) terminal.print(`${what} goes on.`);
  else
    terminal.print(
      `${what} is suspended by ${suspended.by}: ${suspended.reason}\nGo on: loopctl resume${ref === undefined ? '' : ` ${ref}`}`,
    );
  return EXIT.done;
}
