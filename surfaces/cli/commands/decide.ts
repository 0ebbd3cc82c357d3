// score, route: what a loop would say of a record, explained. Nothing is kept, and no turn is taken.
import type { Command } from 'commander';
import type { DryGround } from '../../../controller/loops/dry.ts';
import { safe } from '../../../plans/show.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import type { Scope, Store } from '../../../ports/store.ts';
import { decisionText } from '../decision-text.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import type { Cli } from '../program.ts';
import { type Asked, queried } from '../queried.ts';
import { eventsOf, type RecordOptions } from '../records.ts';
import { project, scene, type Session } from '../session.ts';

interface Options extends RecordOptions {
  readonly live?: boolean;
  readonly limit?: string;
}

const DEFAULT_LIMIT = 200;

export function decideCommands(program: Command, cli: Cli): void {
  const add = (name: string, loop: string, summary: string, description: string) =>
    program
      .command(name)
      .summary(summary)
      .description(
        `${description} By the working tree, or by what was reconciled with --live. Nothing is kept, and nothing is written to the org.`,
      )
      .argument('[record]', 'the id of a record of the org')
      .option('--file <file>', 'records of a file: .json (one, or a list) or .csv, fields by the product’s names or the org’s')
      .option('--query <condition>', 'records of the org for which a condition of SOQL holds, like "Status = \'Open\'"')
      .option('--limit <n>', `at most so many records of a query (default: ${DEFAULT_LIMIT})`)
      .option('--object <object>', 'whose records they are (default: by the id, else Lead)')
      .option('--live', 'by the snapshot that was reconciled last')
      .addHelpText('after', `\nExample:\n  $ loopctl ${name} --file lead.json`)
      .action(cli.run<Options>((session, options, id) => decide(session, loop, id as string | undefined, options)));
  add('score', 'qualify', 'what a record scores, factor by factor', 'Scores records and says where each point comes from.');
  add('route', 'route', 'whose a record is, and why', 'Finds the owner of records and says which rules were looked at and why.');
}

/** Engines are loaded by the commands that ask them alone: every other one starts without. */
const loops = () => import('../../../controller/loops/dry.ts');

async function decide(session: Session, loop: string, id: string | undefined, options: Options): Promise<number> {
  const events = eventsOf(session.host.cwd, id, options);
  const ground = await groundFor(session, options.live === true);
  const { terminal } = session;
  const { decideDry } = await loops();
  const unread = new Map<string, number>();
  let count = 0;
  for await (const { event, record } of options.query === undefined
    ? events.map((event): Asked => ({ event }))
    : found(session, ground, options)) {
    const at = count;
    count += 1;
    const answer = await decideDry(session.workspace, { ...ground, ...(record !== undefined && { record }) }, loop, event);
    switch (answer.kind) {
      case 'decided':
        for (const { path, message } of unreadOf(answer.decision)) {
          const line = `${path.replace(/^record\./, '')}: ${message}`;
          unread.set(line, (unread.get(line) ?? 0) + 1);
        }
        if (terminal.json) terminal.value(answer.decision);
        else terminal.print(`${at > 0 ? '\n' : ''}${decisionText(answer.decision, terminal.colors)}`);
        break;
      case 'invalid':
        throw refusedBy(
          answer.problems.map(({ path, message }) => ({
            severity: 'error',
            code: 'bad-record',
            message: `${count > 1 || events.length > 1 ? `record ${at + 1}: ` : ''}${path}: ${message}`,
          })),
        );
      case 'not-found':
        throw new Refusal('not-found', answer.message);
      case 'unavailable':
        throw refusedBy([answer.problem]);
      case 'no-snapshot':
        throw new Refusal('no-snapshot', NOTHING_RECONCILED);
      default:
        answer satisfies never;
    }
  }
  if (count === 0) terminal.note('The org has no such record that this user may see.');
  tellUnread(session, unread, count);
  return EXIT.done;
}

async function* found(session: Session, { compiled, connect }: DryGround, options: Options): AsyncGenerator<Asked> {
  const limit = Number(options.limit ?? DEFAULT_LIMIT);
  if (!Number.isInteger(limit) || limit < 1) throw new Refusal('usage', `--limit ${options.limit} is no number of records.`);
  const org = await connect();
  if (!org.ok) throw refusedBy(org.problems);
  const snapshot = { id: compiled.row.id, resources: compiled.row.content.resources };
  const now = () => session.workspace.clock.now();
  let read = 0;
  for await (const one of queried(org.value, { snapshot, object: options.object ?? 'Lead', where: options.query ?? '', limit, now })) {
    read += 1;
    yield one;
  }
  if (read === limit) session.terminal.note(`There may be more: these are the first ${limit}. More with --limit.`);
}

interface Unread {
  readonly path: string;
  readonly message: string;
}

function unreadOf(decision: DecisionRecord): readonly Unread[] {
  return (decision['unread'] as readonly Unread[] | undefined) ?? [];
}

const MOST_NOTES = 30;

/** Each once, however many records have it. */
function tellUnread({ terminal }: Session, unread: ReadonlyMap<string, number>, of: number): void {
  const lines = [...unread].map(([line, times]) => `Not read: ${safe(line)}${of === 1 ? '' : ` (${times} of ${of} records)`}`);
  const more = lines.length - MOST_NOTES;
  for (const line of more > 0 ? [...lines.slice(0, MOST_NOTES), `Not read: ${more} more.`] : lines) terminal.note(line);
}

const NOTHING_RECONCILED = 'Nothing was reconciled yet: apply first, or ask the working tree without --live.';

async function groundFor(session: Session, live: boolean): Promise<DryGround> {
  const { workspace, host } = session;
  const store = await workspace.store();
  const { name, environment } = await project(session);
  const scope = await scopeOf(store, name, environment.name);
  const connect = async () => {
    const crm = await workspace.connect(environment);
    return crm.ok ? { ok: true as const, value: crm.value.records } : crm;
  };
  const { groundOfSnapshot, groundOfTree } = await loops();
  const found = live ? scope && (await groundOfSnapshot(store, scope)) : await groundOfTree(store, await scene(session), scope);
  if (found === undefined) throw new Refusal('no-snapshot', NOTHING_RECONCILED);
  const { resources } = found.compiled.row.content;
  const known = await (await knowledge()).knownTo(session, async () => resources);
  // Before anything was reconciled nothing is kept of anybody.
  const nowhere: Scope = { project: name, environment: environment.name, orgId: '' };
  return { ...found, connect, knowledge: known?.knowledge({ scope: scope ?? nowhere, compiled: found.compiled }), engine: host.version };
}

const knowledge = () => import('../known.ts');

/** The org that the environment was reconciled with last. */
async function scopeOf(store: Store, projectName: string, environment: string): Promise<Scope | undefined> {
  const [scope] = await store.scopes(projectName, environment);
  return scope;
}
