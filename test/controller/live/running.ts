// Loops that act on a real embedded org, wired as the long-running process does.
import { expect, onTestFinished } from 'vitest';
import { knowledgeOf } from '../../../controller/lookups/knowledge.ts';
import type { Desks } from '../../../controller/lookups/worker.ts';
import { type LiveLoops, startLive } from '../../../controller/live/process.ts';
import { loopHost, type RunningHost } from '../../../controller/loops/host.ts';
import type { Look } from '../../../controller/live/look.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import type { EffectRow } from '../../../ports/live.ts';
import { openProduct, type Product } from '../product.ts';

export const LEAD = {
  LastName: 'Quill',
  Company: 'Bayside Software',
  Email: 'q@bayside-software.example',
  Title: 'VP of Sales',
  NumberOfEmployees: 2400,
  Industry: 'Software',
  Country: 'US',
  State: 'CA',
  City: 'San Francisco',
};

export interface LiveOptions {
  /** What stands under `events` of the environment. */
  readonly events: string;
  /** Default: the fixture's organisation and an org with its people. */
  product?: Product;
  /** Before the first apply. */
  edit?(product: Product): void;
  /** Who answers lookups. */
  desks?(product: Product, host: () => RunningHost): Desks;
  /** Puts messages on their way. */
  tell?(notices: readonly EffectRow[]): Promise<void>;
  /** What is looked at beside changed records. */
  looks?(product: Product, clock: Clock): readonly Look[];
  /** Where time is moved. */
  readonly clock?: Clock;
}

export interface Live extends Product {
  readonly live: LiveLoops;
  lead(id: string): Promise<Readonly<Record<string, unknown>>>;
  /** Once it is so; looks again whenever the org is asked something, by whoever. */
  becomes(probe: () => Promise<boolean>): Promise<void>;
  decisions(id: string): Promise<readonly DecisionRecord[]>;
  effects(id: string): Promise<readonly EffectRow[]>;
}

export async function live({ events, product: given, edit, desks: desksOf, tell, looks, clock: moved }: LiveOptions): Promise<Live> {
  const product = given ?? (await openProduct());
  edit?.(product);
  product.edit('loopctl.yaml', 'events: {poll: 15s}', `events: {${events}}`);
  expect((await product.apply()).outcome).toBe('done');
  const { resolved } = await product.scene();
  const { store, crm, org, deps } = product;
  const place = { project: resolved.project.ref.name, environment: resolved.environment.name };
  const clock = moved ?? { ...deps.clock, sleep: pause };
  const desks = desksOf?.(product, () => host);
  const host: RunningHost = loopHost({
    deps: { ...deps, clock },
    store,
    place: () => place,
    connect: async () => ({ ok: true, value: crm.records }),
    ...(desks !== undefined && { knowledge: knowledgeOf({ desks, events: () => async () => NOTHING }) }),
    listener: () => {},
    engine: 'test',
  });
  const running = startLive({
    deps: { ...deps, clock },
    store,
    host,
    environment: () => resolved.environment,
    connect: async () => ({ ok: true, value: crm }),
    listener: () => {},
    desks: () => desks,
    ...(tell !== undefined && { tell }),
    ...(looks !== undefined && { looks: looks(product, clock) }),
    onError: (error) => {
      throw error;
    },
    onTrouble: () => {},
  });
  onTestFinished(() => running.stop());
  const decisions = async (id: string) =>
    (await store.decisions.ofSubject(place.project, place.environment, id)).map(({ decision }) => decision);
  const made: Live = {
    ...product,
    live: running,
    lead: async (id) => (await org.query(`SELECT Score__c, Grade__c, OwnerId, Owner.Username FROM Lead WHERE Id = '${id}'`))[0] ?? {},
    async becomes(probe) {
      while (!(await probe())) await new Promise((turn) => setImmediate(turn));
    },
    decisions,
    effects: async (id) => store.outbox.ofDecisions((await decisions(id)).map((one) => one.id)),
  };
  // The first look marks where everything begins.
  await made.becomes(async () => (await store.inbox.cursor(await product.scope(), 'poll Lead')) !== undefined);
  return made;
}

const NOTHING = { value: [], source: 'test', at: '2026-11-21T12:00:00Z' };

/** Timers of the loops, as they are; ended with the test. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((wake) => {
    const timer = setTimeout(wake, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      wake();
    });
    if (signal?.aborted === true) wake();
  });
}
