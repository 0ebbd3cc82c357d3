// Whose a record is when Route comes to it. What people chose is theirs: it takes what is new, in a queue, or of somebody who is gone.
import type { RoutingRuleSetSpec } from '../../resources/routing-rule-set/schema.ts';
import { developerName } from '../../resources/naming.ts';
import { RECORD } from '../facts.ts';
import type { Decide } from '../decide.ts';
import type { StepInput } from '../loop.ts';
import type { People } from '../requests.ts';
import type { Remembered } from '../memory.ts';

/** Fields of the org that say it, and since when the org has the record. Where a queue may be in charge, the org says which it is. */
export function ownerFields(object: string): readonly string[] {
  const fields = ['OwnerId', 'Owner.IsActive', 'Owner.Username', 'CreatedDate'];
  return mayBeInQueue(object) ? [...fields, 'Owner.Type'] : fields;
}

export interface Owner {
  readonly id: string;
  readonly isQueue: boolean;
  readonly isActive: boolean;
  readonly username: string;
}

export function ownerOf({ facts }: Pick<StepInput<unknown>, 'facts'>): Owner | undefined {
  const record = (facts.get(RECORD)?.value ?? {}) as Readonly<Record<string, unknown>>;
  const id = record['OwnerId'];
  if (typeof id !== 'string') return undefined;
  const username = record['Owner.Username'];
  return {
    id,
    isQueue: record['Owner.Type'] === 'Queue' || id.startsWith('00G'),
    isActive: record['Owner.IsActive'] !== false,
    username: typeof username === 'string' ? username : '',
  };
}

/** Why the record is left with its owner; nothing where Route takes it. */
export function keptFor(
  owner: Owner | undefined,
  { take_from }: Pick<RoutingRuleSetSpec, 'take_from'>,
  { me }: People,
): string | undefined {
  if (owner === undefined || owner.isQueue || !owner.isActive || take_from === 'any') return undefined;
  if (me !== undefined && owner.username.toLowerCase() === me.toLowerCase()) return undefined;
  return `its owner is ${owner.username}, who was chosen`;
}

/** Queues in which records wait for people: nothing is taken out of them. */
export function peoplesQueues({ queues }: Pick<RoutingRuleSetSpec, 'queues'>): readonly string[] {
  const names = [queues.review, queues.triage].filter((name) => name !== undefined);
  return names.map((name) => `Group/${developerName(name.replace(/^queue\//, ''))}`);
}

/** The same values, and nobody but Route has moved it since. `isKept`: whoever owns it keeps it, so that does not matter. */
export function isSettled(last: Remembered | undefined, values: string, owner: Owner | undefined, isKept = false): boolean {
  return last !== undefined && last.values === values && (isKept || owner?.id === last.from || owner?.id === last.owner);
}

/** Whose it is was so when it was decided on, or is what came of it. */
export function isOurs(last: Remembered | undefined, owner: Owner | undefined): boolean {
  return last !== undefined && (owner?.id === last.from || owner?.id === last.owner);
}

/** What a queue may own. Whoever is in charge of other records is a person. */
function mayBeInQueue(object: string): boolean {
  return object === 'Lead' || object === 'Case' || object.endsWith('__c');
}

/** The new owner, while the record is still with the one that the decision saw; of a rejected record, its status. */
export function effectsOf(
  object: string,
  gives: Readonly<Record<string, unknown>>,
  owner: Owner | undefined,
): NonNullable<Decide['effects']> {
  const { ownerId, status, queue } = gives;
  if (typeof status === 'string') return [{ fields: { Status: status } }];
  if (typeof ownerId !== 'string' || ownerId === owner?.id) return [];
  if (queue !== undefined && !mayBeInQueue(object)) return [];
  return [{ fields: { OwnerId: ownerId }, ...(owner !== undefined && { expect: { OwnerId: owner.id } }) }];
}
