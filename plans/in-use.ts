// What people's own records hang on. The org takes it along, or leaves it without an owner, when the record goes: so it is counted before
// a removal and said. A queue keeps what it owns and is held (somebody else has to take it first); the accounts of a territory only lose
// it, which a person may want: that is held until an approval.
import { addressText, isLink } from '../resources/core.ts';
import { removedTogether } from './contract.ts';
import type { Hold, Plan, Step } from './plan.ts';
import { counted } from './show.ts';

/** How many records of each object a queue owns. */
export type Owned = ReadonlyMap<string, number>;

/** What is assigned to a territory by hand, by rule or by us. */
export interface Assigned {
  readonly accounts: number;
  /** Absent: the user may not see which territory an opportunity is in. */
  readonly opportunities?: number;
}

/** Whatever is in a territory loses it when the territory goes, even where it is made anew. */
export function losesTerritories(steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ action, address }) => address.type === 'Territory2' && (action === 'delete' || action === 'replace'));
}

/** `assigned`: by address of the territory, as text. */
export function territoriesInUse(runs: readonly Step[], assigned: ReadonlyMap<string, Assigned>): readonly Hold[] {
  const lost = losesTerritories(runs).flatMap((step) => {
    const { accounts, opportunities = 0 } = assigned.get(addressText(step.address)) ?? { accounts: 0 };
    return accounts + opportunities === 0 ? [] : [{ step, accounts, opportunities }];
  });
  if (lost.length === 0) return [];
  const told = lost.slice(0, MOST_TOLD).map(({ step, ...some }) => `${addressText(step.address)} (${assignedText(some)})`);
  const more = lost.length - told.length;
  const whose = `${told.join(', ')}${more > 0 ? ` and ${counted(more, 'other')}` : ''}`;
  const remedy =
    'They lose the territory, and whoever sees them through it. Move them to another one first, or approve that they are in none.';
  const message = `${counted(lost.length, 'territory', 'territories')} would go with what is in it: ${whose}. ${remedy}`;
  return [{ code: 'territory-has-accounts', scope: 'plan', message, approvable: true }];
}

const MOST_TOLD = 5;

function assignedText({ accounts, opportunities = 0 }: Assigned): string {
  const parts = accounts > 0 ? [counted(accounts, 'account')] : [];
  if (opportunities > 0) parts.push(counted(opportunities, 'opportunity', 'opportunities'));
  return parts.join(', ');
}

/** Queues that lose something, by address as text: all of it (`undefined`), or the object that is taken out of one that stays. */
export function queuesThatLose(steps: readonly Step[]): ReadonlyMap<string, { readonly step: Step; readonly object?: string }[]> {
  const losing = new Map<string, { readonly step: Step; readonly object?: string }[]>();
  for (const step of steps) {
    if (step.action !== 'delete' && step.action !== 'replace') continue;
    const queue = step.address.type === 'Group' ? addressText(step.was ?? step.address) : queueOf(step);
    const object = step.fields.find(({ path }) => path === 'SobjectType')?.before;
    if (queue === undefined) continue;
    const known = losing.get(queue) ?? [];
    known.push(step.address.type === 'Group' ? { step } : { step, object: String(object) });
    losing.set(queue, known);
  }
  return losing;
}

function queueOf({ address, fields }: Step): string | undefined {
  if (address.type !== 'QueueSobject') return undefined;
  const queue = fields.find(({ path }) => path === 'QueueId')?.before;
  return isLink(queue) ? queue.link : undefined;
}

/** `owned`: by address of the queue, as text. */
export function queuesInUse(plan: Plan, owned: ReadonlyMap<string, Owned>): readonly Hold[] {
  const steps = new Map(plan.steps.map((step) => [step.id, step]));
  return [...queuesThatLose(plan.steps)].flatMap(([queue, losses]) => {
    const goes = losses.find(({ object }) => object === undefined);
    return (goes === undefined ? losses : [goes]).flatMap(({ step, object }) => {
      const records = countOf(owned.get(queue), object);
      if (records === 0) return [];
      const whose = object === undefined ? `${step.id} owns` : `${queue} would not take ${object} any more, and owns`;
      const what = object === undefined ? 'record' : `${object} record`;
      const message = `${whose} ${counted(records, what)}. Give them another owner first; until then the queue stays as it is.`;
      const held = removedTogether(step.id, steps, (id) => steps.get(id)?.dependsOn ?? []);
      return [{ code: 'queue-owns-records', scope: 'step', message, ref: step.ref, steps: held } as const];
    });
  });
}

function countOf(owned: Owned | undefined, object: string | undefined): number {
  if (object !== undefined) return owned?.get(object) ?? 0;
  return [...(owned?.values() ?? [])].reduce((sum, records) => sum + records, 0);
}
