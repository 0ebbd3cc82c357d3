// review: what waits for people, and what they say.
import type { Command } from 'commander';
import { answerReview, questionOf, VERDICTS } from '../../../controller/reviews.ts';
import type { ReviewRow, ReviewStatus } from '../../../ports/reviews.ts';
import { reviewListShape, reviewShape } from '../../http/shapes.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { project } from '../session.ts';
import type { Terminal } from '../terminal.ts';

interface AnswerOptions {
  readonly reason: string;
  readonly option?: string;
  readonly value?: string;
}

interface ListOptions {
  readonly all?: boolean;
}

const MOST = 100;

const WORDS = {
  approve: ['take an option', 'Takes what is proposed, or the option that is named. The loop that asked decides on it next.', ''],
  edit: ['say what it is instead', 'Says what it is where none of the options is right.', ' --value acme.example'],
  reject: ['none of the options', 'Says that none of the options is right.', ''],
} as const;

export function reviewCommand(program: Command, cli: Cli): void {
  const review = program
    .command('review')
    .summary('what waits for people, and what they say')
    .description('Questions that a loop could not answer for certain. What a person says is a decision too, with who said it and why.')
    .addHelpText('after', '\nExample:\n  $ loopctl review list');
  review
    .command('list')
    .summary('what waits')
    .description('Lists the open reviews, newest first.')
    .option('--all', 'those that were answered as well')
    .addHelpText('after', '\nExample:\n  $ loopctl review list')
    .action(
      cli.either<ListOptions>({
        async local(session, options) {
          const { name, environment } = await project(session);
          const store = await session.workspace.store();
          return listed(session.terminal, await store.reviews.list(name, environment.name, { limit: MOST, ...statusOf(options) }));
        },
        async remote({ remote, terminal }, { all }) {
          const { reviews } = await remote.get(`/api/reviews?limit=${MOST}&status=${all === true ? 'all' : 'open'}`, reviewListShape);
          return listed(terminal, reviews);
        },
      }),
    );
  review
    .command('show')
    .summary('one of them')
    .description('Shows a question with its options, what is proposed and why, and what somebody said.')
    .argument('<id>', 'the id of a review, or its beginning')
    .addHelpText('after', '\nExample:\n  $ loopctl review show 019a9f7e')
    .action(
      cli.either<object>({
        async local(session, _options, id) {
          const { name, environment } = await project(session);
          const row = await (await session.workspace.store()).reviews.find(name, environment.name, String(id));
          if (row === undefined)
            throw new Refusal('unknown-review', `No review in ${environment.name} begins with ${String(id)}, or several do.`);
          return shown(session.terminal, row);
        },
        remote: async ({ remote, terminal }, _options, id) =>
          shown(terminal, await remote.get(`/api/reviews/${encodeURIComponent(String(id))}`, reviewShape)),
      }),
    );
  for (const verdict of VERDICTS) answerCommand(review, cli, verdict);
}

function answerCommand(review: Command, cli: Cli, verdict: (typeof VERDICTS)[number]): void {
  const [summary, description, example] = WORDS[verdict];
  const command = review
    .command(verdict)
    .summary(summary)
    .description(description)
    .argument('<id>', 'the id of a review, or its beginning')
    .requiredOption('--reason <text>', 'why; kept with the identity of the system')
    .addHelpText('after', `\nExample:\n  $ loopctl review ${verdict} 019a9f7e${example} --reason "their web site says so"`);
  if (verdict === 'approve') command.option('--option <id>', 'the option (default: what is proposed)');
  if (verdict === 'edit') command.requiredOption('--value <text>', 'what it is');
  command.action(
    cli.either<AnswerOptions>({
      async local(session, { reason, option, value = option }, id) {
        const { name, environment } = await project(session);
        const asked = { project: name, environment: environment.name, id: String(id), verdict, reason };
        const given = await answerReview(session.workspace, await session.workspace.store(), {
          ...asked,
          ...(value !== undefined && { value }),
        });
        if (!given.ok) throw refusedBy(given.problems);
        return told(session.terminal, given.value);
      },
      async remote({ remote, terminal }, { reason, option, value = option }, id) {
        const body = { reason, ...(value !== undefined && { value }) };
        return told(terminal, await remote.post(`/api/reviews/${encodeURIComponent(String(id))}/${verdict}`, body, reviewShape));
      },
    }),
  );
}

function statusOf({ all }: ListOptions): { readonly status?: ReviewStatus } {
  return all === true ? {} : { status: 'open' };
}

function listed(terminal: Terminal, rows: readonly ReviewRow[]): number {
  if (terminal.json) terminal.value({ reviews: rows });
  else if (rows.length === 0) terminal.print('Nothing waits for people.');
  else terminal.print(rows.map((row) => rowText(row, terminal)).join('\n\n'));
  return EXIT.done;
}

function shown(terminal: Terminal, row: ReviewRow): number {
  if (terminal.json) terminal.value(row);
  else terminal.print(reviewText(row, terminal));
  return EXIT.done;
}

function told(terminal: Terminal, row: ReviewRow): number {
  if (terminal.json) terminal.value(row);
  else {
    terminal.print(`${row.status === 'rejected' ? 'Rejected' : 'Answered'}: ${String(row.answer?.choice)}, by ${row.answer?.by}.`);
    terminal.note(`Where ${row.loop} acts on the org, it decides on it within moments: loopctl explain ${row.record}`);
  }
  return EXIT.done;
}

function rowText(row: ReviewRow, { colors }: Terminal): string {
  const { proposal, question } = questionOf(row);
  const state = row.status === 'open' ? '' : `  ${row.status}`;
  const proposed =
    proposal?.option === undefined ? [] : [`  proposed: ${proposal.option} (${Math.round(proposal.confidence * 100)} % sure)`];
  return [`${colors.bold(row.id)}  ${row.loop}  ${row.object} ${row.record}  ${row.at}${state}`, `  ${question}`, ...proposed].join('\n');
}

function reviewText(row: ReviewRow, terminal: Terminal): string {
  const { options, proposal } = questionOf(row);
  const answer = row.answer;
  return [
    rowText(row, terminal),
    ...(proposal === undefined ? [] : [`  because: ${proposal.reasoning}`]),
    '  Options:',
    ...options.map(({ id, label }) => `    ${id}${label === id ? '' : `  ${label}`}`),
    `  Asked by decision ${row.decision}: loopctl explain ${row.decision}`,
    ...(answer === undefined ? [] : [`  ${row.status}: ${String(answer.choice)}, by ${answer.by} at ${answer.at}: ${answer.reason}`]),
  ].join('\n');
}
