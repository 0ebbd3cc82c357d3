// Signs that other systems tell of, over HTTP: who may, what is refused before anybody looks at a page, and the decision as it was made.
import { expect, test } from 'vitest';
import type { SignalIntake } from '../../../controller/generate/told.ts';
import { running } from './running.ts';

const PATH = '/api/loops/generate/signal';
const ACCOUNT = '001000000000001AAA';
const signal = {
  type: 'funding',
  title: 'Globex\u202E raises 40 million',
  evidence: [{ url: 'https://news.example/globex', quote: 'Globex raised $40 million', published_at: '2026-11-11' }],
};
const decision = {
  id: '1',
  loop: 'generate',
  subject: { object: 'Account', id: ACCOUNT },
  revision: { commit: null, snapshot: 's', engine: '1' },
  logged_at: '2026-11-21T12:00:00.000Z',
  signals: [],
  dropped: [{ title: 'x', why: 'the quote does not stand on the page' }],
};

/** Stands for the loop: keeps what it was asked, answers what the test wants. */
function intake(answer: Awaited<ReturnType<SignalIntake['take']>>) {
  const asked: unknown[] = [];
  const take: SignalIntake['take'] = async (...all) => {
    asked.push(all);
    return answer;
  };
  return { asked, signals: { take } };
}

test('the decision comes as it was made; the words were cleaned of what nobody sees', async () => {
  const { asked, signals } = intake({ kind: 'decided', decision });
  const { post, token } = await running({ server: { signals } });
  const answer = await post(PATH, { account: ACCOUNT, signal }, await token('ops'));
  expect([answer.status, answer.json]).toEqual([200, decision]);
  expect(asked).toEqual([[ACCOUNT, { ...signal, title: 'Globex raises 40 million' }, false]]);
});

test('it takes ops, and a body that can be read: every fault at once', async () => {
  const { asked, signals } = intake({ kind: 'decided', decision });
  const { post, token } = await running({ server: { signals } });
  expect((await post(PATH, { account: ACCOUNT, signal }, await token('manager'))).status).toBe(403);
  const bad = await post(
    PATH,
    { account: "x' OR Name LIKE '%", signal: { type: 'funding', title: '\u0000', evidence: 'none' } },
    await token('ops'),
  );
  expect(bad.status).toBe(400);
  expect(bad.json.errors.map(({ path }: { path: string }) => path)).toEqual(['account', 'signal.title', 'signal.evidence']);
  expect(asked).toEqual([]);
});

test('where Generate does not act it says so, and how it would', async () => {
  const { signals } = intake({ kind: 'not-acting' });
  const { post, token } = await running({ server: { signals } });
  const answer = await post(PATH, { account: ACCOUNT, signal }, await token('ops'));
  expect(answer).toMatchObject({
    status: 409,
    json: { code: 'not-acting', detail: expect.stringContaining('loops: [generate') as string },
  });
});
