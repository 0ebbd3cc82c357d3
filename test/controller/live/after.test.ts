// What follows an assignment: a task for the new owner and word to people, each once, whatever dies or does not answer on the way.
import { expect, test } from 'vitest';
import { writeThese, type Writing } from '../../../controller/live/effects.ts';
import type { EffectRow } from '../../../ports/live.ts';
import { openProduct, type Product } from '../product.ts';
import { LEAD, live } from './running.ts';

const ON_ASSIGN = `  on_assign:
    task: {subject: "Call {name} ({grade})", due: +1bd, priority: High}
    notify: true
`;

function withTasks(product: Product): void {
  product.edit('route/rules.yaml', '  object: Lead\n', `  object: Lead\n${ON_ASSIGN}`);
}

const tasksOf = ({ org }: Pick<Product, 'org'>, id: string) =>
  org.query(`SELECT Subject, Description, OwnerId, ActivityDate, Priority, IsClosed FROM Task WHERE WhoId = '${id}'`);

test('the new owner has a task with the reasons, people are told, and speed to lead can be counted', async () => {
  const told: EffectRow[] = [];
  const one = await live({ events: 'poll: 1s', edit: withTasks, tell: async (notices) => void told.push(...notices) });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.effects(id)).filter(({ status }) => status === 'done').length === 4);
  const [task, ...more] = await tasksOf(one, id);
  expect(more).toEqual([]);
  const lead = await one.lead(id);
  expect(task).toMatchObject({ Subject: 'Call Bayside Software (B)', OwnerId: lead['OwnerId'], Priority: 'High', IsClosed: false });
  const route = (await one.decisions(id)).find(({ loop }) => loop === 'route');
  expect(task?.['Description']).toContain(String(route?.['reasoning']));
  expect(task?.['Description']).toContain(`Decision: ${route?.id}`);
  expect(told.map(({ fields }) => fields['topic'])).toEqual(['assigned']);
  expect(told[0]?.fields['text']).toContain(String(route?.['reasoning']).slice(0, 100));
  const made = (await one.effects(id)).find(({ kind }) => kind === 'create');
  expect(made?.made).toMatch(/^00T/);
  expect(Date.parse(String(made?.ended))).toBeGreaterThanOrEqual(Date.parse(String(route?.['captured_at'])));
});

test('a lost answer makes no second task', async () => {
  const one = await live({ events: 'poll: 1s', edit: withTasks, tell: async () => {} });
  await one.org.control('POST', 'faults', {
    match: { method: 'POST', path: 'composite/sobjects', nth: 1, times: 1 },
    fault: { drop: 'after' },
  });
  const id = await one.org.create('Lead', LEAD);
  await one.becomes(async () => (await one.effects(id)).filter(({ status }) => status === 'done').length === 4);
  expect(await tasksOf(one, id)).toHaveLength(1);
  expect((await one.effects(id)).find(({ kind }) => kind === 'create')?.attempts).toBeGreaterThan(0);
});

interface Waiting extends Product {
  readonly writing: Writing;
  readonly ids: readonly string[];
  rows(): Promise<readonly EffectRow[]>;
}

/** Effects of one decision each, that wait. */
async function waiting(effects: (record: string) => readonly Partial<EffectRow>[], leads: number): Promise<Waiting> {
  const product = await openProduct();
  const { store, crm, deps, org } = product;
  const ids = await org.createAll(
    'Lead',
    Array.from({ length: leads }, (_, at) => ({ ...LEAD, LastName: `Lead ${at}` })),
  );
  const scope = await product.scope();
  const logged_at = '2026-11-21T12:00:00.000Z';
  await store.decisions.keep(
    scope,
    ids.map((id, at) => ({
      decision: {
        id: `d-${String(at).padStart(4, '0')}`,
        loop: 'route',
        subject: { object: 'Lead', id },
        revision: { commit: null, snapshot: 's', engine: 'test' },
        logged_at,
      },
      recorded: { event: null, facts: [], now: logged_at },
      writes: [],
      effects: effects(id).map((effect, place) => ({
        id: `d-${String(at).padStart(4, '0')}-${place + 1}`,
        object: 'Lead',
        record: id,
        fields: {},
        ...effect,
      })),
    })),
  );
  const rows = () => store.outbox.ofDecisions(ids.map((_, at) => `d-${String(at).padStart(4, '0')}`));
  return { ...product, ids, rows, writing: { store, crm, clock: deps.clock, listener: () => {} } };
}

const TASK = (record: string) => ({
  kind: 'create' as const,
  object: 'Task',
  fields: { Subject: 'Call', WhoId: record },
  key: { text: 'Description', by: 'WhoId' },
});

const send: (writing: Writing) => Parameters<typeof writeThese>[3] =
  ({ crm }) =>
  (type, rows) =>
    crm.write({ type, operation: 'update', rows });

test('a process that dies between the call and writing it down makes none twice; 200 are one look and one call', async () => {
  const one = await waiting((record) => [TASK(record)], 200);
  const scope = await one.scope();
  const { writing } = one;
  const dies: Writing = {
    ...writing,
    store: {
      outbox: {
        ...writing.store.outbox,
        settle: async () => {
          throw new Error('killed');
        },
      },
    },
  };
  const before = one.crm.calls();
  await expect(writeThese(scope, dies, await one.rows(), send(writing))).rejects.toThrow('killed');
  const after = one.crm.calls();
  expect([after.read - before.read, after.write - before.write]).toEqual([1, 1]);
  expect((await one.rows()).every(({ status }) => status === 'waiting')).toBe(true);
  await writeThese(scope, writing, await one.rows(), send(writing));
  expect((await one.rows()).every(({ status, made }) => status === 'done' && made !== undefined)).toBe(true);
  const tasks = await one.org.query('SELECT Id, WhoId FROM Task');
  expect(new Set(tasks.map((task) => task['WhoId'])).size).toBe(200);
  expect(tasks).toHaveLength(200);
});

test('where somebody was faster than the new owner, that one gets no task and nobody is told', async () => {
  const told: EffectRow[] = [];
  const owner = (record: string) => [
    { fields: { Company: 'Other' }, expect: { Company: 'What it was' } },
    TASK(record),
    { kind: 'notify' as const, fields: { topic: 'assigned', text: 'x' } },
  ];
  const one = await waiting(owner, 1);
  const writing: Writing = { ...one.writing, tell: async (notices) => void told.push(...notices) };
  await writeThese(await one.scope(), writing, await one.rows(), send(writing));
  expect((await one.rows()).map(({ status }) => status)).toEqual(['overtaken', 'overtaken', 'overtaken']);
  expect(told).toEqual([]);
  expect(await one.org.query('SELECT Id FROM Task')).toEqual([]);
});

test('while what comes before is refused, the task waits; it comes when that is written', async () => {
  const one = await waiting((record) => [{ fields: { Company: 'Other' } }, TASK(record)], 1);
  const scope = await one.scope();
  await one.org.control('POST', 'faults', {
    match: { method: 'PATCH', path: 'composite/sobjects', nth: 1, times: 1 },
    fault: { rows: [0] },
  });
  await writeThese(scope, one.writing, await one.rows(), send(one.writing));
  expect((await one.rows()).map(({ status, attempts }) => [status, attempts])).toEqual([
    ['waiting', 1],
    ['waiting', 1],
  ]);
  expect(await one.org.query('SELECT Id FROM Task')).toEqual([]);
  await writeThese(scope, one.writing, await one.rows(), send(one.writing));
  expect((await one.rows()).map(({ status }) => status)).toEqual(['done', 'done']);
  expect(await one.org.query('SELECT Id FROM Task')).toHaveLength(1);
});
