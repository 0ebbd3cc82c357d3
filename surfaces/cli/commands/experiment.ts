// experiment list, show, promote: how what is tried does, and a branch in which it takes the place of what it was tried against.
import type { Command } from 'commander';
import { Project } from '../../../resources/project/schema.ts';
import type { ExperimentReport } from '../../../controller/experiments/report.ts';
import { loadTree } from '../../../controller/load.ts';
import type { Promotion } from '../../../controller/propose/promotion.ts';
import { experimentsShape } from '../../http/experiment-shapes.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { experimentsText, experimentText } from '../experiment-text.ts';
import type { Cli } from '../program.ts';
import { proposedText, publicProposal } from '../proposed.ts';
import { project, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface PromoteOptions {
  readonly propose?: boolean;
}

/** Engines are loaded by the commands that ask them alone. */
const reports = () => import('../../../controller/experiments/report.ts');

export function experimentCommand(program: Command, cli: Cli): void {
  const experiment = program
    .command('experiment')
    .summary('how a candidate does beside the model or rules that act')
    .description('Looks at the experiments that were reconciled, and makes a branch of a candidate that is to act.')
    .addHelpText(
      'after',
      '\nExamples:\n  $ loopctl experiment show seniority-first\n  $ loopctl experiment promote seniority-first --propose',
    );
  experiment
    .command('list')
    .summary('the experiments, and how each stands')
    .description('Lists the experiments: what is tried against what, on how many records so far, and what the stop rule says.')
    .addHelpText('after', '\nExample:\n  $ loopctl experiment list --env production')
    .action(
      cli.either<object>({
        local: async (session) => listed(session.terminal, await counted(session)),
        remote: async ({ remote, terminal }) => listed(terminal, (await remote.get('/api/experiments', experimentsShape)).experiments),
      }),
    );
  experiment
    .command('show')
    .summary('how one does')
    .description(
      'Shows records and conversions of both sides, what each decided, how often they agreed, and why it goes on, has enough to tell or was stopped.',
    )
    .argument('<name>', 'the name of an Experiment')
    .addHelpText('after', '\nExample:\n  $ loopctl experiment show seniority-first')
    .action(
      cli.either<object>({
        local: async (session, _options, name) => shown(session.terminal, await counted(session), String(name)),
        remote: async ({ remote, terminal }, _options, name) =>
          shown(terminal, (await remote.get('/api/experiments', experimentsShape)).experiments, String(name)),
      }),
    );
  experiment
    .command('promote')
    .summary('a branch in which the candidate acts')
    .description(
      'The control gets what the candidate says, with a version of its own; the experiment and the candidate leave git. Without --propose it says which files ' +
        'would be different. Whether it did well is for people: what is known of it stands in the proposal.',
    )
    .argument('<name>', 'the name of an Experiment')
    .option('--propose', 'make a branch that says so, and a pull request where a forge is set')
    .addHelpText(
      'after',
      '\nExit codes: 0 proposed; 2 it would change files; 1 an error.\n\nExample:\n  $ loopctl experiment promote seniority-first --propose',
    )
    .action(cli.run<PromoteOptions>((session, options, name) => promoted(session, String(name), options)));
}

async function counted(session: Session): Promise<readonly ExperimentReport[]> {
  const { name, environment } = await project(session);
  const store = await session.workspace.store();
  const [scope] = await store.scopes(name, environment.name);
  return (await reports()).experimentReports(store, scope, { now: session.workspace.clock.now() });
}

function listed(terminal: Terminal, experiments: readonly ExperimentReport[]): number {
  if (terminal.json) terminal.value({ experiments });
  else terminal.print(experimentsText(experiments, terminal.colors));
  return EXIT.done;
}

function shown(terminal: Terminal, all: readonly ExperimentReport[], given: string): number {
  const name = given.replace(/^Experiment\//i, '');
  const found = all.find((one) => one.name === name);
  if (found === undefined) {
    const names = all.map((one) => one.name);
    throw new Refusal(
      'unknown-experiment',
      `No experiment that was reconciled is called ${name}. ${names.length === 0 ? 'There is none.' : `There is: ${names.join(', ')}.`}`,
    );
  }
  if (terminal.json) terminal.value({ experiment: found });
  else terminal.print(experimentText(found, terminal.colors));
  return EXIT.done;
}

async function promoted(session: Session, name: string, options: PromoteOptions): Promise<number> {
  const { terminal, root, workspace } = session;
  const tree = await workspace.source.read();
  const { organisation, problems } = loadTree(tree, workspace.cache);
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, root);
  const { promotion, proposePromotion } = await import('../../../controller/propose/promotion.ts');
  const made = promotion(tree, organisation, name, workspace.cache);
  if (!made.ok) throw refusedBy(made.problems, root);
  const report = (await counted(session)).find((one) => one.name === made.value.name);
  const [own] = organisation.all(Project);
  if (options.propose !== true || own === undefined) {
    if (terminal.json) terminal.value({ ok: true, ...publicPromotion(made.value), report: report ?? null, proposal: null });
    else terminal.print(`${promotionText(made.value, report)}\nMake a branch of it with --propose.`);
    return EXIT.differs;
  }
  const { proposing } = await import('../../../controller/propose/local.ts');
  const proposal = await proposePromotion(await proposing(workspace, own), { tree, promoted: made.value, report });
  if (!proposal.ok) throw refusedBy(proposal.problems, root);
  if (terminal.json)
    terminal.value({ ok: true, ...publicPromotion(made.value), report: report ?? null, proposal: publicProposal(proposal.value) });
  else terminal.print(`${promotionText(made.value, report)}\n\n${proposedText(proposal.value)}`);
  return EXIT.done;
}

function publicPromotion({ files, version, ...rest }: Promotion) {
  return {
    ...rest,
    version: version ?? null,
    files: [...files].map(([path, text]) => ({ path, change: text === null ? 'removed' : 'changed' })),
  };
}

function promotionText({ name, control, candidate, version, files }: Promotion, report: ExperimentReport | undefined): string {
  return [
    `${control} becomes what ${candidate} is${version === undefined ? '' : `, ${version.before} → ${version.after}`}; the experiment ${name} and its candidate leave git.`,
    ...[...files].map(([path, text]) => `  ${text === null ? 'removed' : 'changed'}  ${path}`),
    report === undefined ? 'Nothing is known here of how it did.' : `It is ${report.state}: ${report.because}.`,
  ].join('\n');
}
