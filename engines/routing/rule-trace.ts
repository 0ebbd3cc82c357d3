// Each rule that was looked at, with what came of it and the values that decided.
import type { FactPath } from '../../resources/conditions/ast.ts';
import { isMissing } from '../../resources/conditions/text.ts';
import type { TraceEntry } from '../trace.ts';
import { type Facts, factAt } from '../field.ts';
import { isOn, type Moment, type Rule, type RuleSet } from './rules.ts';

/** Up to the first one that holds; all of them where none does. `result`: true, false, missing, or passed over. */
export function traceRules({ rules }: RuleSet, facts: Facts, moment: Moment): readonly TraceEntry[] {
  const trace: TraceEntry[] = [];
  for (const rule of rules) {
    const entry = traceRule(rule, facts, moment);
    trace.push(entry);
    if (entry.result === 'true') break;
  }
  return trace;
}

function traceRule(rule: Rule, facts: Facts, { at, day }: Moment): TraceEntry {
  const { id, condition } = rule;
  if (!isOn(rule, day)) return { rule: id, result: 'passed over', because: rule.enabled ? spanText(rule, day) : 'it is switched off' };
  if (condition === undefined) return { rule: id, result: 'true', because: 'it always holds' };
  const { result, unknown } = condition.test(facts, at);
  const missing = condition.paths.filter(({ names }) => isMissing(factAt(facts, names)));
  if (unknown && missing.length > 0)
    return { rule: id, result: 'missing', because: missing.map(({ text }) => `${text} is missing`).join(', ') };
  return { rule: id, result: unknown ? 'missing' : String(result), because: values(condition.paths, facts) };
}

function spanText({ effective }: Rule, day: string): string {
  const { from, to } = effective ?? {};
  const span = [from === undefined ? '' : `from ${from}`, to === undefined ? '' : `to ${to}`].filter((part) => part !== '').join(' ');
  return `it holds ${span}, and this is ${day}`;
}

/** `grade is 'B', segment is missing` */
export function values(paths: readonly FactPath[], facts: Facts): string {
  const said = new Set(paths.map(({ text, names }) => `${text} is ${valueText(factAt(facts, names))}`));
  return [...said].join(', ');
}

function valueText(value: unknown): string {
  if (isMissing(value)) return 'missing';
  if (Array.isArray(value))
    return value
      .filter((one) => !isMissing(one))
      .map(valueText)
      .join(' and ');
  if (typeof value === 'object' && value !== null) return 'path' in value ? valueText(value.path) : 'there';
  return typeof value === 'string' ? `'${value}'` : String(value);
}
