// What conditions of a lifecycle may name beside the fields of the record.

/** Qualify's answer, and what became of the record in the org. */
const KNOWN = [
  'score',
  'grade',
  'mql',
  'excluded',
  'converted',
  'opportunity',
  'opportunity.open',
  'opportunity.won',
  'opportunity.stage',
  'opportunity.amount',
];
/** Of its way through the stages. What lets a record in depends on the record alone. */
const OWN = ['lifecycle.stage', 'lifecycle.days', 'lifecycle.overdue'];

export const ENTRY_FACTS: readonly string[] = KNOWN;
export const STAY_FACTS: readonly string[] = [...KNOWN, ...OWN];
