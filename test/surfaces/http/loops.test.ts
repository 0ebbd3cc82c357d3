// Answers of the loops over HTTP, and what is told of decisions to whom.
import { describe, expect, test } from 'vitest';
import type { LoopAnswer, LoopHost, LoopRequest } from '../../../controller/loops/answer.ts';
import type { DecisionRecord } from '../../../ports/decisions.ts';
import { running } from './running.ts';

function decision(id: string, username: string): DecisionRecord {
  return {
    id,
    loop: 'route',
    subject: { object: 'Lead', id: `00Q${id}` },
    revision: { commit: null, snapshot: 's', engine: '1' },
    logged_at: '2026-11-21T12:00:00.000Z',
    rule_matched: 'default',
    owner: { username },
    reasoning: '<b>because</b>',
  };
}

/** Stands for the loops: keeps what it was asked, answers what the test wants. */
function loopsThat(answer: LoopAnswer): LoopHost & { readonly asked: [string, LoopRequest][] } {
  const asked: [string, LoopRequest][] = [];
  return {
    asked,
    loops: ['route', 'qualify'],
    async decide(loop, request) {
      asked.push([loop, request]);
      return answer;
    },
  };
}

const lead = { object: 'Lead', record: { company: 'Acme', employee_count: 40 } };

describe('asking a loop', () => {
  test('the decision comes as it was made, with what the loop added', async () => {
    const made = decision('1', 'a@acme.example');
    const loops = loopsThat({ kind: 'decided', decision: made });
    const { post, token } = await running({ loops });
    const answer = await post('/api/loops/route/resolve', lead, await token('ops'));
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual(made);
    await post('/api/loops/qualify', { object: 'Lead', id: '00Q1' }, await token('ops'));
    await post('/api/loops/route/preview', lead, await token('manager'));
    expect(loops.asked).toEqual([
      ['route', { ...lead, dry: false }],
      ['qualify', { object: 'Lead', id: '00Q1', dry: false }],
      ['route', { ...lead, dry: true }],
    ]);
  });

  test('what is kept takes ops, a dry run takes manager', async () => {
    const loops = loopsThat({ kind: 'decided', decision: decision('1', 'x') });
    const { post, token } = await running({ loops });
    const manager = await token('manager');
    expect((await post('/api/loops/route/resolve', lead, manager)).status).toBe(403);
    expect((await post('/api/loops/route/resolve', { ...lead, dry: true }, manager)).status).toBe(200);
    expect(loops.asked).toHaveLength(1);
  });

  test('what is no record is refused with its field, and no loop is asked', async () => {
    const loops = loopsThat({ kind: 'no-snapshot' });
    const { post, token } = await running({ loops });
    const ops = await token('ops');
    const refusals = async (body: unknown) => {
      const { status, json } = await post('/api/loops/route/resolve', body, ops);
      return [status, ...json.errors.map((one: { path: string }) => one.path)];
    };
    expect(await refusals({})).toEqual([400, 'object']);
    expect(await refusals({ object: 'Lead' })).toEqual([400, 'record']);
    expect(await refusals({ object: 'Lead', record: 'text' })).toEqual([400, 'record']);
    expect(await refusals({ object: 'Lead', record: {}, id: 'x' })).toEqual([400, 'record']);
    expect(await refusals({ object: 7, record: {}, dry: 'yes' })).toEqual([400, 'object', 'dry']);
    // A misspelt "dry" must not take a turn.
    expect(await refusals({ object: 'Lead', record: {}, dryrun: true })).toEqual([400, '']);
    expect(await refusals([])).toEqual([400, '']);
    expect(loops.asked).toEqual([]);
  });

  test('what a loop cannot answer has its status, and what may pass says when to come again', async () => {
    let answer: LoopAnswer = { kind: 'no-snapshot' };
    const { post, token } = await running({ loops: { loops: ['route'], decide: async () => answer } });
    const ops = await token('ops');
    const told = async (next: LoopAnswer) => {
      answer = next;
      const { status, json, headers } = await post('/api/loops/route/resolve', lead, ops);
      return [status, json.code, headers.has('retry-after')];
    };
    expect(await told({ kind: 'no-snapshot' })).toEqual([503, 'no-snapshot', true]);
    expect(await told({ kind: 'not-found', message: 'No Lead has this id.' })).toEqual([404, 'unknown-record', false]);
    const problem = { severity: 'error', code: 'login', message: 'The org refuses.' } as const;
    expect(await told({ kind: 'unavailable', problem })).toEqual([503, 'login', true]);
    expect(await told({ kind: 'invalid', problems: [] })).toEqual([422, 'invalid', false]);
    expect((await post('/api/loops/qualify', lead, ops)).status).toBe(404);
  });

  test('a field that cannot be read is named', async () => {
    const { post, token } = await running({
      loops: loopsThat({ kind: 'invalid', problems: [{ path: 'employee_count', message: 'a number is wanted' }] }),
    });
    const { json } = await post('/api/loops/route/resolve', lead, await token('ops'));
    expect(json.errors).toEqual([{ path: 'employee_count', pointer: '/employee_count', message: 'a number is wanted' }]);
  });
});

describe('decisions', () => {
  test('a rep sees what was given to them, a manager everything; on the page it is text', async () => {
    const { ask, token, product } = await running();
    const scope = await product.scope();
    const recorded = { event: {}, facts: [], now: '2026-11-21T12:00:00Z' };
    const entries = [decision('1', 'a@acme.example'), decision('2', 'b@acme.example')];
    await product.store.decisions.keep(
      scope,
      entries.map((one) => ({ decision: one, recorded, writes: [] })),
    );
    const ids = async (bearer: string, query = '') =>
      (await ask(`/api/decisions${query}`, { token: bearer })).json.decisions.map((one: DecisionRecord) => one.id);
    const rep = await token('rep', { user: 'a@acme.example' });
    expect(await ids(rep)).toEqual(['1']);
    expect(await ids(await token('rep'))).toEqual([]);
    expect(await ids(await token('manager'))).toEqual(['2', '1']);
    expect(await ids(await token('manager'), '?subject=00Q2')).toEqual(['2']);
    expect(await ids(await token('manager'), '?loop=qualify')).toEqual([]);
    expect((await ask('/api/decisions/2', { token: rep })).status).toBe(404);
    expect((await ask('/api/decisions/1', { token: rep })).json.reasoning).toBe('<b>because</b>');
    const page = await ask('/');
    expect(page.text).toContain('&lt;b&gt;because&lt;/b&gt;');
    expect(page.text).not.toContain('<b>');
  });
});
