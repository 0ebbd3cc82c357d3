// Signs of an account as facts: what rules and models see as `signal.*`, from what Generate keeps of it.
import { compileScans, type GenerateWorld, signalFacts, signalKey } from './generate/world.ts';
import type { RecordFacts } from './facts.ts';
import type { Snapshot, StepInput } from './loop.ts';
import type { Request, States } from './requests.ts';

/** Nothing where no scan is declared, so that nobody asks. */
export function signalsIn(snapshot: Snapshot): GenerateWorld | undefined {
  const scans = compileScans(snapshot);
  return scans.scans.length === 0 ? undefined : scans;
}

/** The record with its signs, or the question for them. Accounts of the org alone have any. */
export function withSignals(
  scans: GenerateWorld | undefined,
  record: RecordFacts,
  { event, facts, now }: Pick<StepInput<unknown>, 'event' | 'facts' | 'now'>,
): RecordFacts | Request {
  if (scans === undefined || event.object !== 'Account' || event.id === undefined) return record;
  const key = signalKey(event.id);
  const id = `state ${key}`;
  const answer = facts.get(id);
  if (answer === undefined) return { id, kind: 'state', keys: [key] };
  return { ...record, facts: { ...record.facts, ...signalFacts(scans, (answer.value as States | null)?.[key]?.value ?? null, now) } };
}
