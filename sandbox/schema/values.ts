// The picklist values that carry meaning: what converts a lead, closes a task, wins a deal. They are also rows of read-only tables.

export interface Status {
  readonly name: string;
  readonly isDefault?: true;
  /** Converted for a lead, closed for a task or a case. */
  readonly final?: true;
}

export interface Stage {
  readonly name: string;
  readonly probability: number;
  readonly category: ForecastCategory;
  readonly closed?: true;
  readonly won?: true;
}

export type ForecastCategory = 'Omitted' | 'Pipeline' | 'BestCase' | 'Forecast' | 'Closed';

export const LEAD_STATUSES: readonly Status[] = [
  { name: 'Open - Not Contacted', isDefault: true },
  { name: 'Working - Contacted' },
  { name: 'Closed - Converted', final: true },
  { name: 'Closed - Not Converted' },
];

export const TASK_STATUSES: readonly Status[] = [
  { name: 'Not Started', isDefault: true },
  { name: 'In Progress' },
  { name: 'Completed', final: true },
  { name: 'Waiting on someone else' },
  { name: 'Deferred' },
];

export const CASE_STATUSES: readonly Status[] = [
  { name: 'New', isDefault: true },
  { name: 'Working' },
  { name: 'Escalated' },
  { name: 'Closed', final: true },
];

export const STAGES: readonly Stage[] = [
  { name: 'Prospecting', probability: 10, category: 'Pipeline' },
  { name: 'Qualification', probability: 10, category: 'Pipeline' },
  { name: 'Needs Analysis', probability: 20, category: 'Pipeline' },
  { name: 'Value Proposition', probability: 50, category: 'Pipeline' },
  { name: 'Id. Decision Makers', probability: 60, category: 'Pipeline' },
  { name: 'Perception Analysis', probability: 70, category: 'Pipeline' },
  { name: 'Proposal/Price Quote', probability: 75, category: 'BestCase' },
  { name: 'Negotiation/Review', probability: 90, category: 'BestCase' },
  { name: 'Closed Won', probability: 100, category: 'Closed', closed: true, won: true },
  { name: 'Closed Lost', probability: 0, category: 'Omitted', closed: true },
];

/** What people see for a forecast category. */
export const CATEGORY_NAMES: Readonly<Record<ForecastCategory, string>> = {
  Omitted: 'Omitted',
  Pipeline: 'Pipeline',
  BestCase: 'Best Case',
  Forecast: 'Commit',
  Closed: 'Closed',
};

export function stageNamed(name: string): Stage | undefined {
  return STAGES.find((stage) => stage.name.toLowerCase() === name.toLowerCase());
}
