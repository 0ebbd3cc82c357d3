// why: why a resource is as it is.
import type { Command } from 'commander';
import { originText, refText } from '../../../resources/core.ts';
import { nearest } from '../../../resources/suggest.ts';
import { show } from '../../../plans/show.ts';
import { type Why, whyOf } from '../../../controller/why.ts';
import { whyShape } from '../../http/shapes.ts';
import { EXIT, Refusal } from '../ending.ts';
import { parseRefs } from '../options.ts';
import type { Cli } from '../program.ts';
import { loaded, project, type Session } from '../session.ts';
import type { Colors, Terminal } from '../terminal.ts';

export function whyCommand(program: Command, cli: Cli): void {
  program
    .command('why')
    .summary('why a resource is as it is')
    .description('Says where a resource is declared, which commit wrote that, what it became in the org, and which plan did so.')
    .argument('<ref>', 'kind and name, like Territory/ams/west')
    .addHelpText('after', '\nExample:\n  $ loopctl why Territory/ams/west')
    .action(
      cli.either<object>({
        local: (session, _options, ref) => why(session, String(ref)),
        async remote({ remote, terminal }, _options, text) {
          const [ref] = parseRefs([String(text)]);
          if (ref === undefined) return EXIT.error;
          return told(terminal, await remote.get(`/api/why?ref=${encodeURIComponent(refText(ref))}`, whyShape));
        },
      }),
    );
}

async function why(session: Session, text: string): Promise<number> {
  const [ref] = parseRefs([text]);
  if (ref === undefined) return EXIT.error;
  const { name, environment } = await project(session);
  const { organisation } = await loaded(session);
  const resource = organisation.resources.get(refText(ref));
  const found = await whyOf(session.workspace, await session.workspace.store(), {
    project: name,
    environment: environment.name,
    ref,
    resource,
  });
  if (found.declared === undefined && found.records.length === 0) {
    const near = nearest(refText(ref), organisation.resources.keys());
    throw new Refusal(
      'unknown-resource',
      `${refText(ref)} is neither declared nor in the inventory of ${environment.name}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
    );
  }
  return told(session.terminal, found);
}

function told(terminal: Terminal, found: Why): number {
  if (terminal.json) terminal.value(found);
  else terminal.print(whyText(found, terminal.colors));
  return EXIT.done;
}

function whyText({ ref, declared, records }: Why, colors: Colors): string {
  const head =
    declared === undefined
      ? `${colors.bold(refText(ref))} is not declared any more.`
      : `${colors.bold(refText(ref))} is declared at ${originText(declared.at)}${
          declared.lastChange === undefined
            ? ', and is not committed as it stands.'
            : `,\n  last changed by ${declared.lastChange.author} in ${declared.lastChange.commit.slice(0, 10)} “${declared.lastChange.subject}” (${declared.lastChange.at}).`
        }`;
  const told = records.map(({ address, id, fields, how, plan, commit, by, at }) => {
    const values = Object.entries(fields).map(([field, value]) => `    ${field}: ${show(value)}`);
    const applied = `  ${address} (${id}), ${how}; last written by plan ${plan ?? 'unknown'} of ${commit?.slice(0, 10) ?? 'no commit'}, ${by}, ${at}`;
    return [applied, ...values].join('\n');
  });
  return [head, records.length === 0 ? '  No record of it was applied: it is read by the loops, or waits to be applied.' : '', ...told]
    .filter((line) => line !== '')
    .join('\n');
}
