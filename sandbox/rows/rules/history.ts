// History of opportunities, as the org keeps it by itself: a row for each change of what forecasts read, one for each tracked field.
import type { Change, Work } from '../work.ts';
import { isChanged } from '../work.ts';

const FORECAST = ['StageName', 'Amount', 'CloseDate', 'Probability', 'ForecastCategory'];
const TRACKED = [
  ['StageName', 'DynamicEnum'],
  ['Amount', 'Currency'],
  ['CloseDate', 'DateOnly'],
  ['ForecastCategoryName', 'DynamicEnum'],
  ['NextStep', 'Text'],
  ['OwnerId', 'EntityId'],
] as const;

export function recordHistory(work: Work, change: Change): void {
  const { row, old } = change;
  const OpportunityId = row['Id'] ?? null;
  if (!old || FORECAST.some((name) => isChanged(change, name))) {
    const kept = Object.fromEntries([...FORECAST, 'ExpectedRevenue'].map((name) => [name, row[name] ?? null]));
    work.rows.insert(work, 'OpportunityHistory', {
      OpportunityId,
      ...kept,
      PrevAmount: old?.['Amount'] ?? null,
      PrevCloseDate: old?.['CloseDate'] ?? null,
    });
  }
  if (!old) {
    work.rows.insert(work, 'OpportunityFieldHistory', { OpportunityId, Field: 'created', DataType: 'Text' });
    return;
  }
  for (const [name, DataType] of TRACKED) {
    if (!isChanged(change, name)) continue;
    const Field = name === 'OwnerId' ? 'Owner' : name;
    work.rows.insert(work, 'OpportunityFieldHistory', {
      OpportunityId,
      Field,
      DataType,
      OldValue: text(old[name]),
      NewValue: text(row[name]),
    });
  }
}

function text(value: string | number | null | undefined): string | null {
  return value === null || value === undefined ? null : String(value);
}
