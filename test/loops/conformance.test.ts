// What every loop must be, whichever it is: six parts, archetypes, a contract that can be told, and a step that is pure.
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { LOOPS } from '../../controller/loops/registry.ts';
import { runLoop } from '../../controller/loops/run.ts';
import type { Decide } from '../../loops/decide.ts';
import type { LoopEvent } from '../../loops/event.ts';
import { ARCHETYPES, CHAINS, type FactValue, type Snapshot } from '../../loops/loop.ts';
import type { Request } from '../../loops/requests.ts';
import { kindsByName } from '../../resources/index.ts';
import { snapshotOfFixture } from './snapshot.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

/** A record that each loop decides on, by its name. */
const EVENTS: Readonly<Record<string, LoopEvent>> = {
  generate: {
    object: 'Account',
    record: {
      company: 'Globex',
      website: 'globex.example',
      signals: [
        {
          type: 'funding',
          title: 'Globex raises 40 million',
          evidence: [{ url: 'https://news.example/globex', quote: 'Globex raised $40 million in a Series B' }],
        },
      ],
    },
  },
  lifecycle: { object: 'Lead', record: { email: 'ana@bayside.example', company: 'Bayside Bakery' } },
  qualify: { object: 'Lead', record: { title: 'VP of Sales', employee_count: 2400, billing_country: 'US' } },
  route: {
    object: 'Lead',
    record: { company: 'Bayside Bakery', billing_country: 'US', billing_state: 'CA', billing_city: 'San Francisco' },
  },
  sla: { object: 'Lead', record: { company: 'Bayside Bakery', OwnerId: '005000000000001AAA' } },
};

describe.each([...LOOPS.values()].map((loop) => [loop.name, loop] as const))('%s', (name, loop) => {
  test('has its six parts, archetypes and a chain', () => {
    expect(Object.keys(loop.parts).sort()).toEqual(['config', 'feedback', 'inputs', 'logic', 'metrics', 'outputs']);
    for (const part of Object.values(loop.parts)) expect(part.length).toBeGreaterThan(0);
    for (const kind of loop.parts.config) expect([...kindsByName.keys()]).toContain(kind);
    expect(loop.archetypes.length).toBeGreaterThan(0);
    for (const archetype of loop.archetypes) expect(ARCHETYPES).toContain(archetype);
    expect(CHAINS).toContain(loop.chain);
    expect(loop.summary).toMatch(/^[A-Z].*\.$/);
  });

  test('its contract is a schema that can be published', () => {
    expect(z.toJSONSchema(loop.contract.takes, { io: 'input' })).toMatchObject({ type: 'object' });
    expect(z.toJSONSchema(loop.contract.gives, { io: 'input' })).toMatchObject({ type: 'object' });
  });

  const event = EVENTS[name];
  if (loop.step === undefined) return;
  test('decides on a record, says why, and gives what its contract says', async () => {
    const made = await decided(name, snapshotOfFixture(), event);
    expect(loop.contract.gives.safeParse(made.end.outcome)).toMatchObject({ success: true });
    expect(made.end.reasoning).not.toBe('');
    expect(made.end.trace.length).toBeGreaterThan(0);
    for (const { rule, result } of made.end.trace) expect([rule, result].every((text) => text !== '')).toBe(true);
    expect(Object.keys(made.end.sources).sort()).toEqual(Object.keys(made.end.inputs).sort());
  });

  test('is pure: the same facts give the same decision, byte for byte, and nothing that it was given is changed', async () => {
    const snapshot = deepFrozen(snapshotOfFixture());
    const [first, second] = [await decided(name, snapshot, event), await decided(name, snapshot, event)];
    expect(JSON.stringify(second.end)).toBe(JSON.stringify(first.end));
    expect(second.asked).toEqual(first.asked);
  });

  test('asks the same question once', async () => {
    const { asked } = await decided(name, snapshotOfFixture(), event);
    expect(new Set(asked).size).toBe(asked.length);
  });

  // What follows is said of leads.
  if (event?.object !== 'Lead') return;
  test('names what it could not read of the record, and decides as if it were missing', async () => {
    const unreadable = {
      ...event?.record,
      compny: 'Acme',
      employee_count: 'forty',
      HasOptedOutOfEmail: 'maybe',
      company: true,
      billing_country: ['US'],
      email: '',
    };
    const { end } = await decided(name, snapshotOfFixture(), { object: 'Lead', record: unreadable });
    const told = new Map(end.unread?.map(({ path, message }) => [path, message]));
    expect([...told.keys()].sort()).toEqual([
      'record.HasOptedOutOfEmail',
      'record.billing_country',
      'record.company',
      'record.compny',
      'record.employee_count',
    ]);
    expect(told.get('record.compny')).toMatch(/FieldMap of Lead.*did you mean "company"/);
    expect(told.get('record.employee_count')).toMatch(/a number is wanted/);
    const plain = await decided(name, snapshotOfFixture(), {
      object: 'Lead',
      record: { Id: 'x', Name: 'Ana', NumberOfEmployees: '1,200' },
    });
    expect(plain.end.unread).toEqual([]);
    const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, at) => [`compny_${at}`, 'x']));
    const gross = await decided(name, snapshotOfFixture(), { object: 'Lead', record: { company: 'Acme', ...many } });
    expect(gross.end.unread).toHaveLength(21);
    expect(gross.end.unread?.at(-1)).toEqual({ path: 'record', message: '4980 more fields are not read' });
  });

  test('refuses an object that it knows nothing of, and a record that is none, naming the field', async () => {
    const refusals = [
      await answered(name, { object: 'Spaceship', record: {} }),
      await answered(name, { object: 'Lead', record: { employee_count: { $gt: 1 } } }),
      await answered(name, { object: 'Lead' }),
    ];
    for (const refusal of refusals) expect(refusal.kind).toBe('refuse');
    expect(refusals.flatMap((one) => (one.kind === 'refuse' ? one.problems.map(({ path }) => path) : []))).toEqual([
      'object',
      'record.employee_count',
      'record',
    ]);
  });
});

async function answered(name: string, event: LoopEvent) {
  const loop = LOOPS.get(name);
  if (loop === undefined) throw new Error(name);
  const world = loop.compile(snapshotOfFixture());
  return runLoop({ loop, world, event, turn: 'turn', now: NOW }, answer([]), ({ end }) => ({ kind: 'taken', value: end }));
}

async function decided(name: string, snapshot: Snapshot, event: LoopEvent | undefined) {
  const loop = LOOPS.get(name);
  if (loop === undefined || event === undefined) throw new Error(`no record for ${name}`);
  const asked: string[] = [];
  const run = { loop, world: loop.compile(snapshot), event, turn: 'turn', now: NOW };
  const end = await runLoop<Decide>(run, answer(asked), ({ end: made }) => {
    if (made.kind !== 'decide') throw new Error(JSON.stringify(made));
    return { kind: 'taken', value: made };
  });
  return { end, asked };
}

/** Nobody in an org: everybody is in their seat, no state yet, no open records. */
function answer(asked: string[]): (request: Request) => FactValue {
  return (request) => {
    asked.push(request.id);
    const fact = (value: unknown): FactValue => ({ value, source: 'test', at: '2026-11-21T12:00:00.000Z' });
    switch (request.kind) {
      case 'people':
        return fact({ absent: [], standing: {} });
      case 'state':
        return fact(Object.fromEntries(request.keys.map((key) => [key, { version: 0, value: null }])));
      case 'load':
        return fact(Object.fromEntries(request.owners.map((owner) => [owner, { count: 0, at: NOW }])));
      case 'ids':
        return fact(Object.fromEntries(request.addresses.map((address) => [address, '005000000000001AAA'])));
      case 'pages':
        return fact(
          request.pages.map(({ url, texts }) => ({
            kind: 'read',
            url,
            stands: texts.map(() => true),
            published: '2026-11-10',
            at: '2026-11-21T12:00:00Z',
          })),
        );
      default:
        return { ...fact(null), missing: 'nobody was asked' };
    }
  };
}

function deepFrozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const one of Object.values(value)) deepFrozen(one);
  }
  return value;
}
