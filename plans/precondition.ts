// What a step relies on. Each step carries a fingerprint of it, so that a plan made for one world is not applied to another.
import { type FieldValue, addressText } from '../resources/core.ts';
import type { Draft } from './findings.ts';
import { type SnapshotContent } from './content.ts';
import type { LiveObject, Plan, Step } from './plan.ts';
import { HIDDEN } from './show.ts';
import { hashOf, sameValue } from './value.ts';
import { renameLinks } from './world.ts';

/** Something that a saved plan relies on and that is not so any more. */
export interface Moved {
  readonly ref: Step['ref'];
  /** The field; empty where the record itself came or went. */
  readonly path: string;
  readonly expected: unknown;
  readonly live: unknown;
  readonly by?: string;
  readonly at?: string;
}

/** The fingerprint of a step's precondition; `null`: there must be no such record. */
export function expected(draft: Draft): string | null {
  if (draft.recordId === undefined) return null;
  return hashOf({ id: draft.recordId, values: reliesOn(draft) }, 16);
}

/** What has to be read again before a saved plan is applied. */
export function addressesToRecheck(plan: Plan): readonly Step['address'][] {
  return plan.steps.flatMap(({ action, address, was }) =>
    action === 'switch' || action === 'run' ? [] : was === undefined ? [address] : [address, was],
  );
}

/**
 * What has moved since the plan was made: each value that a step relies on, records that came or went, the snapshot. Empty: the plan holds.
 * `live` is what `addressesToRecheck` found.
 */
export function stale(plan: Plan, live: readonly LiveObject[], snapshot: SnapshotContent | null): readonly Moved[] {
  const found = new Map(live.map((record) => [addressText(record.address), record]));
  const renamed = new Map(plan.steps.flatMap(({ was, address }) => (was === undefined ? [] : [[addressText(was), addressText(address)]])));
  const made = new Set<string>();
  return plan.steps.flatMap((step) => {
    const key = addressText(step.address);
    if (step.action === 'switch') return movedContent(step, snapshot);
    if (step.action === 'run') return [];
    // The late step of a record that this plan makes: the step that makes it says all there is to say.
    if (made.has(key)) return [];
    if (step.action === 'create' || step.action === 'replace') made.add(key);
    const record = found.get(step.was === undefined ? key : addressText(step.was));
    return moved(step, record && { ...record, fields: renameLinks(record.fields, renamed) });
  });
}

function moved(step: Step, record: LiveObject | undefined): readonly Moved[] {
  const { ref, recordId } = step;
  const who = { ...(record?.by !== undefined && { by: record.by }), ...(record?.at !== undefined && { at: record.at }) };
  if (recordId === undefined) return record === undefined ? [] : [{ ref, path: '', expected: null, live: record.id, ...who }];
  if (record === undefined) return [{ ref, path: '', expected: recordId, live: null }];
  if (record.id !== recordId) return [{ ref, path: 'Id', expected: recordId, live: record.id, ...who }];
  const hidden = new Set(step.fields.filter(({ sensitive }) => sensitive === true).map(({ path }) => path));
  return Object.entries(reliesOn(step))
    .filter(([path, value]) => record.fields[path] !== undefined && !sameValue(value, record.fields[path]))
    .map(([path, value]) => {
      const values = hidden.has(path) ? { expected: HIDDEN, live: HIDDEN } : { expected: value, live: record.fields[path] ?? null };
      return { ref, path, ...values, ...who };
    });
}

function movedContent(step: Step, snapshot: SnapshotContent | null): readonly Moved[] {
  const now = snapshot && hashOf(snapshot, 16);
  return now === step.expect ? [] : [{ ref: step.ref, path: '', expected: step.expect, live: now }];
}

/** The live values on which a step was planned. Taking a record over relies on all that is declared of it. */
function reliesOn({ action, fields, keeps }: Pick<Step, 'action' | 'fields' | 'keeps'>): Readonly<Record<string, FieldValue>> {
  const before = Object.fromEntries(fields.map((field) => [field.path, field.before as FieldValue]));
  return action === 'adopt' ? { ...keeps?.fields, ...before } : before;
}
