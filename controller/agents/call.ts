// One call of an agent: counted before it is made, checked when it is answered, kept however it ends.
import type { Shape } from '../../engines/answers/shape.ts';
import type { Agent, AgentAnswer } from '../../ports/agent.ts';
import type { AgentBudget, AgentCall, AgentCalls, AgentSpending, Place } from '../../ports/agent-calls.ts';
import type { Clock, NextId } from '../../ports/clock.ts';
import { millisecondsOf } from '../../resources/duration.ts';
import type { PromptSpec } from '../../resources/prompt/schema.ts';
import type { Asked } from '../lookups/desk.ts';

export interface Posed {
  readonly place: Place;
  /** The name of the Prompt. */
  readonly prompt: string;
  readonly spec: PromptSpec;
  /** What makes two questions the same. */
  readonly question: string;
  readonly shape: Shape<unknown>;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a fact of an agent holds. */
export interface AgentFact {
  /** As `engines/answers/` checked it. */
  readonly answer: unknown;
  readonly prompt: string;
  readonly version: string;
  /** Which one answered. */
  readonly model: string;
  /** 0..1; 0 where no evidence holds, however sure the model was. */
  readonly confidence: number;
}

export interface Caller {
  readonly calls: AgentCalls;
  readonly clock: Pick<Clock, 'now'>;
  readonly nextId: NextId;
}

export async function callAgent({ calls, clock, nextId }: Caller, agent: Agent, posed: Posed, model: string): Promise<Asked> {
  const { place, prompt, spec, question, shape, input } = posed;
  const id = nextId();
  const spent = await calls.begin(place, { id, prompt, question, model, at: clock.now().toISOString() }, budgetOf(spec));
  if (spent !== undefined) return { kind: 'given-up', error: usedUp(spent, spec) };
  const answer = await agent.ask({
    instructions: spec.text,
    model,
    tools: spec.tools,
    searches: spec.limits.searches,
    maxTokens: spec.max_tokens,
    timeoutMs: millisecondsOf(spec.limits.timeout),
    input,
    schema: shape.schema,
  });
  const standsMs = standing(answer, spec);
  await calls.end(id, {
    status: answer.kind,
    model: answer.kind === 'answered' ? answer.model : model,
    tokens: answer.tokens,
    until: new Date(clock.now().getTime() + standsMs).toISOString(),
    answer: answer.kind === 'answered' ? factOf(posed, answer) : answer.error,
  });
  if (answer.kind === 'unavailable') return { kind: 'again', error: answer.error, afterMs: standsMs };
  return answer.kind === 'answered' ? { kind: 'answered' } : { kind: 'given-up', error: answer.error };
}

/** What a call that was made already says to whom asks again. */
export function keptAnswer({ status, answer, until }: AgentCall, now: Date): Asked {
  if (status === 'answered') return { kind: 'answered' };
  if (status === 'unavailable') return { kind: 'again', error: String(answer), afterMs: Date.parse(until) - now.getTime() };
  return { kind: 'given-up', error: String(answer) };
}

export function budgetOf({ limits: { calls_day, tokens_day } }: PromptSpec): AgentBudget {
  return { ...(calls_day !== undefined && { calls: calls_day }), ...(tokens_day !== undefined && { tokens: tokens_day }) };
}

export function usedUp({ calls, tokens }: AgentSpending, { limits: { calls_day } }: PromptSpec): string {
  const what = calls_day !== undefined && calls >= calls_day ? `${calls} calls` : `${tokens} tokens`;
  return `the agent's budget of the day is used up (${what}): people decide`;
}

/** Milliseconds. An answer that is none would be none again; who was away or refused may have changed. */
function standing(answer: AgentAnswer<unknown>, { cache, pause }: PromptSpec): number {
  if (answer.kind === 'answered' || answer.kind === 'invalid') return millisecondsOf(cache);
  return Math.max(millisecondsOf(pause), answer.kind === 'unavailable' ? (answer.afterMs ?? 0) : 0);
}

function factOf({ prompt, spec, shape, input }: Posed, { value, pages, model }: AgentAnswer<unknown> & { kind: 'answered' }): AgentFact {
  return { ...shape.check(value, { input, pages }), prompt, version: spec.version, model };
}
