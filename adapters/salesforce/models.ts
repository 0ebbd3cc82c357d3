// The state of a territory model. Activation and archiving are a PATCH of `State` that the org then works off for minutes or hours.
import type { RowOutcome, WriteBatch, WriteRow } from '../../ports/crm.ts';
import { shaped } from './answers.ts';
import type { Session } from './session.ts';

/** On the way to a state, and stuck before it. */
const UNDERWAY: Readonly<Record<string, string>> = { Active: 'Activating', Archived: 'Archiving' };
const FAILED: Readonly<Record<string, string>> = { Active: 'ActivationFailed', Archived: 'ArchivingFailed' };

export function isStateChange(batch: WriteBatch, row: WriteRow): boolean {
  return batch.type === 'Territory2Model' && batch.operation === 'update' && 'State' in row.fields;
}

/** Asks for the state; does not ask again while the org is working on it. */
export async function writeState(session: Session, row: WriteRow): Promise<RowOutcome> {
  const { wanted, path, id } = target(row);
  const now = await stateOf(session, path);
  if (now === wanted) return { status: 'done', id };
  if (now !== UNDERWAY[wanted]) await session.write({ method: 'PATCH', path, body: { State: wanted } });
  return { status: 'pending', id, message: `the org is working on it: ${UNDERWAY[wanted] ?? wanted}` };
}

/** Where the org is with it. A failure here can be tried again by a later apply. */
export async function pollState(session: Session, row: WriteRow): Promise<RowOutcome> {
  const { wanted, path, id } = target(row);
  const now = await stateOf(session, path);
  if (now === wanted) return { status: 'done', id };
  if (now === FAILED[wanted])
    return { status: 'failed', code: now, message: `The org could not bring the territory model to ${wanted}: its state is ${now}.` };
  return { status: 'pending', id, message: `the org is working on it: ${now}` };
}

async function stateOf(session: Session, path: string): Promise<string> {
  const answer = await session.read<{ State: string }>({ method: 'GET', path: `${path}?fields=State` });
  return shaped(answer, ({ State }) => typeof State === 'string', 'territory model', session.instanceUrl).State;
}

function target(row: WriteRow): { readonly wanted: string; readonly path: string; readonly id: string } {
  if (row.id === undefined) throw new Error(`Territory2Model/${row.address.key} has no id`);
  return { wanted: row.fields.State as string, path: `/sobjects/Territory2Model/${row.id}`, id: row.id };
}
