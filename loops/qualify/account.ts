// An account's score is its best open person's, unless accounts have a model of their own.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { Decide, Request, Stepped, StepInput } from '../loop.ts';
import { isQuestion, memoryOf, valuesText } from '../memory.ts';

type Writeback = ScoringModelSpec['writeback'];

/** How the accounts of scored people are scored. */
export interface AccountScoring {
  /** Of the people: Contact. */
  readonly object: string;
  readonly model: { readonly name: string; readonly version: string; readonly max: number };
  /** The org's fields that hold a person's score and grade. */
  readonly score: string;
  readonly grade: string | undefined;
  readonly to: NonNullable<Writeback['account']>;
}

/** Nothing where the model does not say where an account's score goes, or does not write a person's. */
export function accountScoring(
  object: string,
  name: string,
  { writeback, version, max_score }: ScoringModelSpec,
): AccountScoring | undefined {
  const { account, score, grade } = writeback;
  if (account === undefined || score === undefined) return undefined;
  return { object, model: { name, version, max: max_score }, score, grade, to: account };
}

const PEOPLE = 'people of the account';
/** The field of a person that names its account. */
const BY = 'AccountId';

export function accountStep(scoring: AccountScoring, input: StepInput<unknown>): Stepped {
  const { event, facts } = input;
  const { id } = event;
  if (id === undefined)
    return {
      kind: 'refuse',
      problems: [{ path: 'id', message: 'an account without a model of its own is scored by its people: give its id' }],
    };
  const { object, score, grade } = scoring;
  const fields = ['Name', score, ...(grade === undefined ? [] : [grade])];
  const people: Request = { id: PEOPLE, kind: 'children', object, by: BY, record: id, fields };
  const answer = facts.get(PEOPLE);
  if (answer === undefined) return { kind: 'ask', requests: [people] };
  if (answer.missing !== undefined) return { kind: 'refuse', problems: [{ path: 'id', message: answer.missing }] };
  const memory = event.live === true ? memoryOf('qualify', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) return { kind: 'ask', requests: [memory] };
  const rows = answer.value as readonly Readonly<Record<string, unknown>>[];
  const scored = rows.filter((row) => typeof row[score] === 'number').toSorted((a, b) => Number(b[score]) - Number(a[score]));
  const best = scored[0];
  const values = valuesText({
    best: best?.['Id'] ?? null,
    score: best?.[score] ?? null,
    grade: grade === undefined ? null : best?.[grade],
  });
  if (memory?.last?.values === values) return { kind: 'drop', because: 'its best person has the same score' };
  if (memory !== undefined && memory.last === undefined && best === undefined)
    return { kind: 'drop', because: 'none of its people is scored' };
  return decided(scoring, { best, count: scored.length, answer, values, ...(memory !== undefined && { memory }) });
}

interface Found {
  readonly best: Readonly<Record<string, unknown>> | undefined;
  readonly count: number;
  readonly answer: { readonly source: string; readonly at: string };
  readonly values: string;
  readonly memory?: { readonly key: string; readonly version: number };
}

function decided({ object, model, score, grade, to }: AccountScoring, { best, count, answer, values, memory }: Found): Decide {
  const points = best === undefined ? 0 : Number(best[score]);
  const letter = grade === undefined ? null : ((best?.[grade] as string | null | undefined) ?? null);
  const source = { source: answer.source, at: answer.at };
  const whose = `${object} ${String(best?.['Name'] ?? best?.['Id'])}`;
  const because = best === undefined ? `none of its people (${object}) is scored` : `${whose} is the best of ${count}`;
  const said: readonly (readonly [field: string | undefined, value: unknown])[] = [
    [to.score, best === undefined ? null : points],
    [to.grade, letter],
    [to.explanation, because],
  ];
  const fields = Object.fromEntries(said.flatMap(([field, value]) => (field === undefined ? [] : [[field, value]])));
  return {
    kind: 'decide',
    label: letter ?? 'none',
    outcome: {
      score: points,
      max: model.max,
      grade: letter,
      excluded: null,
      sides: {},
      coverage: best === undefined ? 0 : 1,
      factors: [],
      best: best === undefined ? null : { object, id: best['Id'] },
      model: { name: model.name, version: model.version },
    },
    method: 'deterministic',
    confidence: 1,
    inputs: { best_person: best?.['Id'] ?? null },
    sources: { best_person: source },
    trace: [{ rule: 'best_person', result: `${points}/${model.max}`, because }],
    alternatives: [],
    reasoning: best === undefined ? `The account has no score: ${because}.` : `${points} of ${model.max} points: ${because}.`,
    writes: memory === undefined ? [] : [{ key: memory.key, expect: memory.version, value: { values } }],
    ...(memory !== undefined && Object.keys(fields).length > 0 && { effects: [{ fields }] }),
  };
}
