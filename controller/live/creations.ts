// Records that decisions want made, each once: before anything is sent it is looked for by its key, as a process may have died behind the
// call, or its answer was lost.
import { creationKey, markIn } from '../../loops/creation-key.ts';
import type { CreationKey } from '../../loops/decide.ts';
import { BATCH_SIZE, type RowOutcome, type WriteRow } from '../../ports/crm.ts';
import type { EffectRow } from '../../ports/live.ts';
import type { CrmRecords } from '../../ports/records.ts';
import { problemOf } from '../problems.ts';
import type { Writing } from './effects.ts';

/** The org has one with this key: it was made in the time between the look and the call. */
const THERE_ALREADY = new Set(['DUPLICATE_VALUE', 'DUPLICATE_EXTERNAL_ID']);

/** An outcome an effect, in order. Two calls for 200 of one object, most of them: a look and a write. */
export async function createThese({ crm }: Pick<Writing, 'crm'>, effects: readonly EffectRow[]): Promise<readonly RowOutcome[]> {
  const outcomes = new Map<string, RowOutcome>();
  for (const [object, some] of Map.groupBy(effects, (effect) => effect.object)) {
    const there = await madeAlready(crm.records, object, some);
    if (!(there instanceof Map)) {
      for (const { id } of some) outcomes.set(id, there);
      continue;
    }
    for (const [id, made] of there) outcomes.set(id, { status: 'done', id: made });
    const rest = some.filter(({ id }) => !there.has(id));
    for (let from = 0; from < rest.length; from += BATCH_SIZE) {
      const part = rest.slice(from, from + BATCH_SIZE);
      const sent = await crm.write({ type: object, operation: 'create', rows: part.map(rowOf) });
      part.forEach(({ id }, at) => outcomes.set(id, judged(sent[at])));
    }
  }
  return effects.map(({ id }) => outcomes.get(id) ?? NO_ANSWER);
}

const NO_ANSWER: RowOutcome = { status: 'unknown', code: 'NO_ANSWER', message: 'the org gave no answer for this record' };

function judged(outcome: RowOutcome | undefined): RowOutcome {
  if (outcome?.status !== 'failed' || !THERE_ALREADY.has(outcome.code)) return outcome ?? NO_ANSWER;
  return { status: 'unknown', code: outcome.code, message: outcome.message };
}

/** Ids by effect; or why nobody knows. */
async function madeAlready(
  records: Pick<CrmRecords, 'childrenOf'>,
  object: string,
  effects: readonly EffectRow[],
): Promise<Map<string, string> | RowOutcome> {
  const found = new Map<string, string>();
  try {
    for (const [, some] of Map.groupBy(effects, ({ key }) => JSON.stringify(key))) {
      const key = some[0]?.key;
      if (key === undefined) continue;
      const by = 'field' in key ? key.field : key.by;
      const values = some.map((effect) => ('field' in key ? creationKey(effect.id) : effect.fields[by]));
      const rows = await records.childrenOf(object, by, texts(values), 'field' in key ? [] : [key.text]);
      const wanted = new Map(some.map((effect) => [creationKey(effect.id), effect.id]));
      for (const row of rows) {
        const id = wanted.get('field' in key ? String(row[by]) : (markIn(row[key.text]) ?? ''));
        if (id !== undefined) found.set(id, String(row['Id']));
      }
    }
    return found;
  } catch (error) {
    const problem = problemOf(error);
    if (problem === undefined) throw error;
    return { status: 'unavailable', code: problem.code, message: problem.message };
  }
}

function rowOf(effect: EffectRow): WriteRow {
  const { id, object, fields, key } = effect;
  return {
    address: { type: object, key: id },
    fields: { ...fields, ...keyed(fields, key, creationKey(effect.id)) } as WriteRow['fields'],
    ids: new Map(),
  };
}

/** The mark stands in the text as well where a field has the key: whoever reads the record sees where it is from. */
function keyed(fields: EffectRow['fields'], key: CreationKey | undefined, mark: string): Readonly<Record<string, unknown>> {
  if (key === undefined) return {};
  const own = 'field' in key ? { [key.field]: mark } : {};
  if (key.text === undefined) return own;
  const text = fields[key.text];
  return { ...own, [key.text]: typeof text === 'string' && text !== '' ? `${text}\n\n${mark}` : mark };
}

function texts(values: readonly unknown[]): readonly string[] {
  return [...new Set(values.filter((value) => typeof value === 'string'))];
}
