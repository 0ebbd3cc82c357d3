// What a scoring model of the working tree would have said of records whose end is known, and whether its guard lets it go live.
// Neither an org nor the store is asked. Records come one by one and only their scores are kept.
import type { Checked } from '../resources/core.ts';
import type { Organisation } from '../resources/resource.ts';
import type { ScoringModelSpec } from '../resources/scoring-model/schema.ts';
import { backtest, type BacktestReport } from '../engines/backtest/backtest.ts';
import { type ScoredRow, scoredRows } from '../engines/backtest/rows.ts';
import { compileModel } from '../engines/scoring/model.ts';
import { modelNamed } from './past/model.ts';
import { type PastRead, type PastTable, readPast } from './past/rows.ts';

export interface BacktestRequest extends PastTable {
  /** The name of a ScoringModel. */
  readonly model: string;
  /** Counts hits and misses of records that score so high. */
  readonly threshold?: number;
}

export interface Backtested extends PastRead {
  readonly model: { readonly name: string; readonly version: string; readonly object: string | null };
  readonly guard: ScoringModelSpec['guard'];
  readonly report: BacktestReport;
}

/** Problems where there is no such model or column, and of every row that can not be read. */
export async function backtestModel(organisation: Organisation, request: BacktestRequest): Promise<Checked<Backtested>> {
  const { threshold } = request;
  const found = modelNamed(organisation, request.model);
  if (!found.ok) return found;
  const { spec, ref } = found.value;
  const model = compileModel(spec);
  const rows: ScoredRow[] = [];
  const read = await readPast(organisation, spec, request, (facts, { outcome, order, asOf }) => {
    rows.push(...scoredRows(model, [facts], { outcome: () => outcome, order: () => order, asOf: () => asOf }));
  });
  if (!read.ok) return read;
  return {
    ok: true,
    value: {
      model: { name: ref.name, version: spec.version, object: spec.object ?? null },
      guard: spec.guard,
      ...read.value,
      report: backtest(spec, rows, threshold === undefined ? {} : { threshold }),
    },
  };
}
