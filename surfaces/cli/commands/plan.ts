// plan: what would be done, why, and what holds it. Nothing is written to the org.
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { refText } from '../../../resources/core.ts';
import type { Plan } from '../../../plans/plan.ts';
import { renderHtml } from '../../../plans/render/html.ts';
import { publicPlan } from '../../../plans/render/json.ts';
import { renderMarkdown } from '../../../plans/render/markdown.ts';
import { renderText } from '../../../plans/render/text.ts';
import { amended, planText } from '../../../plans/seal.ts';
import { planAgainst } from '../../../controller/against.ts';
import { recordPlan } from '../../../controller/record.ts';
import { preview } from '../../../controller/preview.ts';
import { planShape } from '../../http/shapes.ts';
import { EXIT, Refusal, refusedBy } from '../ending.ts';
import { parseRefs } from '../options.ts';
import type { Cli } from '../program.ts';
import type { Remote } from '../remote.ts';
import { connect, loaded, scene, type Session, withSession } from '../session.ts';

interface PlanOptions {
  readonly out?: string;
  readonly format?: Format;
  readonly against?: string;
  readonly target?: readonly string[];
  readonly detectDrift?: boolean;
  readonly allowMissing?: boolean;
  /** False: --no-impact. */
  readonly impact?: boolean;
}

type Format = 'text' | 'json' | 'markdown' | 'html';

export function planCommand(program: Command, cli: Cli): void {
  program
    .command('plan')
    .summary('show what would be done')
    .description(
      'Compares what is declared with what was applied and what is in the org, and shows the steps, their reasons, drift and holds.',
    )
    .option('--out <file>', 'save the plan: "apply FILE" then does exactly that, once')
    .addOption(new Option('--format <format>', 'how the plan is written').choices(['text', 'json', 'markdown', 'html']))
    .option('--against <rev>', 'compare with a revision of git instead of the org, which is not contacted')
    .option('--target <ref...>', 'only these resources and what they need, like Territory/ams/west')
    .option('--detect-drift', 'exit 2 on drift too')
    .option('--allow-missing', 'records that are not to be seen were really deleted, however many')
    .option('--no-impact', 'leave the business impact out')
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing to do, 2 changes, 1 error.\n\nExample:\n  $ loopctl plan --out plan.json && loopctl apply plan.json',
    )
    .action(
      cli.either<PlanOptions>({
        local: plan,
        remote: ({ remote, host, terminal, options: common }, options) =>
          withSession(host, terminal, common, async (session) =>
            // A comparison of two revisions needs no org, and so no controller.
            options.against === undefined ? shown(session, await planThere(session, remote, options), options) : plan(session, options),
          ),
      }),
    );
}

async function plan(session: Session, options: PlanOptions): Promise<number> {
  if (session.terminal.json && options.format !== undefined && options.format !== 'json')
    throw new Refusal('usage', `-o json gives JSON alone: leave out --format ${options.format}, or -o json.`);
  const made =
    options.against === undefined ? await planForOrg(session, options) : await planForRevision(session, options.against, options);
  const saved = options.out === undefined ? made : save(session, made, options.out);
  if (options.out !== undefined) session.terminal.note(`Saved to ${options.out}. Apply exactly this with: loopctl apply ${options.out}`);
  return shown(session, saved, options);
}

/** The files of this folder, planned by the controller against its inventory, and kept there so that the plan can be approved. */
async function planThere(session: Session, remote: Remote, options: PlanOptions): Promise<Plan> {
  if (options.out !== undefined)
    throw new Refusal('usage', 'A plan of a controller is applied by the controller, and approved there: leave --out away.');
  const { files, commit, dirty, problems } = await session.workspace.source.read();
  if (problems.some(({ severity }) => severity === 'error')) throw refusedBy(problems, session.root);
  const targets = parseRefs(options.target).map(refText);
  const body = {
    files: files.map(({ path, text }) => ({ path, text })),
    commit,
    dirty,
    targets,
    ...(options.allowMissing === true && { allow_missing: true }),
  };
  const made = await remote.post('/api/plans', body, planShape);
  // What only an apply needs stays there; what is shown is all there.
  return { digest: '', settled: [], ...made, ...(options.impact === false && { impact: {} }) } as unknown as Plan;
}

function shown(session: Session, saved: Plan, options: PlanOptions): number {
  const { terminal } = session;
  const format = options.format ?? (terminal.json ? 'json' : 'text');
  terminal.print(render(saved, format, terminal.color));
  if (saved.steps.length > 0) return EXIT.differs;
  return options.detectDrift === true && saved.drift.length > 0 ? EXIT.differs : EXIT.done;
}

async function planForOrg(session: Session, options: PlanOptions): Promise<Plan> {
  const now = await scene(session);
  const { crm, store } = await connect(session, now.resolved.environment);
  const targets = parseRefs(options.target);
  const made = await preview(session.workspace, crm, store, now, {
    actor: 'person',
    ...(targets.length > 0 && { targets }),
    ...(options.allowMissing === true && { allowMissing: true }),
    ...(options.impact === false && { impact: false }),
  });
  if (!made.ok) throw refusedBy(made.problems, session.root);
  await recordPlan(store, made.value);
  const { observation, plan } = made.value;
  if (observation.inventory.length === 0 && plan.summary.adopt > 0)
    session.terminal.note(
      'This data folder has applied nothing yet: whatever is in the org can only be adopted, and nothing can be told to be drift. The controller knows more: --server URL.',
    );
  return plan;
}

async function planForRevision(session: Session, revision: string, options: PlanOptions): Promise<Plan> {
  const now = await scene(session, await loaded(session));
  const before = await session.workspace.source.readAt(revision);
  if (before === undefined) throw new Refusal('unknown-revision', `git knows no revision "${revision}".`);
  const made = planAgainst(session.workspace, now, before, parseRefs(options.target));
  if (!made.ok) throw refusedBy(made.problems);
  return made.value;
}

function save(session: Session, made: Plan, file: string): Plan {
  const plan = amended(made, { serial: randomUUID() });
  writeFileSync(resolve(session.host.cwd, file), planText(plan), { mode: 0o600 });
  return plan;
}

function render(plan: Plan, format: Format, color: boolean): string {
  switch (format) {
    case 'json':
      return JSON.stringify(publicPlan(plan));
    case 'markdown':
      return renderMarkdown(plan);
    case 'html':
      return renderHtml(plan);
    case 'text':
      return renderText(plan, { color });
    default:
      return format satisfies never;
  }
}
