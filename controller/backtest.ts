// What a scoring model of the working tree would have said of records whose end is known, and whether its guard lets it go live.
// Neither an org nor the store is asked. Records come one by one and only their scores are kept.
import type { Checked } from '../resources/core.ts';
import type { Organisation, Resource } from '../resources/resource.ts';
import { ScoringModel, type ScoringModelSpec } from '../resources/scoring-model/schema.ts';
import { suggestion } from '../resources/suggest.ts';
import { backtest, type BacktestReport } from '../engines/backtest/backtest.ts';
import { type ScoredRow, scoredRows } from '../engines/backtest/rows.ts';
import { compileModel } from '../engines/scoring/model.ts';
import { factsReader } from './past/facts.ts';
import { faultsOf } from './past/faults.ts';
import { pastReader, type TimeOf } from './past/outcome.ts';
import { type UnseenField, unseenFields } from './past/unseen.ts';
import type { Table } from './table.ts';

export interface BacktestRequest {
  /** The name of a ScoringModel. */
  readonly model: string;
  readonly table: Table;
  /** The column that says whether a record converted. */
  readonly outcome: string;
  /** The column with a number or a date that orders records in time; absent: as they stand in the table. */
  readonly order?: string;
  /** The moment of every decision, in milliseconds since 1970; absent: the dates of `order`, else `now`. */
  readonly asOf?: number;
  readonly now: number;
  /** Counts hits and misses of records that score so high. */
  readonly threshold?: number;
}

export interface Backtested {
  readonly model: { readonly name: string; readonly version: string; readonly object: string | null };
  readonly guard: ScoringModelSpec['guard'];
  /** Which moment each record was scored at. */
  readonly asOf: TimeOf;
  /** What the model reads and no record had: it was judged without. */
  readonly unseen: readonly UnseenField[];
  readonly report: BacktestReport;
}

/** Problems where there is no such model or column, and of every row that can not be read: nothing is judged on a part of a table. */
export async function backtestModel(organisation: Organisation, request: BacktestRequest): Promise<Checked<Backtested>> {
  const { table, threshold } = request;
  const found = modelNamed(organisation, request.model);
  if (!found.ok) return found;
  const { spec, ref } = found.value;
  const past = pastReader(request);
  if (!past.ok) return past;
  const factsOf = factsReader(organisation, spec.object, request.now);
  const model = compileModel(spec);
  const unseen = unseenFields(spec);
  const rows: ScoredRow[] = [];
  const faults = faultsOf(table.name);
  for await (const row of table.rows) {
    if ('fault' in row) {
      faults.add(row.line, row.fault);
      continue;
    }
    const read = past.value.read(row.values);
    if ('fault' in read) {
      faults.add(row.line, read.fault);
      continue;
    }
    const facts = factsOf(row.values);
    unseen.look(facts);
    const { outcome, order, asOf } = read;
    rows.push(...scoredRows(model, [facts], { outcome: () => outcome, order: () => order, asOf: () => asOf }));
  }
  const problems = faults.problems();
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      model: { name: ref.name, version: spec.version, object: spec.object ?? null },
      guard: spec.guard,
      asOf: past.value.timeOf(),
      unseen: unseen.left(table.columns),
      report: backtest(spec, rows, threshold === undefined ? {} : { threshold }),
    },
  };
}

function modelNamed(organisation: Organisation, name: string): Checked<Resource<ScoringModelSpec>> {
  const found = organisation.get(ScoringModel, name.replace(/^ScoringModel\//, ''));
  if (found !== undefined) return { ok: true, value: found };
  const names = organisation.all(ScoringModel).map(({ ref }) => ref.name);
  const none = names.length === 0 ? { hint: 'None is declared: loopctl schema ScoringModel says what one looks like.' } : {};
  const message = `There is no ScoringModel "${name}".`;
  return { ok: false, problems: [{ severity: 'error', code: 'unknown-model', message, ...none, ...suggestion(name, names) }] };
}
