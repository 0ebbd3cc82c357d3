// The desk of agents: a question is answered from what was answered before, else asked, within the day's budget. What comes back is
// checked against what was asked before anybody sees it; where nobody can be asked, the reason is said and people decide.
import pLimit from 'p-limit';
import { shapeOf } from '../../engines/answers/shape.ts';
import type { FactValue } from '../../loops/loop.ts';
import type { Lookup } from '../../loops/requests.ts';
import { hashOf } from '../../plans/value.ts';
import type { Agent } from '../../ports/agent.ts';
import { isUsedUp, type Place } from '../../ports/agent-calls.ts';
import type { PromptSpec } from '../../resources/prompt/schema.ts';
import type { Asked, Desk } from '../lookups/desk.ts';
import { budgetOf, callAgent, type Caller, keptAnswer, type Posed, usedUp } from './call.ts';

export interface AgentDesk extends Caller {
  /** Nothing before an environment is known. */
  place(): Place | undefined;
  /** Nothing where no key is set. */
  agent(): Agent | undefined;
  /** By name, as the loops read them now. */
  prompts(): ReadonlyMap<string, PromptSpec> | Promise<ReadonlyMap<string, PromptSpec>>;
}

type AgentLookup = Extract<Lookup, { readonly kind: 'agent' }>;

/** Questions under way at once. */
const AT_ONCE = 4;
const NOBODY = 'no agent is set: people decide';

/** Facts hold an `AgentFact`. */
export function agentDesk(desk: AgentDesk): Desk<'agent'> {
  const limit = pLimit(AT_ONCE);
  const underWay = new Map<string, Promise<Asked>>();
  return {
    async known(request) {
      const now = desk.clock.now();
      const source = `agent/${request.prompt}`;
      const missing = (why: string): FactValue => ({ value: null, missing: why, source, at: now.toISOString() });
      const posed = await pose(desk, request);
      if (typeof posed === 'string') return missing(posed);
      const kept = await desk.calls.standing(posed.place, posed.question, now.toISOString());
      if (kept?.status === 'answered') return { value: kept.answer, source, at: kept.at };
      if (kept !== undefined) return missing(`the agent gave no answer: ${String(kept.answer)}`);
      if (desk.agent() === undefined) return missing(NOBODY);
      const spent = await desk.calls.spent(posed.place, posed.prompt, now.toISOString().slice(0, 10));
      if (isUsedUp(spent, budgetOf(posed.spec))) return missing(usedUp(spent, posed.spec));
      return { ...missing('the agent was not asked yet'), open: true };
    },
    async ask(request) {
      const posed = await pose(desk, request);
      if (typeof posed === 'string') return { kind: 'given-up', error: posed };
      // The same question of two records, asked at once, is one.
      const key = hashOf([posed.place.project, posed.place.environment, posed.question]);
      const asked = underWay.get(key) ?? limit(() => ask(desk, posed)).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return asked;
    },
  };
}

/** Or why it can not be asked. */
async function pose(desk: AgentDesk, { prompt, shape: form, input }: AgentLookup): Promise<Posed | string> {
  const place = desk.place();
  if (place === undefined) return 'nothing was reconciled yet';
  const spec = (await desk.prompts()).get(prompt);
  if (spec === undefined) return `there is no Prompt ${prompt}`;
  if (spec.model === 'none') return NOBODY;
  const shape = shapeOf(form, input);
  if (shape === undefined) return 'there is nothing for the agent to choose from';
  const { version, text, model, tools, max_tokens, limits } = spec;
  const question = hashOf([prompt, version, text, model, [...tools], max_tokens, limits.searches, form, input]);
  return { place, prompt, spec, question, shape, input };
}

async function ask(desk: AgentDesk, posed: Posed): Promise<Asked> {
  const { place, question, spec } = posed;
  const now = desk.clock.now();
  const kept = await desk.calls.standing(place, question, now.toISOString());
  if (kept !== undefined) return keptAnswer(kept, now);
  const agent = desk.agent();
  if (agent === undefined) return { kind: 'given-up', error: NOBODY };
  const first = await callAgent(desk, agent, posed, spec.model);
  // Only who is busy or away is stood in for: what one refuses is not taken to another.
  if (first.kind !== 'again' || spec.fallback_model === undefined) return first;
  const second = await callAgent(desk, agent, posed, spec.fallback_model);
  return second.kind === 'given-up' ? first : second;
}
