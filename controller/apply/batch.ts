// One batch: journal, call, journal with the inventory. What may have been executed is looked at before it is sent again.
import { addressText } from '../../resources/core.ts';
import type { Step, StepResult } from '../../plans/plan.ts';
import { BATCH_SIZE, type Crm, type RowOutcome, type WriteBatch } from '../../ports/crm.ts';
import type { Clock, NextId } from '../../ports/clock.ts';
import type { Batch, InventoryChange, Scope, Store } from '../../ports/store.ts';
import { byAddress, inventoryChanges, isAsWanted, needsNoCall, toRow } from './changes.ts';

export interface Tools {
  readonly crm: Crm;
  readonly store: Store;
  readonly clock: Clock;
  readonly nextId: NextId;
}

/** How often a row that is locked, or whose answer was lost, is sent in all. */
const ATTEMPTS = 5;
const FIRST_PAUSE = 250;

export interface BatchRun {
  readonly scope: Scope;
  readonly apply: string;
  readonly steps: readonly Step[];
  readonly operation: WriteBatch['operation'];
  /** Ids of records by address; grows as records are created. */
  readonly ids: Map<string, string>;
}

export type Ended = { readonly step: Step; readonly outcome: RowOutcome };

/** Steps of one type, level and operation, at most a call's worth. */
export async function runBatch(tools: Tools, run: BatchRun): Promise<{ readonly batch: Batch; readonly ended: readonly Ended[] }> {
  const [first] = run.steps;
  if (first === undefined || run.steps.length > BATCH_SIZE) throw new Error(`a batch of ${run.steps.length} steps`);
  const batch: Batch = {
    id: tools.nextId(),
    apply: run.apply,
    level: first.level,
    type: first.address.type,
    operation: run.operation,
    steps: run.steps,
  };
  await tools.store.beginBatch(run.scope, batch, tools.clock.now().toISOString());
  const ended = await untilKnown(tools, run, run.steps);
  await endBatch(tools, run.scope, batch, ended);
  return { batch, ended };
}

/** Journal and inventory, in one transaction. */
export async function endBatch(tools: Tools, scope: Scope, batch: Batch, ended: readonly Ended[]): Promise<void> {
  const changes: InventoryChange[] = ended.flatMap(({ step, outcome }) =>
    outcome.status === 'done' ? inventoryChanges(step, outcome.id) : [],
  );
  await tools.store.endBatch(scope, batch, ended.map(toResult), changes, tools.clock.now().toISOString());
}

export function toResult({ step, outcome }: Ended): StepResult {
  switch (outcome.status) {
    case 'done':
      return { id: step.id, status: 'done' };
    case 'pending':
      return { id: step.id, status: 'pending', error: { code: 'PENDING', message: outcome.message } };
    case 'unknown':
      return { id: step.id, status: 'unknown', error: { code: outcome.code, message: outcome.message } };
    case 'retry':
    case 'failed':
    case 'unavailable':
      return { id: step.id, status: 'failed', error: { code: outcome.code, message: outcome.message } };
    default:
      return outcome satisfies never;
  }
}

async function untilKnown(tools: Tools, run: BatchRun, steps: readonly Step[]): Promise<readonly Ended[]> {
  const outcomes = new Map<string, RowOutcome>();
  let open = steps;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const sent = await send(tools, run, open);
    for (const { step, outcome } of sent) outcomes.set(step.id, outcome);
    const seen = await look(
      tools,
      sent.filter((one) => isDoubtful(one, attempt)).map(({ step }) => step),
      outcomes,
    );
    open = sent.filter(({ step, outcome }) => goesAgain(outcome, seen.get(step.id))).map(({ step }) => step);
    if (attempt === ATTEMPTS) break;
    if (open.length > 0) await tools.clock.sleep(FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + tools.clock.random() / 2));
  }
  return steps.map((step) => ({
    step,
    outcome: outcomes.get(step.id) ?? { status: 'unknown', code: 'NO_ANSWER', message: 'no outcome is known' },
  }));
}

/** No answer; or a refusal of what was sent again, which may only say that the first call did work. */
function isDoubtful({ outcome }: Ended, attempt: number): boolean {
  return outcome.status === 'unknown' || (outcome.status === 'failed' && attempt > 1);
}

function goesAgain(outcome: RowOutcome, seen: 'done' | 'not-executed' | undefined): boolean {
  return outcome.status === 'retry' || (outcome.status === 'unknown' && seen === 'not-executed');
}

async function send(tools: Tools, run: BatchRun, steps: readonly Step[]): Promise<readonly Ended[]> {
  if (steps.every(needsNoCall)) return steps.map((step) => ({ step, outcome: { status: 'done', id: step.recordId ?? '' } }));
  const rows = steps.map((step) => toRow(step, run.ids));
  const outcomes = await tools.crm.write({ type: run.steps[0]?.address.type ?? '', operation: run.operation, rows });
  return steps.map((step, index) => {
    const outcome = outcomes[index] ?? { status: 'unknown', code: 'NO_ANSWER', message: 'the org gave no answer for this row' };
    if (outcome.status === 'done' && step.action !== 'delete') run.ids.set(addressText(step.address), outcome.id);
    return { step, outcome };
  });
}

/** Looks at the records of calls whose answer was lost: done, or not executed and to be sent again. */
async function look(
  tools: Tools,
  steps: readonly Step[],
  outcomes: Map<string, RowOutcome>,
): Promise<ReadonlyMap<string, 'done' | 'not-executed'>> {
  const seen = new Map<string, 'done' | 'not-executed'>();
  if (steps.length === 0) return seen;
  let live: ReturnType<typeof byAddress>;
  try {
    live = byAddress(await tools.crm.read(steps.map((step) => step.address)));
  } catch {
    // The org can not be looked at now either: the outcome stays unknown, and the next apply looks again.
    return seen;
  }
  for (const step of steps) {
    const found = live.get(addressText(step.address));
    if (isAsWanted(step, found)) {
      outcomes.set(step.id, { status: 'done', id: found?.id ?? step.recordId ?? '' });
      seen.set(step.id, 'done');
    } else {
      seen.set(step.id, 'not-executed');
    }
  }
  return seen;
}
