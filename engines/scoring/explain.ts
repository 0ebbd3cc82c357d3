// A score in plain sentences, made when somebody asks for them.
import type { TraceEntry } from '../trace.ts';
import type { Model } from './model.ts';
import type { FactorScore, Score } from './score.ts';

/** An entry for every factor, for what was taken off, and for what keeps a record from being graded. */
export function explainScore(model: Model, { factors, negative, excluded }: Score): readonly TraceEntry[] {
  const entries = factors.map((factor) => ({
    rule: factor.id,
    result: `${factor.points}/${factor.max}`,
    because: becauseOf(factor, conditionOf(model, factor)),
  }));
  for (const { id, points } of negative) {
    const row = model.negative.find((one) => one.id === id);
    entries.push({ rule: id, result: String(points), because: `${row?.field} is ${row?.condition}` });
  }
  if (excluded !== null) {
    const row = model.exclude.find((one) => one.id === excluded.id);
    entries.push({ rule: excluded.id, result: 'not graded', because: `${excluded.reason}: ${row?.field} is ${row?.condition}` });
  }
  return entries;
}

function conditionOf(model: Model, { id, side, rule }: FactorScore): string | undefined {
  const factor = model.sides.find(({ name }) => name === side)?.factors.find((one) => one.id === id);
  return rule === null ? undefined : factor?.conditions[factor.rules.indexOf(rule)];
}

function becauseOf(factor: FactorScore, condition: string | undefined): string {
  const reason = reasonOf(factor, condition);
  return factor.undecayed === undefined ? reason : `${reason}; ${factor.undecayed} faded to ${factor.points} since then`;
}

function reasonOf({ field, input, reason, signals }: FactorScore, condition: string | undefined): string {
  switch (reason) {
    case 'missing':
      return `${field} is missing`;
    case 'skipped':
      return `${field} is missing, so the others stand for it`;
    case 'no_rule':
      return `${field} ${show(input)} is under no rule`;
    case 'signals':
      return signals === undefined || signals.length === 0 ? `${field} names none of the signals` : `${field} names ${signals.join(', ')}`;
    case 'events':
      return input === 0 ? 'no events that count' : `${String(input)} ${input === 1 ? 'event' : 'events'}, faded by age`;
    default:
      return signals === undefined
        ? `${field} ${show(input)} is ${condition}`
        : `${field} names ${signals.length} of the signals, which is ${condition}`;
  }
}

const MOST_SHOWN = 80;

function show(input: unknown): string {
  const text = JSON.stringify(input) ?? 'nothing';
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
