// What an apply did, for programs and for people.
import { addressText, refText } from '../../resources/core.ts';
import type { Step, StepId, StepResult } from '../../plans/plan.ts';
import { allButRuns } from '../../plans/runs.ts';
import { renderText } from '../../plans/render/text.ts';
import { counted, show } from '../../plans/show.ts';
import type { ApplyReport } from '../../controller/carry-out.ts';
import type { Colors } from './terminal.ts';

/** `{plan, outcome, holds, steps, moved?, calls}`: a public contract. */
export function applyJson({
  plan,
  outcome,
  holds,
  steps,
  results,
  moved,
  used,
  remaining,
  calls,
}: ApplyReport): Readonly<Record<string, unknown>> {
  const byId = new Map(results.map((result) => [result.id, result]));
  return {
    plan: plan.id,
    outcome,
    org: plan.org,
    holds,
    steps: steps.map((step) => publicStep(step, byId.get(step.id))),
    ...(moved !== undefined && { moved }),
    ...(used === true && { used }),
    ...(remaining !== undefined && { remaining }),
    calls,
  };
}

function publicStep({ id, ref, address, action, phase }: Step, result: StepResult | undefined) {
  const { status = 'not-run', error, blockedBy, hold } = result ?? {};
  return {
    id,
    ref,
    address,
    action,
    phase,
    status,
    ...(error !== undefined && { error }),
    ...(blockedBy !== undefined && { blockedBy }),
    ...(hold !== undefined && { hold }),
  };
}

export function applyText(report: ApplyReport, colors: Colors): string {
  switch (report.outcome) {
    case 'held':
      return heldText(report, colors);
    case 'stale':
      return staleText(report, colors);
    case 'nothing':
      return `${colors.green('Nothing to do')}: "${report.plan.org.name}" is as declared.${driftNote(report.plan.drift.length)}`;
    default:
      return ranText(report, colors);
  }
}

function heldText({ plan, holds }: ApplyReport, colors: Colors): string {
  const lines = holds.filter((hold) => hold.scope === 'plan').map((hold) => `  ${hold.message}`);
  const approvable = holds.filter((hold) => hold.scope === 'plan').every((hold) => hold.approvable === true);
  const next = approvable ? `\nSomebody who may can approve it: loopctl approve ${plan.id} --reason "…"` : '';
  return `${renderText(plan, { color: colors.isColorSupported })}\n${colors.yellow('Held, nothing was written:')}\n${lines.join('\n')}${next}`;
}

function staleText({ moved = [], used }: ApplyReport, colors: Colors): string {
  if (used === true)
    return `${colors.yellow('This plan was applied before; a plan is used once.')} Make a new one: loopctl plan --out FILE`;
  const lines = moved.map(({ ref, path, expected, live, by, at }) => {
    const who = by === undefined ? '' : `, changed by ${by}${at === undefined ? '' : ` at ${at}`}`;
    return `  ${refText(ref)} ${path}: expected ${show(expected)}, found ${show(live)}${who}`;
  });
  return `${colors.yellow('The world has moved since this plan was made; nothing was written:')}\n${lines.join('\n')}\nMake a new one: loopctl plan --out FILE`;
}

function ranText(report: ApplyReport, colors: Colors): string {
  const { outcome, steps: all, results, holds, remaining, calls } = report;
  const steps = new Map(all.map((step) => [step.id, step]));
  const of = (status: StepResult['status']) => results.filter((result) => result.status === status);
  const lines = [
    ...of('failed').map((result) => `${colors.red('failed')}   ${result.id}: ${result.error?.message ?? ''} [${result.error?.code ?? ''}]`),
    ...of('unknown').map(
      (result) => `${colors.yellow('unknown')}  ${result.id}: ${result.error?.message ?? ''}; the next apply looks first`,
    ),
    ...of('pending').map((result) => `${colors.yellow('pending')}  ${result.id}: ${result.error?.message ?? ''}`),
    ...holds.filter((hold) => hold.scope === 'step').map((hold) => `${colors.yellow('held')}     ${hold.message}`),
    ...of('not-run')
      .filter(({ hold }) => hold === undefined)
      .map((result) => `${colors.dim('not run')}  ${blocked(result, steps)}`),
  ];
  const done = of('done').length;
  const sum = `${done} of ${results.length} steps done, ${calls.write} write ${calls.write === 1 ? 'call' : 'calls'}.`;
  const title = {
    done: colors.green('Done'),
    partial: colors.yellow('Partly done'),
    pending: colors.yellow('Waiting for the org'),
    failed: colors.red('Failed'),
  };
  const runsAlone = outcome === 'pending' && allButRuns(all, results);
  const head = runsAlone ? colors.green('Applied') : (title[outcome as keyof typeof title] ?? outcome);
  const tail =
    remaining === undefined || remaining === 0
      ? ''
      : `\n${colors.yellow(`A new plan still has ${counted(remaining, 'step')}: loopctl plan`)}`;
  const again = !runsAlone && (outcome === 'partial' || outcome === 'pending') ? '\nRun "loopctl apply" again to go on.' : '';
  const running = of('pending').some(({ id }) => steps.get(id)?.action === 'run')
    ? '\nA running controller goes through the records; where none runs: loopctl loop run qualify --all'
    : '';
  return `${[...lines, ''].join('\n')}${head}: ${sum}${outcome === 'done' && remaining === 0 ? ' Looked again: nothing is left to do.' : ''}${tail}${again}${running}${driftNote(report.drift ?? leftAlone(report))}`.trimStart();
}

function blocked({ id, blockedBy = [] }: StepResult, steps: ReadonlyMap<StepId, Step>): string {
  const [first, ...others] = blockedBy;
  if (first === undefined) return `${id}: nothing more was sent`;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `${id}: waits for ${steps.get(first)?.id ?? first}${more}`;
}

function driftNote(count: number): string {
  return count === 0 ? '' : `\nDrift was left alone (${count}): loopctl drift`;
}

/** What diverged when the plan was made, without what a step of it has put back. */
function leftAlone({ plan, steps, results }: ApplyReport): number {
  const done = new Set(results.flatMap(({ id, status }) => (status === 'done' ? [id] : [])));
  const back = new Set(
    steps.flatMap(({ id, action, address, fields }) =>
      !done.has(id)
        ? []
        : [...(action === 'create' ? [''] : []), ...fields.map(({ path }) => path)].map((path) => `${addressText(address)} ${path}`),
    ),
  );
  return plan.drift.filter(({ address, path }) => !back.has(`${addressText(address)} ${path}`)).length;
}
