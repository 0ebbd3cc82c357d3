// What agents were asked, what it cost and what they answered: the same question is asked once, and a day has a budget.

/** Whose calls they are: budgets and answers are those of an environment. */
export interface Place {
  readonly project: string;
  readonly environment: string;
}

export interface NewAgentCall {
  readonly id: string;
  /** The name of the Prompt: budgets count by it. */
  readonly prompt: string;
  /** What makes two questions the same, as a hash. */
  readonly question: string;
  readonly model: string;
  /** ISO. Its UTC day is the day of the budget. */
  readonly at: string;
}

export type AgentCallStatus = 'answered' | 'unavailable' | 'refused' | 'invalid';

export interface AgentCall extends NewAgentCall {
  /** `asking`: under way, or its process died. */
  readonly status: AgentCallStatus | 'asking';
  readonly tokens: number;
  /** ISO: until when it stands, so that the same is not asked again. */
  readonly until: string;
  /** What was answered, checked; or why nothing was. JSON. */
  readonly answer: unknown;
}

/** Of a UTC day; absent: without end. */
export interface AgentBudget {
  readonly calls?: number;
  readonly tokens?: number;
}

export interface AgentSpending {
  readonly calls: number;
  readonly tokens: number;
}

export interface AgentCalls {
  /** The newest that stands at this time (ISO). */
  standing(place: Place, question: string, now: string): Promise<AgentCall | undefined>;
  /** Counts the call before it is made; where the day's budget is used up it says what was spent, and nothing is written. */
  begin(place: Place, call: NewAgentCall, budget: AgentBudget): Promise<AgentSpending | undefined>;
  /** What became of it. `model`: the one that answered. */
  end(id: string, end: Pick<AgentCall, 'status' | 'model' | 'tokens' | 'until' | 'answer'>): Promise<void>;
  /** `day`: `YYYY-MM-DD`, UTC. Calls that failed count too. */
  spent(place: Place, prompt: string, day: string): Promise<AgentSpending>;
}

/** Whether one more call may be made. */
export function isUsedUp({ calls, tokens }: AgentSpending, budget: AgentBudget): boolean {
  return calls >= (budget.calls ?? Number.POSITIVE_INFINITY) || tokens >= (budget.tokens ?? Number.POSITIVE_INFINITY);
}
