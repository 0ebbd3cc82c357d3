// An account's score is its best open person's, unless accounts have a model of their own.
import type { ScoringModelSpec } from '../../resources/scoring-model/schema.ts';
import type { Decide } from '../decide.ts';
import type { Stepped, StepInput } from '../loop.ts';
import type { Request, States } from '../requests.ts';
import { isQuestion, memoryOf, type Remembered, seenKey, valuesText } from '../memory.ts';

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
const SCORES = 'scores of the people';
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
  const rows = answer.value as readonly Row[];
  const own = scoresOf(scoring, rows, input);
  if ('kind' in own) return { kind: 'ask', requests: [own] };
  const memory = event.live === true ? memoryOf('qualify', input) : undefined;
  if (memory !== undefined && isQuestion(memory)) return { kind: 'ask', requests: [memory] };
  const scored = own.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const [best] = scored;
  const values = valuesText({ best: best?.id ?? null, score: best?.score ?? null, grade: best?.grade ?? null });
  if (memory?.last?.values === values) return { kind: 'drop', because: 'its best person has the same score' };
  if (memory !== undefined && memory.last === undefined && best === undefined)
    return { kind: 'drop', because: 'none of its people is scored' };
  return decided(scoring, { best, count: scored.length, answer, values, ...(memory !== undefined && { memory }) });
}

type Row = Readonly<Record<string, unknown>>;

interface Person {
  readonly id: string;
  readonly name: string;
  readonly score: number;
  readonly grade: string | null;
}

/** Of those who are scored: what was decided last, which the org has a moment later; else what stands in the org. */
function scoresOf(
  { object, score, grade }: AccountScoring,
  rows: readonly Row[],
  { facts }: StepInput<unknown>,
): readonly Person[] | Request {
  const keys = rows.map((row) => seenKey('qualify', object, String(row['Id'])));
  const remembered = keys.length === 0 ? {} : (facts.get(SCORES)?.value as States | undefined);
  if (remembered === undefined) return { id: SCORES, kind: 'state', keys };
  return rows.flatMap((row, at) => {
    const last = remembered[keys[at] ?? '']?.value as Remembered | null | undefined;
    const decided = last?.outcome === undefined ? undefined : (JSON.parse(last.outcome) as readonly [number, string | null]);
    const [points, letter] = decided ?? [row[score], grade === undefined ? null : row[grade]];
    const name = String(row['Name'] ?? row['Id']);
    return typeof points !== 'number'
      ? []
      : [{ id: String(row['Id']), name, score: points, grade: typeof letter === 'string' ? letter : null }];
  });
}

interface Found {
  readonly best: Person | undefined;
  readonly count: number;
  readonly answer: { readonly source: string; readonly at: string };
  readonly values: string;
  readonly memory?: { readonly key: string; readonly version: number };
}

function decided({ object, model, to }: AccountScoring, { best, count, answer, values, memory }: Found): Decide {
  const points = best?.score ?? 0;
  const letter = best?.grade ?? null;
  const source = { source: answer.source, at: answer.at };
  const because = best === undefined ? `none of its people (${object}) is scored` : `${object} ${best.name} is the best of ${count}`;
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
      best: best === undefined ? null : { object, id: best.id },
      model: { name: model.name, version: model.version },
    },
    method: 'deterministic',
    confidence: 1,
    inputs: { best_person: best?.id ?? null },
    sources: { best_person: source },
    trace: [{ rule: 'best_person', result: `${points}/${model.max}`, because }],
    alternatives: [],
    reasoning: best === undefined ? `The account has no score: ${because}.` : `${points} of ${model.max} points: ${because}.`,
    writes: memory === undefined ? [] : [{ key: memory.key, expect: memory.version, value: { values } }],
    ...(memory !== undefined && Object.keys(fields).length > 0 && { effects: [{ fields }] }),
  };
}
