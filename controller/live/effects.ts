// What decisions want written is written: many records in a call, each as it is wanted last, and only where nobody was faster.
import type { Crm, RowOutcome, WriteRow } from '../../ports/crm.ts';
import type { EffectEnd, EffectRow } from '../../ports/live.ts';
import type { Scope, Store } from '../../ports/store.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Listener } from '../follow/events.ts';
import { cut } from '../../plans/show.ts';
import { problemOf } from '../problems.ts';
import { createThese } from './creations.ts';
import { sequelOf } from './sequel.ts';
import { pauseAfter } from './work.ts';

export interface Writing {
  readonly store: Pick<Store, 'outbox'>;
  readonly crm: Pick<Crm, 'write' | 'records' | 'bulk'>;
  readonly clock: Clock;
  readonly listener: Listener;
  /** Puts messages on their way to people. Absent: nobody is told anything. */
  tell?(notices: readonly EffectRow[]): Promise<void>;
}

export const AT_ONCE = 200;
/** What the org refuses is tried again, as people may have mended it; then it stays failed, and is seen on the decision. */
const ATTEMPTS = 24;

/** Gives how many were taken up. `busy`: records that are being written just now. */
export async function writeEffects(scope: Scope, writing: Writing, busy: ReadonlySet<string> = new Set()): Promise<number> {
  const { store, crm, clock } = writing;
  const taken = await store.outbox.take(scope, clock.now().toISOString(), AT_ONCE);
  const free = taken.filter(({ record }) => !busy.has(record));
  await writeThese(scope, writing, free, (type, rows) => crm.write({ type, operation: 'update', rows }));
  return free.length;
}

/** How rows are sent: an outcome a row, in order. */
export type Send = (type: string, rows: readonly WriteRow[]) => Promise<readonly RowOutcome[]>;

/** Looks at the records, sends what is still to be written, makes and tells what follows from it, and keeps what became of it all. */
export async function writeThese(scope: Scope, writing: Writing, effects: readonly EffectRow[], send: Send): Promise<void> {
  const updates = effects.filter(({ kind }) => kind === undefined);
  for (const [object, some] of Map.groupBy(updates, (effect) => effect.object)) await ofObject(scope, writing, object, some, send);
  const others = effects.filter(({ kind }) => kind !== undefined);
  if (others.length > 0) await follow(scope, writing, others);
}

async function follow(scope: Scope, writing: Writing, effects: readonly EffectRow[]): Promise<void> {
  const { store, clock } = writing;
  const { ready, early, settled } = await sequelOf(store.outbox, effects, clock.now().toISOString());
  const ended: EffectEnd[] = [...settled, ...early.map((effect) => again(effect, clock, 'What comes before it is not written yet.'))];
  const creations = ready.filter(({ kind }) => kind === 'create');
  const outcomes = await createThese(writing, creations);
  creations.forEach((effect, at) => {
    const outcome = outcomes[at];
    ended.push({ ...endOf(effect, outcome, clock), ...(outcome?.status === 'done' && { made: outcome.id }) });
  });
  const notices = ready.filter(({ kind }) => kind === 'notify');
  // A message has an id of its own, so whoever dies between telling and writing down tells nothing twice.
  if (notices.length > 0) await writing.tell?.(notices);
  const at = clock.now().toISOString();
  for (const { id } of notices)
    ended.push(
      writing.tell === undefined
        ? { id, status: 'failed', error: 'Nobody is told anything here.', ended: at }
        : { id, status: 'done', ended: at },
    );
  await store.outbox.settle(scope, ended);
  told(writing, effects, ended);
}

async function ofObject(scope: Scope, writing: Writing, object: string, effects: readonly EffectRow[], send: Send): Promise<void> {
  const { store, clock } = writing;
  const at = clock.now().toISOString();
  const now = await current(writing, object, effects);
  if (now === undefined) {
    const ended = effects.map((effect) => again(effect, clock, 'The org does not answer.'));
    await store.outbox.settle(scope, ended);
    told(writing, effects, ended);
    return;
  }
  const { standing, ended } = await stillWanted(scope, writing, effects, at);
  const rows: Joined[] = [];
  for (const [id, some] of Map.groupBy(standing, (effect) => effect.record)) {
    const { settled, fields, open } = judged(some, now.get(id), at);
    ended.push(...settled);
    if (open.length > 0)
      rows.push({ row: { address: { type: object, key: id }, id, fields: fields as WriteRow['fields'], ids: new Map() }, effects: open });
  }
  if (rows.length > 0) {
    const outcomes = await send(
      object,
      rows.map(({ row }) => row),
    );
    const apart = await sentApart(rows, outcomes, (some) => send(object, some));
    rows.forEach(({ effects: some }, place) =>
      ended.push(...some.map((effect) => endOf(effect, apart.get(effect.id) ?? outcomes[place], clock))),
    );
  }
  await store.outbox.settle(scope, ended);
  told(writing, effects, ended);
}

interface Joined {
  readonly row: WriteRow;
  readonly effects: readonly EffectRow[];
}

/** What several effects want of a record goes in one row. Where the org refuses it, each is sent alone: one bad value keeps nothing else off. */
async function sentApart(
  rows: readonly Joined[],
  outcomes: readonly (RowOutcome | undefined)[],
  send: (rows: readonly WriteRow[]) => Promise<readonly RowOutcome[]>,
): Promise<ReadonlyMap<string, RowOutcome>> {
  const refused = rows.filter(({ effects }, at) => effects.length > 1 && outcomes[at]?.status === 'failed');
  const found = new Map<string, RowOutcome>();
  const most = Math.max(0, ...refused.map(({ effects }) => effects.length));
  for (let at = 0; at < most; at += 1) {
    const some = refused.flatMap(({ row, effects }) => {
      const effect = effects[at];
      return effect === undefined ? [] : [{ id: effect.id, row: { ...row, fields: effect.fields as WriteRow['fields'] } }];
    });
    const sent = await send(some.map(({ row }) => row));
    some.forEach(({ id }, index) => {
      const outcome = sent[index];
      if (outcome !== undefined) found.set(id, outcome);
    });
  }
  return found;
}

/** What is tried again may be old by now: a field that a later decision has written is left as it is. */
async function stillWanted(scope: Scope, { store }: Writing, effects: readonly EffectRow[], at: string) {
  const ended: EffectEnd[] = [];
  const retried = effects.filter(({ attempts }) => attempts > 0);
  const later = retried.length === 0 ? [] : await store.outbox.writtenSince(scope, retried);
  if (later.length === 0) return { standing: effects, ended };
  const standing = effects.flatMap((effect): readonly EffectRow[] => {
    const ofRecord = later.filter(({ id, object, record }) => id > effect.id && object === effect.object && record === effect.record);
    const written = new Set(ofRecord.flatMap(({ fields }) => fields));
    const left = Object.entries(effect.fields).filter(([name]) => !written.has(name));
    if (left.length > 0) return [{ ...effect, fields: Object.fromEntries(left) }];
    ended.push({ id: effect.id, status: 'overtaken', error: 'A later decision on the record was written first.', ended: at });
    return [];
  });
  return { standing, ended };
}

/** How many came to what; each that was refused by name, when it is refused first and when it is given up. */
function told({ listener }: Writing, effects: readonly EffectRow[], ended: readonly EffectEnd[]): void {
  const byId = new Map(effects.map((effect) => [effect.id, effect]));
  for (const [status, some] of Map.groupBy(ended, (end) => end.status)) {
    const refused = some.flatMap(({ id, error }) => {
      const effect = byId.get(id);
      const isNews = status === 'failed' || (status === 'waiting' && effect?.attempts === 0);
      return effect === undefined || error === undefined || !isNews
        ? []
        : [{ record: `${effect.object}/${effect.record}`, decision: effect.decision, error }];
    });
    listener({ type: 'written', status, count: some.length, refused });
  }
}

/** The fields that matter, as they are in the org now; nothing where it does not answer. */
async function current({ crm }: Writing, object: string, effects: readonly EffectRow[]) {
  const fields = [...new Set(effects.flatMap(({ fields: wanted, expect = {} }) => [...Object.keys(wanted), ...Object.keys(expect)]))];
  try {
    return await crm.records.records(object, [...new Set(effects.map(({ record }) => record))], fields);
  } catch (error) {
    if (problemOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Effects of one record in their order: what is so already is done, what somebody changed is overtaken, the rest is one row. */
function judged(effects: readonly EffectRow[], record: Readonly<Record<string, unknown>> | undefined, now: string) {
  const settled: EffectEnd[] = [];
  const open: EffectRow[] = [];
  const fields: Record<string, unknown> = {};
  if (record === undefined)
    return {
      settled: effects.map(({ id }): EffectEnd => ({ id, status: 'failed', error: 'The record is gone.', ended: now })),
      fields,
      open,
    };
  for (const effect of effects) {
    const wanted = Object.entries(effect.fields);
    const as = (name: string) => (Object.hasOwn(fields, name) ? fields[name] : record[name]);
    const moved = Object.entries(effect.expect ?? {}).filter(([name, value]) => !same(as(name), value));
    if (wanted.every(([name, value]) => same(as(name), value))) {
      // Where a field of an earlier effect makes it so, it is done when that one is.
      if (wanted.some(([name]) => Object.hasOwn(fields, name))) open.push(effect);
      else settled.push({ id: effect.id, status: 'done', ended: now });
    } else if (moved.length > 0) {
      const told = moved.map(([name]) => `${name} is ${JSON.stringify(as(name))} by now`).join(', ');
      settled.push({ id: effect.id, status: 'overtaken', error: told, ended: now });
    } else {
      for (const [name, value] of wanted) fields[name] = value;
      open.push(effect);
    }
  }
  return { settled, fields, open };
}

/** The org's ways of saying the same: nothing and an empty text, 129 and 129.0, line ends. */
function same(a: unknown, b: unknown): boolean {
  const plain = (value: unknown) =>
    value === undefined || value === '' ? null : typeof value === 'string' ? value.replaceAll('\r\n', '\n').trimEnd() : value;
  return plain(a) === plain(b);
}

function endOf(effect: EffectRow, outcome: RowOutcome | undefined, clock: Clock): EffectEnd {
  switch (outcome?.status) {
    case 'done':
      return { id: effect.id, status: 'done', ended: clock.now().toISOString() };
    case 'failed':
      return effect.attempts + 1 >= ATTEMPTS
        ? { id: effect.id, status: 'failed', error: wordsOf(outcome), ended: clock.now().toISOString() }
        : again(effect, clock, wordsOf(outcome));
    case undefined:
      return again(effect, clock, 'The org gave no answer for this record.');
    case 'retry':
    case 'unknown':
    case 'unavailable':
      // Whether it was executed shows when it is looked at again: the same fields are written, or are there already.
      return again(effect, clock, wordsOf(outcome));
    case 'pending':
      return again(effect, clock, outcome.message);
    default:
      return outcome satisfies never;
  }
}

/** The org repeats a value that it refuses, however long it is. */
const LONGEST_ERROR = 500;

function wordsOf({ code, message }: { readonly code: string; readonly message: string }): string {
  return cut(`${code}: ${message}`, LONGEST_ERROR);
}

function again({ id, attempts }: EffectRow, clock: Clock, error: string): EffectEnd {
  return { id, status: 'waiting', due: new Date(clock.now().getTime() + pauseAfter(attempts, clock.random())).toISOString(), error };
}
