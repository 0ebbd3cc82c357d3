// What an agent is given to say what it would change: the rules of a model with how often each was met and what became of those records.
// Numbers and the team's own words: nothing that a record says.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import { compileModel } from '../../engines/scoring/model.ts';
import { score } from '../../engines/scoring/score.ts';
import type { PastRow } from '../../engines/tuner/rows.ts';

interface Tally {
  n: number;
  converted: number;
}

export function numbersOf(
  { name, spec }: { readonly name: string; readonly spec: ScoringModelSpec },
  rows: readonly PastRow[],
): Readonly<Record<string, unknown>> {
  const model = compileModel(spec);
  const rules = new Map<string, Tally>();
  const grades = new Map<string, Tally>();
  const add = (into: Map<string, Tally>, key: string, outcome: boolean) => {
    const tally = into.get(key) ?? { n: 0, converted: 0 };
    tally.n += 1;
    tally.converted += Number(outcome);
    into.set(key, tally);
  };
  for (const { facts, events, outcome, asOf } of rows) {
    const made = score(model, facts, { asOf, ...(events !== undefined && { events }) });
    add(grades, made.grade ?? 'excluded', outcome);
    for (const { id, rule, reason } of made.factors) add(rules, `${id} ${rule ?? reason}`, outcome);
  }
  const converted = rows.filter(({ outcome }) => outcome).length;
  const told = (tally: Tally | undefined) => `${tally?.n ?? 0} records, ${tally?.converted ?? 0} converted`;
  return {
    question: `What would you change in the points of the scoring model ${name}, so that a higher score means more conversions?`,
    records: `${rows.length} records, ${converted} converted`,
    grades: Object.fromEntries([...grades].map(([grade, tally]) => [grade, told(tally)])),
    bounds: `no rule moves by more than ${spec.tuning.max_step} points, none goes above the weight of its component`,
    rules: (['fit', 'intent'] as const).flatMap((side) =>
      spec[side].components.flatMap(({ id, rules: some = [] }) =>
        some.map((rule, index) => {
          const key = rule.id ?? String(index + 1);
          return {
            path: `${side}.components[${id}].rules[${rule.id ?? index}].points`,
            condition: rule.condition,
            points: rule.points,
            met: told(rules.get(`${id} ${key}`)),
          };
        }),
      ),
    ),
  };
}
