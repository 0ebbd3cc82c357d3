// explain, replay: why a record was scored or routed as it was, and the same decision made once more. They ask the store alone.
import type { Command } from 'commander';
import { fullId } from '../../../loops/subject.ts';
import { show } from '../../../plans/show.ts';
import { withOutcomes } from '../../../controller/metrics/ended.ts';
import type { DecisionRecord, StoredDecision } from '../../../ports/decisions.ts';
import { decisionListShape, decisionShape } from '../../http/shapes.ts';
import { decisionText } from '../decision-text.ts';
import { EXIT, Refusal } from '../ending.ts';
import type { Cli } from '../program.ts';
import type { Remote } from '../remote.ts';
import { project, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function explainCommands(program: Command, cli: Cli): void {
  program
    .command('explain')
    .summary('why a record was scored or routed as it was')
    .description(
      'Shows the reasoning trail of a decision, or of every decision on a record, oldest first. Needs neither the org nor a working tree without errors.',
    )
    .argument('<id>', 'the id of a record, or of a decision')
    .addHelpText('after', '\nExample:\n  $ loopctl explain 00QXX0000004CqvMAE')
    .action(
      cli.either<object>({
        async local(session, _options, id) {
          const found = (await decisions(session, String(id))).map(({ decision }) => decision);
          return told(session.terminal, await withOutcomes(await session.workspace.store(), found));
        },
        remote: async ({ remote, terminal }, _options, id) => told(terminal, await decisionsThere(remote, String(id))),
      }),
    );
  program
    .command('replay')
    .summary('make a decision once more, and compare')
    .description('Makes a decision again from the facts that were recorded, on the snapshot of its time, and compares.')
    .argument('<id>', 'the id of a decision')
    .addHelpText(
      'after',
      '\nExit codes: 0 the same, 2 it differs or an input is gone, 1 error.\n\nExample:\n  $ loopctl replay 019a9f7e-6c1b-7d5a-9c3e-0b1f2a3c4d5e',
    )
    .action(cli.run<object>((session, _options, id) => again(session, String(id))));
}

function told(terminal: Terminal, found: readonly DecisionRecord[]): number {
  if (terminal.json) for (const decision of found) terminal.value(decision);
  else terminal.print(found.map((decision) => decisionText(decision, terminal.colors)).join('\n\n'));
  return EXIT.done;
}

async function decisionsThere(remote: Remote, id: string): Promise<readonly DecisionRecord[]> {
  const { decisions: found } = await remote.get(`/api/decisions?limit=500&subject=${encodeURIComponent(id)}`, decisionListShape);
  // Where no record has the id, it is a decision's, or it is told that it is none.
  return found.length > 0 ? found : [await remote.get(`/api/decisions/${encodeURIComponent(id)}`, decisionShape)];
}

async function again(session: Session, id: string): Promise<number> {
  const [found] = await decisions(session, id);
  if (found === undefined) return EXIT.error;
  const { name, environment } = await project(session);
  const store = await session.workspace.store();
  const { replay } = await import('../../../controller/loops/replay.ts');
  const replayed = await replay(store, await store.scopes(name, environment.name), found);
  const { terminal } = session;
  if (terminal.json) terminal.value({ same: replayed.kind === 'same', ...replayed });
  else {
    terminal.print(decisionText(replayed.decision, terminal.colors));
    if (replayed.kind === 'same') terminal.print(terminal.colors.green('The same again.'));
    if (replayed.kind === 'gone') terminal.print(terminal.colors.yellow(`It can not be made again: ${replayed.message}`));
    if (replayed.kind === 'differs')
      terminal.print(
        [terminal.colors.yellow('It would be another one:'), ...replayed.differences.map((one) => `  ${show(one, 500)}`)].join('\n'),
      );
  }
  return replayed.kind === 'same' ? EXIT.done : EXIT.differs;
}

async function decisions(session: Session, id: string): Promise<readonly StoredDecision[]> {
  const { name, environment } = await project(session);
  const store = await session.workspace.store();
  const one = await store.decisions.find(name, environment.name, id);
  const found = one === undefined ? await store.decisions.ofSubject(name, environment.name, fullId(id)) : [one];
  if (found.length > 0) return found;
  throw new Refusal('unknown-decision', `No decision in ${environment.name} has the id ${id}, and none was made on a record of that id.`);
}
