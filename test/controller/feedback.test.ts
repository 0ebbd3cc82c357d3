// Feedback from the controller's own decisions: real decisions of Qualify, what became of them, real git; the agent is asked over HTTP.
import { spawnSync } from 'node:child_process';
import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test } from 'vitest';
import { anthropic } from '../../adapters/anthropic/agent.ts';
import { followFolder } from '../../adapters/git/folder.ts';
import { agentDesk } from '../../controller/agents/desk.ts';
import { promptsOf } from '../../controller/agents/prompts.ts';
import { type FeedbackTold, feedbackLook } from '../../controller/feedback/feedback.ts';
import type { Acting } from '../../controller/live/acting.ts';
import { loopHost } from '../../controller/loops/host.ts';
import { fullId } from '../../loops/subject.ts';
import { openProduct, type Product } from './product.ts';

const DAY = 86_400_000;
const BEGIN = Date.parse('2026-09-01T12:00:00Z');
const PLACE = { project: 'acme-revenue', environment: 'sandbox' };
const TUNING =
  '  tuning: {every: 7d, min_rows: 120, max_step: 4, agent: model-review}\n  guard: {max_factor_auc: 1, max_psi: 10, min_lift_a: 0, min_auc: 0.5, monotone: false}\n';

interface Course {
  readonly product: Product;
  readonly told: FeedbackTold[];
  git(...args: readonly string[]): string;
  /** So many days after the beginning. */
  look(day: number): Promise<void>;
}

async function course(agentSays: object): Promise<Course> {
  const product = await openProduct();
  product.edit('qualify/scoring_model.yaml', '  writeback:', `${TUNING}  writeback:`);
  product.write(
    'qualify/review.yaml',
    'apiVersion: loopctl/v1\nkind: Prompt\nmetadata: {name: model-review}\nspec: {model: claude-haiku-4-5, text: What would you change?}\n',
  );
  const git = (...args: readonly string[]) => {
    const run = spawnSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args], {
      cwd: product.root,
      encoding: 'utf8',
    });
    if (run.status !== 0) throw new Error(`git ${args.join(' ')}: ${run.stderr}`);
    return run.stdout.trim();
  };
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-q', '-m', 'The organisation');
  expect((await product.apply()).outcome).toBe('done');
  let now = BEGIN;
  const deps = { ...product.deps, clock: { ...product.deps.clock, now: () => new Date(now) } };
  const connect = async () => ({ ok: true as const, value: product.crm.records });
  const host = loopHost({ deps, store: product.store, place: () => PLACE, connect, listener: () => {}, engine: 'test' });
  const scope = await product.scope();
  // Who asks for a demo converts, and so do manufacturers, though the points say less of them than of software.
  for (let at = 0; at < 400; at += 1) {
    now = BEGIN + at * 3_600_000;
    const [isDemo, isMaker] = [at % 2 === 0, Math.floor(at / 2) % 2 === 0];
    const id = fullId(`00Q${String(at).padStart(12, '0')}`);
    const record = { lead_source: isDemo ? 'Demo Request' : 'Other', industry: isMaker ? 'Manufacturing' : 'Software' };
    const answer = await host.decide('qualify', { object: 'Lead', id, record });
    expect(answer.kind).toBe('decided');
    const converts = Math.floor(at / 4) % 10 < 1 + (isDemo ? 4 : 0) + (isMaker ? 4 : 0);
    const outcome = converts ? ('converted' as const) : ('rejected' as const);
    await product.store.outcomes.add(scope, [
      { object: 'Lead', record: id, outcome, at: new Date(now + DAY).toISOString(), source: 'org' },
    ]);
  }
  const mock = new LLMock({ port: 0, logLevel: 'silent' });
  await mock.start();
  onTestFinished(() => mock.stop());
  mock.onMessage(/./, { content: JSON.stringify(agentSays), model: 'claude-haiku-4-5', usage: { input_tokens: 100, output_tokens: 20 } });
  const { resolved } = await product.scene();
  const told: FeedbackTold[] = [];
  const agent = anthropic({ apiKey: 'k', baseUrl: mock.url });
  const resources = async () => (await host.current())?.compiled.row.content.resources ?? {};
  const desk = agentDesk({
    calls: product.store.agentCalls,
    clock: deps.clock,
    nextId: deps.nextId,
    place: () => PLACE,
    agent: () => agent,
    prompts: async () => promptsOf(await resources()),
  });
  const feedback = feedbackLook({
    deps,
    store: product.store,
    upstream: followFolder(product.root, {}),
    project: () => ({ project: PLACE.project, spec: resolved.project.spec }),
    agent: () => desk,
    channels: new Set(),
    listener: (event) => void (event.type === 'feedback' && told.push(event.told)),
  });
  return {
    product,
    told,
    git,
    async look(day) {
      now = BEGIN + day * DAY;
      const ground = await host.current();
      if (ground === undefined) throw new Error('nothing was reconciled');
      const acting: Acting = { environment: resolved.environment, active: new Set(['qualify']), ground };
      expect(feedback.every(acting)).toBeGreaterThan(0);
      await feedback.run(acting, product.crm);
    },
  };
}

const SAYS = {
  summary: 'Manufacturers are worth more',
  edits: [{ path: 'fit.components[industry].rules[1].points', from: 8, to: 12, because: 'they convert' }],
  confidence: 0.8,
  evidence: [{ source: 'input', quote: '400 records, ' }],
};

test('the controller learns from its decisions and an agent is asked: each ends in a branch, within bounds; the next week nothing new', async () => {
  const { told, git, look, product } = await course(SAYS);
  await look(20);
  expect(told).toMatchObject([
    { by: 'tuner', outcome: 'made', branch: 'loopctl/tune-inbound' },
    { by: 'agent', outcome: 'made', branch: 'loopctl/agent-inbound' },
  ]);
  const tuned = git('diff', 'main', 'loopctl/tune-inbound', '--', 'qualify/scoring_model.yaml');
  expect(tuned).toMatch(/^\+.*in:manufacturing,healthcare", points: (?:9|1[0-2])\}/m);
  expect(tuned).toMatch(/^\+  version: 3\.2\.0/m);
  expect(git('diff', 'main', 'loopctl/agent-inbound')).toContain('in:manufacturing,healthcare", points: 12}');
  expect(git('log', '-1', '--format=%B', 'loopctl/agent-inbound')).toContain('backtest');
  expect(git('status', '--porcelain')).toBe('');
  // Nobody is asked before the week is over.
  await look(22);
  expect(told).toHaveLength(2);
  await look(28);
  expect(told.slice(2)).toMatchObject([
    { by: 'tuner', outcome: 'unchanged' },
    { by: 'agent', outcome: 'unchanged' },
  ]);
  expect(await product.store.inbox.cursor(await product.scope(), 'feedback inbound')).toBe(new Date(BEGIN + 28 * DAY).toISOString());
});

test('a change of an agent that the records speak against is told and not proposed', async () => {
  const worse = {
    ...SAYS,
    edits: [{ path: 'intent.components[source].rules[0].points', from: 25, to: 0, because: 'they do not convert' }],
  };
  const { told, git, look } = await course(worse);
  await look(20);
  expect(told).toMatchObject([
    { by: 'tuner', outcome: 'made' },
    { by: 'agent', outcome: 'refused', problems: [{ code: 'backtest-falls' }, { code: 'backtest-falls' }] },
  ]);
  expect(git('branch', '--list', 'loopctl/*')).toBe('loopctl/tune-inbound');
});
